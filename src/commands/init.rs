use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::examples::{EXAMPLES, Example};
use super::status::{Status, Trouble};
use super::ui::{GREEN, Ui};
use crate::spec::nearest;
use crate::stack::Name;

/// Write a first spec, and its page, that renders and runs at once; never overwrite
#[derive(clap::Args)]
pub(super) struct Args {
    /// The folder to write into, made if it is missing [default: the current one]
    folder: Option<PathBuf>,
    /// The example to start from
    #[arg(long, value_name = "NAME", default_value = "6-scale")]
    example: String,
}

/// Copies of these files are kept as they are in the output folder: if git changed the originals, the two would differ.
const ATTRIBUTES: &str = "# Git changes no end of a line here, so that every clone has the same bytes, as the copies in the output folder do.\n* -text\n";

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let example = find(&args.example)?;
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    let mut files: Vec<(PathBuf, String)> = example
        .files
        .iter()
        .map(|(path, text)| (folder.join(path), own(path, text, &folder)))
        .collect();
    let attributes = folder.join(".gitattributes");
    if !attributes.exists() {
        files.push((attributes, ATTRIBUTES.to_owned()));
    }
    let there: Vec<String> = files
        .iter()
        .filter(|(path, _)| fs::symlink_metadata(path).is_ok())
        .map(|(path, _)| format!("`{}`", path.display()))
        .collect();
    if !there.is_empty() {
        return Err(Trouble::new(format!(
            "{} already there, and nothing is overwritten\nhelp: `pinkogen init FOLDER` writes into another folder",
            if there.len() == 1 {
                format!("{} is", there[0])
            } else {
                format!("{} are", there.join(", "))
            }
        )));
    }
    for (path, text) in &files {
        write(path, text).map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
        ui.styled(GREEN, &format!("+ {}", path.display()));
    }
    let spec = folder.join("spec.toml");
    let shown = shlex::try_quote(&spec.to_string_lossy())
        .map_or_else(|_| spec.display().to_string(), std::borrow::Cow::into_owned);
    ui.line("");
    ui.line("next:");
    ui.line(&format!(
        "  pinkogen render{}",
        if args.folder.is_none() {
            String::new()
        } else {
            format!(" {shown}")
        }
    ));
    Ok(Status::Fine)
}

fn find(name: &str) -> Result<&'static Example, Trouble> {
    EXAMPLES
        .iter()
        .find(|example| example.name == name)
        .ok_or_else(|| {
            let names = EXAMPLES.iter().map(|example| example.name);
            let hint = nearest(name, names.clone())
                .map(|near| format!(", did you mean `{near}`?"))
                .unwrap_or_default();
            Trouble::new(format!(
                "unknown example `{name}`{hint}\nhelp: the examples are {}",
                names.collect::<Vec<_>>().join(", ")
            ))
        })
}

/// The spec takes the folder's name, and drops what belongs to the course alone.
fn own(path: &str, text: &str, folder: &Path) -> String {
    if path != "spec.toml" {
        return text.to_owned();
    }
    let name = folder
        .canonicalize()
        .ok()
        .and_then(|folder| folder.file_name().map(|name| name.to_string_lossy().into_owned()))
        .or_else(|| folder.file_name().map(|name| name.to_string_lossy().into_owned()))
        .and_then(|name| Name::nearest(&name));
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("tag ") {
            continue;
        }
        match &name {
            Some(name) if line.starts_with("name ") => lines.push(format!("name = \"{name}\"")),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?
        .write_all(text.as_bytes())
}
