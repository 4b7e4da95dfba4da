//! The page's scripts, served below `/pinkogen/`.

mod client;

use std::collections::BTreeMap;

use askama::Template;
use serde::Serialize;

use super::escape::javascript;
use super::{Artifact, Block};
use crate::stack::{Client, SCRIPTS, Service, Site, Stack};

macro_rules! scripts {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../templates/page/", $name)))),*]
    };
}

/// The same for every page.
const VERBATIM: [(&str, &str); 5] = scripts!("address.js" "answer.js" "errors.js" "request.js" "retry.js");
/// Only for pages that show something.
const SHOW: [(&str, &str); 1] = scripts!("show.js");

/// The files of the service's folder, by path below it, that make its pages call APIs.
pub(super) fn files(
    stack: &Stack,
    service: &Service,
    site: &Site,
) -> Result<Vec<(String, Artifact)>, askama::Error> {
    let Some(client) = &site.client else {
        return Ok(Vec::new());
    };
    let shown = if client.bindings.is_empty() {
        &[][..]
    } else {
        &SHOW
    };
    let verbatim = VERBATIM.iter().chain(shown).map(|(name, text)| {
        let text = text.strip_suffix('\n').unwrap_or(text);
        (*name, vec![Block::new(service.key(), text)])
    });
    let rendered = [
        ("client.js", client::script(stack, service, client)?),
        ("client.d.ts", client::types(stack, service, client)?),
        (
            "config.js",
            vec![Block::new(service.key(), config(stack, client).render()?)],
        ),
    ];
    let folder = format!("{}{SCRIPTS}", site.folder.place);
    Ok(verbatim
        .chain(rendered)
        .map(|(name, blocks)| (format!("{folder}{name}"), Artifact::rendered(blocks)))
        .collect())
}

#[derive(Template)]
#[template(path = "page/config/config.js")]
struct Config {
    config: String,
}

#[derive(Serialize)]
struct Settings<'a> {
    services: BTreeMap<&'a str, Address<'a>>,
    #[serde(rename = "timeoutMs")]
    timeout_ms: u32,
}

#[derive(Serialize)]
struct Address<'a> {
    origin: &'a str,
}

fn config(stack: &Stack, client: &Client) -> Config {
    let settings = Settings {
        services: client
            .origins
            .iter()
            .map(|(service, origin)| (service.as_str(), Address { origin }))
            .collect(),
        timeout_ms: stack.page_timeout().0 * 1000,
    };
    let json = serde_json::to_string_pretty(&settings).expect("strings and numbers can be serialised");
    Config {
        config: javascript::json(&json),
    }
}

#[cfg(test)]
mod tests;
