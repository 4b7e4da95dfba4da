use super::{Artifact, ArtifactPath, Artifacts, Block, Content, Mode};
use crate::stack::{Copied, Service};

/// The artifacts so far.
#[derive(Default)]
pub(super) struct Files(Artifacts);

impl Files {
    pub(super) fn blocks(&mut self, path: &str, blocks: Vec<Block>) {
        self.insert(path, Artifact::rendered(blocks));
    }

    pub(super) fn extend(&mut self, folder: &str, files: Vec<(String, Artifact)>) {
        for (path, artifact) in files {
            self.insert(&format!("{folder}/{path}"), artifact);
        }
    }

    /// The copies of a user's input.
    pub(super) fn copied(&mut self, folder: &str, copied: &Copied, service: &Service) {
        for (path, bytes) in &*copied.contents {
            let below = |base: &str| match path.as_str() {
                "" => base.to_owned(),
                path => format!("{base}/{path}"),
            };
            let artifact = Artifact {
                mode: Mode::Plain,
                content: Content::Copy {
                    bytes: bytes.clone(),
                    original: below(&copied.original),
                    key: service.key(),
                },
            };
            self.insert(&format!("{folder}/{}", below(&copied.place)), artifact);
        }
    }

    pub(super) fn into_artifacts(self) -> Artifacts {
        self.0
    }

    /// Paths are made of checked names and of inputs that `resolve` has checked, so that a bad one, or one named twice, is a bug.
    fn insert(&mut self, path: &str, artifact: Artifact) {
        let path = ArtifactPath::new(path).unwrap_or_else(|fault| panic!("`{path}`: {fault}"));
        let before = self.0.insert(path.clone(), artifact);
        assert!(before.is_none(), "`{path}` is rendered twice");
    }
}
