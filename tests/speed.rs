//! How long a whole process takes, release build, warm cache: `cargo test --test speed -- --ignored --nocapture` prints
//! the table.
//!
//! A first render writes files and ends with one sync of the file system, which takes as long as the disk and everybody
//! else's writes make it: it is held to the limit in memory (`/dev/shm`), where there is one, and shown for the disk.

#[path = "support/examples.rs"]
#[expect(dead_code, reason = "the package's tests use the rest")]
mod examples;
#[path = "support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sandbox::{repo, tree};
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_millis(20);
const RUNS: usize = 21;
const WARM_UP: usize = 3;
const MEMORY: &str = "/dev/shm";

/// A median, of what, and whether it is held to the limit.
struct Figure {
    what: &'static str,
    median: Duration,
    is_limited: bool,
}

struct Row {
    example: String,
    figures: Vec<Figure>,
}

/// The release build.
fn program() -> PathBuf {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked"])
        .current_dir(repo())
        .env("CARGO_TARGET_DIR", repo().join("target"))
        .status()
        .expect("cargo");
    assert!(build.success());
    repo().join("target/release/pinkogen")
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    for _ in 0..WARM_UP {
        run();
    }
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// An example in a folder of its own.
struct Place<'a> {
    program: &'a Path,
    folder: TempDir,
}

impl Place<'_> {
    fn new<'a>(program: &'a Path, folder: TempDir, name: &str) -> Place<'a> {
        for (path, bytes) in tree(&repo().join("examples").join(name)) {
            if path.starts_with("generated/") || path.starts_with("secrets/") {
                continue;
            }
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        Place { program, folder }
    }

    /// From before the process is made until after it has ended with that status.
    fn time(&self, command: &str, status: i32) -> Duration {
        let mut process = Command::new(self.program);
        process
            .arg(command)
            .current_dir(self.folder.path())
            .stdout(Stdio::null());
        let start = Instant::now();
        let ended = process.status().expect("pinkogen");
        let time = start.elapsed();
        assert_eq!(ended.code(), Some(status), "{command}");
        time
    }

    fn first_render(&self) -> Duration {
        median(|| {
            let out = self.folder.path().join("generated");
            if out.exists() {
                fs::remove_dir_all(&out).expect("ours");
            }
            self.time("render", 0)
        })
    }
}

fn row(program: &Path, example: String) -> Row {
    let on_disk = Place::new(program, tempfile::tempdir().expect("a folder"), &example);
    let mut figures = Vec::new();
    let mut add = |what, median, is_limited| {
        figures.push(Figure {
            what,
            median,
            is_limited,
        });
    };
    add("diff, all is new", median(|| on_disk.time("diff", 1)), true);
    let has_memory = Path::new(MEMORY).is_dir();
    if has_memory {
        let folder = tempfile::tempdir_in(MEMORY).expect("a folder in memory");
        let in_memory = Place::new(program, folder, &example);
        add("first render, in memory", in_memory.first_render(), true);
    }
    add("first render, on disk", on_disk.first_render(), !has_memory);
    for (what, command) in [
        ("render, nothing to do", "render"),
        ("diff, nothing to do", "diff"),
        ("check", "check"),
    ] {
        add(what, median(|| on_disk.time(command, 0)), true);
    }
    Row { example, figures }
}

/// The figures that are above a limit.
fn too_slow(rows: &[Row], limit: Duration) -> Vec<String> {
    rows.iter()
        .flat_map(|row| row.figures.iter().map(move |figure| (row, figure)))
        .filter(|(_, figure)| figure.is_limited && figure.median > limit)
        .map(|(row, figure)| format!("{} of {}: {:.1?}", figure.what, row.example, figure.median))
        .collect()
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from("| median of 21, ms |");
    for figure in &rows[0].figures {
        let _ = write!(text, " {} |", figure.what);
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(rows[0].figures.len()));
    for row in rows {
        let _ = write!(text, "\n| {} |", row.example);
        for figure in &row.figures {
            let _ = write!(text, " {:.1} |", figure.median.as_secs_f64() * 1000.0);
        }
    }
    text
}

#[test]
#[ignore = "builds the release: cargo test -- --include-ignored"]
#[expect(clippy::print_stdout, reason = "the table is what it is for")]
fn every_command_takes_at_most_20_ms() {
    let program = program();
    let rows: Vec<Row> = examples::names()
        .into_iter()
        .map(|example| row(&program, example))
        .collect();
    println!("{}", table(&rows));
    assert_eq!(too_slow(&rows, LIMIT), Vec::<String>::new());
    // None of them is measured as nothing.
    let limited = rows
        .iter()
        .flat_map(|row| &row.figures)
        .filter(|figure| figure.is_limited);
    assert_eq!(too_slow(&rows, Duration::ZERO).len(), limited.count());
}

#[test]
fn a_slow_one_is_noticed() {
    let figure = |milliseconds, is_limited| Figure {
        what: "check",
        median: Duration::from_millis(milliseconds),
        is_limited,
    };
    let rows = [Row {
        example: "6-scale".to_owned(),
        figures: vec![figure(20, true), figure(21, false), figure(21, true)],
    }];
    assert_eq!(too_slow(&rows, LIMIT), ["check of 6-scale: 21.0ms"]);
}
