//! nginx.conf, for sites and for the proxy.

use super::Block;
use crate::stack::{Proxy, Service, Site, Stack};

pub(super) fn site(_stack: &Stack, _service: &Service, _site: &Site) -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}

pub(super) fn proxy(_stack: &Stack, _proxy: &Proxy) -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}
