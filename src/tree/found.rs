use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::beneath::{Beneath, is_beneath};
use super::blob::{BlobId, blob_id};
use super::entry::{Entry, File, Obstacle, ObstacleKind};
use super::error::{Error, IoError};
use super::history;
use super::lock::{Class, Lock, LockError};
use super::work_tree;
use crate::render::{ArtifactPath, Artifacts};

/// What lies in the output folder, as far as it matters: at each path that is wanted or was written. No meaning, no wishes.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub lock: Lock,
    /// The lock as it was read; `None` if there is none.
    pub lock_text: Option<Vec<u8>>,
    pub entries: BTreeMap<ArtifactPath, Entry>,
    /// Texts written last, had back from git where an edit may have to be merged.
    pub bases: BTreeMap<BlobId, Vec<u8>>,
    /// Modes mean nothing here (`core.fileMode = false`, or a system without them).
    pub no_modes: bool,
}

impl Found {
    pub fn entry(&self, path: &ArtifactPath) -> &Entry {
        self.entries.get(path).unwrap_or(&Entry::None)
    }
}

/// Reads what lies in the output folder. One that is not there is empty.
pub fn observe(dir: &Path, wanted: &Artifacts) -> Result<Found, Error> {
    let Some(mut beneath) = Beneath::open(dir)? else {
        return Ok(Found::default());
    };
    let (lock, lock_text) = read_lock(&mut beneath)?;
    let mut found = Found {
        lock,
        lock_text,
        no_modes: !work_tree::has_modes(dir),
        ..Found::default()
    };
    let paths: BTreeSet<&ArtifactPath> = wanted.keys().chain(found.lock.entries.keys()).collect();
    for path in paths {
        let entry = entry(&mut beneath, path, &found.lock)?;
        found.entries.insert(path.clone(), entry);
    }
    for id in bases_needed(wanted, &found) {
        if let Some(base) = history::blob(dir, id) {
            found.bases.insert(id, base);
        }
    }
    Ok(found)
}

/// What lies at a path; of a folder, also whether all that it holds may be ours.
pub(super) fn entry(beneath: &mut Beneath, path: &ArtifactPath, lock: &Lock) -> Result<Entry, IoError> {
    let mut entry = beneath.entry(path.as_str())?;
    if let Entry::Other(Obstacle {
        path: at,
        kind: ObstacleKind::Folder(files),
    }) = &mut entry
        && lock.entries.keys().any(|path| is_beneath(path.as_str(), at))
    {
        *files = beneath.only_known(at, &|path| lock.entries.contains_key(path))?;
    }
    Ok(entry)
}

/// The lock and its text.
pub(super) fn read_lock(beneath: &mut Beneath) -> Result<(Lock, Option<Vec<u8>>), Error> {
    match beneath.entry(ArtifactPath::LOCK)? {
        Entry::None => Ok((Lock::default(), None)),
        Entry::Other(obstacle) => Err(IoError::refuse(
            "read",
            beneath.shown(ArtifactPath::LOCK),
            format!("{obstacle}; move it away"),
        )
        .into()),
        Entry::File(file) => match Lock::parse(&file.bytes) {
            Ok(lock) => Ok((lock, Some(file.bytes))),
            Err((line, fault)) => Err(LockError {
                path: beneath.shown(ArtifactPath::LOCK),
                line,
                fault,
            }
            .into()),
        },
    }
}

/// The ids of the texts that a merge needs: of files that were edited where the wanted text changed too.
fn bases_needed(wanted: &Artifacts, found: &Found) -> BTreeSet<BlobId> {
    let mut ids = BTreeSet::new();
    for (path, last) in &found.lock.entries {
        let (Some(artifact), Entry::File(File { bytes, .. })) = (wanted.get(path), found.entry(path)) else {
            continue;
        };
        let wanted = artifact.bytes();
        if last.class == Class::Owned
            && *bytes != *wanted
            && !last.has_text(blob_id(bytes))
            && !last.has_text(blob_id(&wanted))
        {
            ids.extend(last.written.iter().map(|written| written.id));
        }
    }
    ids
}
