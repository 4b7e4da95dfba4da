//! What is looked at: every example, and variants that move one fact.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pinkogen::spec::{self, Places, Source};
use pinkogen::stack::Stack;

use crate::rendered::Rendered;
use crate::sandbox::{Sandbox, repo, tree};

const HELLO: &str = "\"GET /api/hello\" = \"Hello, World!\"";

/// A name, the example that it starts from, and the texts of its spec that are replaced.
type Variant = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const VARIANTS: &[Variant] = &[
    ("other ports", "6-scale", &[("5252", "7000"), ("9000", "7100")]),
    (
        "other ports, two origins",
        "3-dynamic",
        &[
            ("port    = 5252", "port    = 7000"),
            ("port    = 9000", "port    = 7100"),
        ],
    ),
    ("port 8088", "6-scale", &[("publish = 80", "publish = 8088")]),
    (
        "an address",
        "5-proxy",
        &[(
            "publish = 80",
            "publish = \"127.0.0.1:8088\"\norigin = \"https://example.com\"",
        )],
    ),
    (
        "written origins",
        "3-dynamic",
        &[
            (
                "publish = 5252",
                "publish = 5252\norigin = \"https://api.example.com\"",
            ),
            (
                "publish = 9000",
                "publish = 9000\norigin = \"https://example.com\"",
            ),
        ],
    ),
    (
        "an API beside the proxy",
        "5-proxy",
        &[
            ("port = 5252", "port = 5252\npublish = 5252"),
            ("\"/api\" = \"back-end\"", ""),
        ],
    ),
    (
        "a tag",
        "6-scale",
        &[("task6", "v1.2.3"), ("softy-pinko\"\ntag", "other\"\ntag")],
    ),
    (
        "slow",
        "6-scale",
        &[(
            HELLO,
            "\"GET /api/hello\" = { text = \"Hello, World!\", timeout = \"20s\" }",
        )],
    ),
    (
        "slow, two origins",
        "3-dynamic",
        &[(
            HELLO,
            "\"GET /api/hello\" = { text = \"Hello, World!\", timeout = \"20s\" }",
        )],
    ),
    (
        "slow Flask",
        "1-api-flask",
        &[(
            HELLO,
            "\"GET /api/hello\" = { text = \"Hello, World!\", timeout = \"20s\" }",
        )],
    ),
    (
        "quick",
        "6-scale",
        &[(
            HELLO,
            "\"GET /api/hello\" = { text = \"Hello, World!\", timeout = \"1s\" }",
        )],
    ),
    (
        "a patient route",
        "6-scale",
        &[(
            "\"/api\" = \"back-end\"",
            "\"/api\" = { to = \"back-end\", timeout = \"40s\", body = \"2m\" }",
        )],
    ),
    (
        "bodies",
        "6-scale",
        &[(
            HELLO,
            "\"GET /api/hello\" = \"Hello, World!\"\n\"POST /api/files\" = { text = \"taken\", body = \"5m\" }\n\"PUT /api/notes/{id}\" = { text = \"taken\", body = \"64k\" }",
        )],
    ),
    (
        "large bodies",
        "6-scale",
        &[(
            HELLO,
            "\"GET /api/hello\" = \"Hello, World!\"\n\"POST /api/files\" = { text = \"taken\", body = \"100m\" }",
        )],
    ),
    (
        "a stripped prefix",
        "6-scale",
        &[(
            "\"/api\" = \"back-end\"",
            "\"/svc\" = { to = \"back-end\", strip = true }",
        )],
    ),
    (
        "patterns",
        "6-scale",
        &[(
            "\"/api\" = \"back-end\"",
            "\"~ ^/(api|metrics)\" = \"back-end\"\n\"= /exact\" = \"front-end\"",
        )],
    ),
    (
        "the API at the root",
        "6-scale",
        &[(
            "\"/\"    = \"front-end\"",
            "\"/\" = \"back-end\"\n\"= /\" = \"front-end\"\n\"/pinkogen\" = \"front-end\"\n\"~* ^/healthz$\" = \"front-end\"\n",
        )],
    ),
    (
        "a Flask pool",
        "6-scale",
        &[("api      = \"rust\"", "api      = \"flask\"")],
    ),
    ("processors", "6-scale", &[("site = ", "cpus = 2.5\nsite = ")]),
    (
        "a database behind a proxy",
        "4-persistent",
        &[
            ("publish = 5252", ""),
            ("publish = 9000", ""),
            (
                "[services.db]",
                "[proxy]\npublish = 80\nroutes = { \"/\" = \"front-end\", \"/api\" = \"back-end\" }\n\n[services.db]",
            ),
        ],
    ),
    (
        "an own image",
        "0-hello",
        &[(
            "run     = \"once\"",
            "port = 7000\nhealth = \"/up\"\nsecrets = [\"key\"]\nvolumes = { state = \"/var/lib/state\" }\nfiles = { \"spec.toml\" = \"/etc/spec.toml\" }",
        )],
    ),
    (
        "a job before the rest",
        "6-scale",
        &[
            (
                "[services.front-end]",
                "[services.job]\nfrom = \"alpine:3.22\"\ncommand = [\"true\"]\nrun = \"once\"\n\n[services.other]\nimage = \"traefik/whoami:v1.11\"\nport = 81\nneeds = [\"job\", \"cache\"]\n\n[services.cache]\nimage = \"valkey/valkey:8\"\n\n[services.front-end]",
            ),
            ("\"/api\"", "\"/who\" = \"other\"\n\"/api\""),
        ],
    ),
];

