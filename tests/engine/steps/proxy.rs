//! Step 5: one origin, one open port.

use crate::browser::Browser;
use crate::hardening;
use crate::http::{ask, get, is_open};
use crate::stack::{Container, Stack};

const ORIGIN: &str = "http://localhost";
const PORT: u16 = 80;
/// What listens inside, and nowhere else.
const INSIDE: [u16; 4] = [5252, 9000, 8080, 8081];

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_5_has_one_origin() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("5-proxy")) else {
        return;
    };
    let [a, b, c, d] = INSIDE;
    assert_eq!(stack.start(&[PORT, a, b, c, d]), ["http://localhost/"]);

    let visit = browser.visit(&format!("{ORIGIN}/"));
    visit
        .check("Hello, World!", &[ORIGIN])
        .unwrap_or_else(|report| panic!("{report}"));
    let call = format!("GET {ORIGIN}/api/hello");
    assert!(visit.requests.contains(&call), "{visit:#?}");
    assert_eq!(get(PORT, "/api/hello").text(), "Hello, World!");
    // The page asks where it came from, whatever that is called.
    let same = "http://127.0.0.1";
    browser
        .visit(&format!("{same}/"))
        .check("Hello, World!", &[same])
        .unwrap_or_else(|report| panic!("{report}"));
    nobody_else_is_let_in();

    only_the_proxy_is_open(&stack).unwrap_or_else(|report| panic!("{report}"));
    health_and_counters_stay_inside(&stack);
    hardening::check(&stack);
    an_open_port_is_noticed(&stack);
}

/// Behind one proxy there is one origin, and nothing to allow.
pub(super) fn nobody_else_is_let_in() {
    for origin in [ORIGIN, "http://localhost:9000", "https://example.com"] {
        let answer = ask(PORT, "GET", "/api/hello", &[("Origin", origin)]);
        assert_eq!(answer.cors_headers(), [""; 0], "{origin}");
        let preflight = [("Origin", origin), ("Access-Control-Request-Method", "GET")];
        let answer = ask(PORT, "OPTIONS", "/api/hello", &preflight);
        assert_eq!(answer.cors_headers(), [""; 0], "{origin}");
    }
}

fn only_the_proxy_is_open(stack: &Stack) -> Result<(), String> {
    let mut published: Vec<_> = stack.containers().iter().flat_map(Container::published).collect();
    published.sort_unstable();
    let open: Vec<_> = INSIDE.into_iter().filter(|port| is_open(*port)).collect();
    if published == [PORT] && open.is_empty() {
        Ok(())
    } else {
        Err(format!("published: {published:?}, open beside it: {open:?}"))
    }
}

fn health_and_counters_stay_inside(stack: &Stack) {
    for path in ["/healthz", "/readyz", "/stub_status"] {
        let answer = get(PORT, path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    let inside = |service: &str, url: &str| {
        stack.shell_whatever(&stack.compose_line(&format!("exec -T {service} wget -q -O - {url}")))
    };
    let health = inside("proxy", "http://127.0.0.1:8081/healthz");
    assert_eq!(String::from_utf8_lossy(&health.stdout), "ok\n");
    let counters = inside("proxy", "http://127.0.0.1:8081/stub_status");
    let counters = String::from_utf8_lossy(&counters.stdout).into_owned();
    assert!(counters.starts_with("Active connections: "), "{counters}");
    // Counters are for who shares its network namespace, not for other services.
    let neighbour = inside("front-end", "http://proxy:8081/stub_status");
    assert!(!neighbour.status.success(), "{neighbour:?}");
}

/// The check of open ports can fail.
fn an_open_port_is_noticed(stack: &Stack) {
    stack.change("back-end", "ports: ['127.0.0.1:5252:5252']");
    let report = only_the_proxy_is_open(stack).expect_err("5252 is open");
    assert_eq!(report, "published: [80, 5252], open beside it: [5252]");
}
