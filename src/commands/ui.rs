use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

/// The one place that prints: data on standard output, talk on standard error, colours only on a terminal.
///
/// A reader that went away (`pinkogen diff | head`) is no error.
pub(super) struct Ui {
    out: AutoStream<io::Stdout>,
    err: AutoStream<io::Stderr>,
}

pub(super) const GREEN: Style = AnsiColor::Green.on_default();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(super) const RED: Style = AnsiColor::Red.on_default();
pub(super) const DIM: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

impl Ui {
    pub(super) fn new() -> Self {
        Self {
            out: AutoStream::auto(io::stdout()),
            err: AutoStream::auto(io::stderr()),
        }
    }

    /// A line of what was asked for.
    pub(super) fn line(&mut self, text: &str) {
        self.styled(Style::new(), text);
    }

    pub(super) fn styled(&mut self, style: Style, text: &str) {
        drop(writeln!(self.out, "{style}{text}{style:#}"));
    }

    /// Text or bytes exactly as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        drop(self.out.write_all(bytes).and_then(|()| self.out.flush()));
    }

    /// Talk about the work, not its result.
    pub(super) fn say(&mut self, text: &str) {
        drop(writeln!(self.err, "{text}"));
    }

    pub(super) fn warning(&mut self, text: &str) {
        drop(writeln!(self.err, "{WARNING}warning{WARNING:#}: {text}"));
    }

    pub(super) fn error(&mut self, text: &str) {
        drop(writeln!(self.err, "{ERROR}error{ERROR:#}: {text}"));
    }

    /// Whether diagnostics on standard error may have colours.
    pub(super) fn colours(&self) -> bool {
        self.err.current_choice() != anstream::ColorChoice::Never
    }
}

/// "1 file", "2 files".
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}
