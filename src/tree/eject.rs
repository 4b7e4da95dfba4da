use std::collections::BTreeSet;

use super::found::Found;
use super::lock::Class;
use super::plan::Plan;
use crate::render::ArtifactPath;

/// The plan that makes these files the user's own: only the lock changes. The paths that pinkogen never wrote are the error.
pub fn eject(found: &Found, paths: &BTreeSet<ArtifactPath>) -> Result<Plan, Vec<ArtifactPath>> {
    let mut lock = found.lock.clone();
    let mut unknown = Vec::new();
    for path in paths {
        match lock.entries.get_mut(path) {
            Some(last) => last.class = Class::Ejected,
            None => unknown.push(path.clone()),
        }
    }
    if unknown.is_empty() {
        Ok(Plan {
            changes: Vec::new(),
            lock,
        })
    } else {
        Err(unknown)
    }
}
