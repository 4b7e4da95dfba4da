//! The API's program: the shipped crate or its Flask twin, verbatim, and the endpoint table that it embeds.

use super::Artifact;
use crate::stack::{Api, Service, Stack};

/// The files of the service's folder, by path below it, without the Dockerfile.
pub(super) fn files(
    _stack: &Stack,
    _service: &Service,
    _api: &Api,
) -> Result<Vec<(String, Artifact)>, askama::Error> {
    Ok(Vec::new())
}
