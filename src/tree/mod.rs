//! The user's tree: what lies in the output folder is observed, what to change is planned, and the plan is applied.
//!
//! ```text
//! DIR ─open─▶ Output ─observe─▶ Found ─plan─▶ Plan ─apply─▶ files + lock
//!                                               └─patches─▶ the text of `diff`
//! ```
//!
//! An [`Output`] is the folder held alone, after what a killed run left in it was dealt with. `observe` only reads, `plan`
//! and `patches` are pure, `apply` is the only writer. Each access goes through
//! `beneath`: one name at a time, no link followed. A fake file system for `--dry-run` is not needed, since the plan is data.

mod apply;
mod backup;
mod beneath;
mod blob;
mod commit;
mod decide;
mod eject;
mod entry;
mod error;
mod found;
mod git;
mod hold;
mod journal;
pub mod lock;
mod merge;
#[cfg(test)]
mod model;
mod output;
pub mod patch;
mod permission;
mod plan;
mod recover;
mod sides;
mod state;
mod sync;
mod wanted;
mod work_tree;

pub use apply::Applied;
pub use backup::Backup;
pub use blob::{BlobId, blob_id};
pub use eject::eject;
pub use entry::{Entry, File, Obstacle, ObstacleKind};
pub use error::{Busy, Error, IoError, Unfinished, UnfinishedWhy};
pub use found::Found;
pub use git::ignored;
pub use journal::Journal;
pub use lock::{Lock, LockError};
pub use merge::NoMerge;
pub use output::Output;
pub use patch::{FilePatch, missed, patches};
pub use plan::{Action, Change, Force, Plan, Why, plan};
pub use recover::Recovered;
pub use sides::{Sides, sides};
pub use work_tree::patch_prefix;
