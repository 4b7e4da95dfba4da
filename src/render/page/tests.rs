use std::collections::BTreeMap;

use snapbox::{Data, assert_data_eq};

use super::*;
use crate::stack::fixture::scale;
use crate::stack::{Call, Endpoint, Field, FieldType, Kind, Method, Name, PathSegment, Reply, Resource};

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// The texts of a page's scripts, by path below the service's folder.
fn scripts(stack: &Stack) -> BTreeMap<String, String> {
    let service = &stack.services["front-end"];
    let site = service.site().expect("it is a site");
    let text = |artifact: &Artifact| String::from_utf8(artifact.bytes().into_owned()).expect("UTF-8");
    let files = files(stack, service, site).expect("it renders");
    files
        .iter()
        .map(|(path, artifact)| (path.clone(), text(artifact)))
        .collect()
}

/// Compares with the files below `tests/data/page`, which other tests run.
fn assert_renders(stack: &Stack, folder: &str) {
    let scripts = scripts(stack);
    for file in ["client.js", "client.d.ts", "config.js"] {
        let path = format!("{}/tests/data/page/{folder}/{file}", env!("CARGO_MANIFEST_DIR"));
        let expected = Data::read_from(path.as_ref(), None).raw();
        assert_data_eq!(scripts[&format!("site/pinkogen/{file}")].as_str(), expected);
    }
}

/// Two origins, and stored messages with every type of field.
fn messages() -> Stack {
    let mut stack = scale();
    let resource = name("chat-messages");
    let back_end = stack.services.get_mut("back-end").expect("the fixture has it");
    let Kind::Api(api) = &mut back_end.kind else {
        panic!("it is an API")
    };
    let hello = api.endpoints["GET /api/hello"].clone();
    let field = |name: &str, kind, optional, range, now| Field {
        name: name.into(),
        kind,
        optional,
        range,
        now,
    };
    let fields = vec![
        field("at", FieldType::Time, false, None, true),
        field("done", FieldType::Bool, false, None, false),
        field("due", FieldType::Time, true, None, false),
        field("stars", FieldType::Int, true, Some((1, 5)), false),
        field("text", FieldType::Text, false, Some((1, 280)), false),
    ];
    api.resources.insert(resource.clone(), Resource { fields });
    let literal = |text: &str| PathSegment::Literal(text.into());
    let parameter = |text: &str| PathSegment::Parameter(text.into());
    let stored = Reply::Resource(resource);
    let nothing = Reply::Json(serde_json::Value::Null);
    let mut calls = Vec::new();
    for (method, path, reply) in [
        (Method::Get, vec![literal("messages")], stored.clone()),
        (Method::Post, vec![literal("messages")], stored),
        (
            Method::Get,
            vec![literal("*"), literal("x*"), literal("</script>\u{2028}\"")],
            nothing.clone(),
        ),
        (
            Method::Delete,
            vec![
                literal("items"),
                parameter("id"),
                parameter("class"),
                parameter("id"),
            ],
            nothing,
        ),
    ] {
        let endpoint = Endpoint {
            method,
            path,
            reply,
            ..hello.clone()
        };
        let key = format!("{method} {}", endpoint.path_text());
        calls.push(Call {
            function: endpoint.function(),
            service: name("back-end"),
            endpoint: key.clone(),
        });
        api.endpoints.insert(key, endpoint);
    }
    let front_end = stack.services.get_mut("front-end").expect("the fixture has it");
    let Kind::Site(site) = &mut front_end.kind else {
        panic!("it is a site")
    };
    let client = site.client.as_mut().expect("it calls an API");
    client.origins = BTreeMap::from([(name("back-end"), "http://localhost:5252".to_owned())]);
    client.calls.extend(calls);
    stack
}

#[test]
fn one_endpoint_that_an_element_shows() {
    let stack = scale();
    let mut names = scripts(&stack).into_keys();
    assert!(names.all(|path| path.starts_with("site/pinkogen/")));
    assert!(scripts(&stack).contains_key("site/pinkogen/show.js"));
    assert_renders(&stack, "hello");
}

#[test]
fn resources_parameters_and_a_hostile_path() {
    assert_renders(&messages(), "messages");
}

#[test]
fn without_bindings_there_is_nothing_to_show() {
    let mut stack = messages();
    let Kind::Site(site) = &mut stack.services.get_mut("front-end").expect("it is there").kind else {
        panic!("it is a site")
    };
    site.client.as_mut().expect("it calls an API").bindings.clear();
    let scripts = scripts(&stack);
    assert!(!scripts.contains_key("site/pinkogen/show.js"));
    assert!(!scripts["site/pinkogen/client.js"].contains("bindings"));
}

#[test]
fn a_page_without_calls_has_no_scripts() {
    let mut stack = scale();
    let Kind::Site(site) = &mut stack.services.get_mut("front-end").expect("it is there").kind else {
        panic!("it is a site")
    };
    site.client = None;
    assert!(scripts(&stack).is_empty());
}

#[test]
fn no_script_is_forgotten() {
    let folder = format!("{}/templates/page", env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("it can be read"))
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().into_string().expect("UTF-8"))
        .collect();
    found.sort();
    let embedded: Vec<&str> = VERBATIM.iter().chain(&SHOW).map(|(name, _)| *name).collect();
    assert_eq!(embedded, found);
}

#[test]
fn the_scripts_are_those_that_the_routes_must_reach() {
    let rendered = scripts(&scale());
    let names = rendered
        .keys()
        .filter_map(|path| path.strip_prefix("site/pinkogen/"));
    let loaded: Vec<&str> = names.filter(|name| !name.ends_with(".d.ts")).collect();
    assert_eq!(loaded, crate::stack::PAGE_SCRIPTS);
}
