use std::fs;
use std::path::Path;

use super::status::Trouble;
use super::ui::{Ui, count};
use crate::spec::{self, Level, Places, Problems, Source};
use crate::stack::{self, Stack};

/// A spec that was read and resolved, and where it lies.
pub(super) struct Loaded {
    pub(super) places: Places,
    pub(super) stack: Stack,
}

/// Open, parse, load, resolve. All problems are printed; without errors there is a stack.
pub(super) fn load(spec: Option<&Path>, out: Option<&Path>, ui: &mut Ui) -> Result<Loaded, Trouble> {
    let places = Places::find(spec, out)?;
    let shown = places.spec.display().to_string();
    let bytes = fs::read(&places.spec).map_err(|error| format!("`{shown}` cannot be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        format!(
            "`{shown}` is not UTF-8: byte {}",
            error.utf8_error().valid_up_to()
        )
    })?;
    let source = match Source::open(shown, &text) {
        Ok(source) => source,
        Err((source, problems)) => return Err(tell(&source, &problems, ui)),
    };
    let parsed = spec::parse(&source);
    let (inputs, missing) = spec::load(&parsed.spec, &places);
    let (stack, unresolved) = stack::resolve(&source, &parsed, &inputs, &places);
    let mut problems = parsed.problems;
    problems.extend(missing);
    problems.extend(unresolved);
    match stack {
        Some(stack) if !problems.has_errors() => {
            if !problems.is_empty() {
                ui.problems(&source, &problems);
            }
            Ok(Loaded { places, stack })
        }
        _ => Err(tell(&source, &problems, ui)),
    }
}

fn tell(source: &Source<'_>, problems: &Problems, ui: &mut Ui) -> Trouble {
    ui.problems(source, problems);
    let errors = count(problems.count(Level::Error), "error");
    Trouble::told(match problems.count(Level::Warning) {
        0 => format!("{errors} in `{}`", source.path),
        warnings => format!("{errors} and {} in `{}`", count(warnings, "warning"), source.path),
    })
}
