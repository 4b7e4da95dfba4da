//! The same spec and inputs give the same bytes, whoever renders them, where, and when.

#[path = "support/examples.rs"]
#[expect(dead_code, reason = "the package's tests use the rest")]
mod examples;
#[path = "support/sandbox.rs"]
#[expect(dead_code, reason = "the command line's tests use the rest")]
mod sandbox;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use sandbox::{Sandbox, repo, tree};

type Files = BTreeMap<String, Vec<u8>>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_pinkogen");

/// Renders an example at `below/examples/NAME` into `below/generated/NAME`, from a folder, with a command made by `command`.
fn rendered(
    sandbox: &Sandbox,
    below: &str,
    name: &str,
    command: impl FnOnce(&str, &str) -> Command,
) -> Files {
    let (spec, out) = (
        format!("{below}examples/{name}"),
        format!("{below}generated/{name}"),
    );
    // The last file first: a folder may list its files in the order in which they came.
    let inputs = tree(&repo().join("examples").join(name));
    let own = inputs
        .iter()
        .filter(|(path, _)| !path.starts_with("generated/") && !path.starts_with("secrets/"));
    for (path, bytes) in own.rev() {
        sandbox.write(&format!("{spec}/{path}"), bytes);
    }
    examples::fine(&sandbox.run(&mut command(&spec, &out)));
    tree(&sandbox.path(&out))
}

fn plain(spec: &str, out: &str) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["render", spec, "--out", out]);
    command
}

#[test]
fn the_environment_changes_nothing() {
    for name in examples::names() {
        let sandbox = Sandbox::new();
        let found = rendered(&sandbox, "", &name, |spec, out| {
            let mut command = Command::new("sh");
            command
                .args(["-c", "umask 077 && exec \"$0\" render \"$1\" --out \"$2\""])
                .args([PROGRAM, spec, out])
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap_or_default())
                .env("LANG", "tr_TR.UTF-8")
                .env("LC_ALL", "tr_TR.UTF-8")
                .env("TZ", "Pacific/Kiritimati")
                .env("USER", "somebody-else")
                .env("COLUMNS", "20")
                .env("CLICOLOR_FORCE", "1")
                .env("SOURCE_DATE_EPOCH", "0")
                .env("NO_PROXY", "*");
            command
        });
        examples::assert_same(&name, &examples::committed(&name), &found);
    }
}

#[test]
fn the_place_changes_nothing_as_long_as_the_relation_is_the_same() {
    for name in examples::names() {
        let sandbox = Sandbox::new();
        let below = "a folder/with a rather long name/é/";
        let found = rendered(&sandbox, below, &name, |spec, out| {
            // Absolute paths, and none of the folders in them is the current one.
            let absolute = |path: &str| sandbox.path(path).to_string_lossy().into_owned();
            plain(&absolute(spec), &absolute(out))
        });
        examples::assert_same(&name, &examples::committed(&name), &found);
    }
}

#[test]
fn a_folder_that_leads_elsewhere_is_in_the_one_path_that_leads_out() {
    let name = "4-persistent";
    let sandbox = Sandbox::new();
    let found = rendered(&sandbox, "", name, |spec, _| {
        let mut command = Command::new(PROGRAM);
        command.args(["render", spec, "--out", "generated/4-persistent/deeper"]);
        command
    });
    let mut wanted = examples::committed(name);
    let text = |files: &Files, path: &str| String::from_utf8(files[path].clone()).expect("UTF-8");
    let compose = text(&found, "deeper/compose.yaml");
    let expected = text(&wanted, "compose.yaml").replace("\"../../examples", "\"../../../examples");
    assert_eq!(compose, expected);
    let differing: Vec<&String> = found
        .iter()
        .filter(|(path, bytes)| wanted.remove(&path["deeper/".len()..]).as_ref() != Some(*bytes))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(differing, ["deeper/compose.yaml", "deeper/pinkogen.lock"]);
}

#[test]
fn no_file_holds_a_version_of_ours_or_a_place_of_this_machine() {
    let sandbox = Sandbox::new();
    for name in examples::names() {
        let files = rendered(&sandbox, "", &name, plain);
        let places = [
            sandbox.path("").to_string_lossy().into_owned(),
            repo().to_string_lossy().into_owned(),
            fs::canonicalize(sandbox.path(""))
                .expect("a folder")
                .to_string_lossy()
                .into_owned(),
        ];
        if let Some(fault) = telling(&files, &places) {
            panic!("{name}: {fault}");
        }
    }
    let places = ["/home/me/stack".to_owned()];
    for text in [
        concat!("# Rendered by pinkogen ", env!("CARGO_PKG_VERSION")),
        "build: /home/me/stack/back-end",
    ] {
        let files = Files::from([("compose.yaml".to_owned(), text.into())]);
        assert!(telling(&files, &places).is_some(), "{text}");
    }
}

fn telling(files: &Files, places: &[String]) -> Option<String> {
    files.iter().find_map(|(path, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        let place = places.iter().find(|place| text.contains(place.as_str()));
        let version = text
            .lines()
            .find(|line| line.contains("pinkogen") && line.contains(env!("CARGO_PKG_VERSION")));
        place
            .map(|place| format!("`{path}` holds {place}"))
            .or_else(|| version.map(|line| format!("`{path}` holds `{line}`")))
    })
}
