use crate::render::{Artifact, Block};
use crate::stack::*;
use std::collections::BTreeMap;

fn text(blocks: Vec<Block>) -> String {
    String::from_utf8(Artifact::rendered(blocks).bytes().into_owned()).expect("text")
}

fn variants() -> Vec<(&'static str, Stack)> {
    let scale = fixture::scale();
    let mut odd = fixture::scale();
    let name = |t: &str| Name::new(t).unwrap();
    let route = |key: &str, matcher: Matcher, to: &str| Route {
        key: key.into(),
        matcher,
        to: name(to),
        strip: false,
        body: Bytes::mebi(1),
        timeout: Seconds(12),
    };
    odd.services.insert(
        name("wiki"),
        fixture::service(
            "wiki",
            Kind::Image(Image {
                reference: vec![Part::Text("wiki:1".into())],
                engine: None,
            }),
            3000,
        ),
    );
    let sqlite = odd.services.get_mut("back-end").unwrap();
    sqlite.volumes.push(DataMount {
        source: VolumeSource::Named(name("data")),
        target: "/var/lib/app data".into(),
    });
    if let Kind::Api(api) = &mut sqlite.kind {
        api.storage = Storage::Sqlite {
            path: "/var/lib/app data/app.db".into(),
        };
    }
    let mut flask = sqlite.clone();
    flask.name = name("flask");
    if let Kind::Api(api) = &mut flask.kind {
        api.language = Language::Flask;
    }
    odd.services.insert(name("flask"), flask);
    let mut hello = fixture::service(
        "hello",
        Kind::From(FromImage {
            base: "ubuntu:24.04".into(),
            apt: vec![],
            apk: vec![],
            files: vec![],
        }),
        1,
    );
    hello.port = None;
    hello.run = Run::Once;
    hello.probe = Probe::None;
    hello.command = vec!["echo".into(), "Hello, World!".into()];
    odd.services.insert(name("hello"), hello.clone());
    hello.name = name("tool");
    hello.kind = Kind::From(FromImage {
        base: "debian:trixie-slim".into(),
        apt: vec!["tree".into(), "libstdc++6".into()],
        apk: vec![],
        files: vec![
            Copied {
                original: "x".into(),
                place: "files/my $motd".into(),
                target: "/etc/my $motd".into(),
                contents: BTreeMap::from([(String::new(), b"hi\n".to_vec())]),
            },
            Copied {
                original: "x".into(),
                place: "files/conf".into(),
                target: "/etc/conf".into(),
                contents: BTreeMap::from([("a".to_owned(), b"hi\n".to_vec())]),
            },
        ],
    });
    hello.command = vec![
        "sh".into(),
        "-c".into(),
        "tree /etc/conf; cat '/etc/my $motd'; ls -ld /d; id".into(),
    ];
    hello.volumes = vec![DataMount {
        source: VolumeSource::Named(name("d")),
        target: "/d".into(),
    }];
    hello.probe = Probe::Command(vec!["true".into()]);
    odd.services.insert(name("tool"), hello);
    if let Kind::Site(site) = &mut odd.services.get_mut("front-end").unwrap().kind {
        site.folder
            .contents
            .insert("404.html".into(), b"<p>nope</p>\n".to_vec());
        site.client
            .as_mut()
            .unwrap()
            .origins
            .insert(name("back-end"), "http://localhost:5252".into());
    }
    let proxy = odd.proxy.as_mut().unwrap();
    proxy.origin = Some("http://localhost:8088".into());
    let mut strip = route("/v1", Matcher::Prefix("/v1".into()), "back-end");
    strip.strip = true;
    strip.body = Bytes::mebi(10);
    strip.timeout = Seconds(32);
    proxy.routes = vec![
        route("/wiki", Matcher::Prefix("/wiki".into()), "wiki"),
        route("= /wiki", Matcher::Exact("/wiki".into()), "front-end"),
        strip,
        route("/healthz", Matcher::Prefix("/healthz".into()), "back-end"),
        route("= /readyz", Matcher::Exact("/readyz".into()), "back-end"),
        route("/a b;$x{\\\"é", Matcher::Prefix("/a b;$x{\\\"é".into()), "wiki"),
        route(
            "~ x",
            Matcher::Regex {
                pattern: "^/u/[0-9]{2,}/(a|b)\\.json$".into(),
                ignore_case: false,
            },
            "back-end",
        ),
        route(
            "~* x",
            Matcher::Regex {
                pattern: "\\.(?:png|jpe?g)$".into(),
                ignore_case: true,
            },
            "wiki",
        ),
    ];
    vec![("scale", scale), ("odd", odd)]
}

#[test]
fn prints() {
    for (n, stack) in variants() {
        for (path, artifact) in crate::render::render(&stack).expect("renders") {
            let path = std::path::Path::new("/tmp/nx").join(n).join(path.as_str());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &*artifact.bytes()).unwrap();
        }
    }
}
