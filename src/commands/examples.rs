//! The examples, inside the binary, for `pinkogen init`.

pub(super) struct Example {
    pub(super) name: &'static str,
    /// Path below the example's folder, and text.
    pub(super) files: &'static [(&'static str, &'static str)],
}

macro_rules! example {
    ($name:literal: $($path:literal)*) => {
        Example {
            name: $name,
            files: &[$(($path, include_str!(concat!("../../examples/", $name, "/", $path)))),*],
        }
    };
}

pub(super) const EXAMPLES: &[Example] = &[
    example!("0-hello": "spec.toml"),
    example!("1-api": "spec.toml"),
    example!("1-api-flask": "spec.toml"),
    example!("2-front-end": "spec.toml" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
    example!("3-dynamic": "spec.toml" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
    example!("4-persistent": "spec.toml" "softy-pinko-front-end/app.js" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
    example!("4-persistent-sqlite": "spec.toml" "softy-pinko-front-end/app.js" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
    example!("5-proxy": "spec.toml" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
    example!("6-scale": "spec.toml" "softy-pinko-front-end/favicon.svg" "softy-pinko-front-end/index.html" "softy-pinko-front-end/style.css"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use walkdir::WalkDir;

    use super::EXAMPLES;

    #[test]
    fn every_file_of_every_example_is_here() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let there: BTreeSet<String> = WalkDir::new(&root)
            .into_iter()
            .map(|entry| entry.expect("a readable folder"))
            .filter(|entry| entry.file_type().is_file())
            .filter(|entry| {
                !entry
                    .path()
                    .components()
                    .any(|part| matches!(part.as_os_str().to_str(), Some("secrets" | "generated")))
            })
            .map(|entry| {
                entry
                    .path()
                    .strip_prefix(&root)
                    .expect("below it")
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let here: BTreeSet<String> = EXAMPLES
            .iter()
            .flat_map(|example| {
                example
                    .files
                    .iter()
                    .map(|(path, _)| format!("{}/{path}", example.name))
            })
            .collect();
        assert_eq!(here, there);
    }
}
