use askama::Template;

use super::head::{head, run_alone, run_in_stack};
use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::dockerfile::filters;
use crate::stack::{
    Copied, HEALTH_PATH, NGINX_HEALTH_PORT, NGINX_IMAGE, PROXY, PROXY_PORT, Service, Site, Stack, UID,
};

pub(super) const CONFIGURATION: &str = "nginx.conf";

#[derive(Template)]
#[template(path = "dockerfile/nginx/image")]
struct Image<'a> {
    base: &'static str,
    title: String,
    uid: u32,
    port: u16,
    /// The pages.
    site: Option<&'a Copied>,
    health: [String; 5],
}

pub(super) fn site(stack: &Stack, service: &Service, site: &Site) -> askama::Result<Vec<Block>> {
    let name = service.name.as_str();
    let run = run_alone(stack, service, &["--read-only", "--tmpfs", "/tmp"])?;
    image(
        stack,
        service.key(),
        name,
        run,
        service.listen_port(),
        Some(&site.folder),
    )
}

pub(super) fn proxy(stack: &Stack) -> askama::Result<Vec<Block>> {
    image(
        stack,
        KeyPath::new([PROXY]),
        PROXY,
        run_in_stack(PROXY),
        PROXY_PORT,
        None,
    )
}

fn image(
    stack: &Stack,
    key: KeyPath,
    name: &str,
    run: String,
    port: u16,
    site: Option<&Copied>,
) -> askama::Result<Vec<Block>> {
    let image = Image {
        base: NGINX_IMAGE,
        title: stack.title(name),
        uid: UID,
        port,
        site,
        // In options that BusyBox knows, too.
        health: [
            "wget".to_owned(),
            "-q".to_owned(),
            "-O".to_owned(),
            "/dev/null".to_owned(),
            format!("http://127.0.0.1:{NGINX_HEALTH_PORT}{HEALTH_PATH}"),
        ],
    };
    Ok(vec![
        head(key.clone(), stack.image(name), run)?,
        Block::new(key, image.render()?),
    ])
}
