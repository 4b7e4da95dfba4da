//! Step 6: replicas that take turns, come and go.

use crate::browser::Browser;
use crate::http::get;
use crate::stack::Stack;

const ORIGIN: &str = "http://localhost";
const PORT: u16 = 80;

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
    assert_eq!(get(PORT, "/api/hello").text(), "Hello, World!");
}
