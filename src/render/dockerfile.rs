//! Dockerfiles and their .dockerignore files.

use super::Block;
use crate::stack::{Service, Stack};

/// The Dockerfile of a service that we build; none for other people's images and for the user's own Dockerfiles.
pub(super) fn dockerfile(_stack: &Stack, _service: &Service) -> Result<Option<Vec<Block>>, askama::Error> {
    Ok(None)
}

pub(super) fn dockerignore(_service: &Service) -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}

pub(super) fn proxy_dockerfile(_stack: &Stack) -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}

pub(super) fn proxy_dockerignore() -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}
