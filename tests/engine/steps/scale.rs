//! Step 6: replicas that take turns, come and go.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::browser::Browser;
use crate::hardening;
use crate::load::Load;
use crate::process::eventually;
use crate::stack::{Container, Stack, text};
use crate::steps::proxy::nobody_else_is_let_in;
use crate::turns;

const ORIGIN: &str = "http://localhost";
const PORT: u16 = 80;

/// A replica that is there is found.
const FOUND_WITHIN: Duration = Duration::from_secs(5);

/// Longer than the engine's name server and the proxy need to forget the address of one that is gone.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(4);

const CONNECTIONS: u32 = 4;

const READS: &[(&str, &str)] = &[("GET", "/api/hello")];
const READS_AND_WRITES: &[(&str, &str)] = &[("GET", "/api/hello"), ("POST", "/api/jobs")];

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_6_takes_turns() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("6-scale")) else {
        return;
    };
    stack.start(&[PORT]);

    browser
        .visit(&format!("{ORIGIN}/"))
        .check("Hello, World!", &[ORIGIN])
        .unwrap_or_else(|report| panic!("{report}"));
    nobody_else_is_let_in();
    turns::alternate(&turns::ask(&stack, PORT, 30), 2).unwrap_or_else(|report| panic!("{report}"));
    hardening::check(&stack);

    // The check can fail: by the client's address, all goes to one.
    with_another_proxy(&stack, |conf| {
        conf.replace("zone back-end 256k;", "zone back-end 256k; ip_hash;")
    });
    let report = turns::alternate(&turns::ask(&stack, PORT, 30), 2).expect_err("it still alternates");
    assert!(report.starts_with("1 of 2 replicas"), "{report}");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_6_follows_scaling() {
    let Some(stack) = Stack::example("6-scale") else {
        return;
    };
    stack.start(&[PORT]);
    let proxy = Proxy::of(&stack);

    let load = Load::start(PORT, CONNECTIONS, READS);
    stack.compose("up -d --scale back-end=3 --no-recreate");
    let [_, _, third] = &stack.service("back-end")[..] else {
        panic!("there are not three replicas");
    };
    is_found(&stack, third).unwrap_or_else(|report| panic!("{report}"));
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));

    turns::alternate(&turns::ask(&stack, PORT, 30), 3).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(Proxy::of(&stack), proxy, "the proxy was not left alone");

    // Neither is anything lost on the way back.
    let load = Load::start(PORT, CONNECTIONS, READS);
    stack.compose("up -d --scale back-end=2 --no-recreate");
    assert_eq!(stack.service("back-end").len(), 2);
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(Proxy::of(&stack), proxy, "the proxy was not left alone");
    turns::alternate(&turns::ask(&stack, PORT, 30), 2).unwrap_or_else(|report| panic!("{report}"));

    // What is compared can differ.
    stack.compose("exec -T proxy nginx -s reload");
    let differs = || {
        (Proxy::of(&stack) != proxy)
            .then_some(())
            .ok_or_else(|| "it is as before".to_owned())
    };
    eventually(Duration::from_secs(5), differs).unwrap_or_else(|report| panic!("a reload: {report}"));
}

/// Names that are looked up once, as most people write them.
#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn a_proxy_that_does_not_follow_is_noticed() {
    let Some(stack) = Stack::example("6-scale") else {
        return;
    };
    stack.start(&[PORT]);
    with_another_proxy(&stack, |conf| conf.replace(" resolve ", " "));
    let load = Load::start(PORT, CONNECTIONS, READS);
    stack.compose("up -d --no-build --scale back-end=3 --no-recreate");
    let third = &stack.service("back-end")[2];
    is_found(&stack, third).expect_err("it is found");
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_6_loses_nothing_when_a_replica_is_stopped() {
    let Some(stack) = with_a_post() else {
        return;
    };
    stack.start(&[PORT]);
    let [first, _] = &stack.service("back-end")[..] else {
        panic!("there are not two replicas");
    };

    let load = Load::start(PORT, CONNECTIONS, READS_AND_WRITES);
    stack.shell(&format!("docker stop {}", first.id));
    // One that is back at once has its old address, at which it is left alone for 10 s: it has refused.
    sleep(FORGOTTEN_AFTER);
    stack.shell(&format!("docker start {}", first.id));
    let again = stack.service("back-end");
    is_found(&stack, &again[0]).unwrap_or_else(|report| panic!("{report}"));
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));

    // It can be lost: by a replica that ends at once, as at Ctrl-C, behind a proxy that sends nothing on.
    with_another_proxy(&stack, sends_nothing_on);
    let load = Load::start(PORT, CONNECTIONS, READS_AND_WRITES);
    stack.shell(&format!("docker stop --signal SIGINT {}", first.id));
    sleep(Duration::from_secs(2));
    let tally = load.end();
    assert!(!tally.lost.is_empty(), "{tally:#?}");
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_6_loses_no_more_than_was_in_flight_when_a_replica_is_killed() {
    let Some(stack) = with_a_post() else {
        return;
    };
    stack.start(&[PORT]);

    let load = Load::start(PORT, CONNECTIONS, READS_AND_WRITES);
    let killed = kill_one(&stack);
    sleep(FORGOTTEN_AFTER);
    let tally = load.end();
    assert!(tally.asked > 300, "{tally:#?}");
    // nginx sends on what the replica did not answer, but for a POST that was in flight in it, which it may have done.
    assert!(
        tally.lost("GET") == 0 && tally.lost("POST") <= CONNECTIONS as usize,
        "{tally:#?}"
    );

    // One that takes its place is found.
    let load = Load::start(PORT, CONNECTIONS, READS_AND_WRITES);
    stack.shell(&format!("docker rm --force {killed}"));
    stack.compose("up -d --no-recreate");
    let new = stack.service("back-end");
    assert!(new.iter().all(|container| container.id != killed) && new.len() == 2);
    for replica in &new {
        is_found(&stack, replica).unwrap_or_else(|report| panic!("{report}"));
    }
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));

    // The load can lose: to a proxy that sends nothing on.
    with_another_proxy(&stack, sends_nothing_on);
    let load = Load::start(PORT, CONNECTIONS, READS);
    kill_one(&stack);
    sleep(Duration::from_secs(2));
    let tally = load.end();
    assert!(tally.lost("GET") > 1, "{tally:#?}");
}

