//! The field's gates on every file below `generated/`, a module for each gate: its test `rendered` says that the gate is
//! silent, `fault` that it is not silent on a bad file, so that a gate that cannot fail is noticed.
//!
//! The tools' own configurations lie in `tests/gates/`, at most one a tool; where there is none, its defaults hold.

#[path = "support/tools.rs"]
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tools::{Tool, report, run, silent};
use walkdir::WalkDir;

/// What a gate says of some files.
type Verdict = Result<(), String>;

/// Judges files below a folder; their paths are absolute. `None`: the tool is missing, and that has been said.
type Judge = fn(&Path, &[PathBuf]) -> Option<Verdict>;

/// Whether a gate judges the file at this path, which is relative to the folder of the examples.
type Wants = fn(&Path) -> bool;

macro_rules! gates {
    ($($name:ident: $wants:expr, $judge:expr; $file:literal, $says:literal;)*) => {
        /// The files that each gate judges.
        const GATES: &[Wants] = &[$($wants),*];

        $(mod $name {
            use super::*;

            #[test]
            #[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
            fn rendered() {
                accepts($judge, $wants);
            }

            #[test]
            #[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
            fn fault() {
                rejects($judge, $wants, stringify!($name), $file, $says);
            }
        })*
    };
}

// Name: which files, how; the bad file in `tests/gates/bad/<name>/`, and the word by which the gate must reject it.
gates! {
    hadolint: is_dockerfile, hadolint; "Dockerfile", "DL3003";
    build_check: is_dockerfile, build_check; "Dockerfile", "FromAsCasing";
    compose_config: is_compose, compose_config; "compose.yaml", "undefined network b";
    compose_schema: is_compose, compose_schema; "compose.yaml", "'imag' was unexpected";
    dclint: is_compose, dclint; "compose.yaml", "require-quotes-in-ports";
    yamllint: is_yaml, yamllint; "some.yaml", "too many spaces after colon";
    nginx: is_nginx, nginx; "nginx.conf", "invalid parameter \"resolv\"";
    gixy_ng: is_nginx, gixy_ng; "nginx.conf", "host_spoofing";
    gixy_ng_syntax: is_nginx, gixy_ng; "nginx.conf", "cannot read";
    gixy_next: is_nginx, gixy_next; "nginx.conf", "host_spoofing";
    eslint: is_script, eslint; "app.js", "no-unsanitized/property";
    tsc: is_typed, tsc; "app.js", "TS2339";
    html_validate: is_page, html_validate; "index.html", "no-implicit-close";
    axe: is_page, axe; "index.html", "color-contrast";
    python: is_python, python; "api.py", "SyntaxError";
}

/// Kinds of files that no gate above judges, and who does.
const OTHERS: &[(&str, &str)] = &[
    ("json", "`data_files_parse`"),
    ("lock", "`data_files_parse`"),
    ("toml", "`data_files_parse`"),
    ("rs", "the tests of the rendered crate: clippy and its own"),
    ("css", "the eye; axe judges the contrast"),
    ("svg", "the eye"),
    ("txt", "whoever reads it: pip, or a person"),
    (".dockerignore", "the build in the engine tests"),
    (".gitattributes", "git in the golden test"),
    (".gitignore", "git in the golden test"),
    ("pinkogen.lock", "pinkogen"),
];

// --- the gates

fn hadolint(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("hadolint")?;
    Some(silent(
        tool.command()
            .args(["--no-color", "--failure-threshold", "style"])
            .args(files),
    ))
}

/// `BuildKit`'s checks print even when they have nothing to say, so the exit status is the verdict.
fn build_check(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let docker = Tool::docker()?;
    Some(each(files, |file| {
        let mut command = docker.command();
        run(command.args(["build", "--check"]).arg(parent(file))).map(drop)
    }))
}

/// On a copy, since an env file that holds a secret must exist before compose accepts the file that names it.
fn compose_config(root: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let docker = Tool::docker()?;
    Some(each(files, |file| {
        let example = parent(file)
            .strip_prefix(root)
            .expect("the file is below the root");
        let copy = TempDir::new().expect("a folder");
        let rendered = copy.path().join("generated").join(example);
        copy_tree(parent(file), &rendered);
        let source = tools::repo().join("examples").join(example);
        if source.is_dir() {
            let spec = copy.path().join("examples").join(example).join("spec.toml");
            copy_tree(&source, parent(&spec));
            run(std::process::Command::new(env!("CARGO_BIN_EXE_pinkogen"))
                .arg("secrets")
                .arg(spec))?;
        }
        let mut command = docker.command();
        silent(
            command
                .args(["compose", "config", "--quiet"])
                .current_dir(rendered),
        )
    }))
}

