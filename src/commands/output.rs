//! Opens the output folder, and says what was found and done there beside the plan.

use std::path::Path;

use super::status::Trouble;
use super::ui::{Ui, count};
use crate::tree::{Backup, FilePatch, Force, Output, Recovered};

/// Opens it to look.
pub(super) fn look(dir: &Path, ui: &mut Ui) -> Result<Output, Trouble> {
    opened(Output::look(dir), dir, ui)
}

/// Opens it to write.
pub(super) fn work(dir: &Path, force: &Force, ui: &mut Ui) -> Result<Output, Trouble> {
    opened(Output::work(dir, force), dir, ui)
}

fn opened(output: Result<Output, crate::tree::Error>, dir: &Path, ui: &mut Ui) -> Result<Output, Trouble> {
    let output = output.map_err(|error| Trouble::with_output(&error))?;
    match &output.recovered {
        None => {}
        Some(Recovered::Undone) => {
            ui.note("a run was cut off before it changed a file; what it left was cleared");
        }
        Some(Recovered::Finished { backups }) => {
            ui.note("a run was cut off half-way; it was finished first");
            tell_backups(backups, dir, ui);
        }
    }
    Ok(output)
}

/// What was overwritten by force, and where it is now.
pub(super) fn tell_backups(backups: &[Backup], dir: &Path, ui: &mut Ui) {
    let place = |path: &str| dir.join(path).display().to_string();
    for backup in backups {
        ui.note(&format!(
            "`{}` was kept as `{}`",
            place(&backup.path),
            place(&backup.kept)
        ));
    }
}

/// What ejected files miss. Never on standard output: a patch that is applied would overwrite what is the user's.
pub(super) fn tell_missed(missed: &[FilePatch], ui: &mut Ui) {
    for patch in missed {
        ui.note(&format!(
            "`{}` is ejected; `pinkogen render --force={}` would take it back and make of it:\n{}",
            patch.path,
            super::next::word(patch.path.as_str()),
            patch.text.trim_end()
        ));
    }
}

/// Files that a commit would miss.
pub(super) fn tell_ignored(ignored: &[String], ui: &mut Ui) {
    let Some(first) = ignored.first() else { return };
    let (others, it) = match ignored.len() - 1 {
        0 => (String::new(), "it"),
        more => (format!(" and {}", count(more, "other file")), "them"),
    };
    ui.warning(&format!(
        "git ignores `{first}`{others}, so a commit misses {it}\n\
         help: `git check-ignore -v` in the output folder names the pattern"
    ));
}
