//! A stack that runs as the last lines of `pinkogen render` say, and leaves nothing behind.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::http::is_open;
use crate::process::{run, run_whatever};
use crate::tools::{self, Tool};

/// Not the name in the spec: what somebody runs under that name, and its volumes, stay as they are.
pub(crate) const PROJECT: &str = "pinkogen-engine-tests";

/// A first build fetches the base images and compiles all dependencies.
pub(crate) const BUILD_LIMIT: Duration = Duration::from_secs(20 * 60);
const LIMIT: Duration = Duration::from_secs(120);

/// Of all tests on a machine one at a time may have containers, which use the same ports, or compile, which would take the
/// time that a load measures.
pub(crate) struct Turn(#[expect(dead_code, reason = "closing the file ends the turn")] File);

impl Turn {
    pub(crate) fn wait() -> Self {
        let path = env::temp_dir().join("pinkogen-engine-tests.lock");
        // Somebody else's may be there, and locking needs no more than reading.
        let file = File::open(&path)
            .or_else(|_| File::create(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let start = Instant::now();
        while file.try_lock().is_err() {
            assert!(
                start.elapsed() < Duration::from_secs(60 * 60),
                "another run of the engine tests holds {}",
                path.display()
            );
            sleep(Duration::from_millis(50));
        }
        Self(file)
    }
}

pub(crate) struct Stack {
    docker: Tool,
    folder: TempDir,
    /// Relative to the folder.
    spec: PathBuf,
    out: PathBuf,
    // Last, so that it ends when all else is gone.
    _turn: Turn,
}

/// What the engine says of a container.
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) service: String,
    pub(crate) facts: Value,
}

impl Stack {
    /// A copy of an example, which renders to the same place relative to it as in the repository, and so to the same
    /// bytes. `None`: there is no engine, and that has been said.
    pub(crate) fn example(name: &str) -> Option<Self> {
        let stack = Self::empty(
            &format!("examples/{name}/spec.toml"),
            &format!("generated/{name}"),
        )?;
        copy(
            &tools::repo().join("examples").join(name),
            &stack.path("examples").join(name),
        );
        Some(stack)
    }

    /// An empty folder, for a spec and an output folder at these places.
    pub(crate) fn empty(spec: &str, out: &str) -> Option<Self> {
        let docker = Tool::docker()?;
        let turn = Turn::wait();
        let stack = Self {
            docker,
            folder: TempDir::new().expect("a folder"),
            spec: spec.into(),
            out: out.into(),
            _turn: turn,
        };
        stack.clean().unwrap_or_else(|report| panic!("{report}"));
        Some(stack)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file or folder of the output folder.
    pub(crate) fn rendered(&self, path: &str) -> PathBuf {
        self.folder.path().join(&self.out).join(path)
    }

    /// Renders, and returns what is to be done next, a command or address each.
    pub(crate) fn render(&self) -> Vec<String> {
        let (spec, out) = (self.spec.display(), self.out.display());
        let printed = self.shell(&format!("pinkogen render {spec} --out {out}"));
        next(&printed)
    }

    /// Renders, starts the stack as the printed steps say, and returns the addresses that they say to open.
    pub(crate) fn start(&self, ports: &[u16]) -> Vec<String> {
        Self::ports_are_free(ports).unwrap_or_else(|report| panic!("{report}"));
        let steps = self.render();
        self.follow(&steps);
        let addresses = steps.iter().find_map(|step| step.strip_prefix("open "));
        let addresses = addresses.into_iter().flat_map(|list| list.split(", "));
        addresses.map(str::to_owned).collect()
    }

    /// Nobody else may answer in the place of the stack.
    pub(crate) fn ports_are_free(ports: &[u16]) -> Result<(), String> {
        let taken: Vec<_> = ports.iter().filter(|port| is_open(**port)).collect();
        if taken.is_empty() {
            return Ok(());
        }
        Err(format!(
            "the stack needs ports that are taken on this machine: {taken:?}. Stop what listens there \
             (`ss -ltnp` names it), and run the test again"
        ))
    }

    /// Does all that the steps say, but for opening addresses.
    pub(crate) fn follow(&self, steps: &[String]) -> String {
        let commands: Vec<_> = steps.iter().filter(|step| !step.starts_with("open ")).collect();
        let starts = commands
            .last()
            .is_some_and(|last| last.starts_with("docker compose "));
        assert!(starts, "the last command starts no stack: {steps:#?}");
        commands.iter().map(|command| self.shell(command)).collect()
    }

    /// Runs a line as a person types it into a shell; it must end with 0. Returns what it printed.
    pub(crate) fn shell(&self, line: &str) -> String {
        let output = run(&mut self.command(line), BUILD_LIMIT).unwrap_or_else(|report| panic!("{report}"));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a line that may end with any status.
    pub(crate) fn shell_whatever(&self, line: &str) -> Output {
        run_whatever(&mut self.command(line), LIMIT).unwrap_or_else(|report| panic!("{report}"))
    }

    fn command(&self, line: &str) -> Command {
        let pinkogen = Path::new(env!("CARGO_BIN_EXE_pinkogen"));
        let docker = self.docker.path();
        let ours = [pinkogen, docker].map(|program| program.parent().expect("a folder").to_owned());
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(ours.into_iter().chain(env::split_paths(&others)));
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder.path())
            .env("PATH", path.expect("folders without a colon"))
            .env("COMPOSE_PROJECT_NAME", PROJECT)
            .env("BUILDKIT_PROGRESS", "plain")
            .env("NO_COLOR", "1")
            .env_remove("COMPOSE_FILE")
            .env_remove("COMPOSE_PROFILES");
        command
    }

    /// `docker compose` with the rendered file.
    pub(crate) fn compose(&self, arguments: &str) -> String {
        self.shell(&self.compose_line(arguments))
    }

    pub(crate) fn compose_line(&self, arguments: &str) -> String {
        format!(
            "docker compose -f {} {arguments}",
            self.out.join("compose.yaml").display()
        )
    }

    /// Makes a service anew, with changes to its part of the rendered file: to break what a check looks at.
    pub(crate) fn change(&self, service: &str, changes: &str) {
        let changes = changes.replace('\n', "\n    ");
        let file = format!("services:\n  {service}:\n    {changes}\n");
        fs::write(self.path("changes.yaml"), file).expect("a new file");
        // It need not stop as it should.
        self.compose(&format!("kill {service}"));
        self.compose(&format!("-f changes.yaml up -d --no-build --wait {service}"));
    }

    /// What the engine says of the containers, those that have ended too.
    pub(crate) fn containers(&self) -> Vec<Container> {
        let ids = self.compose("ps --all --quiet");
        if ids.trim().is_empty() {
            return Vec::new();
        }
        let ids: Vec<_> = ids.split_whitespace().collect();
        let facts = self.shell(&format!("docker inspect {}", ids.join(" ")));
        let facts: Vec<Value> = serde_json::from_str(&facts).expect("docker inspect prints JSON");
        let container = |facts: Value| Container {
            id: text(&facts["Id"]),
            service: text(&facts["Config"]["Labels"]["com.docker.compose.service"]),
            facts,
        };
        facts.into_iter().map(container).collect()
    }

    /// The containers of a service, in the order of their numbers.
    pub(crate) fn service(&self, name: &str) -> Vec<Container> {
        let mut containers = self.containers();
        containers.retain(|container| container.service == name);
        containers.sort_by_key(Container::number);
        containers
    }

    /// The lines of a service's log that are JSON objects, in the order of each container.
    pub(crate) fn log(&self, service: &str) -> Vec<Value> {
        let printed = self.compose(&format!("logs --no-color --no-log-prefix {service}"));
        let lines = printed.lines().filter(|line| line.starts_with('{'));
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
            .collect()
    }

    /// Every text file of the output folder, by its path there.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let root = self.rendered("");
        let files = WalkDir::new(&root)
            .into_iter()
            .map(|entry| entry.expect("a readable folder"));
        files
            .filter(|entry| entry.file_type().is_file())
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&root).expect("below it");
                let text = fs::read_to_string(entry.path()).ok()?;
                Some((path.display().to_string(), text))
            })
            .collect()
    }

    /// Removes all that the project has on the engine but its images: the next build is quick with them.
    fn clean(&self) -> Result<(), String> {
        const KINDS: [(&str, &str); 3] = [
            ("container ls --all", "container rm --force --volumes"),
            ("network ls", "network rm"),
            ("volume ls", "volume rm --force"),
        ];
        for (list, remove) in KINDS {
            let label = format!("label=com.docker.compose.project={PROJECT}");
            let line = format!("docker {list} --quiet --filter {label}");
            let found = run(&mut self.command(&line), LIMIT)?;
            let found = String::from_utf8_lossy(&found.stdout).replace('\n', " ");
            if !found.trim().is_empty() {
                run(&mut self.command(&format!("docker {remove} {found}")), LIMIT)?;
            }
        }
        Ok(())
    }

    /// What helps to understand a test that failed.
    fn tell(&self) {
        let mut told = String::new();
        for arguments in ["ps --all", "logs --no-color --tail 30"] {
            let output = self.shell_whatever(&self.compose_line(arguments));
            let _ = writeln!(
                told,
                "--- {arguments}\n{}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
        // Nobody is left to tell if standard error is gone.
        let _ = io::stderr().write_all(told.as_bytes());
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if thread::panicking() {
            self.tell();
            let _ = self.clean();
        } else {
            self.clean().unwrap_or_else(|report| panic!("{report}"));
        }
    }
}

impl Container {
    fn number(&self) -> u32 {
        let number = text(&self.facts["Config"]["Labels"]["com.docker.compose.container-number"]);
        number.parse().expect("compose numbers its containers")
    }

    /// By which it calls itself in its log.
    pub(crate) fn hostname(&self) -> String {
        text(&self.facts["Config"]["Hostname"])
    }

    pub(crate) fn started_at(&self) -> String {
        text(&self.facts["State"]["StartedAt"])
    }

    pub(crate) fn health(&self) -> String {
        text(&self.facts["State"]["Health"]["Status"])
    }

    /// On the one network that it is in.
    pub(crate) fn address(&self) -> String {
        let networks = self.facts["NetworkSettings"]["Networks"].as_object();
        let mut networks = networks.into_iter().flat_map(|networks| networks.values());
        let network = networks.next().expect("it is in a network");
        text(&network["IPAddress"])
    }

    /// The ports of the host that lead to it.
    pub(crate) fn published(&self) -> Vec<u16> {
        let ports = self.facts["NetworkSettings"]["Ports"].as_object();
        let bindings = ports.into_iter().flat_map(|ports| ports.values());
        let mut ports: Vec<u16> = bindings
            .filter_map(Value::as_array)
            .flatten()
            .map(|binding| text(&binding["HostPort"]).parse().expect("a port"))
            .collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

/// The lines below `next:`.
pub(crate) fn next(printed: &str) -> Vec<String> {
    let lines = printed.lines().skip_while(|line| *line != "next:").skip(1);
    let steps: Vec<_> = lines.map(|line| line.trim().to_owned()).collect();
    assert!(!steps.is_empty(), "nothing is said to be next:\n{printed}");
    steps
}

pub(crate) fn text(value: &Value) -> String {
    let text = value.as_str();
    text.unwrap_or_else(|| panic!("`{value}` is no text")).to_owned()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap_or_else(|error| panic!("{error}"));
        let target = to.join(entry.path().strip_prefix(from).expect("below the folder"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("a new folder");
        } else {
            fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

#[test]
fn a_taken_port_is_noticed() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let report = Stack::ports_are_free(&[port]).expect_err("it is taken");
    assert!(
        report.contains(&format!("taken on this machine: [{port}]")),
        "{report}"
    );
    drop(listener);
    assert_eq!(Stack::ports_are_free(&[port]), Ok(()));
}
