//! Pages: the ids of their elements, and the modules that they load.

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};

#[derive(Default)]
pub(crate) struct Page {
    pub(crate) ids: BTreeSet<String>,
    pub(crate) modules: BTreeSet<String>,
}

pub(crate) fn read(html: &str) -> Page {
    let mut page = Page::default();
    for token in Tokenizer::new(html).flatten() {
        let Token::StartTag(tag) = token else { continue };
        let attribute = |name: &[u8]| {
            let value = tag.attributes.get(name)?;
            Some(String::from_utf8_lossy(&value.value).into_owned())
        };
        page.ids.extend(attribute(b"id"));
        if *tag.name == b"script" && attribute(b"type").as_deref() == Some("module") {
            page.modules.extend(attribute(b"src"));
        }
    }
    page
}
