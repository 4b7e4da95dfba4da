use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SpecArgs;
use super::pipeline::load;
use super::status::{Status, Trouble};
use super::ui::{GREEN, Ui, count};
use crate::spec::Places;
use crate::stack::{SECRETS, Stack};

/// Make the secret files that are missing, random and 32 bytes long; print their names, never their values
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    spec: SpecArgs,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let loaded = load(args.spec.spec.as_deref(), None, ui)?;
    let folder = loaded.places.beside(SECRETS);
    if loaded.stack.secrets.is_empty() {
        ui.line("no service reads a secret");
        return Ok(Status::Fine);
    }
    prepare(&folder)?;
    let missing = missing(&loaded.stack, &loaded.places);
    for name in &missing {
        let path = folder.join(name);
        make(&path).map_err(|error| at(&path, &error))?;
        ui.styled(GREEN, &format!("+ {}", path.display()));
    }
    let made = count(missing.len(), "secret");
    let there = loaded.stack.secrets.len() - missing.len();
    ui.line(&format!("{made} made, {there} already there"));
    Ok(Status::Fine)
}

/// The names of the secrets that have no file yet.
pub(super) fn missing(stack: &Stack, places: &Places) -> Vec<String> {
    let folder = places.beside(SECRETS);
    stack
        .secrets
        .iter()
        .map(|name| name.as_str().to_owned())
        .filter(|name| fs::symlink_metadata(folder.join(name)).is_err())
        .collect()
}

/// Only the owner enters the folder, and git sees nothing of it.
fn prepare(folder: &Path) -> Result<(), Trouble> {
    if folder.is_symlink() {
        return Err(Trouble::new(format!(
            "`{}` is a symbolic link\nhelp: secrets are kept in a folder of their own",
            folder.display()
        )));
    }
    if !folder.is_dir() {
        builder().create(folder).map_err(|error| at(folder, &error))?;
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        create(&ignore, 0o644)
            .and_then(|mut file| file.write_all(b"*\n"))
            .map_err(|error| at(&ignore, &error))?;
    }
    Ok(())
}

/// 32 random bytes as 64 hexadecimal digits, which every configuration language takes as they are.
fn make(path: &Path) -> io::Result<()> {
    use std::fmt::Write as _;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    // Readable by all inside a folder that only its owner enters: containers run as other users.
    let mut file = create(path, 0o644)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn create(path: &Path, mode: u32) -> io::Result<fs::File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)?;
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    Ok(file)
}

#[cfg(not(unix))]
fn create(path: &Path, _mode: u32) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn builder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn builder() -> DirBuilder {
    DirBuilder::new()
}

fn at(path: &Path, error: &io::Error) -> Trouble {
    Trouble::new(format!(
        "`{}` cannot be made: {error}",
        PathBuf::from(path).display()
    ))
}
