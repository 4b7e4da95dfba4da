//! Step 0: an image that says hello.

use crate::stack::Stack;

#[test]
#[ignore = "needs Docker and the gates: cargo test -- --include-ignored"]
fn step_0_says_hello() {
    let Some(stack) = Stack::example("0-hello") else {
        return;
    };
    let printed = stack.follow(&stack.render());
    let said = printed.lines().any(|line| line.ends_with("| Hello, World!"));
    assert!(said, "{printed}");
    // And as the head of the Dockerfile says.
    let text = std::fs::read_to_string(stack.rendered("hello/Dockerfile")).expect("a rendered file");
    let commands: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#   docker "))
        .map(|rest| format!("cd {} && docker {rest}", stack.rendered("hello").display()))
        .collect();
    assert_eq!(commands.len(), 2, "{commands:#?}");
    stack.shell(&commands[0]);
    assert_eq!(stack.shell(&commands[1]), "Hello, World!\n");
}
