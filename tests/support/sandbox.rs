//! A folder of its own in which the built program runs, and what it said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

pub(crate) fn repo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A temporary folder; it goes when it is dropped.
pub(crate) struct Sandbox(tempfile::TempDir);

/// What a run printed, and how it ended.
#[derive(Debug)]
#[must_use = "assert the status, or that nothing was said"]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A sandbox that holds a copy of an example as its own.
    pub(crate) fn example(name: &str) -> Self {
        let sandbox = Self::new();
        sandbox.copy(&repo().join("examples").join(name), "");
        sandbox
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        if below.is_empty() {
            self.0.path().to_path_buf()
        } else {
            self.0.path().join(below)
        }
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.path(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "`{path}` does not hold `{from}`");
        self.write(path, text.replace(from, to));
    }

    pub(crate) fn copy(&self, from: &Path, to: &str) {
        for (path, bytes) in tree(from) {
            if path.starts_with("generated/") || path.starts_with("secrets/") {
                continue; // What a user of the repository may have made there.
            }
            self.write(
                &format!("{to}{}{path}", if to.is_empty() { "" } else { "/" }),
                bytes,
            );
        }
    }

    pub(crate) fn pinkogen<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        self.run(Command::new(env!("CARGO_BIN_EXE_pinkogen")).args(arguments))
    }

    /// Runs a command in the sandbox, with nothing of the user's own settings.
    pub(crate) fn run(&self, command: &mut Command) -> Run {
        let output = command
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.0.path().parent().expect("a parent"),
            )
            .env_remove("NO_COLOR")
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    pub(crate) fn git<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let run = self.run(Command::new("git").args(identity).args(arguments));
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    }
}

/// Every file below a folder.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap_or_else(|error| panic!("{}: {error}", root.display())))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(root)
                .expect("below it")
                .to_string_lossy()
                .into_owned();
            (path, fs::read(entry.path()).expect("a readable file"))
        })
        .collect()
}
