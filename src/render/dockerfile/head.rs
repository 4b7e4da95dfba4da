use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::dockerfile::filters;
use crate::render::escape::shell;
use crate::stack::{Service, Stack, VolumeSource};

/// The first lines: how to build and run what follows. The first one is an order to the builder, which reads orders only
/// before any other comment; both it and the next are fixed, so that no value can be one.
#[derive(Template)]
#[template(path = "dockerfile/head")]
struct Head {
    image: String,
    run: String,
}

pub(super) fn head(key: KeyPath, image: String, run: String) -> askama::Result<Block> {
    Ok(Block::new(key, Head { image, run }.render()?))
}

/// The command that runs a service's image by itself.
pub(super) fn run_alone(stack: &Stack, service: &Service, options: &[&str]) -> askama::Result<String> {
    let mut words: Vec<String> = ["docker", "run", "--rm"]
        .iter()
        .chain(options)
        .map(|word| (*word).to_owned())
        .collect();
    if let Some(port) = service.port {
        words.extend(["--publish".to_owned(), format!("127.0.0.1:{port}:{port}")]);
    }
    for mount in &service.volumes {
        if let VolumeSource::Named(name) = &mount.source {
            words.extend(["--volume".to_owned(), format!("{name}:{}", mount.target)]);
        }
    }
    words.push(stack.image(service.name.as_str()));
    let words: Option<Vec<String>> = words.iter().map(|word| shell::word(word)).collect();
    Ok(words.ok_or(askama::Error::Fmt)?.join(" "))
}

/// The command that runs a service together with all that it needs.
pub(super) fn run_in_stack(service: &str) -> String {
    format!("docker compose --file ../compose.yaml up --wait {service}")
}
