use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::nginx::filters;
use crate::stack::{Limits, Seconds};

/// From the first line to the settings of http that a site and the proxy share.
#[derive(Template)]
#[template(path = "nginx/head.conf")]
struct Head {
    workers: u32,
    stop_grace: Seconds,
    shutdown: Seconds,
}

pub(super) fn head(key: KeyPath, limits: Limits, stop_grace: Seconds) -> askama::Result<Block> {
    let head = Head {
        workers: limits.workers(),
        stop_grace,
        shutdown: stop_grace.nginx_shutdown(),
    };
    Ok(Block::new(key, head.render()?))
}
