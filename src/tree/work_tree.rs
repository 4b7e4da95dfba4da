//! What must be known of the git work tree that holds the output folder, without starting git.

use std::fs;
use std::path::{Path, PathBuf};

/// The path of the output folder from where `git apply` takes paths: the top of the work tree that holds it; without one
/// the current folder if that holds it, else the output folder itself.
pub fn patch_prefix(dir: &Path, current: &Path) -> PathBuf {
    let dir = real(&current.join(dir));
    let top = top(&dir).map_or_else(|| real(current), Path::to_owned);
    dir.strip_prefix(top).map(Path::to_owned).unwrap_or_default()
}

/// Whether a work tree holds the folder.
pub(super) fn is_in_one(dir: &Path) -> bool {
    top(&real(dir)).is_some()
}

/// What the repository that holds a folder says of itself; without one, nothing.
pub(super) struct WorkTree {
    configuration: String,
}

impl WorkTree {
    pub(super) fn of(dir: &Path) -> Self {
        let configuration = top(&real(dir)).and_then(configuration).unwrap_or_default();
        Self { configuration }
    }

    /// Whether modes mean anything here: not where the repository says `core.fileMode = false`.
    pub(super) fn has_modes(&self) -> bool {
        let is_no = |value: &str| {
            ["false", "no", "off", "0"]
                .iter()
                .any(|no| value.eq_ignore_ascii_case(no))
        };
        cfg!(unix) && !value(&self.configuration, "[core]", "filemode").is_some_and(is_no)
    }

    pub(super) fn is_sha256(&self) -> bool {
        value(&self.configuration, "[extensions]", "objectformat")
            .is_some_and(|format| format.eq_ignore_ascii_case("sha256"))
    }
}

/// The path with its links resolved as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut here = path;
    loop {
        let found = if here.as_os_str().is_empty() {
            Path::new(".").canonicalize()
        } else {
            here.canonicalize()
        };
        if let Ok(found) = found {
            return missing.iter().rev().fold(found, |path, name| path.join(name));
        }
        match (here.parent(), here.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                here = parent;
            }
            _ => return path.to_owned(),
        }
    }
}

fn top(dir: &Path) -> Option<&Path> {
    dir.ancestors().find(|folder| {
        let git = folder.join(".git");
        // A file in linked work trees and submodules.
        git.join("HEAD").exists() || git.is_file()
    })
}

fn configuration(top: &Path) -> Option<String> {
    let git = top.join(".git");
    let folder = if git.is_file() {
        let text = fs::read_to_string(&git).ok()?;
        let folder = top.join(text.strip_prefix("gitdir:")?.trim());
        match fs::read_to_string(folder.join("commondir")) {
            Ok(common) => folder.join(common.trim()),
            Err(_) => folder,
        }
    } else {
        git
    };
    fs::read_to_string(folder.join("config")).ok()
}

/// The last value of a key.
fn value<'a>(configuration: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let mut is_in_section = false;
    let mut found = None;
    for line in configuration.lines().map(str::trim) {
        if line.starts_with('[') {
            is_in_section = line.eq_ignore_ascii_case(section);
        } else if is_in_section
            && let Some((name, value)) = line.split_once('=')
            && name.trim().eq_ignore_ascii_case(key)
        {
            found = Some(value.trim());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_leads_from_where_git_stands() {
        let temp = tempfile::tempdir().unwrap();
        let base = temp.path().canonicalize().unwrap();
        fs::create_dir_all(base.join("repo/sub/out")).unwrap();
        fs::create_dir_all(base.join("plain/out")).unwrap();
        let prefix = |dir: &str, current: &str| patch_prefix(Path::new(dir), &base.join(current));
        assert_eq!(prefix("out", "repo/sub"), Path::new("out"), "no work tree yet");
        fs::create_dir(base.join("repo/.git")).unwrap();
        assert_eq!(
            prefix("out", "repo/sub"),
            Path::new("out"),
            "`.git` is no repository"
        );
        fs::write(base.join("repo/.git/HEAD"), "").unwrap();
        for (dir, current) in [
            ("out", "repo/sub"),
            ("sub/out", "repo"),
            (".", "repo/sub/out"),
            ("../repo/sub/out", "plain"),
        ] {
            assert_eq!(prefix(dir, current), Path::new("sub/out"), "{dir} from {current}");
        }
        assert_eq!(prefix("new/out", "repo"), Path::new("new/out"));
        assert_eq!(prefix(".", "repo"), Path::new(""));
        assert_eq!(prefix("out", "plain"), Path::new("out"));
        assert_eq!(prefix("../out", "plain/out"), Path::new(""), "`..` is resolved");
        assert_eq!(prefix("../plain/out", "repo"), Path::new(""));
    }

    #[test]
    fn a_linked_work_tree_has_its_top_and_its_configuration() {
        let temp = tempfile::tempdir().unwrap();
        let base = temp.path();
        fs::create_dir_all(base.join("main/.git/worktrees/x")).unwrap();
        fs::create_dir_all(base.join("linked/out")).unwrap();
        fs::write(
            base.join("linked/.git"),
            format!("gitdir: {}\n", base.join("main/.git/worktrees/x").display()),
        )
        .unwrap();
        fs::write(base.join("main/.git/worktrees/x/commondir"), "../..\n").unwrap();
        fs::write(base.join("main/.git/config"), "[core]\n\tfilemode = false\n").unwrap();
        assert_eq!(patch_prefix(Path::new("linked/out"), base), Path::new("out"));
        assert!(!WorkTree::of(&base.join("linked/out")).has_modes());
    }

    #[test]
    fn modes_are_off_only_where_core_says_so() {
        for (text, off) in [
            ("", false),
            ("[core]\n\tfileMode = false\n", true),
            ("[CORE]\nfilemode=no", true),
            ("[core]\n\tfilemode = true\n", false),
            ("[core]\n\tfilemode = false\n\tfilemode = true\n", false),
            ("[core \"x\"]\n\tfilemode = false\n", false),
            ("[other]\n\tfilemode = false\n", false),
        ] {
            let work_tree = WorkTree {
                configuration: text.to_owned(),
            };
            assert_eq!(work_tree.has_modes(), !off, "{text:?}");
            assert!(!work_tree.is_sha256());
        }
    }
}
