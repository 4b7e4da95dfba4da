use super::pipeline::load;
use super::status::{Status, Trouble};
use super::ui::{Ui, count};
use super::{OutArgs, SpecArgs};

/// Read the spec and the files it names, and tell all problems; write nothing
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    spec: SpecArgs,
    #[command(flatten)]
    out: OutArgs,
    /// Print every error as JSON; `pinkogen schema plan` tells the shape
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &Args, ui: &mut Ui) -> Result<Status, Trouble> {
    let loaded = load(args.spec.spec.as_deref(), args.out.out.as_deref(), ui)?;
    let files = crate::render::render(&loaded.stack)?.len();
    let services = loaded.stack.services.len() + usize::from(loaded.stack.proxy.is_some());
    ui.line(&format!(
        "`{}` is sound: {} in {}",
        loaded.places.spec.display(),
        count(services, "service"),
        count(files, "file"),
    ));
    Ok(Status::Fine)
}
