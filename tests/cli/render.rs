use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::sandbox::{Sandbox, tree};

#[test]
fn it_says_what_it_did_and_what_comes_next() {
    let sandbox = Sandbox::example("4-persistent");
    let render = sandbox.pinkogen(["render"]);
    assert_eq!((render.status, render.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = render.stdout.lines().collect();
    assert!(lines.contains(&"+ compose.yaml"), "{}", render.stdout);
    let end = render.stdout.split_once("next:\n").expect("next steps").1;
    assert_eq!(
        end,
        "  pinkogen secrets spec.toml    # makes db-password\n  \
         docker compose -f generated/compose.yaml up -d --build --wait\n  \
         open http://localhost:5252/api/hello, http://localhost:9000/\n"
    );
    let again = sandbox.pinkogen(["render"]);
    assert_eq!(again.status, 0);
    assert!(
        again.stdout.contains("0 new, 0 changed, 0 removed"),
        "{}",
        again.stdout
    );
    assert!(again.stdout.contains("= compose.yaml"), "{}", again.stdout);
}

#[test]
fn a_second_render_touches_nothing() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let stamps = |sandbox: &Sandbox| -> Vec<(String, u64, i64, i64)> {
        let root = sandbox.path("generated");
        tree(&root)
            .keys()
            .map(|path| {
                let meta = fs::metadata(root.join(path)).expect("a file");
                (path.clone(), meta.ino(), meta.mtime(), meta.mtime_nsec())
            })
            .collect()
    };
    let before = stamps(&sandbox);
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    assert_eq!(stamps(&sandbox), before);
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let changed: Vec<String> = stamps(&sandbox)
        .into_iter()
        .zip(before)
        .filter(|(after, before)| after != before)
        .map(|((path, ..), _)| path)
        .collect();
    assert_eq!(changed, ["compose.yaml", "pinkogen.lock"]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = Sandbox::example("6-scale");
    let before = tree(&sandbox.path(""));
    let run = sandbox.pinkogen(["render", "--dry-run"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout.contains("+ compose.yaml") && run.stdout.contains("nothing was written"),
        "{}",
        run.stdout
    );
    assert_eq!(tree(&sandbox.path("")), before);
    assert!(!sandbox.path("generated").exists());
}

#[test]
fn what_is_no_longer_wanted_is_removed() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let spec = sandbox.read("spec.toml");
    let (without_proxy, _) = spec.split_once("[proxy]").expect("a proxy");
    sandbox.write(
        "spec.toml",
        without_proxy.replace("show = { \"#dynamic-content\" = \"GET /api/hello\" }\n", ""),
    );
    sandbox.write("generated/notes.txt", "mine");
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    assert!(run.stdout.contains("- proxy/nginx.conf"), "{}", run.stdout);
    assert!(!sandbox.path("generated/proxy").exists());
    assert_eq!(sandbox.read("generated/notes.txt"), "mine");
}

#[test]
fn a_hand_edit_stays_and_is_named() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox.edit("generated/proxy/nginx.conf", "gzip on;", "gzip off;");
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stderr
            .contains("`proxy/nginx.conf` was edited by hand, and is left so"),
        "{}",
        run.stderr
    );
    assert!(sandbox.read("generated/proxy/nginx.conf").contains("gzip off;"));
    let diff = sandbox.pinkogen(["diff"]);
    assert_eq!((diff.status, diff.stdout.as_str()), (0, ""));
    assert_eq!(sandbox.pinkogen(["diff", "--strict"]).status, 1);
}

#[test]
fn an_edit_that_our_change_meets_is_a_conflict_and_nothing_is_written() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox.edit("generated/compose.yaml", "replicas: 2", "replicas: 5");
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let before = tree(&sandbox.path("generated"));
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 1);
    for words in [
        "`compose.yaml`",
        "edited by hand",
        "services.back-end",
        "--force=compose.yaml",
        "nothing was written",
    ] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(tree(&sandbox.path("generated")), before);
    let line = sandbox
        .read("generated/compose.yaml")
        .lines()
        .position(|line| line.contains("replicas: 5"))
        .expect("the edit");
    assert_eq!(
        run.stderr,
        format!(
            "error: `compose.yaml` is edited by hand, and changed too: git does not have what was written last, so nothing can be merged\n \
             --> compose.yaml:{}\n  \
             yours    |       replicas: 5\n  \
             pinkogen |       replicas: 3\n\
             note: what pinkogen writes there comes from `services.back-end` in the spec\n\
             help: say in the spec what the edit says, and undo the edit; or `pinkogen render --force=compose.yaml` overwrites it and keeps a backup; \
             or `pinkogen eject compose.yaml` makes the file yours\n\
             nothing was written: 1 conflict\n",
            line + 1
        )
    );

    let forced = sandbox.pinkogen(["render", "--force=compose.yaml"]);
    assert_eq!(forced.status, 0, "{}", forced.stderr);
    assert!(sandbox.read("generated/compose.yaml").contains("replicas: 3"));
    let kept = tree(&sandbox.path("generated/.pinkogen/backup"));
    let backup: Vec<_> = kept
        .iter()
        .filter(|(path, _)| path.ends_with("compose.yaml"))
        .collect();
    assert_eq!(backup.len(), 1, "{:?}", kept.keys());
    assert!(String::from_utf8_lossy(backup[0].1).contains("replicas: 5"));
    assert!(forced.stderr.contains(".pinkogen/backup"), "{}", forced.stderr);
}

#[test]
fn a_file_that_is_not_ours_is_never_overwritten() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.write("generated/compose.yaml", "mine: true\n");
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stderr.contains("`compose.yaml` is not written by pinkogen"),
        "{}",
        run.stderr
    );
    assert_eq!(tree(&sandbox.path("generated")).len(), 1);
    assert_eq!(sandbox.read("generated/compose.yaml"), "mine: true\n");
}

#[test]
fn an_edit_of_a_copied_page_points_to_the_original() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let page = sandbox.read("generated/front-end/site/style.css");
    sandbox.write(
        "generated/front-end/site/style.css",
        page.clone() + "/* edited */\n",
    );
    sandbox.write("softy-pinko-front-end/style.css", page + "/* changed */\n");
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stderr.contains("softy-pinko-front-end/style.css"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_link_in_the_output_is_not_followed() {
    let sandbox = Sandbox::example("6-scale");
    sandbox.write("outside/keep", "mine");
    fs::create_dir_all(sandbox.path("generated")).expect("a folder");
    std::os::unix::fs::symlink(sandbox.path("outside"), sandbox.path("generated/proxy")).expect("a link");
    let run = sandbox.pinkogen(["render"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(tree(&sandbox.path("outside")).len(), 1);
}

#[test]
fn a_lost_lock_deletes_and_overwrites_nothing() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let before = tree(&sandbox.path("generated"));
    fs::remove_file(sandbox.path("generated/pinkogen.lock")).expect("a lock");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    assert_eq!(tree(&sandbox.path("generated")), before);
}

#[test]
fn new_files_have_the_usual_modes() {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    let mode = |path: &str| {
        fs::metadata(sandbox.path(path))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777
    };
    let umask = 0o777 & !mode("spec.toml") & 0o022;
    assert_eq!(mode("generated/compose.yaml"), 0o644 & !umask | 0o600);
}
