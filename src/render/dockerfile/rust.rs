use askama::Template;

use super::head::{head, run_alone, run_in_stack};
use crate::render::Block;
use crate::render::escape::dockerfile::filters;
use crate::stack::{Api, DEBIAN, RUST_IMAGE_VERSION, Service, Stack, Storage, UID};

/// What the builder sees of the crate: its tests are not among it.
pub(super) const CONTEXT: [&str; 4] = ["Cargo.lock", "Cargo.toml", "endpoints.json", "src"];

#[derive(Template)]
#[template(path = "dockerfile/rust/build")]
struct Build {
    base: String,
    has_volumes: bool,
}

#[derive(Template)]
#[template(path = "dockerfile/rust/runtime")]
struct Runtime<'a> {
    base: String,
    title: String,
    uid: u32,
    port: u16,
    sqlite: Option<&'a str>,
    volumes: Vec<&'a str>,
    health: [&'static str; 2],
}

pub(super) fn dockerfile(stack: &Stack, service: &Service, api: &Api) -> askama::Result<Vec<Block>> {
    let (release, number) = DEBIAN;
    let run = match api.storage {
        Storage::Postgres { .. } => run_in_stack(service.name.as_str()),
        Storage::None | Storage::Sqlite { .. } => run_alone(stack, service, &["--read-only"])?,
    };
    let build = Build {
        base: format!("rust:{RUST_IMAGE_VERSION}-slim-{release}"),
        has_volumes: !service.volumes.is_empty(),
    };
    let runtime = Runtime {
        base: format!("gcr.io/distroless/cc-debian{number}:nonroot"),
        title: stack.title(service.name.as_str()),
        uid: UID,
        port: service.listen_port(),
        sqlite: api.storage.sqlite(),
        volumes: service
            .volumes
            .iter()
            .map(|mount| mount.target.as_str())
            .collect(),
        health: ["/api", "healthcheck"],
    };
    let key = service.key();
    Ok(vec![
        head(key.clone(), stack.image(service.name.as_str()), run)?,
        Block::new(key.clone(), build.render()?),
        Block::new(key, runtime.render()?),
    ])
}
