//! What `pinkogen check` says of specs: `tests/specs/invalid` holds one broken spec a file, whose name is the claim, with
//! what is said of it beside it; `tests/specs/valid` those that are sound, with their warnings.
//!
//! `SNAPSHOTS=overwrite cargo test --test check` writes what is said now.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};
use tempfile::TempDir;
use walkdir::WalkDir;

const INVALID: &str = "tests/specs/invalid";
const VALID: &str = "tests/specs/valid";

#[test]
fn every_problem_of_a_broken_spec_is_told() {
    judge(INVALID, |output| {
        if output.status.code() != Some(2) {
            return Err(format!("it ends with {}, not with status 2", output.status));
        }
        match String::from_utf8_lossy(&output.stdout).as_ref() {
            "" => Ok(()),
            text => Err(format!("standard output is not empty: {text}")),
        }
    });
}

#[test]
fn sound_specs_are_accepted() {
    judge(VALID, |output| {
        let stdout = String::from_utf8_lossy(&output.stdout);
        if output.status.success() && stdout.starts_with("`spec.toml` is sound: ") {
            Ok(())
        } else {
            Err(format!("it ends with {}: {stdout}", output.status))
        }
    });
}

#[test]
fn examples_are_sound_without_a_warning() {
    let faults: Vec<String> = folders("examples")
        .iter()
        .filter_map(|example| {
            let output = check(example, &[]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            (!output.status.success() || !said.is_empty()).then(|| format!("{}: {said}", example.display()))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What lies there is a spec that is tested, or what is said of one.
#[test]
fn nothing_is_forgotten() {
    let mut strange = Vec::new();
    for folder in [INVALID, VALID] {
        let cases = cases(folder);
        let known: BTreeSet<PathBuf> = cases
            .iter()
            .flat_map(|case| [case.clone(), expected(case)])
            .collect();
        let found = fs::read_dir(repo().join(folder)).expect("the folder of specs");
        strange.extend(
            found
                .map(|entry| entry.expect("an entry").path())
                .filter(|path| !known.contains(path)),
        );
        strange.extend(known.into_iter().filter(|path| !path.exists()));
    }
    assert!(
        strange.is_empty(),
        "a spec or its .stderr is missing, or a file is neither: {strange:#?}"
    );
}

#[test]
#[cfg(unix)]
fn links_are_refused() {
    let folder = TempDir::new().expect("a folder");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("written");
    let link = |to: &str, path: &str| {
        std::os::unix::fs::symlink(to, folder.path().join(path)).expect("linked");
    };
    for path in ["elsewhere", "pages"] {
        fs::create_dir(folder.path().join(path)).expect("made");
    }
    write("elsewhere/index.html", "x");
    write("elsewhere/Dockerfile", "FROM scratch");
    write("pages/index.html", "x");
    link("elsewhere", "linked");
    link("/etc/passwd", "pages/passwd");
    write(
        "spec.toml",
        "name = \"demo\"\n[services.a]\nsite = \"linked\"\n[services.b]\nsite = \"pages\"\n[services.c]\nbuild = \"linked\"\n[services.d]\nimage = \"x:1\"\nfiles = { \"linked/index.html\" = \"/x\" }\n",
    );
    let output = run(folder.path(), &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("error: `")).collect();
    assert_eq!(
        told,
        [
            "error: `linked` is a symbolic link",
            "error: `pages/passwd` is a symbolic link",
            "error: `linked` is a symbolic link",
            "error: `linked` is a symbolic link",
        ],
        "{said}"
    );
}

#[test]
fn an_output_folder_inside_an_input_is_refused() {
    let example = repo().join("examples/2-front-end");
    let output = check(&example, &["--out", "softy-pinko-front-end/out"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.contains("`softy-pinko-front-end` holds the output folder `softy-pinko-front-end/out`"),
        "{said}"
    );
}

#[test]
fn a_spec_that_is_no_text_is_refused() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("spec.toml"), b"name = \"\xff\"").expect("written");
    let output = run(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "error: `spec.toml` is not UTF-8: byte 8\n");
}

/// Runs each case, and tells all that differ.
fn judge(folder: &str, fault: impl Fn(&Output) -> Result<(), String>) {
    let assert = Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .palette(snapbox::report::Palette::plain());
    let cases = cases(folder);
    assert!(!cases.is_empty(), "no spec in {folder}");
    let mut faults = Vec::new();
    for case in cases {
        let output = check(&case, &[]);
        let mut tell = |text: String| faults.push(format!("{}: {text}", case.display()));
        fault(&output).unwrap_or_else(&mut tell);
        let said = Data::text(String::from_utf8_lossy(&output.stderr).into_owned());
        let wanted = Data::read_from(&expected(&case), Some(DataFormat::Text)).raw();
        assert
            .try_eq(None, said, wanted)
            .unwrap_or_else(|error| tell(error.to_string()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Checks a spec, alone or with the files in its folder, in a folder of its own.
fn check(case: &Path, args: &[&str]) -> Output {
    let folder = TempDir::new().expect("a folder");
    if case.is_dir() {
        copy(case, folder.path());
    } else {
        fs::copy(case, folder.path().join("spec.toml")).expect("a spec");
    }
    run(folder.path(), args)
}

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pinkogen"))
        .arg("check")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("pinkogen runs")
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from).min_depth(1) {
        let entry = entry.expect("an entry");
        let place = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir(place).expect("made");
        } else {
            fs::copy(entry.path(), place).expect("copied");
        }
    }
}

/// The specs of a folder: single files, and folders where inputs matter.
fn cases(folder: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(repo().join(folder))
        .expect("the folder of specs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("spec.toml").is_file() || path.extension().is_some_and(|it| it == "toml"))
        .collect();
    cases.sort();
    cases
}

/// What is said of a case: beside it, under its name.
fn expected(case: &Path) -> PathBuf {
    case.with_extension("stderr")
}

fn folders(folder: &str) -> Vec<PathBuf> {
    let mut folders = cases(folder);
    folders.retain(|path| path.is_dir());
    folders
}

fn repo() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
