use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::{Sandbox, tree};

#[test]
fn missing_secrets_are_made_once_and_never_shown() {
    let sandbox = Sandbox::example("4-persistent");
    let made = sandbox.pinkogen(["secrets"]);
    assert_eq!((made.status, made.stderr.as_str()), (0, ""));
    assert_eq!(
        made.stdout,
        "+ secrets/db-password\n1 secret made, 0 already there\n"
    );
    let value = sandbox.read("secrets/db-password");
    assert!(
        value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "its form"
    );
    let bits = |path: &str| fs::metadata(sandbox.path(path)).expect("it").permissions().mode() & 0o777;
    assert_eq!((bits("secrets"), bits("secrets/db-password")), (0o700, 0o644));
    assert_eq!(sandbox.read("secrets/.gitignore"), "*\n");

    let again = sandbox.pinkogen(["secrets"]);
    assert_eq!(again.stdout, "0 secrets made, 1 already there\n");
    assert_eq!(sandbox.read("secrets/db-password"), value);

    let render = sandbox.pinkogen(["render"]);
    assert_eq!(render.status, 0);
    assert!(!render.stdout.contains("pinkogen secrets"), "{}", render.stdout);
    for (path, bytes) in tree(&sandbox.path("generated")) {
        assert!(
            !String::from_utf8_lossy(&bytes).contains(&value),
            "{path} holds the secret"
        );
    }
    let other = Sandbox::example("4-persistent");
    assert_eq!(other.pinkogen(["secrets"]).status, 0);
    assert_ne!(other.read("secrets/db-password"), value);
}

#[test]
fn a_stack_without_secrets_needs_none() {
    let sandbox = Sandbox::example("6-scale");
    let run = sandbox.pinkogen(["secrets"]);
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (0, "no service reads a secret\n")
    );
    assert!(!sandbox.path("secrets").exists());
}
