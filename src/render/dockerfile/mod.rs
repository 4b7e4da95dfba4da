//! Dockerfiles and their .dockerignore files: one file a kind of image.

mod flask;
mod from;
mod head;
mod ignore;
mod nginx;
mod rust;
#[cfg(test)]
mod tests;

use super::Block;
use crate::key_path::KeyPath;
use crate::stack::{Kind, Language, PROXY, Service, Stack};

/// The Dockerfile of a service that we build; none for other people's images and for the user's own Dockerfiles.
pub(super) fn dockerfile(stack: &Stack, service: &Service) -> askama::Result<Option<Vec<Block>>> {
    Ok(match &service.kind {
        Kind::Api(api) => Some(match api.language {
            Language::Rust => rust::dockerfile(stack, service, api)?,
            Language::Flask => flask::dockerfile(stack, service, api)?,
        }),
        Kind::Site(site) => Some(nginx::site(stack, service, site)?),
        Kind::From(from) => Some(from::dockerfile(stack, service, from)?),
        Kind::Image(_) | Kind::Build { .. } => None,
    })
}

pub(super) fn dockerignore(service: &Service) -> askama::Result<Vec<Block>> {
    let patterns: &[&str] = match service.api().map(|api| api.language) {
        Some(Language::Flask) => &flask::PATTERNS,
        Some(Language::Rust) | None => &[],
    };
    let paths = match &service.kind {
        Kind::Api(api) => match api.language {
            Language::Rust => rust::CONTEXT.to_vec(),
            Language::Flask => flask::CONTEXT.to_vec(),
        },
        Kind::Site(site) => vec![nginx::CONFIGURATION, &site.folder.place],
        Kind::From(from) => from.files.iter().map(|copied| copied.place.as_str()).collect(),
        Kind::Image(_) | Kind::Build { .. } => Vec::new(),
    };
    ignore::dockerignore(service.key(), patterns, &paths)
}

pub(super) fn proxy_dockerfile(stack: &Stack) -> askama::Result<Vec<Block>> {
    nginx::proxy(stack)
}

pub(super) fn proxy_dockerignore() -> askama::Result<Vec<Block>> {
    ignore::dockerignore(KeyPath::new([PROXY]), &[], &[nginx::CONFIGURATION])
}
