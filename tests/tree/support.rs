use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use pinkogen::key_path::KeyPath;
use pinkogen::render::{Artifact, ArtifactPath, Artifacts, Content, Mode};
use pinkogen::tree::{Applied, Error, Force, Found, IoError, Output, Plan, plan};
use tempfile::TempDir;

pub(crate) fn path(text: &str) -> ArtifactPath {
    ArtifactPath::new(text).unwrap()
}

pub(crate) fn artifact(bytes: impl Into<Vec<u8>>, mode: Mode) -> Artifact {
    let content = Content::Copy {
        bytes: bytes.into().into(),
        original: String::new(),
        key: KeyPath::default(),
    };
    Artifact { mode, content }
}

pub(crate) fn wanted(files: &[(&str, &str)]) -> Artifacts {
    files
        .iter()
        .map(|(name, text)| (path(name), artifact(*text, Mode::Plain)))
        .collect()
}

/// What lies there; the folder is free again afterwards, as for one who edits.
pub(crate) fn observe(dir: &Path, artifacts: &Artifacts) -> Result<Found, Error> {
    Output::look(dir)?.observe(artifacts)
}

#[track_caller]
pub(crate) fn apply(
    dir: &Path,
    plan: &Plan,
    artifacts: &Artifacts,
    found: &Found,
) -> Result<Applied, IoError> {
    match Output::work(dir, &Force::None) {
        Ok(output) => output.apply(plan, artifacts, found),
        Err(Error::Io(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

pub(crate) struct Tree {
    pub(crate) temp: TempDir,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self::new_in(&std::env::temp_dir())
    }

    pub(crate) fn new_in(folder: &Path) -> Self {
        let temp = tempfile::tempdir_in(folder).unwrap();
        Self { temp }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.temp.path().join("out")
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.dir().join(path)
    }

    pub(crate) fn plan(&self, artifacts: &Artifacts, force: &Force) -> (Plan, Found) {
        let found = observe(&self.dir(), artifacts).unwrap();
        (plan(artifacts, &found, force), found)
    }

    #[track_caller]
    pub(crate) fn render_with(&self, artifacts: &Artifacts, force: &Force) -> Applied {
        let (plan, found) = self.plan(artifacts, force);
        apply(&self.dir(), &plan, artifacts, &found).unwrap()
    }

    #[track_caller]
    pub(crate) fn render(&self, artifacts: &Artifacts) {
        let applied = self.render_with(artifacts, &Force::None);
        assert_eq!(applied, Applied::Done { backups: Vec::new() });
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let to = self.at(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, String> {
        snapshot(self.temp.path())
    }
}

/// Everything below a folder: kind, mode, inode, time, and contents.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<PathBuf, String> {
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .filter_map(Result::ok)
        .map(|entry| {
            let metadata = entry.path().symlink_metadata().unwrap();
            let content = if metadata.is_symlink() {
                fs::read_link(entry.path()).unwrap().display().to_string()
            } else if metadata.is_file() {
                format!(
                    "{} {}.{} {:?}",
                    metadata.ino(),
                    metadata.mtime(),
                    metadata.mtime_nsec(),
                    fs::read(entry.path()).unwrap()
                )
            } else {
                String::new()
            };
            (
                entry.path().to_owned(),
                format!("{:o} {content}", metadata.mode()),
            )
        })
        .collect()
}

pub(crate) fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o777
}

#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
