//! The command line: one file a subcommand, and [`ui`] as the one place that prints.

mod check;
mod conflict;
mod diff;
mod examples;
mod init;
mod next;
mod pipeline;
mod render;
mod secrets;
mod status;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use ui::Ui;

/// Render a whole web stack from one spec
#[derive(Parser)]
#[command(name = "pinkogen", version, arg_required_else_help = true, after_help = STATUSES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const STATUSES: &str =
    "Status: 0 as wanted, 1 something differs or is in conflict, 2 trouble, 75 another run is at work";

#[derive(Subcommand)]
enum Command {
    Render(render::Args),
    Diff(diff::Args),
    Check(check::Args),
    Init(init::Args),
    Secrets(secrets::Args),
}

/// Where the spec is; shared by the commands that read one.
#[derive(clap::Args)]
struct SpecArgs {
    /// The spec, or the folder that holds `spec.toml` [default: spec.toml]
    spec: Option<PathBuf>,
}

/// Where the output goes; shared by the commands that look at it.
#[derive(clap::Args)]
struct OutArgs {
    /// The output folder [default: `generated` beside the spec]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let ui = &mut Ui::new();
    let status = match cli.command {
        Command::Render(args) => render::run(&args, ui),
        Command::Diff(args) => diff::run(&args, ui),
        Command::Check(args) => check::run(&args, ui),
        Command::Init(args) => init::run(&args, ui),
        Command::Secrets(args) => secrets::run(&args, ui),
    };
    match status {
        Ok(status) => status.into(),
        Err(trouble) => {
            ui.error(&trouble.text);
            trouble.status.into()
        }
    }
}
