//! The README's console blocks are run, in order and in one folder, and must print what they show.
//!
//! A block holds commands (`$ …`), each with its output up to the next empty line before a `$` or the block's end; `? N` is
//! a status other than 0, and `...` stands for any lines.

#[path = "support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

use std::path::Path;
use std::process::Command;

use sandbox::{Sandbox, repo};

struct Case {
    command: String,
    status: i32,
    output: String,
}

fn cases(markdown: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let blocks = markdown
        .split("\n```console\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap_or_default());
    for line in blocks.flat_map(str::lines) {
        if let Some(command) = line.strip_prefix("$ ") {
            cases.push(Case {
                command: command.to_owned(),
                status: 0,
                output: String::new(),
            });
            continue;
        }
        let case = cases.last_mut().expect("a block starts with a command");
        match line.strip_prefix("? ") {
            Some(status) if case.output.is_empty() => case.status = status.parse().expect("a status"),
            _ => {
                case.output.push_str(line);
                case.output.push('\n');
            }
        }
    }
    cases
}

fn run(sandbox: &Sandbox, case: &Case) -> sandbox::Run {
    let binary = Path::new(env!("CARGO_BIN_EXE_pinkogen"));
    let path = std::env::var("PATH").unwrap_or_default();
    sandbox.run(
        Command::new("sh")
            .args(["-c", &format!("{{ {}; }} 2>&1", case.command)])
            .env(
                "PATH",
                format!("{}:{path}", binary.parent().expect("a folder").display()),
            ),
    )
}

#[test]
fn the_tour_is_true() {
    let readme = std::fs::read_to_string(repo().join("README.md")).expect("README.md");
    let cases = cases(&readme);
    assert!(cases.len() >= 6, "the README has lost its tour");
    let sandbox = Sandbox::new();
    for case in cases {
        let run = run(&sandbox, &case);
        assert_eq!(run.status, case.status, "$ {}\n{}", case.command, run.stdout);
        let expected = case.output.trim_end().to_owned();
        snapbox::assert_data_eq!(run.stdout.trim_end().to_owned(), expected);
    }
}

#[test]
fn the_spec_in_the_readme_is_the_example() {
    let readme = std::fs::read_to_string(repo().join("README.md")).expect("README.md");
    let spec = readme
        .split("\n```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("a spec");
    let example = std::fs::read_to_string(repo().join("examples/6-scale/spec.toml")).expect("a spec");
    let read = |text: &str| {
        let mut table: toml::Table = text.parse().expect("TOML");
        table.remove("tag"); // Of the course, not of the language.
        table
    };
    assert_eq!(read(spec), read(&example));
}

#[test]
fn an_untrue_block_is_noticed() {
    let sandbox = Sandbox::new();
    let wrong = cases("\n```console\n$ pinkogen check\n? 0\nall is well\n```\n");
    assert_ne!(run(&sandbox, &wrong[0]).status, wrong[0].status);
}
