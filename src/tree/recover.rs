//! What a run that was cut off left: finished if it had begun to put files in place, else cleared.

use super::backup::Backup;
use super::beneath::{Beneath, Place, split};
use super::blob::blob_id;
use super::commit::{Commit, Failure, Standing, standing};
use super::entry::Entry;
use super::error::{Error, IoError, Unfinished, UnfinishedWhy};
use super::journal::{Journal, Step};
use super::plan::Force;
use super::state::State;
use crate::render::ArtifactPath;

/// What became of a run that was cut off.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Recovered {
    /// It had not touched a file: the tree is as it was before it.
    Undone,
    /// The tree is as it wanted it.
    Finished {
        /// What was edited in between, and overwritten by force.
        backups: Vec<Backup>,
    },
}

/// Whether there is anything to recover from.
pub(super) fn is_needed(root: &Beneath) -> Result<bool, IoError> {
    match State::find(root)? {
        Some(state) => state.has_leftovers(),
        None => Ok(false),
    }
}

/// Must be called alone in the folder.
pub(super) fn recover(root: &mut Beneath, force: &Force) -> Result<Option<Recovered>, Error> {
    let Some(mut state) = State::find(root)? else {
        return Ok(None);
    };
    if !state.has_leftovers()? {
        return Ok(None);
    }
    let text = state
        .journal()
        .map_err(|source| root.error("read", ".pinkogen/journal", source))?;
    let recovered = match text.map(|text| Journal::parse(&text)) {
        None => Recovered::Undone,
        Some(None) if *force == Force::All => Recovered::Undone,
        Some(None) => return Err(unfinished(root, UnfinishedWhy::Unreadable)),
        Some(Some(journal)) => finish(root, &mut state, &journal, force)?,
    };
    let cleaned = state.end().and_then(|()| state.clean(root));
    cleaned.map_err(|source| root.error("clean up", ArtifactPath::STATE, source))?;
    Ok(Some(recovered))
}

fn finish(
    root: &mut Beneath,
    state: &mut State,
    journal: &Journal,
    force: &Force,
) -> Result<Recovered, Error> {
    let (mut changed, mut edited_since, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_begun = false;
    for step in &journal.steps {
        let path = || step.path().to_owned();
        match standing(root, state, journal, step)? {
            Standing::Done => is_begun = true,
            Standing::Open if has_new_text(root, state, step)? => {}
            Standing::Open => lost.push(path()),
            Standing::Changed if has_new_text(root, state, step)? => changed.push(path()),
            // It was put in place, and edited then: an edit as any other once the rest is done.
            Standing::Changed => edited_since.push(path()),
        }
    }
    if !lost.is_empty() {
        return if (is_begun || !edited_since.is_empty()) && *force != Force::All {
            Err(unfinished(root, UnfinishedWhy::Lost(lost)))
        } else {
            Ok(Recovered::Undone)
        };
    }
    let is_forced = |path: &String| match force {
        Force::None => false,
        Force::All => true,
        Force::Paths(paths) => paths.iter().any(|forced| forced.as_str() == path),
    };
    let refused: Vec<String> = [&*changed, &*edited_since]
        .concat()
        .into_iter()
        .filter(|path| !is_forced(path))
        .collect();
    if !refused.is_empty() {
        return Err(unfinished(root, UnfinishedWhy::Edited(refused)));
    }
    let mut backups = Vec::new();
    for path in changed {
        backups.push(set_aside(root, state, &path)?);
    }
    let mut rest = journal.clone();
    rest.steps
        .retain(|step| !edited_since.iter().any(|path| path == step.path()));
    let mut commit = Commit::new(root, state, &rest, false);
    let done = commit.run();
    backups.append(&mut commit.backups);
    match done {
        Ok(()) => Ok(Recovered::Finished { backups }),
        Err(Failure::Io(error)) => Err(error.half_done().into()),
        Err(Failure::Changed(path)) => Err(unfinished(root, UnfinishedWhy::Edited(vec![path]))),
    }
}

/// Whether the file that the step puts in place is there, and is what was meant.
fn has_new_text(root: &Beneath, state: &State, step: &Step) -> Result<bool, IoError> {
    let Step::Write {
        path, staged, after, ..
    } = step
    else {
        return Ok(true);
    };
    let bytes = state
        .staged(*staged)
        .map_err(|source| root.error("read the new text of", path, source))?;
    Ok(bytes.is_some_and(|bytes| blob_id(&bytes) == *after))
}

/// Moves what was edited in between to a backup.
fn set_aside(root: &mut Beneath, state: &mut State, path: &str) -> Result<Backup, Error> {
    // It may be what is in the way above.
    let at = match root.entry(path)? {
        Entry::Other(obstacle) => obstacle.path,
        _ => path.to_owned(),
    };
    let State { backups, folder, .. } = state;
    let number = backups.reserve(folder, &at)?;
    let backup = match root.folder(split(&at).0)? {
        Place::Folder(dir) => backups.take(folder, number, &at, dir)?,
        Place::Missing | Place::Blocked(_) => {
            return Err(unfinished(root, UnfinishedWhy::Edited(vec![at])));
        }
    };
    root.forget_folders();
    Ok(backup)
}

fn unfinished(root: &Beneath, why: UnfinishedWhy) -> Error {
    Error::Unfinished(Unfinished {
        path: root.shown(""),
        why,
    })
}
