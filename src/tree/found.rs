use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::beneath::{Beneath, is_beneath};
use super::blob::BlobId;
use super::entry::{Entry, File, Obstacle, ObstacleKind};
use super::error::{Error, IoError};
use super::git;
use super::lock::{Class, Lock, LockError};
use super::wanted::Wanted;
use super::work_tree::WorkTree;
use crate::render::{Artifact, ArtifactPath, Artifacts};
use crate::shares;

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
    /// The repository names its objects by SHA-256, so that patches must, too.
    pub is_sha256: bool,
}

impl Found {
    pub fn entry(&self, path: &ArtifactPath) -> &Entry {
        self.entries.get(path).unwrap_or(&Entry::None)
    }
}

/// Reads what lies in the output folder.
pub(super) fn observe(dir: &Path, beneath: &mut Beneath, wanted: &Artifacts) -> Result<Found, Error> {
    let (lock, lock_text) = read_lock(beneath)?;
    let work_tree = WorkTree::of(dir);
    let mut found = Found {
        lock,
        lock_text,
        no_modes: !work_tree.has_modes(),
        is_sha256: work_tree.is_sha256(),
        ..Found::default()
    };
    let paths: BTreeSet<&ArtifactPath> = wanted.keys().chain(found.lock.entries.keys()).collect();
    found.entries = entries(
        beneath,
        &paths.into_iter().collect::<Vec<_>>(),
        &found.lock,
        wanted,
    )?;
    for id in bases_needed(wanted, &found) {
        if let Some(base) = git::blob(dir, id) {
            found.bases.insert(id, base);
        }
    }
    Ok(found)
}

/// What lies at each path, read by as many threads as are worth it.
fn entries(
    beneath: &Beneath,
    paths: &[&ArtifactPath],
    lock: &Lock,
    wanted: &Artifacts,
) -> Result<BTreeMap<ArtifactPath, Entry>, IoError> {
    let (_, read) = shares::work(
        paths.iter().copied(),
        || beneath.another(),
        |beneath, paths| {
            let read = |path: &ArtifactPath| {
                beneath.expect(wanted.get(path).and_then(Artifact::copied).cloned());
                Ok((path.clone(), entry(beneath, path, lock)?))
            };
            paths.into_iter().map(read).collect::<Result<Vec<_>, IoError>>()
        },
    )?;
    Ok(read.into_iter().flat_map(|done| done.result).collect())
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
            Ok(lock) => Ok((lock, Some(file.bytes.to_vec()))),
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
fn bases_needed(artifacts: &Artifacts, found: &Found) -> BTreeSet<BlobId> {
    let mut ids = BTreeSet::new();
    for (path, last) in &found.lock.entries {
        let entry = found.entry(path);
        let (Some(artifact), Entry::File(File { id, .. })) = (artifacts.get(path), entry) else {
            continue;
        };
        // Most are as they were written, which needs no look at what is wanted.
        if last.class == Class::Owned
            && !last.has_text(*id)
            && let wanted = Wanted::new(artifact, entry)
            && !wanted.is_there
            && !last.has_text(wanted.id)
        {
            ids.extend(last.written.iter().map(|written| written.id));
        }
    }
    ids
}
