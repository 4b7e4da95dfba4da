//! A secret: the file that `pinkogen secrets` makes is the one that Compose mounts and the program reads; its value is
//! in no rendered file.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::proof::{Break, Proof, ensure};
use crate::rendered::Rendered;

pub(crate) const PROOF: Proof = Proof {
    name: "secrets",
    check,
    breaks: &[
        Break("4-persistent", "compose.yaml", "/secrets/db-password", "/secret/db-password"),
        Break("4-persistent", "compose.yaml", "file: \"../../examples", "file: \"../examples"),
        Break("4-persistent", "compose.yaml", "    secrets:\n      - db-password\n", ""),
        Break("4-persistent", "compose.yaml", "PASSWORD_FILE: /run/secrets/db", "PASSWORD_FILE: /run/secret/db"),
        Break("4-persistent", "compose.yaml", "PASSWORD_FILE: /run/secrets/db-password", "PASSWORD: hunter2"),
        Break("an own image", "compose.yaml", "    secrets:\n      - key\n", ""),
    ],
};

fn check(rendered: &Rendered) -> Result<(), String> {
    let compose = rendered.compose()?;
    let mut read = BTreeSet::new();
    for service in compose.services() {
        let given = service.list("secrets");
        for (variable, value) in service.value["environment"].as_object().into_iter().flatten() {
            let value = value.as_str().unwrap_or_default();
            if let Some(secret) = value.strip_prefix("/run/secrets/") {
                ensure!(variable.ends_with("_FILE"), "{variable} is a path");
                ensure!(given.contains(&secret), "{} reads {secret}, and is not given it", service.name);
            } else {
                ensure!(!variable.contains("PASSWORD"), "{variable} is no file of a secret");
            }
        }
        read.extend(given);
    }
    let empty = serde_json::Map::new();
    let declared = compose.table("secrets").unwrap_or(&empty);
    let names: BTreeSet<&str> = declared.keys().map(String::as_str).collect();
    ensure!(names == read, "declared are {names:?}, and read are {read:?}");
    let made: BTreeSet<&str> = rendered.secrets.keys().map(String::as_str).collect();
    ensure!(names == made, "declared are {names:?}, and made are {made:?}");
    for (name, secret) in declared {
        let file = secret["file"].as_str().ok_or("a secret is a file")?;
        let found = joined(&rendered.out, file);
        let expected = format!("{}/secrets/{name}", rendered.spec_folder);
        ensure!(found == expected, "{name} is looked for at {found}, and lies at {expected}");
    }
    for value in rendered.secrets.values() {
        ensure!(value.len() >= 64, "a secret is short");
        for (path, text) in rendered.everything() {
            ensure!(!text.contains(value), "{path} holds a secret");
        }
    }
    ensure!(compose.0["services"] != Value::Null, "no services");
    Ok(())
}

/// A path relative to a folder, without `..`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}
