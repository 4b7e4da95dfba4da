//! The API's program: the shipped crate or its Flask twin, verbatim, and the endpoint table that it embeds.

mod sources;
mod table;

use std::borrow::Cow;

use super::{Artifact, Block};
use crate::stack::{Api, Language, Service, Stack, Storage};

/// The name under which the crate's manifest lies in `templates/api`: cargo packs no folder that holds a `Cargo.toml`.
const STORED_MANIFEST: &str = "manifest.toml";
/// The one line of the manifest that is not verbatim.
const NO_DEFAULT_FEATURES: &str = "default = []\n";

/// The files of the service's folder, by path below it, without the Dockerfile.
#[expect(clippy::unnecessary_wraps, reason = "all renderers have one shape")]
pub(super) fn files(
    _stack: &Stack,
    service: &Service,
    api: &Api,
) -> Result<Vec<(String, Artifact)>, askama::Error> {
    let file = |path: &str, key: &str, text: &str| {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let block = Block::new(service.key().join(key), text);
        (path.to_owned(), Artifact::rendered(vec![block]))
    };
    let sources = match api.language {
        Language::Rust => sources::RUST,
        Language::Flask => sources::FLASK,
    };
    let mut files: Vec<(String, Artifact)> = sources
        .iter()
        .map(|(path, text)| match *path {
            STORED_MANIFEST => file("Cargo.toml", "api", &manifest(text, &api.storage)),
            path => file(path, "api", text),
        })
        .collect();
    files.push(file("endpoints.json", "endpoints", &table::json(api)));
    Ok(files)
}

/// The crate's manifest, with the default features that the storage needs.
fn manifest<'a>(stored: &'a str, storage: &Storage) -> Cow<'a, str> {
    let feature = match storage {
        Storage::None => return stored.into(),
        Storage::Postgres { .. } => "postgres",
        Storage::Sqlite { .. } => "sqlite",
    };
    stored
        .replacen(NO_DEFAULT_FEATURES, &format!("default = [\"{feature}\"]\n"), 1)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::Name;
    use crate::stack::fixture::scale;

    #[test]
    fn the_crate_is_verbatim_but_for_its_manifest() {
        let stack = scale();
        let service = &stack.services["back-end"];
        let api = service.api().expect("it is an API");
        let files = files(&stack, service, api).expect("it renders");
        for (path, text) in sources::RUST.iter().filter(|(path, _)| *path != STORED_MANIFEST) {
            let (_, artifact) = files.iter().find(|(found, _)| found == path).expect(path);
            assert_eq!(&*artifact.bytes(), text.as_bytes(), "{path}");
        }
        assert!(files.iter().any(|(path, _)| path == "Cargo.toml"));
        assert!(files.iter().any(|(path, _)| path == "endpoints.json"));
        assert!(!files.iter().any(|(path, _)| path == STORED_MANIFEST));
    }

    #[test]
    fn storage_chooses_the_default_features_and_nothing_else() {
        let (_, stored) = sources::RUST
            .iter()
            .find(|(path, _)| *path == STORED_MANIFEST)
            .expect("the crate has a manifest");
        assert_eq!(stored.matches(NO_DEFAULT_FEATURES).count(), 1);
        assert_eq!(manifest(stored, &Storage::None), *stored);
        let secret = Name::new("db-password").expect("a name");
        let service = Name::new("db").expect("a name");
        let sqlite = Storage::Sqlite {
            path: "/data/app.db".into(),
        };
        for (storage, feature) in [
            (Storage::Postgres { service, secret }, "postgres"),
            (sqlite, "sqlite"),
        ] {
            let manifest = manifest(stored, &storage);
            let changed: Vec<(&str, &str)> = stored
                .lines()
                .zip(manifest.lines())
                .filter(|(before, after)| before != after)
                .collect();
            assert_eq!(
                changed,
                [("default = []", &*format!("default = [\"{feature}\"]"))]
            );
        }
    }
}
