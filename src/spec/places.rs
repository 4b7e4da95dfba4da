use std::ffi::OsStr;
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// Where the spec lies, and where its output goes.
#[derive(Clone, Debug)]
pub struct Places {
    /// The spec's file, as the user may write it.
    pub spec: PathBuf,
    /// The folder that holds the spec; inputs are relative to it.
    pub folder: PathBuf,
    /// The output folder.
    pub out: PathBuf,
    /// The way from the output folder to the spec's, with `/`.
    pub back: String,
}

/// Why there is no spec to work on, or no place to write to.
#[derive(Debug)]
pub struct PlacesError(String);

impl fmt::Display for PlacesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const SPEC: &str = "spec.toml";
const OUT: &str = "generated";

impl Places {
    /// Finds the spec (a file, a folder that holds `spec.toml`, or the current folder) and its output folder.
    pub fn find(spec: Option<&Path>, out: Option<&Path>) -> Result<Self, PlacesError> {
        let given = spec.unwrap_or(Path::new("."));
        let spec = if given.is_dir() {
            plain(&given.join(SPEC))
        } else {
            given.to_path_buf()
        };
        if !spec.is_file() {
            return Err(PlacesError(format!(
                "there is no spec: `{}` was looked for\nhelp: `pinkogen init` writes a first one, `pinkogen render PATH` takes another",
                spec.display()
            )));
        }
        let folder = match spec.parent() {
            Some(parent) if parent != Path::new("") => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let out = out.map_or_else(|| plain(&folder.join(OUT)), Path::to_path_buf);
        let (real_folder, real_out) = (real(&folder)?, real(&out)?);
        if real_out == real_folder || real_folder.starts_with(&real_out) {
            return Err(PlacesError(format!(
                "the output folder `{}` holds the spec\nhelp: it is wholly pinkogen's; give it a folder of its own with --out",
                out.display()
            )));
        }
        if real_out.join(".git").exists() {
            return Err(PlacesError(format!(
                "the output folder `{}` is the root of a git repository\nhelp: give pinkogen a folder of its own in it with --out",
                out.display()
            )));
        }
        let back = way(&real_out, &real_folder)
            .ok_or_else(|| PlacesError(format!("`{}`: the path is not UTF-8", real_folder.display())))?;
        Ok(Self {
            spec,
            folder,
            out,
            back,
        })
    }
}

impl Places {
    /// A path beside the spec, as short as the user would write it.
    pub fn beside(&self, path: &str) -> PathBuf {
        plain(&self.folder.join(path))
    }
}

/// Without a leading `./`.
pub(super) fn plain(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// The absolute path without links, of what exists and of what does not yet.
pub(super) fn real(path: &Path) -> Result<PathBuf, PlacesError> {
    let mut missing: Vec<&OsStr> = Vec::new();
    let mut here = path;
    loop {
        let tried = if here == Path::new("") {
            Path::new(".")
        } else {
            here
        };
        match tried.canonicalize() {
            Ok(found) => {
                return Ok(missing.iter().rev().fold(found, |path, part| path.join(part)));
            }
            Err(error) => {
                let (Some(parent), Some(Component::Normal(name))) =
                    (here.parent(), here.components().next_back())
                else {
                    return Err(PlacesError(format!("`{}`: {error}", path.display())));
                };
                missing.push(name);
                here = parent;
            }
        }
    }
}

fn way(from: &Path, to: &Path) -> Option<String> {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(shared).map(|_| Some(".."));
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_str());
    let parts: Vec<&str> = up.chain(down).collect::<Option<_>>()?;
    Some(if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_found() {
        for (from, to, expected) in [
            ("/a/generated", "/a", ".."),
            ("/a/generated/x", "/a/examples/x", "../../examples/x"),
            ("/b", "/a", "../a"),
        ] {
            assert_eq!(way(Path::new(from), Path::new(to)).as_deref(), Some(expected));
        }
    }
}
