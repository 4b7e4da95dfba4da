//! Finds the tools that judge rendered files and runs them. `.ci/install` installs them; a tool that is missing all the
//! same is a loud skip for a user and a failure where `CI` is set.
//!
//! ```ignore
//! #[path = "support/tools.rs"]
//! mod tools;
//!
//! let Some(hadolint) = tools::Tool::find("hadolint") else { return };
//! tools::silent(hadolint.command().arg("Dockerfile")).unwrap_or_else(|report| panic!("{report}"));
//! ```

use std::env;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A program that lies where it says.
#[derive(Clone, Debug)]
pub(crate) struct Tool {
    path: PathBuf,
}

impl Tool {
    /// Looks in `$PINKOGEN_TOOLS/bin`, in `target/tools/bin` and in `$PATH`. `None` has been said aloud already.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let folders = env::var_os("PINKOGEN_TOOLS").map(PathBuf::from);
        let folders = folders.into_iter().chain([repo().join("target/tools")]);
        let path = env::var_os("PATH").unwrap_or_default();
        let found = folders
            .map(|folder| repo().join(folder).join("bin"))
            .chain(env::split_paths(&path))
            .map(|folder| folder.join(name))
            .find(|path| path.is_file());
        if found.is_none() {
            missing(&format!("`{name}` is not installed: run `.ci/install`"));
        }
        found.map(|path| Self { path })
    }

    /// Docker's client, if an engine answers it.
    pub(crate) fn docker() -> Option<Self> {
        let docker = Self::find("docker")?;
        let answer = docker.command().arg("version").output();
        if answer.is_ok_and(|output| output.status.success()) {
            return Some(docker);
        }
        missing("no Docker engine answers");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs from the folder of the gates' configurations, without colours and without the user's own settings.
    pub(crate) fn command(&self) -> Command {
        let gates = repo().join("tests/gates");
        let mut command = Command::new(&self.path);
        command
            .env("XDG_CONFIG_HOME", &gates)
            .env("NO_COLOR", "1")
            .env("BUILDKIT_PROGRESS", "plain")
            .env_remove("FORCE_COLOR")
            .env_remove("COMPOSE_FILE")
            .env_remove("COMPOSE_PROJECT_NAME")
            .current_dir(gates);
        command
    }
}

/// The repository's root.
pub(crate) fn repo() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Says that a test is skipped, past the test runner's capture; where `CI` is set, fails it instead.
pub(crate) fn missing(what: &str) {
    let ci = env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    assert!(!ci, "{what}");
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(io::stderr(), "SKIPPED {test}: {what}");
}

/// Runs a command that must end with 0.
pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(report(command, &output))
    }
}

/// Runs a command that must end with 0 and print nothing.
pub(crate) fn silent(command: &mut Command) -> Result<(), String> {
    let output = run(command)?;
    let printed = [&output.stdout, &output.stderr];
    if printed.iter().all(|text| text.trim_ascii().is_empty()) {
        Ok(())
    } else {
        Err(report(command, &output))
    }
}

/// The command as one could type it, how it ended, and what it printed.
pub(crate) fn report(command: &Command, output: &Output) -> String {
    let mut text = String::new();
    if let Some(folder) = command.get_current_dir() {
        let _ = write!(text, "cd {} && ", folder.display());
    }
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let _ = writeln!(text, "{}\n{}", words.join(" "), output.status);
    for (name, printed) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let printed = String::from_utf8_lossy(printed);
        if !printed.trim().is_empty() {
            let _ = writeln!(text, "--- {name}\n{}", printed.trim_end());
        }
    }
    text
}
