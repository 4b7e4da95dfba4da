use super::{Artifact, ArtifactPath, Artifacts, Block, Content};
use crate::key_path::KeyPath;

/// Adds the output folder's own `.gitattributes` and `.gitignore`.
pub(super) fn with_git_files(mut artifacts: Artifacts) -> Artifacts {
    let mut attributes = String::from(
        "# What pinkogen renders has LF everywhere; copies of your own files are kept as they are.\n* text eol=lf\npinkogen.lock merge=union",
    );
    for (path, artifact) in &artifacts {
        if matches!(artifact.content, Content::Copy { .. }) {
            attributes.push('\n');
            attributes.push_str(&pattern(path.as_str()));
            attributes.push_str(" -text");
        }
    }
    let mut add = |path: &str, text: String| {
        let path = ArtifactPath::new(path).expect("a fixed path");
        let before = artifacts.insert(
            path,
            Artifact::rendered(vec![Block::new(KeyPath::default(), text)]),
        );
        assert!(before.is_none(), "services own folders of their own");
    };
    add(".gitattributes", attributes);
    add(
        ".gitignore",
        "# Everything here is meant to be committed, but for what pinkogen works with and what cargo builds.\n/.pinkogen/\n/*/target/".to_owned(),
    );
    artifacts
}

/// An exact path as a pattern of gitattributes(5): anchored, glob characters escaped, quoted where it has spaces.
fn pattern(path: &str) -> String {
    let mut escaped = String::from("/");
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    if escaped.contains([' ', '"']) {
        format!("\"{}\"", escaped.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        escaped
    }
}
