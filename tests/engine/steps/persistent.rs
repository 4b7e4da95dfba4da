//! Step 4: what is written outlives the containers.

use std::collections::BTreeMap;

use crate::browser::{Browser, Visit};
use crate::hardening;
use crate::stack::{Stack, text};

const PAGE: &str = "http://localhost:9000";
const API: &str = "http://localhost:5252";
const PORTS: [u16; 2] = [5252, 9000];

/// What a page and a database must both take for text.
const MESSAGE: &str = r#"<b>Tom</b> & "Jerry" said 'hi'; DROP TABLE messages; -- ä 💬"#;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_4_keeps_messages_in_sqlite() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("4-persistent-sqlite")) else {
        return;
    };
    stack.start(&PORTS);
    keeps_messages(&browser, &stack);
    hardening::check(&stack);
}

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_4_keeps_messages_in_postgres_and_secrets_to_itself() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("4-persistent")) else {
        return;
    };
    let steps = stack.render();
    assert!(steps[0].starts_with("pinkogen secrets "), "{steps:#?}");
    stack.start(&PORTS);

    // The very value with which the database was made.
    let secret = stack.compose("exec -T db cat /run/secrets/db-password");
    assert!(secret.len() >= 32, "{} characters", secret.len());
    keeps_messages(&browser, &stack);
    hardening::check(&stack);

    assert_eq!(leaks(&secret, &places(&stack)), [""; 0]);
    a_secret_in_the_environment_is_noticed(&stack, &secret);
}

fn keeps_messages(browser: &Browser, stack: &Stack) {
    let page = format!("{PAGE}/");
    let sent = browser.send(&page, MESSAGE);
    sent.check("Hello, World!", &[PAGE, API])
        .unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(
        (sent.sent.as_str(), &sent.messages[..]),
        ("Sent.", &[MESSAGE.to_owned()][..])
    );

    stop(stack);
    restart(stack, "down");
    let visit = browser.visit(&page);
    visit
        .check("Hello, World!", &[PAGE, API])
        .unwrap_or_else(|report| panic!("{report}"));
    is_kept(&visit).unwrap_or_else(|report| panic!("{report}"));

    // The check can fail: with the volume, the message goes.
    stack.compose("kill");
    restart(stack, "down --volumes");
    is_kept(&browser.visit(&page)).expect_err("the message outlives its volume");
}

/// Each container ends by itself when it is told to, and none has to be killed.
fn stop(stack: &Stack) {
    stack.compose("stop");
    for container in stack.containers() {
        let state = &container.facts["State"];
        assert_eq!(state["ExitCode"], 0, "{}: {state}", container.service);
    }
}

fn restart(stack: &Stack, down: &str) {
    stack.compose(down);
    assert!(stack.containers().is_empty(), "`{down}` leaves containers");
    let steps = stack.render();
    let is_secret = |step: &String| step.starts_with("pinkogen secrets ");
    assert!(!steps.iter().any(is_secret), "the secrets are there: {steps:#?}");
    stack.follow(&steps);
}

fn is_kept(visit: &Visit) -> Result<(), String> {
    if visit.messages == [MESSAGE] {
        Ok(())
    } else {
        Err(format!("{visit:#?}"))
    }
}

/// Where a secret must not be, and what is written there.
fn places(stack: &Stack) -> BTreeMap<String, String> {
    let mut places = stack.texts();
    for container in stack.containers() {
        places.insert(
            format!("container {}", container.service),
            container.facts.to_string(),
        );
        let image = text(&container.facts["Image"]);
        let made = stack.shell(&format!("docker image inspect {image}"))
            + &stack.shell(&format!("docker history --no-trunc {image}"));
        places.insert(format!("image of {}", container.service), made);
    }
    places.insert("the logs".to_owned(), stack.compose("logs --no-color"));
    places.insert("compose's view".to_owned(), stack.compose("config"));
    assert!(
        places.values().all(|text| !text.is_empty()),
        "nothing was looked at"
    );
    places
}

fn leaks(secret: &str, places: &BTreeMap<String, String>) -> Vec<String> {
    let found = places.iter().filter(|(_, text)| text.contains(secret));
    found.map(|(place, _)| place.clone()).collect()
}

fn a_secret_in_the_environment_is_noticed(stack: &Stack, secret: &str) {
    stack.change("front-end", &format!("environment:\n  PASSWORD: '{secret}'"));
    assert_eq!(leaks(secret, &places(stack)), ["container front-end"]);
}
