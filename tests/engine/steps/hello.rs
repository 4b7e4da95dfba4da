//! Step 0: an image that says hello.

use crate::stack::Stack;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_0_says_hello() {
    let Some(stack) = Stack::example("0-hello") else {
        return;
    };
    let steps = stack.render();
    assert_eq!(steps.len(), 1, "there is no address to open: {steps:#?}");
    let printed = stack.follow(&steps);
    let said = printed.lines().any(|line| line.ends_with("| Hello, World!"));
    assert!(said, "{printed}");
}
