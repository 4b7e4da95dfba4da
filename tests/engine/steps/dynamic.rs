//! Step 3: the page asks the API, which is another origin.

use crate::browser::Browser;
use crate::hardening;
use crate::http::ask;
use crate::stack::Stack;

const PAGE: &str = "http://localhost:9000";
const API: &str = "http://localhost:5252";

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_3_shows_what_the_api_answers() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("3-dynamic")) else {
        return;
    };
    assert_eq!(
        stack.start(&[5252, 9000]),
        [format!("{API}/api/hello"), format!("{PAGE}/")]
    );

    let visit = browser.visit(&format!("{PAGE}/"));
    visit
        .check("Hello, World!", &[PAGE, API])
        .unwrap_or_else(|report| panic!("{report}"));
    let call = format!("GET {API}/api/hello");
    assert!(visit.requests.contains(&call), "{visit:#?}");

    only_the_page_is_let_in().unwrap_or_else(|report| panic!("{report}"));
    hardening::check(&stack);
    another_origin_is_noticed(&stack);
    an_api_that_is_gone_is_noticed(&browser, &stack);
}

fn only_the_page_is_let_in() -> Result<(), String> {
    let asked_by = |origin: &str| ask(5252, "GET", "/api/hello", &[("Origin", origin)]);
    let allowed = asked_by(PAGE);
    assert_eq!(allowed.header("access-control-allow-origin"), Some(PAGE));
    let others = [
        API,
        "http://localhost",
        "http://127.0.0.1:9000",
        "https://localhost:9000",
        "http://localhost:9000.example.com",
        "null",
    ];
    let let_in = others
        .into_iter()
        .filter(|origin| asked_by(origin).header("access-control-allow-origin").is_some());
    let let_in: Vec<_> = let_in.collect();
    if let_in.is_empty() {
        Ok(())
    } else {
        Err(let_in.join(", "))
    }
}

fn another_origin_is_noticed(stack: &Stack) {
    stack.change(
        "back-end",
        &format!("environment:\n  ALLOWED_ORIGINS: '{PAGE},{API}'"),
    );
    assert_eq!(only_the_page_is_let_in(), Err(API.to_owned()));
}

/// The checks of a visit can fail.
fn an_api_that_is_gone_is_noticed(browser: &Browser, stack: &Stack) {
    stack.compose("kill back-end");
    let visit = browser.visit(&format!("{PAGE}/"));
    let report = visit
        .check("Hello, World!", &[PAGE, API])
        .expect_err("the heading reads as if the API were there");
    for rule in [
        "the heading is another",
        "the page shows a problem",
        "the console is not empty",
        "requests have failed",
    ] {
        assert!(report.contains(rule), "{report}");
    }
    assert_eq!(
        visit.heading, "Softy Pinko",
        "the page's own text stays where there is a place for the message"
    );
    // Neither is an origin that was not named.
    let report = visit.check("Softy Pinko", &[PAGE]).expect_err("it asked the API");
    assert!(
        report.contains("something was asked of another origin"),
        "{report}"
    );
}
