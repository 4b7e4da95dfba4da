use crate::sandbox::{Sandbox, repo, tree};

#[test]
fn a_first_spec_renders_at_once() {
    let sandbox = Sandbox::new();
    let init = sandbox.pinkogen(["init", "My Shop"]);
    assert_eq!((init.status, init.stderr.as_str()), (0, ""));
    assert!(
        init.stdout
            .ends_with("next:\n  pinkogen render 'My Shop/spec.toml'\n"),
        "{}",
        init.stdout
    );
    assert!(sandbox.read("My Shop/spec.toml").contains("name = \"my-shop\"\n"));
    assert_eq!(
        sandbox.read("My Shop/.gitattributes").lines().last(),
        Some("* -text")
    );
    let render = sandbox.pinkogen(["render", "My Shop"]);
    assert_eq!((render.status, render.stderr.as_str()), (0, ""));
    assert!(
        sandbox
            .read("My Shop/generated/compose.yaml")
            .contains("image: my-shop-proxy:local")
    );
}

#[test]
fn nothing_is_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.write("softy-pinko-front-end/index.html", "mine");
    let before = tree(&sandbox.path(""));
    let init = sandbox.pinkogen(["init"]);
    assert_eq!((init.status, init.stdout.as_str()), (2, ""));
    assert!(
        init.stderr
            .contains("index.html` is already there, and nothing is overwritten"),
        "{}",
        init.stderr
    );
    assert_eq!(tree(&sandbox.path("")), before);
}

#[test]
fn every_example_can_be_the_start() {
    for entry in std::fs::read_dir(repo().join("examples")).expect("examples/") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let sandbox = Sandbox::new();
        assert_eq!(sandbox.pinkogen(["init", "--example", &name]).status, 0, "{name}");
        let check = sandbox.pinkogen(["check"]);
        assert_eq!((check.status, check.stderr.as_str()), (0, ""), "{name}");
    }
    let unknown = Sandbox::new().pinkogen(["init", "--example", "6-scal"]);
    assert_eq!(unknown.status, 2);
    assert!(
        unknown.stderr.contains("did you mean `6-scale`?"),
        "{}",
        unknown.stderr
    );
}
