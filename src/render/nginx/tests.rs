use crate::render::{Artifact, Block};
use crate::stack::{Matcher, Stack, fixture};

fn text(blocks: Vec<Block>) -> String {
    String::from_utf8(Artifact::rendered(blocks).bytes().into_owned()).expect("text")
}

#[test]
fn prints() {
    let stack = fixture::scale();
    let proxy = text(super::proxy(&stack, stack.proxy.as_ref().expect("a proxy")).expect("p"));
    println!("{proxy}");
    for s in stack.services.values() {
        if let Some(site) = s.site() {
            println!("{}", text(super::site(&stack, s, site).expect("s")));
        }
    }
}
