//! Each bound element is in a page, and that page loads our script.

use std::collections::BTreeSet;
use std::path::Path;

use super::Resolver;
use super::page::Page;
use crate::key_path::KeyPath;
use crate::spec::{self, Excerpt, Input, Place, Problem, did_you_mean, shown};
use crate::stack::{HtmlId, SCRIPTS, SHOW_SCRIPT};

/// A page, and where it lies in its folder.
struct Found<'a> {
    path: &'a str,
    html: &'a [u8],
    page: Page,
}

impl Resolver<'_> {
    pub(super) fn elements(&mut self, key: &KeyPath, written: &spec::Service) {
        let Some(input) = self.inputs.get(&key.join("site")) else {
            return;
        };
        if written.show.is_empty() {
            return;
        }
        let pages: Vec<Found<'_>> = input
            .contents
            .iter()
            .filter(|(path, _)| is_page(path))
            .map(|(path, html)| Found {
                path,
                html,
                page: Page::read(html),
            })
            .collect();
        let script = format!("{SCRIPTS}{SHOW_SCRIPT}");
        let mut silent_pages: BTreeSet<&str> = BTreeSet::new();
        for selector in written.show.keys() {
            let Ok(id) = HtmlId::from_selector(selector) else {
                continue; // Its form has been told.
            };
            let at = Place::Key(key.join("show").join(selector));
            let mut holding = pages
                .iter()
                .filter(|found| found.page.ids.contains(id.as_str()))
                .peekable();
            if holding.peek().is_none() {
                self.problems.push(not_there(at.clone(), &id, input, &pages));
            }
            for Found { path, page, .. } in holding {
                if !page.modules.contains(&script) && silent_pages.insert(path) {
                    self.error(
                        at.clone(),
                        format!(
                            "{} does not load the script that shows it",
                            shown(&format!("{}/{path}", input.original))
                        ),
                        "its element would stay as it is",
                        format!("paste into its head: <script type=\"module\" src=\"{script}\"></script>"),
                    );
                }
            }
        }
    }
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("html") || extension.eq_ignore_ascii_case("htm")
    })
}

fn not_there(at: Place, id: &HtmlId, input: &Input, pages: &[Found<'_>]) -> Problem {
    let problem = Problem::error(
        at,
        format!(
            "no page of {} has an element with the id `{id}`",
            shown(&input.original)
        ),
    );
    let as_text = pages.iter().find_map(|found| {
        let html = String::from_utf8_lossy(found.html).into_owned();
        let bytes = found.page.id_as_text(id.as_str(), &html)?;
        Some((found.path, html, bytes))
    });
    if let Some((path, html, bytes)) = as_text {
        return problem
            .label("it is there as text, not as an id")
            .excerpt(Excerpt {
                path: format!("{}/{path}", input.original),
                text: html,
                bytes,
                label: "this is text, outside of the tag".to_owned(),
            })
            .help(format!("write it inside the tag: <h1 id=\"{id}\">Hello</h1>"));
    }
    let ids = pages
        .iter()
        .flat_map(|found| found.page.ids.iter().map(String::as_str));
    problem
        .label(did_you_mean(id.as_str(), ids, "nothing to show it in"))
        .help(format!("add it to a page: <h1 id=\"{id}\">Hello</h1>"))
}
