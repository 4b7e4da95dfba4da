use askama::Template;

use super::head::{head, run_alone};
use crate::render::Block;
use crate::render::escape::dockerfile::filters;
use crate::stack::{Copied, FromImage, Probe, Service, Stack, UID};

#[derive(Template)]
#[template(path = "dockerfile/from/base")]
struct Base<'a> {
    base: &'a str,
    title: String,
}

#[derive(Template)]
#[template(path = "dockerfile/from/apt")]
struct Apt<'a> {
    packages: &'a [String],
    is_pinned: bool,
}

#[derive(Template)]
#[template(path = "dockerfile/from/apk")]
struct Apk<'a> {
    packages: &'a [String],
    is_pinned: bool,
}

#[derive(Template)]
#[template(path = "dockerfile/from/copy")]
struct Copy<'a> {
    copied: &'a Copied,
}

#[derive(Template)]
#[template(path = "dockerfile/from/volumes")]
struct Volumes<'a> {
    volumes: Vec<&'a str>,
    uid: u32,
}

#[derive(Template)]
#[template(path = "dockerfile/from/run")]
struct Run<'a> {
    uid: u32,
    port: Option<u16>,
    probe: Option<Vec<String>>,
    command: &'a [String],
}

/// One block for each key of the spec that says something about the image.
pub(super) fn dockerfile(stack: &Stack, service: &Service, from: &FromImage) -> askama::Result<Vec<Block>> {
    let name = service.name.as_str();
    let key = service.key();
    let base = Base {
        base: &from.base,
        title: stack.title(name),
    };
    let mut blocks = vec![
        head(key.clone(), stack.image(name), run_alone(stack, service, &[])?)?,
        Block::new(key.join("from"), base.render()?),
    ];
    if !from.apt.is_empty() {
        let apt = Apt {
            packages: &from.apt,
            is_pinned: is_pinned(&from.apt),
        };
        blocks.push(Block::new(key.join("apt"), apt.render()?));
    }
    if !from.apk.is_empty() {
        let apk = Apk {
            packages: &from.apk,
            is_pinned: is_pinned(&from.apk),
        };
        blocks.push(Block::new(key.join("apk"), apk.render()?));
    }
    for copied in &from.files {
        blocks.push(Block::new(key.join("files"), Copy { copied }.render()?));
    }
    if !service.volumes.is_empty() {
        let volumes = service
            .volumes
            .iter()
            .map(|mount| mount.target.as_str())
            .collect();
        blocks.push(Block::new(
            key.join("volumes"),
            Volumes { volumes, uid: UID }.render()?,
        ));
    }
    let run = Run {
        uid: UID,
        port: service.port,
        probe: match &service.probe {
            Probe::None | Probe::Image => None,
            Probe::Command(words) => Some(words.clone()),
            Probe::Shell(line) => Some(["/bin/sh", "-c", line].map(str::to_owned).to_vec()),
        },
        command: &service.command,
    };
    blocks.push(Block::new(key, run.render()?));
    Ok(blocks)
}

/// Whether every package says its version.
fn is_pinned(packages: &[String]) -> bool {
    packages.iter().all(|package| package.contains('='))
}
