use crate::sandbox::Sandbox;

#[test]
fn help_names_every_command_and_the_statuses() {
    let help = Sandbox::new().pinkogen(["--help"]);
    assert_eq!(help.status, 0);
    for word in [
        "render",
        "diff",
        "check",
        "init",
        "secrets",
        "0 as wanted, 1 something differs",
        "2 trouble",
    ] {
        assert!(help.stdout.contains(word), "{word}: {}", help.stdout);
    }
}

#[test]
fn a_wrong_command_line_is_trouble() {
    let run = Sandbox::new().pinkogen(["rendr"]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("render"), "{}", run.stderr);
}

#[test]
fn a_missing_spec_says_what_was_looked_for() {
    let run = Sandbox::new().pinkogen(["render"]);
    assert_eq!(run.status, 2);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.contains("`spec.toml` was looked for") && run.stderr.contains("pinkogen init"),
        "{}",
        run.stderr
    );
}
