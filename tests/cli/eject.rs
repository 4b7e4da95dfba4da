use crate::sandbox::{Sandbox, tree};

const NGINX: &str = "generated/proxy/nginx.conf";

fn rendered() -> Sandbox {
    let sandbox = Sandbox::example("6-scale");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    sandbox
}

#[test]
fn an_ejected_file_is_the_user_s_until_it_is_taken_back() {
    let sandbox = rendered();
    let eject = sandbox.pinkogen(["eject", "proxy/nginx.conf"]);
    assert_eq!((eject.status, eject.stderr.as_str()), (0, ""));
    assert!(
        eject.stdout.starts_with("proxy/nginx.conf is yours now\n"),
        "{}",
        eject.stdout
    );
    let lock = sandbox.read("generated/pinkogen.lock");
    assert!(lock.contains("\nejected 100644 "), "{lock}");

    let ours = sandbox.read(NGINX);
    sandbox.write(NGINX, "# mine\n");
    sandbox.edit("spec.toml", "replicas = 2", "replicas = 3");
    let diff = sandbox.pinkogen(["diff"]);
    assert_eq!(diff.status, 1, "compose.yaml changes");
    assert!(!diff.stdout.contains("nginx.conf"), "{}", diff.stdout);
    assert!(
        diff.stderr.contains("`proxy/nginx.conf` is ejected") && diff.stderr.contains("\n-# mine\n+"),
        "{}",
        diff.stderr
    );
    let render = sandbox.pinkogen(["render", "--force"]);
    assert_eq!((render.status, render.stderr.as_str()), (0, ""));
    assert!(
        render.stdout.contains("= proxy/nginx.conf    (ejected"),
        "{}",
        render.stdout
    );
    assert_eq!(sandbox.read(NGINX), "# mine\n");
    assert_eq!(sandbox.pinkogen(["diff"]).status, 0);

    let back = sandbox.pinkogen(["render", "--force=proxy/nginx.conf"]);
    assert_eq!(back.status, 0, "{}", back.stderr);
    assert_eq!(sandbox.read(NGINX), ours);
    assert_eq!(
        sandbox.read("generated/.pinkogen/backup/1/proxy/nginx.conf"),
        "# mine\n"
    );
    assert!(!sandbox.read("generated/pinkogen.lock").contains("ejected"));
}

#[test]
fn an_ejected_file_may_be_removed_or_no_longer_wanted() {
    let sandbox = rendered();
    assert_eq!(
        sandbox
            .pinkogen(["eject", "generated/compose.yaml", "./proxy/Dockerfile"])
            .status,
        0
    );
    std::fs::remove_file(sandbox.path("generated/compose.yaml")).expect("a file");
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    assert!(!sandbox.path("generated/compose.yaml").exists());
    let spec = sandbox.read("spec.toml");
    let (without_proxy, _) = spec.split_once("[proxy]").expect("a proxy");
    sandbox.write(
        "spec.toml",
        without_proxy.replace("show = { \"#dynamic-content\" = \"GET /api/hello\" }\n", ""),
    );
    assert_eq!(sandbox.pinkogen(["render"]).status, 0);
    assert!(sandbox.path("generated/proxy/Dockerfile").exists());
    assert!(!sandbox.path(NGINX).exists());
}

#[test]
fn only_what_pinkogen_wrote_is_ejected() {
    let sandbox = rendered();
    sandbox.write("generated/notes.txt", "mine");
    let before = tree(&sandbox.path("generated"));
    for (path, words) in [
        ("notes.txt", "`notes.txt` is no file that pinkogen wrote"),
        ("proxy/nginx.con", "did you mean `proxy/nginx.conf`?"),
        ("../spec.toml", "segment"),
        ("pinkogen.lock", "reserved"),
    ] {
        let run = sandbox.pinkogen(["eject", "compose.yaml", path]);
        assert_eq!(run.status, 2, "{path}");
        assert!(
            run.stderr.contains(words) && run.stderr.contains("\nhelp: "),
            "{}",
            run.stderr
        );
        assert_eq!(tree(&sandbox.path("generated")), before, "{path}");
    }
    let empty = Sandbox::example("6-scale").pinkogen(["eject", "compose.yaml"]);
    assert_eq!(empty.status, 2);
    assert!(
        empty.stderr.contains("`pinkogen render` makes it"),
        "{}",
        empty.stderr
    );
}
