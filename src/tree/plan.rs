use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::beneath::is_beneath;
use super::decide::{Case, Decision, decide};
use super::entry::{Entry, Obstacle, ObstacleKind};
use super::found::Found;
use super::lock::{Last, Lock, Written};
use super::merge::NoMerge;
use super::wanted::Wanted;
use crate::render::{ArtifactPath, Artifacts};

/// What one run changes, decided before anything is done. Pure data: it can be printed, compared, and applied.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Plan {
    /// By path; one for each path that is wanted or was written.
    pub changes: Vec<Change>,
    /// The lock once the plan is applied.
    pub lock: Lock,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    pub path: ArtifactPath,
    pub action: Action,
    pub why: Why,
    /// The x bit to set; `None` keeps the one that is found.
    pub executable: Option<bool>,
    /// What is kept under `.pinkogen/backup` before it is replaced: the path itself, or what is in its way.
    pub backup: Option<String>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    Create,
    /// The wanted text, the wanted mode, or both.
    Update,
    /// The text that has the edit and our change.
    Merge(Vec<u8>),
    Keep,
    /// Edited, but what we want did not change: the edit stays.
    KeepEdit,
    /// The user's own: never written.
    Ejected,
    Prune,
    /// Only the lock's line goes.
    Forget,
    /// Nothing of the plan is done before it is resolved.
    Conflict,
}

/// The reason for an action. The conflicts are here too: a forced change keeps as its reason the conflict it overrules.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Why {
    New,
    /// It was written before, and is gone.
    Missing,
    Changed,
    /// The same text; the x bit differs.
    ModeChanged,
    Same,
    /// The same text, which the lock did not know: remembered from now on.
    Adopted,
    Unwanted,
    Edited,
    /// Edited, and what we want changed too: both are kept.
    Merged,
    /// Ejected, and what is wanted is still what it was then.
    Ejected,
    /// Ejected, and what is wanted changed since.
    EjectedBehind,
    /// Conflict: edited, and what we want changed too.
    EditedAndChanged(NoMerge),
    /// Conflict: a file that we never wrote.
    Foreign,
    /// Conflict: edited, but no longer wanted.
    EditedAndUnwanted,
    /// Conflict: no file at all.
    InTheWay(Obstacle),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Missing => "written before, but missing",
            Self::Changed => "changed",
            Self::ModeChanged => "mode changed",
            Self::Same => "unchanged",
            Self::Adopted => "already there, remembered from now on",
            Self::Unwanted => "no longer wanted",
            Self::Edited => "edited by hand",
            Self::Merged => "edited by hand and changed, merged",
            Self::Ejected => "ejected",
            Self::EjectedBehind => "ejected, and changed since",
            Self::Foreign => "not written by pinkogen",
            Self::EditedAndUnwanted => "edited by hand, but no longer wanted",
            Self::EditedAndChanged(reason) => {
                return write!(f, "edited by hand, and changed too: {reason}");
            }
            Self::InTheWay(obstacle) => return obstacle.fmt(f),
        })
    }
}

/// What may be overwritten, with a backup.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Force {
    #[default]
    None,
    /// Every conflict. Kept edits and ejected files are none, and stay.
    All,
    /// These paths, whatever was done to them: edits are replaced, ejected files taken back.
    Paths(BTreeSet<ArtifactPath>),
}

impl Plan {
    pub fn conflicts(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(|change| change.action == Action::Conflict)
    }

    pub fn has_conflicts(&self) -> bool {
        self.conflicts().next().is_some()
    }

    /// Whether a file would be written or removed once the conflicts are out of the way. The lock is no file in this sense.
    pub fn changes_files(&self) -> bool {
        self.changes.iter().any(Change::changes_file)
    }
}

impl Change {
    pub fn changes_file(&self) -> bool {
        match self.action {
            Action::Create | Action::Update | Action::Merge(_) | Action::Prune => true,
            Action::Keep | Action::KeepEdit | Action::Ejected | Action::Forget | Action::Conflict => false,
        }
    }
}

