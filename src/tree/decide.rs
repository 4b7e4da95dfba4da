use std::collections::BTreeMap;

use super::blob::BlobId;
use super::entry::{Entry, File};
use super::lock::{Class, Last};
use super::merge::{NoMerge, merge};
use super::plan::{Action, Why};
use super::wanted::Wanted;
use crate::render::ArtifactPath;

/// All that is known of one path.
pub(super) struct Case<'a> {
    pub(super) path: &'a ArtifactPath,
    pub(super) wanted: Option<Wanted<'a>>,
    pub(super) entry: &'a Entry,
    pub(super) last: Option<&'a Last>,
    pub(super) bases: &'a BTreeMap<BlobId, Vec<u8>>,
    pub(super) has_modes: bool,
    /// `--force`.
    pub(super) forced: bool,
    /// `--force PATH`.
    pub(super) named: bool,
}

pub(super) struct Decision {
    pub(super) action: Action,
    pub(super) why: Why,
    pub(super) executable: Option<bool>,
    pub(super) backup: Option<String>,
}

impl Decision {
    fn new(action: Action, why: Why) -> Self {
        Self {
            action,
            why,
            executable: None,
            backup: None,
        }
    }
}

/// The table of who owns what, a row each.
pub(super) fn decide(case: &Case) -> Decision {
    if let Some(last) = case.last
        && last.class == Class::Ejected
        && !(case.named && case.wanted.is_some())
    {
        return ejected(case, last);
    }
    match (&case.wanted, case.entry) {
        (Some(wanted), Entry::None) => {
            let why = if case.last.is_some() {
                Why::Missing
            } else {
                Why::New
            };
            created(wanted, why)
        }
        (Some(wanted), Entry::File(file)) if wanted.is_there => same(case, wanted, file),
        (Some(wanted), Entry::File(file)) => differs(case, wanted, file),
        (Some(wanted), Entry::Other(obstacle)) => {
            let why = Why::InTheWay(obstacle.clone());
            if case.forced || case.named {
                Decision {
                    backup: Some(obstacle.path.clone()),
                    ..created(wanted, why)
                }
            } else {
                Decision::new(Action::Conflict, why)
            }
        }
        (None, Entry::None) => Decision::new(Action::Forget, Why::Unwanted),
        (None, Entry::File(file)) => no_longer_wanted(case, file),
        (None, Entry::Other(obstacle)) => {
            let why = Why::InTheWay(obstacle.clone());
            // Nothing has to make way for a file that nobody wants.
            let action = if case.forced || case.named {
                Action::Forget
            } else {
                Action::Conflict
            };
            Decision::new(action, why)
        }
    }
}

fn ejected(case: &Case, last: &Last) -> Decision {
    match &case.wanted {
        None => Decision::new(Action::Forget, Why::Unwanted),
        Some(wanted) if last.has_text(wanted.id) => Decision::new(Action::Ejected, Why::Ejected),
        Some(_) => Decision::new(Action::Ejected, Why::EjectedBehind),
    }
}

fn created(wanted: &Wanted, why: Why) -> Decision {
    Decision {
        executable: Some(wanted.executable),
        ..Decision::new(Action::Create, why)
    }
}

fn same(case: &Case, wanted: &Wanted, file: &File) -> Decision {
    let executable = mode_to_set(case, wanted, file);
    if executable.is_some() {
        return Decision {
            executable,
            ..Decision::new(Action::Update, Why::ModeChanged)
        };
    }
    let known = case.last.is_some_and(|last| last.has_text(wanted.id));
    Decision::new(Action::Keep, if known { Why::Same } else { Why::Adopted })
}

fn differs(case: &Case, wanted: &Wanted, file: &File) -> Decision {
    let update = |action, why| Decision {
        executable: mode_to_set(case, wanted, file),
        ..Decision::new(action, why)
    };
    let overwrite = |why| Decision {
        backup: Some(case.path.to_string()),
        ..update(Action::Update, why)
    };
    let Some(last) = case.last else {
        return if case.forced || case.named {
            overwrite(Why::Foreign)
        } else {
            Decision::new(Action::Conflict, Why::Foreign)
        };
    };
    if last.has_text(file.id) {
        return update(Action::Update, Why::Changed);
    }
    if case.named {
        return overwrite(Why::Edited);
    }
    if last.has_text(wanted.id) {
        return Decision::new(Action::KeepEdit, Why::Edited);
    }
    match merged(case, last, file, wanted) {
        // The edit already holds all that we changed.
        Ok(bytes) if bytes == *file.bytes => Decision::new(Action::KeepEdit, Why::Edited),
        Ok(bytes) => update(Action::Merge(bytes), Why::Merged),
        Err(reason) if case.forced => overwrite(Why::EditedAndChanged(reason)),
        Err(reason) => Decision::new(Action::Conflict, Why::EditedAndChanged(reason)),
    }
}

fn no_longer_wanted(case: &Case, file: &File) -> Decision {
    if case.last.is_some_and(|last| last.has_text(file.id)) {
        Decision::new(Action::Prune, Why::Unwanted)
    } else if case.forced || case.named {
        Decision {
            backup: Some(case.path.to_string()),
            ..Decision::new(Action::Prune, Why::EditedAndUnwanted)
        }
    } else {
        Decision::new(Action::Conflict, Why::EditedAndUnwanted)
    }
}

/// As with contents, only a wish that changed since the last writing is carried out; else the found mode stays.
fn mode_to_set(case: &Case, wanted: &Wanted, file: &File) -> Option<bool> {
    let changed = case.last.is_none_or(|last| !last.has_mode(wanted.executable));
    (case.has_modes && changed && file.executable != wanted.executable).then_some(wanted.executable)
}

/// Merges with every text that counts as written last: they must agree.
fn merged(case: &Case, last: &Last, file: &File, wanted: &Wanted) -> Result<Vec<u8>, NoMerge> {
    let bytes = wanted.bytes();
    let mut agreed = None;
    for written in &last.written {
        let base = case.bases.get(&written.id).ok_or(NoMerge::NoBase)?;
        let merged = merge(base, &file.bytes, &bytes)?;
        if agreed.as_ref().is_some_and(|agreed| *agreed != merged) {
            return Err(NoMerge::Ambiguous);
        }
        agreed = Some(merged);
    }
    agreed.ok_or(NoMerge::NoBase)
}
