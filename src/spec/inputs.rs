use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::places::{Places, plain, real};
use super::problem::{Place, Problem, Problems};
use super::schema::Spec;
use super::words::shown;
use crate::contents::Contents;
use crate::key_path::KeyPath;
use crate::render::ArtifactPath;
use crate::shares::{self, Done};

/// An input file or folder of the user's, read once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Input {
    /// The path beside the spec, with `/`.
    pub original: String,
    /// Bytes by path below it; a single file has the one key `""`.
    pub contents: Arc<BTreeMap<String, Contents>>,
}

/// The files that a spec names, by the key that names them. What could not be read is missing here.
#[derive(Clone, Debug, Default)]
pub struct Inputs(BTreeMap<KeyPath, Input>);

impl Inputs {
    pub fn get(&self, key: &KeyPath) -> Option<&Input> {
        self.0.get(key)
    }
}

/// Reads what the spec names: the folders of sites, and files. Links are refused, dot-names skipped except `.well-known`.
pub fn load(spec: &Spec, places: &Places) -> (Inputs, Problems) {
    let mut loader = Loader {
        places,
        inputs: Inputs::default(),
        problems: Problems::default(),
    };
    for (name, service) in &spec.services {
        let key = KeyPath::new(["services", name]);
        if let Some(site) = &service.site {
            loader.read(
                &key.join("site"),
                Place::Value(key.join("site")),
                site,
                Kind::Folder,
            );
        }
        if let Some(build) = &service.build {
            loader.build_context(&key.join("build"), build);
        }
        for file in service.files.keys() {
            let key = key.join("files").join(file);
            loader.read(&key, Place::Key(key.clone()), file, Kind::Either);
        }
    }
    (loader.inputs, loader.problems)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Folder,
    Either,
}

struct Loader<'a> {
    places: &'a Places,
    inputs: Inputs,
    problems: Problems,
}

impl Loader<'_> {
    fn read(&mut self, key: &KeyPath, at: Place, path: &str, kind: Kind) {
        match self.try_read(path, kind) {
            Ok(input) => {
                self.inputs.0.insert(key.clone(), input);
            }
            Err(fault) => self.tell(at, fault),
        }
    }

    fn tell(&mut self, at: Place, Fault { title, help }: Fault) {
        let problem = Problem::error(at, title).label("named here");
        self.problems.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    /// The user's own build context is not copied; it must only be there.
    fn build_context(&mut self, key: &KeyPath, path: &str) {
        let place = Place::Value(key.clone());
        let found = lexically_inside(path).and_then(|inside| {
            self.refuse_links(&inside)?;
            let folder = self.places.folder.join(&inside);
            self.refuse_output(path, &folder)?;
            Ok(folder.join("Dockerfile"))
        });
        match found {
            Err(fault) => self.tell(place, fault),
            Ok(dockerfile) if !dockerfile.is_file() => self.problems.push(
                Problem::error(place, format!("there is no {}", plainly(&dockerfile)))
                    .label("`build` names a folder that holds a Dockerfile")
                    .help("to let pinkogen write the Dockerfile, use `from`, `api` or `site` instead"),
            ),
            Ok(_) => {}
        }
    }

    fn try_read(&self, path: &str, kind: Kind) -> Result<Input, Fault> {
        let inside = lexically_inside(path)?;
        let root = self.places.folder.join(&inside);
        self.refuse_links(&inside)?;
        let meta = fs::symlink_metadata(&root).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                Fault::new(format!("{} does not exist", plainly(&root)))
                    .help("paths are relative to the spec's folder")
            } else {
                Fault::io(&root, &error)
            }
        })?;
        self.refuse_output(path, &root)?;
        let mut contents = BTreeMap::new();
        if meta.is_file() && kind == Kind::Either {
            contents.insert(
                String::new(),
                fs::read(&root).map_err(|error| Fault::io(&root, &error))?.into(),
            );
        } else if meta.is_dir() {
            contents = read_folder(&root)?;
            if contents.is_empty() {
                return Err(Fault::new(format!("{} holds no file", plainly(&root))));
            }
        } else {
            let wanted = if kind == Kind::Folder {
                "a folder"
            } else {
                "a file or a folder"
            };
            return Err(Fault::new(format!("{} is not {wanted}", plainly(&root))));
        }
        Ok(Input {
            original: inside,
            contents: Arc::new(contents),
        })
    }

    fn refuse_output(&self, path: &str, root: &Path) -> Result<(), Fault> {
        let (Ok(input), Ok(out)) = (real(root), real(&self.places.out)) else {
            return Ok(());
        };
        let out_shown = plainly(&self.places.out);
        let title = if input.starts_with(&out) {
            format!("{} lies in the output folder {out_shown}", shown(path))
        } else if out.starts_with(&input) {
            format!("{} holds the output folder {out_shown}", shown(path))
        } else {
            return Ok(());
        };
        Err(Fault::new(title).help("what is rendered is no input: keep the two apart"))
    }

    /// A link on the way would lead out of the folder that the user reviews.
    fn refuse_links(&self, path: &str) -> Result<(), Fault> {
        let mut here = self.places.folder.clone();
        for part in path.split('/') {
            here.push(part);
            if here.is_symlink() {
                return Err(Fault::link(&here));
            }
        }
        Ok(())
    }
}

