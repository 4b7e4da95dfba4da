use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::OutArgs;
use super::output;
use super::status::{Status, Trouble};
use super::ui::{Ui, YELLOW};
use crate::render::{ArtifactPath, Artifacts};
use crate::spec::{Places, nearest};
use crate::tree::{self, Force, Found};

/// Make rendered files yours: `render` leaves them alone, `diff` still shows what they miss
#[derive(clap::Args)]
pub(super) struct Args {
    /// Files of the output folder, as `render` prints them
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The spec, or the folder that holds `spec.toml` [default: spec.toml]
    #[arg(long)]
    spec: Option<PathBuf>,
    #[command(flatten)]
    out: OutArgs,
    /// Print what was done and every error as JSON; `pinkogen schema plan` tells the shape
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let places = Places::find(args.spec.as_deref(), args.out.out.as_deref())?;
    if !places.out.is_dir() {
        return Err(Trouble::new(format!(
            "there is no output folder: `{}` was looked for\nhelp: `pinkogen render` makes it",
            places.out.display()
        )));
    }
    let nothing = Artifacts::new();
    let mut output = output::work(&places.out, &Force::None, ui)?;
    let found = output
        .observe(&nothing)
        .map_err(|error| Trouble::with_output(&error))?;
    let paths = args
        .paths
        .iter()
        .map(|path| in_output(path, &places.out, &found))
        .collect::<Result<BTreeSet<_>, _>>()?;
    let plan = tree::eject(&found, &paths).map_err(|unknown| unknown_file(&unknown[0], &found))?;
    output.apply(&plan, &nothing, &found)?;
    for path in &paths {
        ui.styled(YELLOW, &format!("{path} is yours now"));
    }
    ui.line("");
    ui.line("`pinkogen render --force=PATH` takes a file back, and keeps a backup of it");
    Ok(Status::Fine)
}

/// The path as the lock has it; one that leads there from the current folder is understood too.
fn in_output(path: &Path, out: &Path, found: &Found) -> Result<ArtifactPath, Trouble> {
    let read = |path: &Path| {
        let text = path.to_string_lossy();
        ArtifactPath::new(text.strip_prefix("./").unwrap_or(&text)).map_err(|fault| {
            Trouble::new(format!(
                "`{text}`: {fault}\nhelp: the path is relative to the output folder, as `render` prints it"
            ))
        })
    };
    let direct = read(path);
    if direct
        .as_ref()
        .is_ok_and(|path| found.lock.entries.contains_key(path))
    {
        return direct;
    }
    let below = |path: &Path| {
        Some(
            path.canonicalize()
                .ok()?
                .strip_prefix(out.canonicalize().ok()?)
                .ok()?
                .to_owned(),
        )
    };
    below(path).map_or(direct, |path| read(&path))
}

fn unknown_file(path: &ArtifactPath, found: &Found) -> Trouble {
    let known = found.lock.entries.keys().map(ArtifactPath::as_str);
    let hint = nearest(path.as_str(), known)
        .map(|near| format!(", did you mean `{near}`?"))
        .unwrap_or_default();
    Trouble::new(format!(
        "`{path}` is no file that pinkogen wrote{hint}\nhelp: `pinkogen render` prints the files that are"
    ))
}
