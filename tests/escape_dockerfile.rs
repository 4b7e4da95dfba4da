//! The law of the Dockerfile's escapers: the real builder reads back exactly the value that went in, or it is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use askama::filters::Escaper;
use pinkogen::render::escape::{Dockerfile, dockerfile, shell};
use serde_json::Value;

#[path = "support/corpus.rs"]
mod corpus;
#[expect(dead_code, reason = "not every test needs every helper")]
#[path = "support/tools.rs"]
mod tools;

use corpus::{cases, many};
use tools::{Tool, run};

/// Contexts of the corpus in which no value of a spec is ever rendered: the first line and the WORKDIRs are fixed, a port
/// is a number, an array is never written by hand, nothing is written after an instruction, no word starts with `-`.
const NOT_RENDERED: [&str; 6] = [
    "dockerfile.comment on line 1",
    "dockerfile.WORKDIR",
    "dockerfile.EXPOSE",
    "dockerfile.CMD/ENTRYPOINT exec form array",
    "dockerfile trailing comment",
    "shell.word as an option-like argument",
];

#[test]
fn the_corpus_is_encoded_as_it_was_read_back() {
    let mut seen = 0;
    let ours = |context: &str| context.starts_with("dockerfile") || context.starts_with("shell");
    for case in cases().iter().filter(|case| ours(&case.context)) {
        let (value, context) = (case.value.as_str(), case.context.as_str());
        let (encoded, quoted) = match context {
            "dockerfile.ENV/LABEL/ARG-default value" => (dockerfile::variable(value), format!("\"{value}\"")),
            "dockerfile.ENV unquoted" => {
                assert_eq!(dockerfile::variable(value).as_deref(), Some(r#""a\\""#));
                continue;
            }
            "dockerfile.CMD/ENTRYPOINT exec form element" => {
                let command = dockerfile::command(&[value]).expect("a command");
                assert_eq!(json(&command), json(&format!("[{}]", case.expected)), "{value:?}");
                continue;
            }
            "dockerfile.COPY path" => {
                let copy = dockerfile::copy_path(value).map(|path| format!("[{path},\"/o/\"]"));
                (copy, String::new())
            }
            "dockerfile.FROM image reference" => {
                assert!(dockerfile::base_fault(value).is_some(), "{value:?}");
                continue;
            }
            // A shell takes a line break inside quotes, a line of a Dockerfile does not.
            "shell.word (POSIX sh)" if value.contains(['\n', '\r']) => {
                assert_eq!(shell::word(value), None);
                continue;
            }
            "dockerfile.RUN shell-form word" | "shell.word (POSIX sh)" => {
                (shell::word(value), format!("'{value}'"))
            }
            other => {
                assert!(NOT_RENDERED.contains(&other), "nothing is done about {context}");
                continue;
            }
        };
        seen += 1;
        if case.expected == "reject" {
            assert_eq!(encoded, None, "{context}: {value:?}");
        } else {
            let encoded = encoded.unwrap_or_else(|| panic!("{context}: {value:?} is refused"));
            let is_plain = encoded == value && case.expected == quoted;
            assert!(
                is_plain || encoded == case.expected,
                "{context}: {value:?} is {encoded}"
            );
        }
    }
    assert!(seen > 60, "the corpus has lost its cases: {seen} seen");
}

#[test]
fn the_escaper_writes_the_value_or_fails() {
    for value in many(2000) {
        let mut written = String::new();
        let result = Dockerfile.write_escaped_str(&mut written, &value);
        assert_eq!(
            result.ok().map(|()| written),
            dockerfile::variable(&value),
            "{value:?}"
        );
        assert_eq!(
            dockerfile::variable(&value).is_none(),
            dockerfile::variable_fault(&value).is_some(),
            "{value:?}"
        );
    }
}

#[test]
fn nothing_breaks_a_line() {
    for value in many(2000) {
        let encoded = [
            dockerfile::variable(&value),
            dockerfile::command(&[&value]),
            dockerfile::copy_path(&value),
            dockerfile::ignored_path(&value),
            dockerfile::comment(&value),
            shell::word(&value),
        ];
        for text in encoded.into_iter().flatten() {
            assert!(
                !text.contains(['\n', '\r', '\0']) && text.len() < 65_000,
                "{value:?} is {text:?}"
            );
        }
    }
}

#[test]
fn quotes_in_a_path_are_no_quotes() {
    assert_eq!(
        dockerfile::copy_path("/it's $x").as_deref(),
        Some(r#""/it\\'s \\$x""#)
    );
}

#[test]
fn packages_are_no_options_and_no_orders() {
    for good in [
        "tree",
        "g++",
        "libstdc++6",
        "libc6=2.41-12",
        "python3.13",
        "vim=2:9.*",
    ] {
        assert_eq!(dockerfile::apt_package_fault(good), None, "{good}");
    }
    for bad in [
        "", "-y", "vim-", "vim+", "a b", "a;b", "a=", "a=$x", "A", "a/b", "$(id)", "a\nb", "--", "./x",
    ] {
        assert!(dockerfile::apt_package_fault(bad).is_some(), "{bad:?}");
    }
    assert_eq!(dockerfile::apk_package_fault("py3-pip=~24.3"), None);
    assert!(dockerfile::apk_package_fault("-U").is_some());
}

/// One image that has every value in every place, then read back: its metadata by `inspect`, its files by `cat`.
#[test]
#[ignore = "needs Docker: cargo test -- --include-ignored"]
fn the_builder_reads_each_value_back() {
    let Some(docker) = Tool::docker() else { return };
    let values = many(700);
    let folder = tempfile::tempdir().expect("a folder");
    let context = folder.path();

    let taken = |takes: fn(&str) -> bool| values.iter().filter(move |value| takes(value));
    let variables: Vec<&String> = taken(|value| dockerfile::variable(value).is_some()).collect();
    let words: Vec<&String> = taken(|value| shell::word(value).is_some()).collect();
    // Few enough for one line, and for as many layers as an image may have.
    let command: Vec<&String> = taken(|value| !value.contains('\0')).step_by(3).collect();
    let names: Vec<&String> = taken(is_file_name).step_by(7).take(90).collect();
    assert!(
        variables.len() > 500 && words.len() > 500 && names.len() > 50,
        "too few values"
    );

    let mut text = String::from("# check=error=true\n# A fixed comment.\nFROM debian:trixie-slim\n");
    for (number, words) in words.chunks(100).enumerate() {
        write!(text, "RUN printf '%s\\0'").expect("a string");
        for word in words {
            write!(text, " {}", shell::word(word).expect("a word")).expect("a string");
        }
        writeln!(text, " >/words-{number}").expect("a string");
    }
    let mut ignore = String::from("*\n");
    fs::create_dir(context.join("files")).expect("a folder");
    for (number, name) in names.iter().enumerate() {
        let source = format!("files/{name}");
        fs::write(context.join(&source), number.to_string()).expect("a file");
        writeln!(ignore, "!{}", dockerfile::ignored_path(&source).expect("a path")).expect("a string");
        let target = dockerfile::copy_path(&format!("/copied/{name}")).expect("a path");
        writeln!(
            text,
            "COPY [{}, {target}]",
            dockerfile::copy_path(&source).expect("a path")
        )
        .expect("a string");
    }
    fs::write(context.join("files/secret"), "not copied").expect("a file");
    writeln!(text, "COPY files/ /all/").expect("a string");
    writeln!(text, "USER 65532:65532\nHEALTHCHECK NONE").expect("a string");
    for (number, value) in variables.iter().enumerate() {
        let value = dockerfile::variable(value).expect("a value");
        writeln!(text, "LABEL l{number}={value}\nENV E{number}={value}").expect("a string");
    }
    writeln!(text, "CMD {}", dockerfile::command(&command).expect("a command")).expect("a string");
    fs::write(context.join("Dockerfile"), text).expect("a file");
    fs::write(context.join(".dockerignore"), ignore).expect("a file");

    let image = Image::build(docker, context);
    let config = image.config();
    let env: BTreeMap<&str, &str> = config["Env"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry.as_str()?.split_once('='))
        .collect();
    for (number, value) in variables.iter().enumerate() {
        assert_eq!(config["Labels"][format!("l{number}")], value.as_str());
        assert_eq!(env[format!("E{number}").as_str()], value.as_str());
    }
    assert_eq!(
        config["Cmd"],
        Value::from(command.iter().map(|word| word.as_str()).collect::<Vec<_>>())
    );
    let echoed = image.output("cat /words-* | tr '\\0' '\\n'");
    let wanted: String = words.iter().flat_map(|word| [word.as_str(), "\n"]).collect();
    assert_eq!(echoed, wanted);
    let copied = image.output("cd /copied && for name in * .[!.]*; do [ -e \"$name\" ] && printf '%s/%s/' \"$name\" \"$(cat -- \"$name\")\"; done; true");
    let mut copied: Vec<&str> = copied.split_terminator('/').collect();
    let mut found = BTreeMap::new();
    while let (Some(number), Some(name)) = (copied.pop(), copied.pop()) {
        found.insert(name.to_owned(), number.to_owned());
    }
    let wanted: BTreeMap<String, String> = names
        .iter()
        .enumerate()
        .map(|(number, name)| ((*name).clone(), number.to_string()))
        .collect();
    assert_eq!(found, wanted);
    assert_eq!(
        image.output("ls -A /all | wc -l").trim(),
        names.len().to_string(),
        ".dockerignore lets others through"
    );
}

fn is_file_name(value: &str) -> bool {
    dockerfile::path_fault(value).is_none() && !value.contains('/') && value != "." && value.len() < 200
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An image, until it is dropped.
struct Image {
    docker: Tool,
    id: String,
}

impl Image {
    fn build(docker: Tool, context: &Path) -> Self {
        let mut build = docker.command();
        build.args(["build", "--quiet"]).arg(context);
        let output = run(&mut build).unwrap_or_else(|report| panic!("{report}"));
        let id = String::from_utf8(output.stdout).expect("text").trim().to_owned();
        Self { docker, id }
    }

    fn config(&self) -> Value {
        let mut inspect = self.docker.command();
        inspect.args(["image", "inspect", "--format", "{{json .Config}}", &self.id]);
        let output = run(&mut inspect).unwrap_or_else(|report| panic!("{report}"));
        json(&String::from_utf8(output.stdout).expect("text"))
    }

    fn output(&self, line: &str) -> String {
        let mut shell = self.docker.command();
        shell.args(["run", "--rm", "--network", "none", &self.id, "sh", "-c", line]);
        let output = run(&mut shell).unwrap_or_else(|report| panic!("{report}"));
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let mut remove = self.docker.command();
        if let Err(report) = run(remove.args(["image", "rm", "--force", &self.id])) {
            assert!(std::thread::panicking(), "{report}");
        }
    }
}
