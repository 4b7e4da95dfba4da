//! Which replica answered which request, as the API and the proxy have it in their logs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::http::Client;
use crate::process::eventually;
use crate::stack::{Stack, text};

/// The proxy writes its log once a second.
const LOGGED_WITHIN: Duration = Duration::from_secs(10);

/// Asks the proxy on one connection, and returns the names of the replicas that answered, in order.
pub(crate) fn ask(stack: &Stack, port: u16, times: usize) -> Vec<String> {
    let mut client = Client::connect(port).expect("the proxy listens");
    let ids: Vec<_> = (0..times)
        .map(|_| {
            let answer = client.ask("GET", "/api/hello", &[]).expect("an answer");
            assert_eq!((answer.status, answer.text().as_str()), (200, "Hello, World!"));
            answer
                .header("x-request-id")
                .expect("the API names the request")
                .to_owned()
        })
        .collect();
    let replicas = find(stack, "back-end", "replica", &ids);
    let upstreams = find(stack, "proxy", "upstream", &ids);
    agree(stack, &replicas, &upstreams);
    replicas
}

/// What a service's log says of each of these requests.
fn find(stack: &Stack, service: &str, field: &str, ids: &[String]) -> Vec<String> {
    let found = eventually(LOGGED_WITHIN, || {
        let lines = stack.log(service);
        let by_id: BTreeMap<_, _> = lines
            .iter()
            .filter_map(|line| Some((line["request_id"].as_str()?, &line[field])))
            .collect();
        let values = ids.iter().map(|id| by_id.get(id.as_str()).copied().map(text));
        let values: Option<Vec<_>> = values.collect();
        values.ok_or_else(|| format!("{service} has not logged all {} requests", ids.len()))
    });
    found.unwrap_or_else(|report| panic!("{report}"))
}

/// The proxy's log names the address of the very container whose log has the request.
fn agree(stack: &Stack, replicas: &[String], upstreams: &[String]) {
    let addresses: BTreeMap<_, _> = stack
        .service("back-end")
        .iter()
        .map(|container| (container.hostname(), format!("{}:5252", container.address())))
        .collect();
    let expected: Vec<_> = replicas.iter().map(|replica| &addresses[replica]).collect();
    assert_eq!(upstreams.iter().collect::<Vec<_>>(), expected);
}

/// So many replicas answer strictly by turns.
pub(crate) fn alternate(answered: &[String], replicas: usize) -> Result<(), String> {
    let names: BTreeSet<_> = answered.iter().collect();
    let fair = answered
        .windows(replicas)
        .all(|turn| turn.iter().collect::<BTreeSet<_>>().len() == replicas);
    if names.len() == replicas && fair {
        Ok(())
    } else {
        Err(format!(
            "{} of {replicas} replicas, not by turns: {answered:?}",
            names.len()
        ))
    }
}

/// The requests that a replica has logged, oldest first.
pub(crate) fn requests(stack: &Stack, replica: &str) -> Vec<Value> {
    let mut lines = stack.log("back-end");
    lines.retain(|line| line["replica"] == replica && line["message"] == "request");
    lines
}

#[test]
fn unfair_turns_are_noticed() {
    let answered = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(alternate(&answered("a b a b a b"), 2), Ok(()));
    assert_eq!(alternate(&answered("c a b c a b"), 3), Ok(()));
    for (unfair, replicas) in [
        ("a a a a a a", 2),
        ("a b b a a b", 2),
        ("a b a b c a", 2),
        ("a b a b a b", 3),
        ("a b c a c b", 3),
    ] {
        assert!(alternate(&answered(unfair), replicas).is_err(), "{unfair}");
    }
}
