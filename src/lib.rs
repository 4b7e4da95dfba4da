//! Renders a whole web stack from one spec, so that no two of its files can disagree.
//!
//! The stages are folders, each with a type of its own:
//!
//! ```text
//! spec.toml ─open─▶ Source ─parse─▶ Spec ─load─▶ Inputs ─resolve─▶ Stack ─render─▶ Artifacts ─plan─▶ Plan ─apply─▶ files + lock
//! ```
//!
//! `open`, `parse` and `load` live in [`spec`], `resolve` in [`stack`], `render` in [`render`], `observe`, `plan` and
//! `apply` in [`tree`]. Everything between reading and applying is pure.

pub mod commands;
pub mod contents;
pub mod key_path;
pub mod render;
mod shares;
pub mod spec;
pub mod stack;
pub mod tree;