/// Decides what to do with each path.
pub fn plan(artifacts: &Artifacts, found: &Found, force: &Force) -> Plan {
    let mut plan = Plan::default();
    let mut ids = BTreeMap::new();
    let paths: BTreeSet<&ArtifactPath> = artifacts.keys().chain(found.lock.entries.keys()).collect();
    for path in paths {
        let entry = found.entry(path);
        let wanted = artifacts.get(path).map(|artifact| Wanted::new(artifact, entry));
        if let Some(wanted) = &wanted {
            ids.insert(path, wanted.written());
        }
        let Decision {
            action,
            why,
            executable,
            backup,
        } = decide(&Case {
            path,
            wanted,
            entry,
            last: found.lock.entries.get(path),
            bases: &found.bases,
            has_modes: !found.no_modes,
            forced: *force == Force::All,
            named: matches!(force, Force::Paths(paths) if paths.contains(path)),
        });
        plan.changes.push(Change {
            path: path.clone(),
            action,
            why,
            executable,
            backup,
        });
    }
    make_way(&mut plan.changes, artifacts);
    plan.lock = if plan.has_conflicts() {
        found.lock.clone()
    } else {
        next_lock(&plan.changes, &ids, &found.lock)
    };
    plan
}

/// A file of ours became a folder of ours, or the other way round: what is in the way is itself pruned in this run.
fn make_way(changes: &mut [Change], artifacts: &Artifacts) {
    let pruned: BTreeSet<ArtifactPath> = changes
        .iter()
        .filter(|change| change.action == Action::Prune)
        .map(|change| change.path.clone())
        .collect();
    let pruned_texts: BTreeSet<&str> = pruned.iter().map(ArtifactPath::as_str).collect();
    let wanted_texts: BTreeSet<&str> = artifacts.keys().map(ArtifactPath::as_str).collect();
    for change in changes {
        let Why::InTheWay(obstacle) = &change.why else {
            continue;
        };
        let at = obstacle.path.as_str();
        let (action, why) = if artifacts.contains_key(&change.path) {
            let goes = match &obstacle.kind {
                ObstacleKind::File => pruned_texts.contains(at),
                ObstacleKind::Folder(Some(files)) => files.is_subset(&pruned),
                ObstacleKind::Folder(None) | ObstacleKind::Link | ObstacleKind::Special => false,
            };
            if !goes {
                continue;
            }
            (Action::Create, Why::New)
        } else {
            let is_ours = match &obstacle.kind {
                ObstacleKind::File => wanted_texts.contains(at),
                ObstacleKind::Folder(_) => wanted_texts.iter().any(|wanted| is_beneath(wanted, at)),
                ObstacleKind::Link | ObstacleKind::Special => false,
            };
            if !is_ours {
                continue;
            }
            (Action::Forget, Why::Unwanted)
        };
        change.action = action;
        change.why = why;
        change.backup = None;
    }
}

fn next_lock(changes: &[Change], ids: &BTreeMap<&ArtifactPath, Written>, last: &Lock) -> Lock {
    let mut lock = Lock::default();
    for change in changes {
        let (before, wanted) = (last.entries.get(&change.path), ids.get(&change.path));
        let next = match change.action {
            Action::Prune | Action::Forget => None,
            Action::Ejected | Action::Conflict => before.cloned(),
            Action::KeepEdit => before
                .zip(wanted)
                .map(|(before, wanted)| after_kept_edit(before, *wanted)),
            Action::Create | Action::Update | Action::Merge(_) | Action::Keep => {
                wanted.map(|wanted| Last::owned(wanted.id, wanted.executable))
            }
        };
        if let Some(next) = next {
            lock.entries.insert(change.path.clone(), next);
        }
    }
    lock
}

/// The wanted text counts as written, but a mode that was not set is still to be set.
fn after_kept_edit(before: &Last, wanted: Written) -> Last {
    let is_set = before.has_mode(wanted.executable);
    Last::owned(
        wanted.id,
        if is_set {
            wanted.executable
        } else {
            !wanted.executable
        },
    )
}

/// Whether the plan does nothing to what lies there, so that no folder needs to be opened for writing.
pub(super) fn is_idle(plan: &Plan, found: &Found) -> bool {
    !plan.changes_files()
        && match &found.lock_text {
            Some(text) => *text == plan.lock.format().into_bytes(),
            None => plan.lock.entries.is_empty(),
        }
}

/// The bytes that were found at a path, if it is a file.
pub(super) fn found_bytes<'a>(found: &'a Found, path: &ArtifactPath) -> Option<&'a [u8]> {
    match found.entry(path) {
        Entry::File(file) => Some(&file.bytes),
        Entry::None | Entry::Other(_) => None,
    }
}
