//! A stack made by hand, for the renderers' unit tests.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

pub(crate) fn service(text: &str, kind: Kind, port: u16) -> Service {
    Service {
        name: name(text),
        kind,
        port: Some(port),
        publish: Vec::new(),
        origins: BTreeSet::new(),
        replicas: 1,
        run: Run::Always,
        needs: BTreeMap::new(),
        probe: Probe::Image,
        env: BTreeMap::new(),
        command: Vec::new(),
        volumes: Vec::new(),
        files: Vec::new(),
        secrets: BTreeSet::new(),
        tiers: BTreeSet::from([Tier::Edge]),
        hardening: Hardening {
            strict: true,
            capabilities: BTreeSet::new(),
            tmpfs: BTreeSet::from(["/tmp".to_owned()]),
            user: None,
        },
        limits: Limits {
            millicpus: 1000,
            memory: Bytes::mebi(256),
            pids: 256,
        },
        stop_grace: Seconds(16),
    }
}

/// The last step of the seed: a page, two API servers, a proxy before both.
pub(crate) fn scale() -> Stack {
    let endpoint = Endpoint {
        method: Method::Get,
        path: vec![
            PathSegment::Literal("api".into()),
            PathSegment::Literal("hello".into()),
        ],
        reply: Reply::Text("Hello, World!".into()),
        status: 200,
        body: Bytes::mebi(1),
        timeout: Seconds(10),
        internal: false,
    };
    let api = Api {
        language: Language::Rust,
        endpoints: BTreeMap::from([("GET /api/hello".to_owned(), endpoint)]),
        resources: BTreeMap::new(),
        storage: Storage::None,
        allowed_origins: BTreeSet::new(),
    };
    let site = Site {
        folder: Copied {
            original: "softy-pinko-front-end".into(),
            place: "site".into(),
            target: "/srv/site".into(),
            contents: BTreeMap::from([("index.html".to_owned(), b"<!DOCTYPE html>\n".to_vec().into())])
                .into(),
        },
        client: Some(Client {
            origins: BTreeMap::from([(name("back-end"), String::new())]),
            calls: vec![Call {
                function: "getApiHello".into(),
                service: name("back-end"),
                endpoint: "GET /api/hello".into(),
            }],
            bindings: vec![Binding {
                id: HtmlId::from_selector("#dynamic-content").expect("an id"),
                function: "getApiHello".into(),
            }],
        }),
    };
    let route = |key: &str, to: &str| Route {
        key: key.into(),
        matcher: Matcher::Prefix(key.into()),
        to: name(to),
        strip: false,
        body: Bytes::mebi(1),
        timeout: Seconds(12),
    };
    let mut back_end = service("back-end", Kind::Api(api), 5252);
    back_end.replicas = 2;
    Stack {
        name: name("softy-pinko"),
        tag: "local".into(),
        services: [back_end, service("front-end", Kind::Site(site), 9000)]
            .into_iter()
            .map(|service| (service.name.clone(), service))
            .collect(),
        proxy: Some(Proxy {
            publish: vec![Publish {
                address: None,
                host: "80".into(),
                container: PROXY_PORT,
                udp: false,
            }],
            routes: vec![route("/", "front-end"), route("/api", "back-end")],
            origin: Some("http://localhost".into()),
        }),
        secrets: BTreeSet::new(),
        spec_folder: "..".into(),
    }
}
