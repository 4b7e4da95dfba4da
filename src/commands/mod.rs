//! The command line: one file a subcommand, and [`ui`] as the one place that prints.

mod check;
mod conflict;
mod diff;
mod eject;
mod examples;
mod init;
mod next;
mod output;
mod pipeline;
mod render;
mod report;
mod schema;
mod secrets;
mod status;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use status::Status;
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
    Eject(eject::Args),
    Init(init::Args),
    Secrets(secrets::Args),
    Schema(schema::Args),
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

impl Command {
    /// The command's name, if it is to speak to a machine.
    fn reports(&self) -> Option<&'static str> {
        let (name, json) = match self {
            Self::Render(args) => ("render", args.json),
            Self::Diff(args) => ("diff", args.json),
            Self::Check(args) => ("check", args.json),
            Self::Eject(args) => ("eject", args.json),
            Self::Init(_) | Self::Secrets(_) | Self::Schema(_) => return None,
        };
        json.then_some(name)
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let ui = &mut Ui::new();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return unread(&error, ui),
    };
    if let Some(command) = cli.command.reports() {
        ui.report_as(command);
    }
    let status = match cli.command {
        Command::Render(args) => render::run(&args, ui),
        Command::Diff(args) => diff::run(&args, ui),
        Command::Check(args) => check::run(&args, ui),
        Command::Eject(args) => eject::run(&args, ui),
        Command::Init(args) => init::run(&args, ui),
        Command::Secrets(args) => secrets::run(&args, ui),
        Command::Schema(args) => Ok(schema::run(&args, ui)),
    };
    let status = status.unwrap_or_else(|trouble| {
        if !(trouble.is_told && ui.report().is_some()) {
            ui.error(&trouble.text);
        }
        trouble.status
    });
    ui.end(status);
    status.into()
}

/// A command line that cannot be read, or asks for help.
fn unread(error: &clap::Error, ui: &mut Ui) -> ExitCode {
    let is_json = std::env::args_os().any(|argument| argument == "--json");
    if !error.use_stderr() || !is_json {
        error.exit();
    }
    ui.report_as("");
    let text = error.to_string();
    ui.error(text.trim_start_matches("error: ").trim_end());
    ui.end(Status::Trouble);
    Status::Trouble.into()
}
