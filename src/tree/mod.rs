//! The user's tree: what lies in the output folder is observed, what to change is planned, and the plan is applied.
//!
//! ```text
//! DIR ─observe─▶ Found ─plan─▶ Plan ─apply─▶ files + lock
//!                                └─patches─▶ the text of `diff`
//! ```
//!
//! `observe` only reads, `plan` and `patches` are pure, `apply` is the only writer. Each access goes through
//! `beneath`: one name at a time, no link followed. A fake file system for `--dry-run` is not needed, since the plan is data.

mod apply;
mod beneath;
mod blob;
mod decide;
mod entry;
mod error;
mod found;
mod history;
pub mod lock;
mod merge;
#[cfg(test)]
mod model;
pub mod patch;
mod permission;
mod plan;
mod state;
mod work_tree;

pub use apply::{Applied, Backup, apply};
pub use blob::{BlobId, blob_id};
pub use entry::{Entry, File, Obstacle, ObstacleKind};
pub use error::{Error, IoError};
pub use found::{Found, observe};
pub use lock::{Lock, LockError};
pub use merge::NoMerge;
pub use patch::{FilePatch, missed, patches};
pub use plan::{Action, Change, Force, Plan, Why, plan};
pub use work_tree::patch_prefix;