fn compose_schema(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("check-jsonschema")?;
    // `--quiet` would hide what is wrong, too.
    let mut command = tool.command();
    command
        .args(["--builtin-schema", "vendor.compose-spec"])
        .args(files);
    Some(run(&mut command).map(drop))
}

fn dclint(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("dclint")?;
    Some(silent(tool.command().args(["--max-warnings", "0"]).args(files)))
}

fn yamllint(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("yamllint")?;
    Some(silent(tool.command().arg("--strict").args(files)))
}

/// As the container will run it: not as root, nothing writable but `/tmp`, and without a network, as at a cold start.
fn nginx(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let docker = Tool::docker()?;
    Some(each(files, |file| {
        let mount = format!("{}:/etc/nginx/nginx.conf:ro", file.display());
        let mut command = docker.command();
        command
            .args([
                "run",
                "--rm",
                "--network",
                "none",
                "--read-only",
                "--tmpfs",
                "/tmp",
            ])
            .args(["--user", "65532:65532", "--cap-drop", "ALL", "--volume", &mount])
            .args(["--entrypoint", "nginx", "nginx:1.30-alpine", "-t", "-q"]);
        silent(&mut command)
    }))
}

fn gixy_ng(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    gixy("gixy-ng", files)
}

fn gixy_next(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    gixy("gixy-next", files)
}

/// gixy-ng ends with 0 and no word on a file that it cannot read. So each file is judged a second time with a fault at its
/// end, which must be found. On standard error only the image's own list of types may be missed: it need not exist here.
fn gixy(name: &str, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find(name)?;
    Some(each(files, |file| {
        let mut command = tool.command();
        let output = run(command.args(["--format", "json"]).arg(file))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let all_found = said
            .lines()
            .all(|line| line.contains("File not found") && line.contains("/etc/nginx/mime.types"));
        if output.stdout.trim_ascii() != b"[]" || !all_found {
            return Err(report(&command, &output));
        }
        let folder = TempDir::new().expect("a folder");
        let copy = folder.path().join("nginx.conf");
        let text = fs::read_to_string(file).expect("a readable file");
        let fault = fs::read_to_string(bad().join(name.replace('-', "_")).join("nginx.conf"));
        fs::write(&copy, text + &fault.expect("a readable file")).expect("a new file");
        match run(tool.command().args(["--format", "json"]).arg(copy)) {
            Err(report) if report.contains("host_spoofing") => Ok(()),
            _ => Err(format!("{name} cannot read {}", file.display())),
        }
    }))
}

fn eslint(root: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("eslint")?;
    let config = tools::repo().join("tests/gates/eslint.config.js");
    let mut command = tool.command();
    command.env("NODE_TOOLS", node_tools(&tool)).current_dir(root);
    Some(silent(
        command
            .arg("--config")
            .arg(config)
            .args(["--max-warnings", "0"])
            .args(files),
    ))
}

/// One program for each site, whose scripts name each other by their addresses on it. The files are listed: by a pattern,
/// `client.d.ts` would hide `client.js`.
fn tsc(root: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("tsc")?;
    let mut sites = BTreeMap::<PathBuf, Vec<&PathBuf>>::new();
    for file in files {
        sites.entry(site(root, file)).or_default().push(file);
    }
    let sites: Vec<_> = sites.into_iter().collect();
    Some(each(&sites, |(site, files)| {
        let folder = TempDir::new().expect("a folder");
        let project = folder.path().join("tsconfig.json");
        let config = serde_json::json!({
            "extends": tools::repo().join("tests/gates/tsconfig.json"),
            "compilerOptions": { "paths": { "/*": [site.join("*")] } },
            "files": files,
            "include": [],
        });
        fs::write(&project, config.to_string()).expect("a new file");
        silent(tool.command().args(["--noEmit", "--project"]).arg(project))
    }))
}

fn html_validate(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("html-validate")?;
    let config = tools::repo().join("tests/gates/htmlvalidate.json");
    Some(silent(
        tool.command()
            .arg("--config")
            .arg(config)
            .args(["--max-warnings", "0"])
            .args(files),
    ))
}

