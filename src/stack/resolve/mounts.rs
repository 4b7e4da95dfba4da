//! Volumes (data) and files (read-only configuration).

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::spec::{self, Place, Problem};
use crate::stack::{Copied, DataMount, VolumeSource};

impl Resolver<'_> {
    pub(super) fn volumes(&mut self, key: &KeyPath, service: &spec::Service) -> Vec<DataMount> {
        let mut mounts = Vec::new();
        for (source, targets) in &service.volumes {
            let key = key.join("volumes").join(source);
            let Some(source) = self.volume_source(&key, source) else {
                continue;
            };
            for (index, target) in targets.as_slice().iter().enumerate() {
                let key = if targets.is_many() {
                    key.index(index)
                } else {
                    key.clone()
                };
                if self.container_path(&key, target) {
                    mounts.push(DataMount {
                        source: source.clone(),
                        target: target.clone(),
                    });
                }
            }
        }
        self.mounted_twice(key, service);
        mounts
    }

    fn volume_source(&mut self, key: &KeyPath, source: &str) -> Option<VolumeSource> {
        if source.starts_with('/') || source.starts_with('~') {
            self.error(
                Place::Key(key.clone()),
                format!("`{source}` is a place on one machine"),
                "absolute",
                "a folder of the host's is relative to the spec: \"./data\"; a named volume is a plain name: \"data\"",
            );
            return None;
        }
        if let Some(folder) = source
            .strip_prefix("./")
            .or_else(|| source.starts_with("../").then_some(source))
        {
            let folder = folder.trim_end_matches('/');
            let legal =
                !folder.is_empty() && !folder.contains(|c: char| c.is_control() || "\\:$".contains(c));
            if !legal {
                self.error(
                    Place::Key(key.clone()),
                    format!("`{}` is no folder that can be mounted", source.escape_debug()),
                    "here",
                    "a folder's path has no `\\`, `:`, `$` or control characters",
                );
            }
            return legal.then(|| VolumeSource::Folder(folder.to_owned()));
        }
        self.name(Place::Key(key.clone()), "a volume", source)
            .map(VolumeSource::Named)
    }

    /// The inputs that `files` names, each with its place in the output and in the container.
    pub(super) fn files(&mut self, key: &KeyPath, service: &spec::Service) -> Vec<Copied> {
        let mut copies = Vec::new();
        for (source, target) in &service.files {
            let key = key.join("files").join(source);
            let sound = self.container_path(&key, target);
            let Some(input) = self.inputs.get(&key) else {
                continue;
            };
            if sound {
                copies.push(Copied {
                    original: input.original.clone(),
                    place: format!("files/{}", input.original),
                    target: target.clone(),
                    contents: input.contents.clone(),
                });
            }
        }
        copies
    }

    fn container_path(&mut self, key: &KeyPath, path: &str) -> bool {
        let fault = if !path.starts_with('/') {
            "it is not absolute"
        } else if path == "/" {
            "it is the root of the container"
        } else if path.ends_with('/') {
            "it ends with `/`"
        } else if path[1..].split('/').any(|part| matches!(part, "" | "." | "..")) {
            "it has an empty, `.` or `..` segment"
        } else if path.contains(|c: char| c.is_control() || "\\:$\"*?[".contains(c)) {
            "it has a character that not every tool takes in a path"
        } else {
            return true;
        };
        self.error(
            Place::Value(key.clone()),
            format!("`{}` is no place in a container", path.escape_debug()),
            fault,
            "write an absolute path such as \"/var/lib/app\"",
        );
        false
    }

    fn mounted_twice(&mut self, key: &KeyPath, service: &spec::Service) {
        let volumes = service.volumes.iter().flat_map(|(source, targets)| {
            targets
                .as_slice()
                .iter()
                .map(move |target| ("volumes", source, target))
        });
        let files = service
            .files
            .iter()
            .map(|(source, target)| ("files", source, target));
        let mut taken: BTreeMap<&str, KeyPath> = BTreeMap::new();
        for (table, source, target) in volumes.chain(files) {
            let here = key.join(table).join(source);
            if let Some(other) = taken.insert(target, here.clone()) {
                self.problems.push(
                    Problem::error(Place::Key(here), format!("`{target}` is mounted twice"))
                        .label("and this")
                        .also(Place::Key(other), "this")
                        .help("one of them would hide the other: choose another place"),
                );
            }
        }
    }
}
