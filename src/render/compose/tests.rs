use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use snapbox::{Data, assert_data_eq};

use super::*;
use crate::render::Artifact;
use crate::stack::fixture::{scale, service};
use crate::stack::{
    Capability, Condition, Copied, DataMount, Engine, EnvName, FileMount, FromImage, Image, Kind, Part,
    Probe, Publish, Run, Seconds, Storage, Value,
};

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn variable(text: &str) -> EnvName {
    EnvName::new(text).expect("a variable's name")
}

fn text(stack: &Stack) -> String {
    let artifact = Artifact::rendered(compose(stack).expect("it renders"));
    String::from_utf8(artifact.bytes().into_owned()).expect("UTF-8")
}

fn image(reference: &str, engine: Option<Engine>) -> Kind {
    Kind::Image(Image {
        reference: vec![Part::Text(reference.into())],
        engine,
    })
}

fn add(stack: &mut Stack, service: Service) {
    stack.services.insert(service.name.clone(), service);
}

/// Compares with a file below `tests/data/compose`, on which the gates are run, too.
fn assert_renders(stack: &Stack, file: &str) {
    let path = format!("{}/tests/data/compose/{file}", env!("CARGO_MANIFEST_DIR"));
    assert_data_eq!(text(stack), Data::read_from(path.as_ref(), None).raw());
}

/// Step 4 of the seed: the API keeps its messages in Postgres.
fn postgres() -> Stack {
    let mut stack = scale();
    let secret = name("db-password");
    let mut db = service("db", image("postgres:17", Some(Engine::Postgres)), 5432);
    db.env = BTreeMap::from([
        (variable("POSTGRES_DB"), Value::text("app")),
        (
            variable("POSTGRES_PASSWORD_FILE"),
            Value::SecretPath(secret.clone()),
        ),
        (variable("POSTGRES_USER"), Value::text("app")),
    ]);
    db.probe = Probe::Command(
        ["pg_isready", "-h", "127.0.0.1", "-U", "app", "-d", "app"]
            .map(str::to_owned)
            .into(),
    );
    db.volumes = vec![DataMount {
        source: VolumeSource::Named(name("db-data")),
        target: "/var/lib/postgresql/data".into(),
    }];
    db.secrets = BTreeSet::from([secret.clone()]);
    db.tiers = BTreeSet::from([Tier::Back]);
    db.hardening.capabilities = BTreeSet::from([
        Capability::Chown,
        Capability::DacOverride,
        Capability::Fowner,
        Capability::Setgid,
        Capability::Setuid,
    ]);
    db.hardening.tmpfs = BTreeSet::from(["/tmp".to_owned(), "/run/postgresql".to_owned()]);
    db.stop_grace = Seconds(30);
    add(&mut stack, db);
    let back_end = stack.services.get_mut("back-end").expect("the fixture has it");
    back_end.needs = BTreeMap::from([(name("db"), Condition::Healthy)]);
    back_end.secrets = BTreeSet::from([secret.clone()]);
    back_end.tiers.insert(Tier::Back);
    let Kind::Api(api) = &mut back_end.kind else {
        panic!("it is an API")
    };
    api.storage = Storage::Postgres {
        service: name("db"),
        secret: secret.clone(),
    };
    stack.secrets = BTreeSet::from([secret]);
    stack
}

/// Somebody else's image: variables, long values, volumes of every form.
fn odd_image() -> Service {
    let mut on = service("on", image("registry.example:5000/on", None), 8080);
    let Kind::Image(reference) = &mut on.kind else {
        panic!("it is an image")
    };
    reference.reference.push(Part::Variable(":${TAG:-latest}".into()));
    on.probe = Probe::Shell("wget -qO- http://127.0.0.1:8080/ | grep -q \"$HOSTNAME\"".into());
    on.command = ["sh", "-c", "exec serve --at=$PORT", "", "no"]
        .map(str::to_owned)
        .into();
    let publish = |address: Option<&str>, host: &str, container, udp| Publish {
        address: address.map(str::to_owned),
        host: host.to_owned(),
        container,
        udp,
    };
    on.publish = vec![
        publish(None, "8080", 8080, false),
        publish(Some("127.0.0.1"), "443", 443, false),
        publish(Some("127.0.0.1"), "53", 53, true),
        publish(Some("[::1]"), "9090", 9090, false),
    ];
    on.env = BTreeMap::from([
        (variable("EMPTY"), Value::text("")),
        (variable("NO"), Value::text("no")),
        (variable("LONG"), Value::text("a value with spaces ".repeat(8))),
        (variable("LONG_WORD"), Value::text("x".repeat(100))),
        (
            variable("URL"),
            Value::Parts(vec![
                Part::Text("http://$/".into()),
                Part::Variable("${HOST:?}".into()),
            ]),
        ),
        (variable("PORT"), Value::text("8080")),
    ]);
    on.volumes = [
        (VolumeSource::Named(name("n")), "/n"),
        (VolumeSource::Named(name("on-data")), "/with:colon"),
        (VolumeSource::Folder("./data".into()), "/data"),
        (VolumeSource::Folder("/srv/data".into()), "/srv $"),
    ]
    .map(|(source, target)| DataMount {
        source,
        target: target.into(),
    })
    .into();
    on.files = vec![FileMount(Copied {
        original: "motd".into(),
        place: "files/motd".into(),
        target: "/etc/motd".into(),
        contents: Arc::default(),
    })];
    on.hardening.strict = false;
    on.hardening.user = Some("65532:65532".into());
    on.limits.millicpus = 250;
    on.limits.memory = crate::stack::Bytes(100_000_000);
    on.replicas = 3;
    on
}