/// Twice as many, and then the old ones go.
#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_6_loses_nothing_when_every_replica_is_replaced() {
    let Some(stack) = with_a_post() else {
        return;
    };
    stack.start(&[PORT]);
    let old = stack.service("back-end");

    let load = Load::start(PORT, CONNECTIONS, READS_AND_WRITES);
    stack.compose("up -d --scale back-end=4 --no-recreate --wait");
    for replica in &old {
        stack.shell(&format!("docker stop {0} && docker rm {0}", replica.id));
    }
    sleep(FORGOTTEN_AFTER);
    load.end().is_whole().unwrap_or_else(|report| panic!("{report}"));

    let new = stack.service("back-end");
    assert!(new.len() == 2 && new.iter().all(|new| old.iter().all(|old| old.id != new.id)));
    turns::alternate(&turns::ask(&stack, PORT, 30), 2).unwrap_or_else(|report| panic!("{report}"));
}

/// Kills a replica, which then stays dead, and returns its id.
fn kill_one(stack: &Stack) -> String {
    let replicas = stack.service("back-end");
    let id = &replicas[0].id;
    stack.shell(&format!("docker kill {id}"));
    id.clone()
}

/// The example with an endpoint that nobody may ask twice.
fn with_a_post() -> Option<Stack> {
    let stack = Stack::example("6-scale")?;
    let spec = stack.path("examples/6-scale/spec.toml");
    let text = fs::read_to_string(&spec).expect("the spec");
    let hello = "\"GET /api/hello\" = \"Hello, World!\"\n";
    assert!(text.contains(hello), "{text}");
    let text = text.replace(hello, &format!("{hello}\"POST /api/jobs\" = \"done\"\n"));
    fs::write(&spec, text).expect("a copy of ours");
    Some(stack)
}

/// Puts another proxy in the place of the stack's, with its configuration changed: to see a check fail.
fn with_another_proxy(stack: &Stack, change: impl Fn(&str) -> String) {
    let conf = fs::read_to_string(stack.rendered("proxy/nginx.conf")).expect("a rendered file");
    let new = change(&conf);
    assert_ne!(new, conf, "nothing was changed");
    let file = stack.path("changed.conf");
    fs::write(&file, new).expect("a new file");
    stack.change(
        "proxy",
        &format!("volumes: ['{}:/etc/nginx/nginx.conf:ro']", file.display()),
    );
}

fn sends_nothing_on(conf: &str) -> String {
    conf.replace("proxy_next_upstream error", "proxy_next_upstream off; # error")
        .replace("error_page 504 = @", "# error_page 504 = @")
}

/// What would tell of a restart or a reload.
#[derive(Debug, PartialEq)]
struct Proxy {
    id: String,
    started_at: String,
    processes: String,
}

impl Proxy {
    fn of(stack: &Stack) -> Self {
        let [proxy] = &stack.service("proxy")[..] else {
            panic!("there is not one proxy");
        };
        Self {
            id: proxy.id.clone(),
            started_at: proxy.started_at(),
            processes: stack.shell(&format!("docker top {} -eo pid,args", proxy.id)),
        }
    }
}

/// A replica has answered a request, and soon after its start.
fn is_found(stack: &Stack, replica: &Container) -> Result<(), String> {
    let name = replica.hostname();
    let started = second_of_the_day(&Value::from(replica.started_at()));
    let after = eventually(FOUND_WITHIN, || {
        let requests = turns::requests(stack, &name);
        let times = requests.iter().map(|line| second_of_the_day(&line["time"]));
        // It may have run before, and midnight may lie between.
        let after = times.map(|time| (time - started + 86400.0) % 86400.0);
        let first = after.filter(|after| *after < 43200.0).min_by(f64::total_cmp);
        first.ok_or_else(|| format!("{name} has answered nothing"))
    })?;
    if after < FOUND_WITHIN.as_secs_f64() {
        Ok(())
    } else {
        Err(format!("{name} has answered nothing for {after} s"))
    }
}

/// Of `2026-01-31T23:59:59.999Z`, with any number of digits at the end.
fn second_of_the_day(time: &Value) -> f64 {
    let time = text(time);
    let clock = time.split_once('T').map(|(_, clock)| clock.trim_end_matches('Z'));
    let parts = clock.into_iter().flat_map(|clock| clock.split(':'));
    parts.fold(0.0, |sum, part| {
        sum * 60.0 + part.parse::<f64>().expect("a number")
    })
}
