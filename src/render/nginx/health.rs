use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::nginx::filters;
use crate::stack::{HEALTH_PATH, NGINX_HEALTH_PORT};

/// The end of the main server, and the server of the health check.
#[derive(Template)]
#[template(path = "nginx/health.conf")]
struct Health {
    port: u16,
    path: &'static str,
}

pub(super) fn health(key: KeyPath) -> askama::Result<Block> {
    let health = Health {
        port: NGINX_HEALTH_PORT,
        path: HEALTH_PATH,
    };
    Ok(Block::new(key, health.render()?))
}