fn axe(root: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let node = Tool::find("node")?;
    let playwright = Tool::find("playwright-core")?;
    let chromium = Tool::find("chromium")?;
    let mut command = node.command();
    command
        .env("NODE_TOOLS", node_tools(&playwright))
        .arg("axe.mjs")
        .arg(chromium.path());
    for file in files {
        let site = site(root, file);
        let page = file.strip_prefix(&site).expect("the page is in its site");
        command.args([site.as_path(), page]);
    }
    Some(silent(&mut command))
}

fn python(_: &Path, files: &[PathBuf]) -> Option<Verdict> {
    let tool = Tool::find("python-parsers")?;
    let mut command = tool.command();
    command.args(["-W", "error", "-c", PARSE_PYTHON]).args(files);
    Some(silent(&mut command))
}

const PARSE_PYTHON: &str = "
import ast, pathlib, sys
for name in sys.argv[1:]:
    ast.parse(pathlib.Path(name).read_bytes(), name)
";

// --- our own scripts and workflows

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn shellcheck_is_silent_on_our_scripts() {
    let Some(tool) = Tool::find("shellcheck") else {
        return;
    };
    let check = |script: &Path| silent(tool.command().arg(script));
    for name in ["install", "run"] {
        check(&tools::repo().join(".ci").join(name)).unwrap_or_else(|report| panic!("{report}"));
    }
    let folder = TempDir::new().expect("a folder");
    let bad = folder.path().join("bad");
    fs::write(&bad, "#!/bin/bash\nrm $1\n").expect("a new file");
    let report = check(&bad).expect_err("shellcheck accepted an unquoted variable");
    assert!(report.contains("SC2086"), "{report}");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn zizmor_is_silent_on_our_workflows() {
    let Some(tool) = Tool::find("zizmor") else {
        return;
    };
    let check = |path: &Path| {
        run(tool
            .command()
            .args(["--offline", "--quiet", "--persona", "pedantic"])
            .arg(path))
    };
    let workflows = tools::repo().join(".github/workflows");
    check(&workflows).unwrap_or_else(|report| panic!("{report}"));
    let folder = TempDir::new().expect("a folder");
    let bad = folder.path().join("bad.yml");
    fs::write(
        &bad,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n",
    )
    .expect("a new file");
    let report = check(&bad).expect_err("zizmor accepted an action by tag");
    assert!(report.contains("unpinned-uses"), "{report}");
}

// --- what needs no tool

#[test]
fn every_rendered_file_is_judged() {
    let mut kinds = BTreeSet::new();
    for file in rendered() {
        let path = file.strip_prefix(generated()).expect("below generated/");
        let judged = GATES.iter().any(|wants| wants(path))
            || OTHERS
                .iter()
                .any(|(kind, _)| is_named(path, kind) || has_extension(path, kind));
        if !judged {
            kinds.insert(path.to_owned());
        }
    }
    assert!(kinds.is_empty(), "no gate knows these: {kinds:#?}");
}

#[test]
fn data_files_parse() {
    for file in rendered() {
        let text = || fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let fault = if has_extension(&file, "json") {
            serde_json::from_str::<serde_json::Value>(&text())
                .err()
                .map(|error| error.to_string())
        } else if has_extension(&file, "toml") || is_named(&file, "Cargo.lock") {
            text().parse::<toml::Table>().err().map(|error| error.to_string())
        } else {
            None
        };
        assert_eq!(fault, None, "{}", file.display());
    }
}

/// A comment above it, ours too, and `BuildKit` takes the directive for a comment, in silence.
#[test]
fn dockerfiles_start_with_their_directive() {
    for file in rendered().iter().filter(|file| is_dockerfile(file)) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(
            text.lines().next(),
            Some("# check=error=true"),
            "{}",
            file.display()
        );
    }
}

