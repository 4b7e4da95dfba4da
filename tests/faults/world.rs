//! A folder in which the program updates a tree of 200 files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::copy::copy;

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Files of the user's own, inside the output folder: one that was edited, one that was never ours.
const EDITED: &str = "page/site/same/0.txt";
const FOREIGN: &str = "page/notes.txt";

/// An output folder that is rendered, and a spec whose inputs changed since: 120 files to update, 40 to add, 40 to remove.
pub(crate) struct World {
    temp: TempDir,
    /// What lies in the output folder before the update, and after it.
    pub(crate) old: Files,
    pub(crate) new: Files,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::sized(40)
    }

    /// With so many files that stay, come and go, and three times as many that change.
    pub(crate) fn sized(size: usize) -> Self {
        // In memory: what a kill leaves is the same there, and no run waits for a disk.
        let memory = Path::new("/dev/shm");
        let temp = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let mut world = Self {
            temp: temp.expect("a temporary folder"),
            old: Files::new(),
            new: Files::new(),
        };
        let spec = "name = \"faults\"\n\n[services.page]\nsite = \"in\"\nport = 8080\npublish = 8080\n";
        world.write("spec.toml", spec);
        world.write("in/index.html", "<!doctype html><title>x</title>\n");
        for number in 0..size {
            world.write(&format!("in/same/{number}.txt"), &text("same", number));
            world.write(&format!("in/gone/{number}.txt"), &text("gone", number));
        }
        for number in 0..3 * size {
            world.write(
                &format!("in/a/b{}/{number}.txt", number % 7),
                &text("old", number),
            );
        }
        assert!(world.pinkogen(&["render"]).status.success());
        world.write(&format!("generated/{EDITED}"), "mine\n");
        world.write(&format!("generated/{FOREIGN}"), "mine too\n");
        world.old = world.files();
        copy(&world.at("generated"), &world.at("pristine"));

        fs::remove_dir_all(world.at("in/gone")).expect("a folder");
        for number in 0..size {
            world.write(&format!("in/new/{number}.txt"), &text("added", number));
        }
        for number in 0..3 * size {
            world.write(
                &format!("in/a/b{}/{number}.txt", number % 7),
                &text("new", number),
            );
        }
        assert!(world.pinkogen(&["render"]).status.success());
        world.new = world.files();
        assert_ne!(world.new, world.old);
        world.reset();
        world
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.temp.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Takes the output folder back to before the update.
    pub(crate) fn reset(&self) {
        fs::remove_dir_all(self.at("generated")).expect("a folder");
        copy(&self.at("pristine"), &self.at("generated"));
    }

    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.temp.path());
        command
    }

    pub(crate) fn pinkogen(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_pinkogen"));
        command.args(arguments).output().expect("it runs")
    }

    /// Every file of the output folder, but what pinkogen works with.
    pub(crate) fn files(&self) -> Files {
        let root = self.at("generated");
        WalkDir::new(&root)
            .into_iter()
            .filter_entry(|entry| entry.file_name() != ".pinkogen")
            .map(Result::unwrap)
            .filter(|entry| !entry.file_type().is_dir())
            .map(|entry| {
                let path = entry.path().strip_prefix(&root).expect("below it");
                let bytes = fs::read(entry.path()).expect("a readable file");
                (path.to_string_lossy().into_owned(), bytes)
            })
            .collect()
    }

    /// Files whose bytes are neither the old nor the new ones, wherever the run stood.
    pub(crate) fn torn(&self) -> Vec<String> {
        let files = self.files();
        let is_torn = |(path, bytes): (String, Vec<u8>)| {
            let is_one = |files: &Files| files.get(&path) == Some(&bytes);
            (!is_one(&self.old) && !is_one(&self.new)).then_some(path)
        };
        files.into_iter().filter_map(is_torn).collect()
    }

    /// Runs `diff`, which finishes or undoes what is left: then the tree must be wholly old or wholly new, and `diff` has to
    /// say which. At last `render` must make it new. The error tells what is wrong.
    pub(crate) fn judge(&self) -> Result<(), String> {
        let diff = self.pinkogen(&["diff", "--quiet"]);
        let files = self.files();
        let expected = if files == self.old {
            1
        } else if files == self.new {
            0
        } else {
            return Err(format!("neither old nor new after diff: {}", said(&diff)));
        };
        if diff.status.code() != Some(expected) {
            return Err(format!("diff should end with {expected}: {}", said(&diff)));
        }
        if self.at("generated/.pinkogen").exists() {
            return Err("a leftover".to_owned());
        }
        let render = self.pinkogen(&["render"]);
        if !render.status.success() || self.files() != self.new {
            return Err(format!("the next render is not right: {}", said(&render)));
        }
        Ok(())
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))
}

fn text(kind: &str, number: usize) -> String {
    format!("{kind} {number}\n").repeat(50)
}
