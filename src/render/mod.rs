//! Turns a [`Stack`] into [`Artifacts`], in memory: one file here, one folder in `templates/` for each kind of artifact.

mod api;
mod artifact;
mod compose;
mod dockerfile;
pub mod escape;
mod files;
mod folder;
mod nginx;
mod page;

pub use artifact::{Artifact, ArtifactPath, Artifacts, Block, Content, Mode, PathFault};

use files::Files;

use crate::stack::{Kind, PROXY, Stack};

/// Renders every file of a stack.
///
/// An error is a bug of pinkogen's: what a target language cannot hold is refused when the spec is resolved.
pub fn render(stack: &Stack) -> Result<Artifacts, askama::Error> {
    let mut files = Files::default();
    files.blocks("compose.yaml", compose::compose(stack)?);
    for service in stack.services.values() {
        let folder = service.name.as_str();
        if let Some(blocks) = dockerfile::dockerfile(stack, service)? {
            files.blocks(&format!("{folder}/Dockerfile"), blocks);
            files.blocks(
                &format!("{folder}/.dockerignore"),
                dockerfile::dockerignore(service)?,
            );
        }
        match &service.kind {
            Kind::Api(api) => files.extend(folder, api::files(stack, service, api)?),
            Kind::Site(site) => {
                files.blocks(
                    &format!("{folder}/nginx.conf"),
                    nginx::site(stack, service, site)?,
                );
                files.copied(folder, &site.folder, service);
                files.extend(folder, page::files(stack, service, site)?);
            }
            Kind::From(from) => from
                .files
                .iter()
                .for_each(|copied| files.copied(folder, copied, service)),
            Kind::Image(_) | Kind::Build { .. } => {}
        }
        for file in &service.files {
            files.copied(folder, &file.0, service);
        }
    }
    if let Some(proxy) = &stack.proxy {
        files.blocks(
            &format!("{PROXY}/Dockerfile"),
            dockerfile::proxy_dockerfile(stack)?,
        );
        files.blocks(
            &format!("{PROXY}/.dockerignore"),
            dockerfile::proxy_dockerignore()?,
        );
        files.blocks(&format!("{PROXY}/nginx.conf"), nginx::proxy(stack, proxy)?);
    }
    Ok(folder::with_git_files(files.into_artifacts()))
}