/// How much each thread makes room for at first: more than most folders hold.
const ROOM: usize = 1 << 20;

/// All files of a folder, by name. Each thread reads its own into one buffer, which costs less than one for each file.
fn read_folder(root: &Path) -> Result<BTreeMap<String, Contents>, Fault> {
    let entries = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !name.starts_with('.') || name == ".well-known"
        });
    let (buffers, read) = shares::work(
        entries.filter_map(|entry| listed(root, entry).transpose()),
        || Ok(Vec::with_capacity(ROOM)),
        |buffer, files| {
            let read = |file: Result<Listed, Fault>| {
                let Listed { path, name } = file?;
                let range = append(&path, buffer).map_err(|error| Fault::io(&path, &error))?;
                Ok((name, range))
            };
            files.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        },
    )?;
    let buffers: Vec<Arc<Vec<u8>>> = buffers.into_iter().map(Arc::new).collect();
    let contents = read.into_iter().flat_map(|Done { worker, result }| {
        let buffer = &buffers[worker];
        result
            .into_iter()
            .map(move |(name, range)| (name, Contents::piece(buffer, range)))
    });
    Ok(contents.collect())
}

/// A file of a folder, and its name in it.
struct Listed {
    path: PathBuf,
    name: String,
}

/// `None` for a folder.
fn listed(root: &Path, entry: walkdir::Result<DirEntry>) -> Result<Option<Listed>, Fault> {
    let entry = entry.map_err(|error| {
        Fault::new(format!(
            "{} cannot be read: {error}",
            plainly(error.path().unwrap_or(root))
        ))
    })?;
    let kind = entry.file_type();
    if kind.is_dir() {
        return Ok(None);
    }
    let path = entry.into_path();
    if kind.is_symlink() {
        return Err(Fault::link(&path));
    }
    if !kind.is_file() {
        return Err(Fault::new(format!(
            "{} is neither a file nor a folder",
            plainly(&path)
        )));
    }
    let below = path.strip_prefix(root).unwrap_or(&path);
    let name = below
        .to_str()
        .map(|name| name.replace(std::path::MAIN_SEPARATOR, "/"));
    let name = name.ok_or_else(|| Fault::new(format!("the name of {} is not UTF-8", plainly(&path))))?;
    if let Err(fault) = ArtifactPath::new(format!("x/{name}")) {
        return Err(
            Fault::new(format!("{} cannot be copied: {fault}", plainly(&path))).help("rename the file"),
        );
    }
    Ok(Some(Listed { path, name }))
}

/// Reads a file to its end, whatever its length was: to ask for it costs more than a last read that finds nothing.
fn append(path: &Path, buffer: &mut Vec<u8>) -> io::Result<Range<usize>> {
    let start = buffer.len();
    fs::File::open(path)?.take(u64::MAX).read_to_end(buffer)?;
    Ok(start..buffer.len())
}

/// The path in plain form, if it is relative and does not lead out of the spec's folder.
fn lexically_inside(path: &str) -> Result<String, Fault> {
    let fault = |title| Err(Fault::new(title).help("inputs lie beside the spec, in its folder or below"));
    if path.is_empty() {
        return fault("the path is empty".to_owned());
    }
    let mut parts = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            Component::ParentDir => return fault(format!("{} leaves the spec's folder", shown(path))),
            Component::RootDir | Component::Prefix(_) => {
                return fault(format!("{} is absolute", shown(path)));
            }
        }
    }
    if parts.is_empty() {
        return fault(format!("{} is the spec's folder itself", shown(path)));
    }
    Ok(parts.join("/"))
}

/// A path as people write it: without the `./` of a spec in the current folder.
fn plainly(path: &Path) -> String {
    shown(&plain(path).to_string_lossy())
}

struct Fault {
    title: String,
    help: Option<&'static str>,
}

impl Fault {
    fn new(title: String) -> Self {
        Self { title, help: None }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{} cannot be read: {error}", plainly(path)))
    }

    fn link(path: &Path) -> Self {
        Self::new(format!("{} is a symbolic link", plainly(path)))
            .help("links are not followed, since they may lead anywhere: put the file itself there")
    }

    fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}
