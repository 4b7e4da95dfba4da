//! Step 2: a site beside the API.

use crate::browser::Browser;
use crate::http::get;
use crate::stack::Stack;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_2_serves_page_and_api() {
    let (Some(browser), Some(stack)) = (Browser::find(), Stack::example("2-front-end")) else {
        return;
    };
    assert_eq!(
        stack.start(&[5252, 9000]),
        ["http://localhost:5252/api/hello", "http://localhost:9000/"]
    );

    assert_eq!(get(5252, "/api/hello").text(), "Hello, World!");
    let page = get(9000, "/");
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert_eq!(get(9000, "/nothing").status, 404);
    browser
        .visit("http://localhost:9000/")
        .check("Softy Pinko", &["http://localhost:9000"])
        .unwrap_or_else(|report| panic!("{report}"));
}
