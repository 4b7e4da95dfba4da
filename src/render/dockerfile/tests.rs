use crate::render::{Artifact, Block};
use crate::stack::{Stack, fixture};

fn text(blocks: Vec<Block>) -> String {
    String::from_utf8(Artifact::rendered(blocks).bytes().into_owned()).expect("text")
}

#[test]
fn prints() {
    let stack = fixture::scale();
    println!("{}", text(super::proxy_dockerfile(&stack).expect("p")));
    println!("{}", text(super::proxy_dockerignore().expect("p")));
    for s in stack.services.values() {
        println!("{}", text(super::dockerfile(&stack, s).expect("p").unwrap()));
        println!("{}", text(super::dockerignore(s).expect("p")));
    }
}
