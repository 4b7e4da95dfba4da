//! The API crate as it is rendered: formatted, without a lint, and passing its own tests, on a real database too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::{eventually, run};
use crate::stack::{BUILD_LIMIT, PROJECT, Stack, Turn, copy};
use crate::tools::{Tool, missing, repo};

const CHECKS: [&str; 3] = [
    "fmt --check",
    "clippy --all-targets --locked -- -D warnings",
    "test --locked",
];
const STORAGES: &str = "--features postgres,sqlite";

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn the_crate_without_storage_is_sound() {
    let Some(rendered) = Crate::of("1-api") else {
        return;
    };
    let _turn = Turn::wait();
    for check in CHECKS {
        rendered.passes(check);
    }
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn the_crate_with_all_storages_is_sound() {
    let (Some(rendered), Some(stack)) = (Crate::of("4-persistent"), Stack::empty("spec.toml", "generated"))
    else {
        return;
    };
    let [format, clippy, test] = CHECKS;
    rendered.passes(format);
    rendered.passes(&clippy.replace("clippy", &format!("clippy {STORAGES}")));
    let port = database(&stack);
    let mut command = rendered.cargo(&format!("{test} {STORAGES}"));
    command
        .env("TEST_DATABASE_HOST", "127.0.0.1")
        .env("TEST_DATABASE_PORT", port)
        .env("TEST_DATABASE_PASSWORD", "no-secret")
        .env("TEST_DATABASE_REQUIRED", "1");
    run(&mut command, BUILD_LIMIT).unwrap_or_else(|report| panic!("{report}"));
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn an_unsound_crate_is_noticed() {
    let Some(rendered) = Crate::of("1-api") else {
        return;
    };
    let _turn = Turn::wait();
    let folder = TempDir::new().expect("a folder");
    copy(&rendered.folder, folder.path());
    let unsound = Crate {
        folder: folder.path().to_owned(),
        ..rendered
    };
    let change = |path: &str, change: &dyn Fn(String) -> String| {
        let path = folder.path().join(path);
        let source = fs::read_to_string(&path).expect("a rendered file");
        fs::write(path, change(source)).expect("a copy of ours");
    };
    let append = |path: &str, text: &str| change(path, &|source| source + text);
    // By its version alone cargo tells the copy from the original, and does not take what it builds for the other.
    let version = |source: String| {
        source.replace(
            "name = \"api\"\nversion = \"0.1.0\"",
            "name = \"api\"\nversion = \"0.1.1\"",
        )
    };
    change("Cargo.toml", &version);
    change("Cargo.lock", &version);
    append(
        "src/lib.rs",
        "\npub fn  unformatted() -> String { format!(\"no need\") }\n",
    );
    append(
        "tests/answers.rs",
        "\n#[test]\nfn wrong() {\n    assert_eq!(1, 2);\n}\n",
    );
    for (check, says) in CHECKS
        .iter()
        .zip(["fn unformatted", "useless use of `format!`", "wrong"])
    {
        let report = run(&mut unsound.cargo(check), BUILD_LIMIT).expect_err(check);
        assert!(report.contains(says), "{report}");
    }
}

struct Crate {
    cargo: Tool,
    folder: PathBuf,
}

impl Crate {
    /// `None`: there is no cargo that builds it, and that has been said.
    fn of(example: &str) -> Option<Self> {
        let cargo = Tool::find("cargo")?;
        let folder = repo().join("generated").join(example).join("back-end");
        let rendered = Self { cargo, folder };
        rendered.is_buildable().then_some(rendered)
    }

    /// The crate is built in an image, with a Rust of its own: the one here may be older.
    fn is_buildable(&self) -> bool {
        let version = run(self.cargo("version").arg("--verbose"), Duration::from_secs(20));
        let printed = version.unwrap_or_else(|report| panic!("{report}")).stdout;
        let printed = String::from_utf8_lossy(&printed);
        let here = printed.lines().find_map(|line| line.strip_prefix("release: "));
        let manifest = fs::read_to_string(self.folder.join("Cargo.toml")).expect("a rendered file");
        let manifest: toml::Table = manifest.parse().expect("TOML");
        let wanted = manifest["package"]["rust-version"].as_str().expect("a version");
        let numbers = |version: &str| {
            let numbers = version.split('.').map_while(|part| part.parse::<u32>().ok());
            numbers.take(2).collect::<Vec<_>>()
        };
        let is_new_enough = here.is_some_and(|here| numbers(here) >= numbers(wanted));
        if !is_new_enough {
            missing(&format!(
                "the rendered crate needs Rust {wanted}, and this is {}",
                here.unwrap_or("none")
            ));
        }
        is_new_enough
    }

    fn passes(&self, arguments: &str) {
        run(&mut self.cargo(arguments), BUILD_LIMIT).unwrap_or_else(|report| panic!("{report}"));
    }

    /// In a target folder that all of these share, since most of what is built is the same.
    fn cargo(&self, arguments: &str) -> Command {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("rendered-crate");
        let mut command = self.cargo.command();
        command
            .args(arguments.split(' '))
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_TERM_COLOR", "never");
        command
    }
}

/// Starts a database, and returns the port that leads to it.
fn database(stack: &Stack) -> String {
    let id = stack.shell(&format!(
        "docker run --detach --label com.docker.compose.project={PROJECT} --publish 127.0.0.1::5432 \
         --tmpfs /var/lib/postgresql/data --env POSTGRES_USER=app --env POSTGRES_PASSWORD=no-secret postgres:17"
    ));
    let ready = format!(
        "docker exec {} pg_isready -q -h 127.0.0.1 -U app -d app",
        id.trim()
    );
    eventually(Duration::from_secs(60), || {
        let output = stack.shell_whatever(&ready);
        output
            .status
            .success()
            .then_some(())
            .ok_or_else(|| format!("{output:?}"))
    })
    .unwrap_or_else(|report| panic!("{report}"));
    let address = stack.shell(&format!("docker port {} 5432", id.trim()));
    let port = address.trim().rsplit(':').next();
    port.expect("an address ends in a port").to_owned()
}
