//! Reads the pages of a site, as far as bindings need it.

use std::collections::BTreeSet;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

/// A page of a site.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) ids: BTreeSet<String>,
    /// The `src` of its module scripts.
    pub(super) modules: BTreeSet<String>,
    /// What a person reads, tags left out.
    text: String,
}

impl Page {
    /// Reads HTML as browsers do (the tokenizer of the WHATWG standard); nothing is an error in it.
    pub(super) fn read(html: &[u8]) -> Self {
        let mut page = Self::default();
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true); // So that a script or a title holds no tags.
        let mut is_code = false;
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            match token {
                Token::StartTag(tag) => {
                    is_code = matches!(&**tag.name, b"script" | b"style");
                    let attribute = |name: &[u8]| {
                        tag.attributes
                            .get(name)
                            .map(|value| String::from_utf8_lossy(&value.value).into_owned())
                    };
                    page.ids.extend(attribute(b"id"));
                    if *tag.name == b"script" && attribute(b"type").as_deref() == Some("module") {
                        page.modules.extend(attribute(b"src"));
                    }
                }
                Token::EndTag(_) => is_code = false,
                Token::String(text) if !is_code => page.text.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        page
    }

    /// Where an id stands in the page as text: `<h1>id="x"</h1>` looks like an id and is none.
    pub(super) fn id_as_text(&self, id: &str, html: &str) -> Option<std::ops::Range<usize>> {
        ["id=\"", "id='", "id=", "#"].iter().find_map(|before| {
            let written = format!("{before}{id}");
            let start = self.text.contains(&written).then(|| html.find(&written))??;
            Some(start..start + written.len())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_modules_are_found() {
        let page = Page::read(
            b"<h1 ID=a>x</h1><!-- <p id=b> --><script type=module src='/pinkogen/show.js'></script>",
        );
        assert_eq!(page.ids, BTreeSet::from(["a".to_owned()]));
        assert!(page.modules.contains("/pinkogen/show.js"));
    }

    #[test]
    fn an_id_that_is_text_is_found() {
        let page = Page::read(b"<style>#a { color: red }</style><script>let id=\"<p id=b>\"</script>");
        assert_eq!(page.id_as_text("a", ""), None);
        assert!(page.ids.is_empty());
        let html = "<h1>id=\"dynamic-content\"></h1>";
        let page = Page::read(html.as_bytes());
        assert!(page.ids.is_empty());
        assert_eq!(page.id_as_text("dynamic-content", html), Some(4..23));
    }
}
