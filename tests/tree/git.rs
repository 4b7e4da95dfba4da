//! Git is the judge: of ids, and of patches.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use pinkogen::render::{Artifacts, Mode};
use pinkogen::tree::{Force, missed, patch_prefix, patches, plan};

use crate::support::{Tree, apply, artifact, git, observe, path, wanted};

#[test]
fn the_lock_s_ids_are_git_s() {
    let tree = Tree::new();
    let mut artifacts = wanted(&[("a", "1\n"), ("b", "")]);
    artifacts.insert(path("c"), artifact(vec![0, 159, 146, 150], Mode::Plain));
    tree.render(&artifacts);
    for line in tree.text("pinkogen.lock").lines().skip(1) {
        let words: Vec<&str> = line.split(' ').collect();
        let id = git(&tree.dir(), &["hash-object", "--no-filters", words[3]]);
        assert_eq!(id.trim(), words[2]);
    }
}

/// What `git apply` must be able to carry out: one file of each kind, before and after.
fn before_and_after() -> [(Artifacts, Artifacts); 2] {
    let binary = |seed: u8, length: usize| -> Vec<u8> {
        let mut state = u32::from(seed) + 1;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .chain([0])
            .collect()
    };
    let long = (1..=60).fold(String::new(), |text, line| format!("{text}line {line}\n"));
    let mut before = wanted(&[
        ("text", &long),
        ("removed", "one\ntwo\n"),
        ("no newline/loses it", "a\nb\n"),
        ("no newline/gains it", "a\nb"),
        ("no newline/keeps it without", "a\nb"),
        ("crlf.html", "<p>\r\none\r\n</p>\r\n"),
        ("lone return", "a\rb\nc\n"),
        ("empty/removed", ""),
        ("empty/filled", ""),
        ("empty/emptied", "x\n"),
        ("quote \"and\" space", "1\n"),
        ("ünïcode/日本", "1\n"),
        ("becomes", "a file\n"),
        ("was/a/folder", "1\n"),
        ("same", "same\n"),
        ("latin1-to-text", "1\n"),
    ]);
    let mut after = wanted(&[
        (
            "text",
            &long
                .replace("line 1\n", "LINE 1\n")
                .replace("line 30\n", "")
                .replace("line 60\n", "line 60\nline 61\n"),
        ),
        ("added", "one\ntwo\n"),
        ("deep/er/added without a newline", "one"),
        ("no newline/loses it", "a\nb"),
        ("no newline/gains it", "a\nb\n"),
        ("no newline/keeps it without", "a\nc"),
        ("crlf.html", "<p>\r\ntwo\r\n</p>\r\n"),
        ("lone return", "a\rB\nc\n"),
        ("empty/added", ""),
        ("empty/filled", "x\n"),
        ("empty/emptied", ""),
        ("quote \"and\" space", "2\n"),
        ("quote \"new\" empty", ""),
        ("ünïcode/日本", "2\n"),
        ("ünïcode/neu", "1\n"),
        ("becomes/a/folder", "1\n"),
        ("was", "a folder\n"),
        ("same", "same\n"),
    ]);
    let put = |artifacts: &mut Artifacts, name: &str, bytes: Vec<u8>, mode: Mode| {
        artifacts.insert(path(name), artifact(bytes, mode));
    };
    put(&mut before, "b/changed.png", binary(1, 700), Mode::Plain);
    put(&mut after, "b/changed.png", binary(2, 333), Mode::Plain);
    put(&mut before, "b/removed.png", binary(3, 52), Mode::Plain);
    put(&mut after, "b/added.png", binary(4, 1), Mode::Executable);
    put(&mut before, "b/emptied", binary(5, 9), Mode::Plain);
    put(&mut after, "b/emptied", Vec::new(), Mode::Plain);
    put(&mut after, "latin1-to-text", vec![b'1', 0xe9, b'\n'], Mode::Plain);
    put(&mut before, "run/on", b"x\n".to_vec(), Mode::Plain);
    put(&mut after, "run/on", b"x\n".to_vec(), Mode::Executable);
    put(
        &mut before,
        "run/off and changed",
        b"x\n".to_vec(),
        Mode::Executable,
    );
    put(&mut after, "run/off and changed", b"y\n".to_vec(), Mode::Plain);
    put(&mut before, "run/stays", b"x\n".to_vec(), Mode::Executable);
    put(&mut after, "run/stays", b"y\n".to_vec(), Mode::Executable);
    put(&mut after, "run/added empty", Vec::new(), Mode::Executable);
    put(&mut before, "run/removed", b"x\n".to_vec(), Mode::Executable);
    [(Artifacts::new(), before.clone()), (before, after)]
}

/// Every file but the lock: its bytes and x bit.
fn files(dir: &Path) -> BTreeMap<String, (Vec<u8>, bool)> {
    walkdir::WalkDir::new(dir)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != "pinkogen.lock")
        .map(|entry| {
            let name = entry
                .path()
                .strip_prefix(dir)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let is_executable = entry.metadata().unwrap().mode() & 0o100 != 0;
            (name, (fs::read(entry.path()).unwrap(), is_executable))
        })
        .collect()
}

