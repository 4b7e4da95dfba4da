use std::io::{self, BufWriter, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use super::report::Report;
use super::status::Status;
use crate::spec::{self, Problems, Source};

/// The one place that prints: data on standard output, talk on standard error, colours only on a terminal.
///
/// A reader that went away (`pinkogen diff | head`) is no error.
pub(super) struct Ui {
    /// Buffered, and written before anything is said on standard error.
    out: BufWriter<AutoStream<io::Stdout>>,
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
            out: BufWriter::new(AutoStream::auto(io::stdout())),
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
        drop(writeln!(self.out, "{style}{text}{style:#}"));
    }

    /// Text or bytes exactly as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if self.report.is_some() {
            return;
        }
        drop(self.out.write_all(bytes));
    }

    /// Talk about the work, not its result.
    pub(super) fn say(&mut self, text: &str) {
        if self.report.is_none() {
            drop(self.out.flush());
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
