use super::status::Status;
use super::ui::Ui;

/// Print the JSON Schema of what `--json` prints
#[derive(clap::Args)]
pub(super) struct Args {
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Of {
    /// The plan and the errors of `render`, `diff`, `check` and `eject`
    Plan,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Status {
    match args.of {
        Of::Plan => ui.raw(include_bytes!("plan.schema.json")),
    }
    Status::Fine
}
