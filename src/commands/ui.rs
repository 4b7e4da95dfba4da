use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use super::report::Report;
use super::status::Status;
use crate::spec::{self, Problems, Source};

/// The one place that prints: data on standard output, talk on standard error, colours only on a terminal.
///
/// A reader that went away (`pinkogen diff | head`) is no error.
pub(super) struct Ui {
    /// Whether standard output may have colours.
    is_coloured: bool,
    /// What is still to be written to standard output; before anything is said on standard error.
    pending: Vec<u8>,
    err: AutoStream<io::Stderr>,
    /// With `--json`: what would be said is collected here, and printed at the end.
    report: Option<Report>,
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
            is_coloured: AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            pending: Vec::new(),
            err: AutoStream::auto(io::stderr()),
            report: None,
        }
    }

    /// From now on nothing is said; what a machine wants to know is collected.
    pub(super) fn report_as(&mut self, command: &'static str) {
        self.report = Some(Report::new(command));
    }

    pub(super) fn report(&mut self) -> Option<&mut Report> {
        self.report.as_mut()
    }

    /// Prints what was collected, if it was.
    pub(super) fn end(&mut self, status: Status) {
        if let Some(report) = self.report.take() {
            self.line(&report.text(status));
        }
    }

    /// A line of what was asked for.
    pub(super) fn line(&mut self, text: &str) {
        self.styled(Style::new(), text);
    }

    pub(super) fn styled(&mut self, style: Style, text: &str) {
        if self.report.is_some() {
            return;
        }
        let style = if self.is_coloured { style } else { Style::new() };
        drop(writeln!(self.pending, "{style}{text}{style:#}"));
    }

    /// Text or bytes exactly as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if self.report.is_some() {
            return;
        }
        self.pending.extend_from_slice(bytes);
    }

    /// Writes all of it at once. Nothing is stripped: a patch may hold what looks like a colour.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.pending);
        let mut out = io::stdout().lock();
        drop(out.write_all(&text).and_then(|()| out.flush()));
    }

    /// Talk about the work, not its result.
    pub(super) fn say(&mut self, text: &str) {
        if self.report.is_none() {
            self.flush();
            drop(writeln!(self.err, "{text}"));
        }
    }

    pub(super) fn note(&mut self, text: &str) {
        self.tell("note", Style::new().bold(), text);
    }

    pub(super) fn warning(&mut self, text: &str) {
        self.tell("warning", WARNING, text);
    }

    pub(super) fn error(&mut self, text: &str) {
        self.tell("error", ERROR, text);
    }

    fn tell(&mut self, level: &'static str, style: Style, text: &str) {
        match &mut self.report {
            Some(report) => report.message(level, text),
            None => self.say(&format!("{style}{level}{style:#}: {text}")),
        }
    }

    /// Problems of the spec, each at its place.
    pub(super) fn problems(&mut self, source: &Source<'_>, problems: &Problems) {
        if let Some(report) = &mut self.report {
            report.problems(source, problems);
        } else {
            let drawn = spec::draw(source, problems, self.colours());
            self.say(&format!("{drawn}\n"));
        }
    }

    /// Whether diagnostics on standard error may have colours.
    fn colours(&self) -> bool {
        self.err.current_choice() != ColorChoice::Never
    }
}

impl Drop for Ui {
    fn drop(&mut self) {
        self.flush();
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