/// Every example under its name, every variant under its own.
pub(crate) fn cases() -> &'static BTreeMap<String, Rendered> {
    static CASES: LazyLock<BTreeMap<String, Rendered>> = LazyLock::new(|| {
        let examples = std::fs::read_dir(repo().join("examples"))
            .expect("examples/")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .map(|name| {
                let rendered = render(&name, &name, &[]);
                (name, rendered)
            });
        let variants = VARIANTS
            .iter()
            .map(|(name, example, edits)| ((*name).to_owned(), render(name, example, edits)));
        examples.chain(variants).collect()
    });
    &CASES
}

pub(crate) fn named(name: &str) -> &'static Rendered {
    cases().get(name).unwrap_or_else(|| panic!("no case `{name}`"))
}

/// Renders an example as the repository has it, secrets made.
fn render(name: &str, example: &str, edits: &[(&str, &str)]) -> Rendered {
    let sandbox = Sandbox::new();
    let folder = format!("examples/{example}");
    let spec = format!("{folder}/spec.toml");
    let out = format!("generated/{example}");
    sandbox.copy(&repo().join("examples").join(example), &folder);
    for (from, to) in edits {
        sandbox.edit(&spec, from, to);
    }
    let text = sandbox.read(&spec);
    let places = Places::find(Some(&sandbox.path(&spec)), Some(&sandbox.path(&out))).expect("both are there");
    let stack = resolve(name, &text, &places);
    let files = pinkogen::render::render(&stack)
        .expect("it renders")
        .iter()
        .map(|(path, artifact)| (path.to_string(), artifact.bytes().into_owned()))
        .collect();
    let mut secrets = BTreeMap::new();
    if !stack.secrets.is_empty() {
        let run = sandbox.pinkogen(["secrets", &folder]);
        assert_eq!(run.status, 0, "{name}: {}", run.stderr);
        secrets = tree(&sandbox.path(&folder).join("secrets"));
        secrets.remove(".gitignore");
    }
    Rendered::new(&folder, &out, &text, files, secrets)
}

fn resolve(name: &str, text: &str, places: &Places) -> Stack {
    let source = Source::open(name.to_owned(), text)
        .map_err(|(source, problems)| spec::draw(&source, &problems, false))
        .unwrap_or_else(|drawn| panic!("{drawn}"));
    let parsed = spec::parse(&source);
    let (inputs, missing) = spec::load(&parsed.spec, places);
    assert!(missing.is_empty(), "{}", spec::draw(&source, &missing, false));
    let (stack, problems) = pinkogen::stack::resolve(&source, &parsed, &inputs, places);
    stack.unwrap_or_else(|| panic!("{}", spec::draw(&source, &problems, false)))
}
