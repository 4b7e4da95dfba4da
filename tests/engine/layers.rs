//! What a build does again, and what it finds done.

use std::fs;
use std::path::{Path, PathBuf};

use crate::stack::Stack;

/// A step of a build, and whether it was found in the cache.
#[derive(Debug)]
struct Step {
    what: String,
    is_cached: bool,
}

/// The line that changes is one that no compiler takes: so the build ends as soon as it has come to it, and tells.
#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_changed_line_leaves_the_dependencies_built() {
    let Some(stack) = Stack::example("1-api") else {
        return;
    };
    stack.render();
    let dockerfile = stack.rendered("back-end/Dockerfile");
    let build = build_line(&stack, &dockerfile);
    stack.shell(&build);
    let again = steps(&stack.shell(&build));
    assert!(
        again.iter().all(|step| step.is_cached),
        "nothing has changed: {again:#?}"
    );

    let library = stack.rendered("back-end/src/lib.rs");
    let source = fs::read_to_string(&library).expect("a rendered file");
    fs::write(&library, source + "compile_error!(\"this line is new\");\n").expect("a copy of ours");
    let output = stack.shell_whatever(&build);
    let progress = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        !output.status.success() && progress.contains("error: this line is new"),
        "{progress}"
    );
    let steps = steps(&progress);
    assert_eq!(cargo_builds(&steps), [true, false], "{steps:#?}");
}

/// Other endpoints and other services around it make no other dependencies.
#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn dependencies_are_shared_by_examples_with_the_same_storage() {
    for (number, example) in ["1-api", "2-front-end", "3-dynamic", "5-proxy", "6-scale"]
        .iter()
        .enumerate()
    {
        let Some(stack) = Stack::example(example) else {
            return;
        };
        stack.render();
        let dockerfile = dependencies_alone(&stack);
        let steps = steps(&stack.shell(&build_line(&stack, &dockerfile)));
        // The first one may have to build them.
        if number > 0 {
            assert_eq!(cargo_builds(&steps), [true], "{example}: {steps:#?}");
        }
    }
}

/// Builds the API by this Dockerfile, keeps no image, and tells each step.
fn build_line(stack: &Stack, dockerfile: &Path) -> String {
    format!(
        "docker build --progress plain --output type=cacheonly --file {} {} 2>&1",
        dockerfile.display(),
        stack.rendered("back-end").display()
    )
}

fn steps(progress: &str) -> Vec<Step> {
    let lines: Vec<_> = progress.lines().collect();
    // As `#9 [build 6/7] COPY src/ src/`, where a stage alone goes without its name.
    let steps = lines.iter().filter_map(|line| {
        let (number, place) = line.split_once(" [")?;
        if !number.starts_with('#') {
            return None; // what went wrong, told once more
        }
        let (_, what) = place.split_once('/')?.1.split_once("] ")?;
        Some(Step {
            what: what.to_owned(),
            is_cached: lines.contains(&format!("{number} CACHED").as_str()),
        })
    });
    // A base image is there or not.
    let steps = steps.filter(|step| !step.what.starts_with("FROM "));
    let steps: Vec<_> = steps.collect();
    assert!(!steps.is_empty(), "{progress}");
    steps
}

/// The Dockerfile up to where the dependencies are built.
fn dependencies_alone(stack: &Stack) -> PathBuf {
    let text = fs::read_to_string(stack.rendered("back-end/Dockerfile")).expect("a rendered file");
    let end = text.find("cargo build").expect("it builds");
    let line = text[end..].find('\n').expect("a line ends");
    let alone = stack.path("Dockerfile");
    fs::write(&alone, &text[..=end + line]).expect("a new file");
    alone
}

/// Of the steps that build with cargo, whether they were found in the cache.
fn cargo_builds(steps: &[Step]) -> Vec<bool> {
    let builds = steps.iter().filter(|step| step.what.contains("cargo build"));
    builds.map(|step| step.is_cached).collect()
}
