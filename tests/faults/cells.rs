use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::figure::figure;

const FILE: &str = "generated/page/site/f.txt";

/// What the user did to the file, and how `render` ends then where the output is the same, changed, or removed.
const CELLS: [(&str, [i32; 3]); 6] = [
    ("same", [0, 0, 0]),
    ("edited", [0, 1, 1]),
    ("deleted", [0, 0, 0]),
    ("chmod", [0, 0, 0]),
    ("link", [1, 1, 1]),
    ("folder", [1, 1, 1]),
];

struct Cell(TempDir);

impl Cell {
    fn new(did: &str, output: &str) -> Self {
        let cell = Self(tempfile::tempdir().expect("a temporary folder"));
        cell.write(
            "spec.toml",
            "name = \"cell\"\n\n[services.page]\nsite = \"in\"\nport = 8080\npublish = 8080\n",
        );
        cell.write("in/index.html", "<!doctype html><title>x</title>\n");
        cell.write("in/f.txt", "first\n");
        cell.write("outside/f.txt", "mine\n");
        assert!(cell.run(&["render"]).status.success());
        let file = cell.0.path().join(FILE);
        match did {
            "edited" => cell.write(FILE, "mine\n"),
            "chmod" => fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode"),
            "same" => {}
            _ => {
                fs::remove_file(&file).expect("a file");
                match did {
                    "link" => symlink("../../../outside/f.txt", &file).expect("a link"),
                    "folder" => cell.write(&format!("{FILE}/inside"), "mine\n"),
                    _ => {}
                }
            }
        }
        match output {
            "changed" => cell.write("in/f.txt", "second\n"),
            "removed" => fs::remove_file(cell.0.path().join("in/f.txt")).expect("a file"),
            _ => {}
        }
        cell
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pinkogen"));
        command
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .expect("it runs")
    }

    /// How often the user's text lies in the output folder, wherever; a link counts if it still leads there.
    fn mine(&self) -> usize {
        walkdir::WalkDir::new(self.0.path().join("generated"))
            .into_iter()
            .map(Result::unwrap)
            .filter(|entry| {
                entry.file_type().is_file() && fs::read(entry.path()).is_ok_and(|text| text == b"mine\n")
            })
            .count()
    }

    fn is_link_kept(&self) -> bool {
        walkdir::WalkDir::new(self.0.path().join("generated"))
            .into_iter()
            .map(Result::unwrap)
            .any(|entry| entry.file_type().is_symlink())
    }
}

/// What is wrong with a cell, if anything.
fn check(did: &str, output: &str, status: i32) -> Result<(), String> {
    let is_lost = |cell: &Cell| match did {
        "edited" | "folder" => cell.mine() != 1,
        "link" => {
            !cell.is_link_kept()
                || fs::read(cell.0.path().join("outside/f.txt")).ok().as_deref() != Some(b"mine\n")
        }
        _ => false,
    };
    for arguments in [&["diff"][..], &["render", "--dry-run"], &["render"]] {
        let cell = Cell::new(did, output);
        let run = cell.run(arguments);
        let is_diff = arguments[0] == "diff";
        if !is_diff && run.status.code() != Some(status) {
            return Err(format!("{arguments:?} ended with {}", run.status));
        }
        if is_diff && status != 0 && run.status.success() {
            return Err("diff ends with 0 on a conflict".to_owned());
        }
        if is_lost(&cell) {
            return Err(format!("{arguments:?} lost bytes"));
        }
        if arguments.len() > 1 || is_diff || status != 0 {
            continue;
        }
        let text = fs::read_to_string(cell.0.path().join(FILE)).ok();
        let expected = match (did, output) {
            ("edited", _) => Some("mine\n"),
            (_, "same") => Some("first\n"),
            (_, "changed") => Some("second\n"),
            _ => None,
        };
        if text.as_deref() != expected {
            return Err(format!("there is {text:?}"));
        }
        let mode = fs::metadata(cell.0.path().join(FILE))
            .map(|meta| meta.permissions().mode() & 0o777)
            .ok();
        if did == "chmod" && mode.is_some_and(|mode| mode != 0o600) {
            return Err(format!("its mode is {mode:?}"));
        }
    }
    let forced = Cell::new(did, output);
    let run = forced.run(&["render", "--force"]);
    if !run.status.success() {
        return Err(format!("--force ended with {}", run.status));
    }
    if is_lost(&forced) {
        return Err("--force kept no backup".to_owned());
    }
    Ok(())
}

#[test]
fn every_cell_on_a_real_disk() {
    let mut wrong = Vec::new();
    for (did, statuses) in CELLS {
        for (output, status) in ["same", "changed", "removed"].into_iter().zip(statuses) {
            if let Err(error) = check(did, output, status) {
                wrong.push(format!("{did}, output {output}: {error}"));
            }
        }
    }
    figure(
        "{same, edited, deleted, chmod, link, folder} × {output same, changed, removed}",
        "bytes lost without --force 0; a conflict never ends with 0",
        &format!(
            "{} of 18 cells wrong (diff, --dry-run, render, --force)",
            wrong.len()
        ),
    );
    assert_eq!(wrong, Vec::<String>::new());
}