/// LF, one newline at the end, no blank at the end of a line, no heap of empty lines.
#[test]
fn rendered_text_is_tidy() {
    let mut faults = Vec::new();
    for file in rendered() {
        // Binary files are copies of the user's.
        let Ok(text) = String::from_utf8(fs::read(&file).expect("a readable file")) else {
            continue;
        };
        // Python's own style asks for two empty lines.
        let heap = if has_extension(&file, "py") {
            "\n\n\n\n"
        } else {
            "\n\n\n"
        };
        let rules = [
            ("has a carriage return", text.contains('\r')),
            (
                "does not end in exactly one newline",
                !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")),
            ),
            ("starts with an empty line", text.starts_with('\n')),
            (
                "has a blank at the end of a line",
                text.lines().any(|line| line.ends_with([' ', '\t'])),
            ),
            ("has a heap of empty lines", text.contains(heap)),
        ];
        faults.extend(
            rules
                .iter()
                .filter(|(_, broken)| *broken)
                .map(|(rule, _)| format!("{} {rule}", file.display())),
        );
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

// --- the files

fn is_named(path: &Path, name: &str) -> bool {
    path.file_name() == Some(OsStr::new(name))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

fn is_dockerfile(path: &Path) -> bool {
    is_named(path, "Dockerfile")
}

fn is_compose(path: &Path) -> bool {
    is_named(path, "compose.yaml")
}

fn is_yaml(path: &Path) -> bool {
    has_extension(path, "yaml") || has_extension(path, "yml")
}

fn is_nginx(path: &Path) -> bool {
    has_extension(path, "conf")
}

fn is_script(path: &Path) -> bool {
    has_extension(path, "js") || has_extension(path, "mjs")
}

fn is_typed(path: &Path) -> bool {
    is_script(path) || path.to_string_lossy().ends_with(".d.ts")
}

fn is_python(path: &Path) -> bool {
    has_extension(path, "py")
}

fn is_page(path: &Path) -> bool {
    has_extension(path, "html")
}

fn generated() -> PathBuf {
    tools::repo().join("generated")
}

/// The files that the gates must reject, a folder for each gate.
fn bad() -> PathBuf {
    tools::repo().join("tests/gates/bad")
}

/// Every file of the rendered examples, sorted, without what builds and runs leave there.
fn rendered() -> Vec<PathBuf> {
    files_below(&generated())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return Vec::new();
    }
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            !["target", "node_modules", "__pycache__", ".pinkogen"]
                .iter()
                .any(|name| entry.file_name() == *name)
        })
        .map(|entry| entry.unwrap_or_else(|error| panic!("{error}")))
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn copy_tree(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).expect("below the folder"));
        fs::create_dir_all(parent(&target)).expect("a new folder");
        fs::copy(&file, &target).expect("a copy");
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().expect("a file lies in a folder")
}

/// The folder that is served: the outermost one below `root` that holds an `index.html`, else the file's own.
fn site(root: &Path, file: &Path) -> PathBuf {
    let inside = file
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root));
    let served = inside.filter(|folder| folder.join("index.html").is_file()).last();
    served.unwrap_or_else(|| parent(file)).to_owned()
}

/// The folder whose `node_modules` holds the tool.
fn node_tools(tool: &Tool) -> PathBuf {
    let path = tool.path().canonicalize().expect("the tool lies there");
    let modules = path.ancestors().find(|folder| is_named(folder, "node_modules"));
    parent(modules.expect("an npm tool lies in a node_modules")).to_owned()
}

// --- the two tests of each gate

fn each<T>(things: &[T], judge: impl Fn(&T) -> Verdict) -> Verdict {
    let reports: Vec<_> = things.iter().filter_map(|thing| judge(thing).err()).collect();
    if reports.is_empty() {
        Ok(())
    } else {
        Err(reports.join("\n"))
    }
}

fn accepts(judge: Judge, wants: Wants) {
    let root = generated();
    let files: Vec<_> = rendered()
        .into_iter()
        .filter(|file| wants(file.strip_prefix(&root).expect("below generated/")))
        .collect();
    assert!(!files.is_empty(), "no example renders a file for this gate");
    if let Some(Err(report)) = judge(&root, &files) {
        panic!("{report}");
    }
}

fn rejects(judge: Judge, wants: Wants, gate: &str, name: &str, says: &str) {
    assert!(wants(Path::new(name)), "this gate does not judge {name}");
    let file = bad().join(gate).join(name);
    assert!(file.is_file(), "{} is missing", file.display());
    match judge(&bad(), &[file]) {
        None => {}
        Some(Ok(())) => panic!("the gate accepted bad/{gate}/{name}"),
        Some(Err(report)) => assert!(report.contains(says), "rejected, but not for `{says}`:\n{report}"),
    }
}