fn expected(artifacts: &Artifacts) -> BTreeMap<String, (Vec<u8>, bool)> {
    artifacts
        .iter()
        .map(|(path, artifact)| {
            (
                path.to_string(),
                (artifact.bytes().into_owned(), artifact.mode == Mode::Executable),
            )
        })
        .collect()
}

fn git_apply(folder: &Path, patch: &Path, arguments: &[&str]) {
    let mut all = vec!["apply", "--whitespace=nowarn"];
    all.extend(arguments);
    all.push(patch.to_str().unwrap());
    git(folder, &all);
}

#[test]
fn git_apply_does_what_render_does() {
    for (before, after) in before_and_after() {
        for (from, repository) in [
            ("", true),
            ("sub dir", true),
            ("sub dir/öut", true),
            ("", false),
            ("sub dir", false),
        ] {
            let temp = tempfile::tempdir().unwrap();
            let top = temp.path().join("top");
            let dir = top.join("sub dir/öut");
            fs::create_dir_all(&dir).unwrap();
            if repository {
                git(&top, &["init", "-q"]);
            }
            let found = observe(&dir, &before).unwrap();
            apply(&dir, &plan(&before, &found, &Force::None), &before, &found).unwrap();
            assert_eq!(files(&dir), expected(&before));
            let current = top.join(from);
            let found = observe(&dir, &after).unwrap();
            let prefix = patch_prefix(&dir, &current);
            let text: String = patches(&plan(&after, &found, &Force::None), &after, &found, &prefix)
                .iter()
                .map(|patch| &*patch.text)
                .collect();
            let patch = temp.path().join("patch");
            fs::write(&patch, text).unwrap();
            git_apply(&current, &patch, &["--check"]);
            git_apply(&current, &patch, &[]);
            assert_eq!(files(&dir), expected(&after), "from {from:?}");
            let found = observe(&dir, &after).unwrap();
            assert!(
                !plan(&after, &found, &Force::None).changes_files(),
                "nothing is left to change"
            );
            git_apply(&current, &patch, &["-R"]);
            assert_eq!(files(&dir), expected(&before), "back from {from:?}");
        }
    }
}

#[test]
fn the_patch_is_the_one_that_git_writes() {
    let tree = Tree::new();
    let [_, (before, after)] = before_and_after();
    tree.render(&before);
    fs::remove_file(tree.at("pinkogen.lock")).unwrap();
    git(tree.temp.path(), &["init", "-q"]);
    git(tree.temp.path(), &["add", "."]);
    let found = observe(&tree.dir(), &after).unwrap();
    // The lock is gone, so everything is forced.
    let plan = plan(&after, &found, &Force::All);
    let ours = patches(&plan, &after, &found, Path::new("out"));
    for patch in &ours {
        let name = patch.path.as_str();
        if name == "latin1-to-text" || name.starts_with("was") || name.starts_with("becomes") {
            continue;
        }
        let artifact = &after[&patch.path];
        fs::create_dir_all(tree.at(name).parent().unwrap()).unwrap();
        fs::write(tree.at(name), artifact.bytes()).unwrap();
        let bits = if artifact.mode == Mode::Executable {
            0o755
        } else {
            0o644
        };
        fs::set_permissions(tree.at(name), fs::Permissions::from_mode(bits)).unwrap();
        git(&tree.dir(), &["add", "-N", name]);
        let theirs = git(&tree.dir(), &["diff", "--no-renames", "--", name]);
        let theirs_binary = git(&tree.dir(), &["diff", "--no-renames", "--binary", "--", name]);
        if patch.is_binary {
            // Packed by another library, so the body differs.
            let head = |text: &str| text.split("literal").next().unwrap().to_owned();
            assert_eq!(head(&patch.text), head(&theirs_binary), "{name}");
        } else {
            let without_function = |text: &str| -> String {
                text.lines()
                    .map(|line| match (line.starts_with("@@ "), line.rfind(" @@")) {
                        (true, Some(end)) => format!("{}\n", &line[..end + 3]),
                        _ => format!("{line}\n"),
                    })
                    .collect()
            };
            assert_eq!(without_function(&patch.text), without_function(&theirs), "{name}");
        }
        let stat = git(&tree.dir(), &["diff", "--no-renames", "--numstat", "--", name]);
        let counted = if patch.is_binary {
            "-\t-\t".to_owned()
        } else {
            format!("{}\t{}\t", patch.added, patch.removed)
        };
        assert!(stat.starts_with(&counted), "{name}: {stat}");
    }
    assert!(ours.len() > 20);
}

#[test]
fn what_an_ejected_file_misses_is_shown_apart() {
    let tree = Tree::new();
    tree.render(&wanted(&[("a", "1\n")]));
    let text = tree.text("pinkogen.lock").replace("owned", "ejected");
    tree.write("pinkogen.lock", &text);
    tree.write("a", "mine\n");
    let artifacts = wanted(&[("a", "2\n")]);
    let (plan, found) = tree.plan(&artifacts, &Force::All);
    assert!(patches(&plan, &artifacts, &found, Path::new("")).is_empty());
    let missed = missed(&plan, &artifacts, &found, Path::new(""));
    assert!(missed[0].text.ends_with("-mine\n+2\n"), "{}", missed[0].text);
    tree.render(&artifacts);
    assert_eq!(
        (tree.text("a"), tree.text("pinkogen.lock")),
        ("mine\n".to_owned(), text)
    );
}