/// Every kind of service, and everything that is written in an uncommon way.
fn odd() -> Stack {
    let mut stack = scale();
    stack.tag = "dev".into();
    stack.spec_folder = "../../examples/$odd one".into();
    stack.proxy = None;
    let back_end = stack.services.get_mut("back-end").expect("the fixture has it");
    back_end.replicas = 1;
    back_end.publish = vec![Publish {
        address: Some("127.0.0.1".into()),
        host: "5252".into(),
        container: 5252,
        udp: false,
    }];
    back_end.volumes = vec![DataMount {
        source: VolumeSource::Named(name("data")),
        target: "/data".into(),
    }];
    let Kind::Api(api) = &mut back_end.kind else {
        panic!("it is an API")
    };
    api.storage = Storage::Sqlite {
        path: "/data/app.db".into(),
    };
    api.allowed_origins = BTreeSet::from(["http://localhost:9000".into(), "https://example.com".into()]);

    add(&mut stack, odd_image());
    let mut job = service(
        "job",
        Kind::Build {
            context: "the job".into(),
        },
        1,
    );
    job.run = Run::Once;
    job.probe = Probe::None;
    job.tiers = BTreeSet::new();
    add(&mut stack, job);

    let from = FromImage {
        base: "ubuntu:24.04".into(),
        apt: Vec::new(),
        apk: Vec::new(),
        files: Vec::new(),
    };
    let mut worker = service("worker", Kind::From(from), 1);
    worker.command = vec!["work".into()];
    worker.probe = Probe::None;
    worker.needs = BTreeMap::from([
        (name("job"), Condition::Finished),
        (name("back-end"), Condition::Healthy),
        (name("on"), Condition::Started),
    ]);
    add(&mut stack, worker);
    stack
}

#[test]
fn the_last_step_of_the_seed() {
    assert_renders(&scale(), "scale.yaml");
}

#[test]
fn an_api_that_keeps_its_data_in_postgres() {
    assert_renders(&postgres(), "postgres.yaml");
}

#[test]
fn everything_that_is_written_in_an_uncommon_way() {
    assert_renders(&odd(), "odd.yaml");
}

/// The kinds and keys of a document, without its strings.
fn shape(json: &Json) -> Json {
    match json {
        Json::Array(list) => list.iter().map(shape).collect(),
        Json::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Json::String(_) => json!(""),
        other => other.clone(),
    }
}

/// A stack with a text wherever the spec lets its user write one.
fn with_text(text: &str) -> Stack {
    let mut stack = odd();
    stack.spec_folder = format!("../{text}");
    let on = stack.services.get_mut("on").expect("it is there");
    on.env = BTreeMap::from([(variable("X"), Value::text(text))]);
    on.command = vec![text.to_owned()];
    on.probe = Probe::Shell(text.to_owned());
    on.volumes = vec![
        DataMount {
            source: VolumeSource::Named(name("n")),
            target: format!("/{text}"),
        },
        DataMount {
            source: VolumeSource::Folder(text.to_owned()),
            target: format!("/{text}"),
        },
    ];
    on.files[0].0.place = format!("files/{text}");
    on.files[0].0.target = format!("/{text}");
    on.hardening.user = Some(text.to_owned());
    let Kind::Api(api) = &mut stack.services.get_mut("back-end").expect("it is there").kind else {
        panic!("it is an API")
    };
    api.storage = Storage::Sqlite {
        path: format!("/data/{text}"),
    };
    stack
}

fn read(stack: &Stack) -> Json {
    let text = text(stack);
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_value_stays_in_its_place(text in prop_oneof!["[-:#$'\"{}a0/. \n]{0,8}", any::<String>(), "[a ]{70,90}"]) {
        let found = read(&with_text(&text));
        prop_assert_eq!(shape(&found), shape(&read(&with_text("x"))));
        let text = text.replace('$', "$$");
        let on = &found["services"]["on"];
        prop_assert_eq!(&on["environment"], &json!({ "X": text }));
        prop_assert_eq!(&on["command"], &json!([text]));
        prop_assert_eq!(&on["healthcheck"]["test"], &json!(["CMD-SHELL", text]));
        prop_assert_eq!(&on["volumes"][0]["target"], &json!(format!("/{text}")));
        prop_assert_eq!(&on["volumes"][2]["source"], &json!(format!("./on/files/{text}")));
        prop_assert_eq!(&on["user"], &json!(text));
        let api = &found["services"]["back-end"];
        prop_assert_eq!(&api["environment"]["DATABASE_FILE"], &json!(format!("/data/{text}")));
    }
}

#[test]
fn every_line_leads_back_to_its_service() {
    let artifact = Artifact::rendered(compose(&postgres()).expect("it renders"));
    let text = text(&postgres());
    let key_of = |line: &str| {
        let number = text.lines().position(|found| found == line).expect(line);
        artifact.key_of_line(number).expect("a block").to_string()
    };
    for (line, key) in [
        ("name: softy-pinko", "name"),
        ("    image: postgres:17", "services.db"),
        ("      - '80:8080'", "proxy"),
        ("  db-data:", "services.db.volumes"),
        ("    file: ../secrets/db-password", "services.back-end"),
    ] {
        assert_eq!(key_of(line), key);
    }
}
