use askama::Template;

use super::head::{head, run_alone, run_in_stack};
use crate::render::Block;
use crate::render::escape::dockerfile::filters;
use crate::stack::{Api, DEBIAN, PYTHON_IMAGE_VERSION, Service, Stack, Storage, UID};

/// The tests stay outside: a `*` of Docker's ends at a `/`.
pub(super) const PATTERNS: [&str; 1] = ["*.py"];
pub(super) const CONTEXT: [&str; 2] = ["endpoints.json", "requirements.txt"];

#[derive(Template)]
#[template(path = "dockerfile/flask/build")]
struct Build<'a> {
    base: &'a str,
}

#[derive(Template)]
#[template(path = "dockerfile/flask/runtime")]
struct Runtime<'a> {
    base: &'a str,
    title: String,
    uid: u32,
    port: u16,
    sqlite: Option<&'a str>,
    volumes: Vec<&'a str>,
    health: [&'static str; 2],
}

pub(super) fn dockerfile(stack: &Stack, service: &Service, api: &Api) -> askama::Result<Vec<Block>> {
    let base = format!("python:{PYTHON_IMAGE_VERSION}-slim-{}", DEBIAN.0);
    let run = match api.storage {
        Storage::Postgres { .. } => run_in_stack(service.name.as_str()),
        Storage::None | Storage::Sqlite { .. } => {
            run_alone(stack, service, &["--read-only", "--tmpfs", "/tmp"])?
        }
    };
    let runtime = Runtime {
        base: &base,
        title: stack.title(service.name.as_str()),
        uid: UID,
        port: service.listen_port(),
        sqlite: api.storage.sqlite(),
        volumes: service
            .volumes
            .iter()
            .map(|mount| mount.target.as_str())
            .collect(),
        health: ["python", "healthcheck.py"],
    };
    let key = service.key();
    Ok(vec![
        head(key.clone(), stack.image(service.name.as_str()), run)?,
        Block::new(key.clone(), Build { base: &base }.render()?),
        Block::new(key, runtime.render()?),
    ])
}
