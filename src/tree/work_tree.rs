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

/// Whether modes mean anything here: not where the repository says `core.fileMode = false`.
pub(super) fn has_modes(dir: &Path) -> bool {
    cfg!(unix)
        && top(&real(dir))
            .and_then(configuration)
            .is_none_or(|text| !says_no_modes(&text))
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

fn says_no_modes(configuration: &str) -> bool {
    let mut in_core = false;
    let mut no_modes = false;
    for line in configuration.lines().map(str::trim) {
        if line.starts_with('[') {
            in_core = line.eq_ignore_ascii_case("[core]");
        } else if in_core
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("filemode")
        {
            let value = value.trim();
            no_modes = ["false", "no", "off", "0"]
                .iter()
                .any(|no| value.eq_ignore_ascii_case(no));
        }
    }
    no_modes
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
        assert!(!has_modes(&base.join("linked/out")));
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
            assert_eq!(says_no_modes(text), off, "{text:?}");
        }
    }
}
