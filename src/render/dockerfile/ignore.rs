use askama::Template;

use crate::key_path::KeyPath;
use crate::render::Block;
use crate::render::escape::dockerfile::filters;

/// An allow-list: what changes beside these paths does not reach the builder, and rebuilds nothing.
#[derive(Template)]
#[template(path = "dockerfile/ignore")]
struct Ignore<'a> {
    /// Of pinkogen's own, with a `*`.
    patterns: &'a [&'static str],
    paths: &'a [&'a str],
}

pub(super) fn dockerignore(
    key: KeyPath,
    patterns: &[&'static str],
    paths: &[&str],
) -> askama::Result<Vec<Block>> {
    Ok(vec![Block::new(key, Ignore { patterns, paths }.render()?)])
}
