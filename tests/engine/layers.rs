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

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_changed_line_leaves_the_dependencies_built() {
    let Some(stack) = Stack::example("1-api") else {
        return;
    };
    stack.render();
    let dockerfile = stack.rendered("back-end/Dockerfile");
    build(&stack, &dockerfile);
    assert!(
        build(&stack, &dockerfile).iter().all(|step| step.is_cached),
        "nothing has changed"
    );

    let main = stack.rendered("back-end/src/main.rs");
    let source = fs::read_to_string(&main).expect("a rendered file");
    let word = "usage: api [healthcheck]";
    assert!(source.contains(word), "{source}");
    fs::write(&main, source.replace(word, "usage: api [healthcheck] # changed")).expect("a copy of ours");
    let steps = build(&stack, &dockerfile);
    // The last one is the program itself: a build can be seen to be one.
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
        let steps = build(&stack, &dependencies_alone(&stack));
        // The first one may have to build them.
        if number > 0 {
            assert_eq!(cargo_builds(&steps), [true], "{example}: {steps:#?}");
        }
    }
}

/// Builds the API by this Dockerfile, and keeps no image.
fn build(stack: &Stack, dockerfile: &Path) -> Vec<Step> {
    let progress = stack.shell(&format!(
        "docker build --progress plain --output type=cacheonly --file {} {} 2>&1",
        dockerfile.display(),
        stack.rendered("back-end").display()
    ));
    let lines: Vec<_> = progress.lines().collect();
    // As `#9 [build 6/7] COPY src/ src/`, where a stage alone goes without its name.
    let steps = lines.iter().filter_map(|line| {
        let (number, place) = line.split_once(" [")?;
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
