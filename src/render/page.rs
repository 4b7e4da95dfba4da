//! The page's scripts, served below `/pinkogen/`.

use super::Artifact;
use crate::stack::{Service, Site, Stack};

/// The files of the service's folder, by path below it, that make its pages call APIs.
pub(super) fn files(
    _stack: &Stack,
    _service: &Service,
    _site: &Site,
) -> Result<Vec<(String, Artifact)>, askama::Error> {
    Ok(Vec::new())
}
