//! Volumes (data) and files (read-only configuration).

use std::collections::BTreeMap;

use super::Resolver;
use crate::key_path::KeyPath;
use crate::render::escape::dockerfile;
use crate::spec::{self, Input, Place, Problem, shown};
use crate::stack::{Copied, DataMount, UID, VolumeSource};

/// Where Compose mounts secrets.
const SECRETS: &str = "/run/secrets";
/// `PATH_MAX` of Linux.
const LONGEST: usize = 4096;

impl Resolver<'_> {
    pub(super) fn volumes(&mut self, key: &KeyPath, service: &spec::Service) -> Vec<DataMount> {
        let mut mounts = Vec::new();
        for (source, targets) in &service.volumes {
            let key = key.join("volumes").join(source);
            let source = self.volume_source(&key, source);
            if let Some(VolumeSource::Folder(folder)) = &source
                && (service.from.is_some() || service.api.is_some())
            {
                self.problems.push(
                    Problem::warning(
                        Place::Key(key.clone()),
                        format!("the folder {} must be the container's to write", shown(folder)),
                    )
                    .label(format!("its program runs as user {UID}"))
                    .help(format!(
                        "`mkdir -p {folder} && sudo chown {UID}:{UID} {folder}` gives it; a named volume needs nothing"
                    )),
                );
            }
            for (key, target) in self.entries(&key, Some(targets)) {
                if let (true, Some(source)) = (self.container_path(&key, target), &source) {
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
                format!("{} is a place on one machine", shown(source)),
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
                    format!("{} is no folder that can be mounted", shown(source)),
                    "not a plain path below or beside the spec's folder",
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
        let mut copies: Vec<Copied> = Vec::new();
        let mut places: BTreeMap<String, KeyPath> = BTreeMap::new();
        let mut written: Vec<(KeyPath, &String)> = service
            .files
            .iter()
            .map(|(source, target)| (key.join("files").join(source), target))
            .collect();
        written.sort_by_key(|(key, _)| self.position(key));
        for (key, target) in written {
            let sound = self.container_path(&key, target);
            let Some(input) = self.inputs.get(&key) else {
                continue;
            };
            let place = format!("files/{}", input.original);
            for path in input.contents.keys().map(|path| below(&place, path)) {
                let Some(other) = places
                    .insert(path.clone(), key.clone())
                    .filter(|other| *other != key)
                else {
                    continue;
                };
                self.problems.push(
                    Problem::error(
                        Place::Key(key.clone()),
                        format!("{} is copied twice", shown(&path["files/".len()..])),
                    )
                    .label("and by this")
                    .also(Place::Key(other), "by this")
                    .help("name a folder, or single files of it, but not both"),
                );
                break;
            }
            if service.from.is_some() {
                self.copied_into_image(&key, &place, input, target);
            }
            if sound {
                copies.push(Copied {
                    original: input.original.clone(),
                    place,
                    target: target.clone(),
                    contents: input.contents.clone(),
                });
            }
        }
        copies
    }

    /// What a COPY of a Dockerfile cannot name.
    fn copied_into_image(&mut self, key: &KeyPath, place: &str, input: &Input, target: &str) {
        let paths = input.contents.keys().map(|path| below(place, path));
        let fault = paths
            .chain([target.to_owned()])
            .find_map(|path| Some((dockerfile::path_fault(&path)?, path)));
        if let Some((fault, path)) = fault {
            let path = path.strip_prefix("files/").unwrap_or(&path);
            self.error(
                Place::Key(key.clone()),
                format!("{} cannot be copied into an image", shown(path)),
                fault,
                "rename it",
            );
        }
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
        } else if path.contains(|c: char| c.is_control() || "\\:$\"*?[]".contains(c)) {
            "it has a character that not every tool takes in a path"
        } else if path.split('/').any(|part| part.trim() != part) {
            "it has a segment that starts or ends with a space"
        } else if path.len() > LONGEST {
            "it is longer than the 4096 characters that Linux takes"
        } else if path == SECRETS || path.starts_with("/run/secrets/") {
            "secrets are mounted there"
        } else {
            return true;
        };
        if self.no_interpolation(Place::Value(key.clone()), path) {
            return false;
        }
        self.error(
            Place::Value(key.clone()),
            format!("{} is no place in a container", shown(path)),
            fault,
            "write an absolute path such as \"/var/lib/app\"",
        );
        false
    }

    fn mounted_twice(&mut self, key: &KeyPath, service: &spec::Service) {
        let volumes = service.volumes.iter().flat_map(|(source, targets)| {
            let key = key.join("volumes").join(source);
            targets.as_slice().iter().map(move |target| (key.clone(), target))
        });
        let files = service
            .files
            .iter()
            .map(|(source, target)| (key.join("files").join(source), target));
        let mut mounted: Vec<(KeyPath, &String)> = volumes.chain(files).collect();
        mounted.sort_by_key(|(key, _)| self.position(key));
        let mut taken: BTreeMap<&str, KeyPath> = BTreeMap::new();
        for (key, target) in mounted {
            if let Some(other) = taken.insert(target, key.clone()) {
                self.problems.push(
                    Problem::error(Place::Key(key), format!("{} is mounted twice", shown(target)))
                        .label("and this")
                        .also(Place::Key(other), "this")
                        .help("one of them would hide the other: choose another place"),
                );
            }
        }
    }
}

/// A file below a folder; a single file has no path below itself.
fn below(place: &str, path: &str) -> String {
    if path.is_empty() {
        place.to_owned()
    } else {
        format!("{place}/{path}")
    }
}
