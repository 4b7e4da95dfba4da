//! compose.yaml.

mod container;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use askama::Template;

use container::Container;

use super::Block;
use crate::key_path::KeyPath;
use crate::stack::{Name, PROXY, Service, Stack, Tier, VolumeSource};

/// What yamllint lets a line have.
const WIDTH: usize = 80;

/// The blocks: the head, the services in alphabetical order, then networks, volumes and secrets.
pub(super) fn compose(stack: &Stack) -> Result<Vec<Block>, askama::Error> {
    let head = Head {
        name: stack.name.as_str(),
    };
    let mut blocks = vec![Block::new(KeyPath::new(["name"]), head.render()?)];
    let mut services: Vec<(KeyPath, Container)> = stack
        .services
        .values()
        .map(|service| (service.key(), Container::of_service(stack, service)))
        .collect();
    if let Some(proxy) = &stack.proxy {
        services.push((KeyPath::new([PROXY]), Container::of_proxy(stack, proxy)));
    }
    services.sort_by(|(_, a), (_, b)| a.name.cmp(b.name));
    for (position, (key, container)) in services.into_iter().enumerate() {
        let text = with_wide_lines_marked(&container.render()?);
        // The first one follows its heading, the others a blank line.
        let gap = if position == 0 { "" } else { "\n" };
        blocks.push(Block::new(key, format!("{gap}{text}")));
    }
    blocks.extend(networks(stack)?);
    blocks.extend(volumes(stack)?);
    blocks.extend(secrets(stack)?);
    Ok(blocks)
}

fn networks(stack: &Stack) -> Result<Option<Block>, askama::Error> {
    let has = |tier| {
        stack
            .services
            .values()
            .any(|service| service.tiers.contains(&tier))
    };
    let networks = Networks {
        back: has(Tier::Back),
        edge: has(Tier::Edge) || stack.proxy.is_some(),
    };
    if !networks.back && !networks.edge {
        return Ok(None);
    }
    Ok(Some(Block::new(
        KeyPath::default(),
        format!("\n{}", networks.render()?),
    )))
}

/// The named volumes, each with the first service that mounts it.
fn volumes(stack: &Stack) -> Result<Vec<Block>, askama::Error> {
    let mut volumes: BTreeMap<&Name, KeyPath> = BTreeMap::new();
    for service in stack.services.values() {
        for mount in &service.volumes {
            if let VolumeSource::Named(name) = &mount.source {
                volumes
                    .entry(name)
                    .or_insert_with(|| service.key().join("volumes"));
            }
        }
    }
    section(
        "volumes",
        volumes.into_iter().map(|(name, key)| {
            let volume = Volume { name: name.as_str() };
            Ok(Block::new(key, volume.render()?))
        }),
    )
}

/// The secrets, each with the first service that reads it.
fn secrets(stack: &Stack) -> Result<Vec<Block>, askama::Error> {
    section(
        "secrets",
        stack.secrets.iter().map(|name| {
            let reader = stack
                .services
                .values()
                .find(|service| service.secrets.contains(name));
            let secret = Secret {
                name: name.as_str(),
                file: stack.secret_file(name),
            };
            Ok(Block::new(
                reader.map(Service::key).unwrap_or_default(),
                secret.render()?,
            ))
        }),
    )
}

/// A heading and its entries, if there are any.
fn section(
    heading: &str,
    entries: impl Iterator<Item = Result<Block, askama::Error>>,
) -> Result<Vec<Block>, askama::Error> {
    let mut entries = entries.peekable();
    let heading = entries
        .peek()
        .is_some()
        .then(|| Ok(Block::new(KeyPath::default(), format!("\n{heading}:"))));
    heading.into_iter().chain(entries).collect()
}

#[derive(Template)]
#[template(path = "compose/head.yaml")]
struct Head<'a> {
    name: &'a str,
}

#[derive(Template)]
#[template(path = "compose/networks.yaml")]
struct Networks {
    back: bool,
    edge: bool,
}

#[derive(Template)]
#[template(path = "compose/volume.yaml")]
struct Volume<'a> {
    name: &'a str,
}

#[derive(Template)]
#[template(path = "compose/secret.yaml")]
struct Secret<'a> {
    name: &'a str,
    file: String,
}

/// Marks the lines that a user's value makes wider than yamllint lets them be, each by a comment above it.
fn with_wide_lines_marked(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let content = line.trim_start();
        let value = content.strip_prefix("- ").unwrap_or(content);
        // yamllint lets a word pass that is alone on its line.
        if line.chars().count() > WIDTH && value.contains(' ') {
            let indent = &line[..line.len() - content.len()];
            lines.push(format!("{indent}# yamllint disable-line rule:line-length"));
        }
        lines.push(line.to_owned());
    }
    lines.join("\n")
}
