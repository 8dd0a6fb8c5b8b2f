//! Everything the program writes on the terminal.
//!
//! Results go to standard output, as a view for people or as JSON; warnings and errors go to standard error. Colour is used on a terminal
//! only, and not with `NO_COLOR`, `CLICOLOR=0` or `TERM=dumb`.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::config::Environment;

/// Width of the column of labels, colon included.
const LABEL_WIDTH: usize = 18;

/// Columns of a bar.
const BAR_WIDTH: usize = 24;

const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[1;32m";
const CYAN: &str = "\x1b[1;36m";
const YELLOW: &str = "\x1b[1;33m";
const RED: &str = "\x1b[1;31m";
const RESET: &str = "\x1b[0m";

/// Writes to the terminal.
pub struct Printer {
    output: Stream,
    errors: Stream,
}

struct Stream {
    writer: Box<dyn Write + Send>,
    is_terminal: bool,
    has_colour: bool,
}

/// A result for people: a title and sections of labelled values or lines.
#[derive(Debug, Clone, Default)]
pub struct View {
    title: String,
    sections: Vec<(&'static str, Vec<Row>)>,
}

/// A row of a section.
#[derive(Debug, Clone)]
enum Row {
    Field(String, String),
    Line(String),
    Check(Mark, String, Vec<String>),
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Ok,
    /// It works, but something about it should be known.
    Warn,
    /// It does not work.
    Fail,
    /// It was not looked at.
    Skip,
}

impl Mark {
    /// `ok`, `warn`, `fail` or `skip`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Ok => GREEN,
            Self::Warn => YELLOW,
            Self::Fail => RED,
            Self::Skip => CYAN,
        }
    }
}

impl Printer {
    /// A printer on the standard streams.
    #[must_use]
    pub fn new(environment: &dyn Environment) -> Self {
        let (output, errors) = (io::stdout(), io::stderr());
        let may_colour = may_colour(environment);
        Self {
            output: Stream::new(output.is_terminal(), may_colour, Box::new(output)),
            errors: Stream::new(errors.is_terminal(), may_colour, Box::new(errors)),
        }
    }

    /// Writes a result for people.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn view(&mut self, view: &View) -> io::Result<()> {
        let text = view.render(self.output.has_colour);
        self.text(&text)
    }

    /// Writes a result for programs: indented JSON.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string_pretty(value)?;
        self.text(&format!("{text}\n"))
    }

    /// Writes text as it is, and makes sure that it has left the program.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.output.writer.write_all(text.as_bytes())?;
        self.output.writer.flush()
    }

    /// Whether people read the results as they come.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.output.is_terminal
    }

    /// Tells people what goes on, on standard error, so that it never mixes with a result.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        self.errors.writer.write_all(text.as_bytes())?;
        self.errors.writer.flush()
    }

    /// Puts a line of progress in the place of the last one; only on a terminal. An empty one takes it away.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn progress(&mut self, text: &str) -> io::Result<()> {
        if self.errors.is_terminal { self.note(&format!("\r\x1b[K{text}")) } else { Ok(()) }
    }

    /// Tells something odd.
    ///
    /// # Errors
    ///
    /// A failure to write.
    pub fn warning(&mut self, warning: &dyn Display) -> io::Result<()> {
        self.errors.labelled(YELLOW, "warning", &warning.to_string())
    }

    /// Tells why the program ends, with all causes. Nobody is left to tell when that fails.
    pub fn error(&mut self, error: &anyhow::Error) {
        let _ = self.errors.labelled(RED, "error", &format!("{error:#}"));
    }
}

impl Stream {
    fn new(is_terminal: bool, may_colour: bool, writer: Box<dyn Write + Send>) -> Self {
        Self { writer, is_terminal, has_colour: may_colour && is_terminal }
    }

    fn labelled(&mut self, colour: &str, label: &str, text: &str) -> io::Result<()> {
        let label = paint(self.has_colour, colour, label);
        text.lines().try_for_each(|line| writeln!(self.writer, "{label}: {line}"))?;
        self.writer.flush()
    }
}

impl View {
    /// An empty view.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), sections: Vec::new() }
    }

    /// Begins a section; fields and lines go into the last one.
    #[must_use]
    pub fn section(mut self, name: &'static str) -> Self {
        self.sections.push((name, Vec::new()));
        self
    }

    /// Adds a labelled value.
    #[must_use]
    pub fn field(self, label: impl Into<String>, value: impl Display) -> Self {
        self.row(Row::Field(label.into(), value.to_string()))
    }

    /// Adds a labelled value that may be missing.
    #[must_use]
    pub fn optional_field(self, label: impl Into<String>, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(label, value),
            None => self.field(label, "not set"),
        }
    }

    /// Adds a line.
    #[must_use]
    pub fn line(self, line: impl Into<String>) -> Self {
        self.row(Row::Line(line.into()))
    }

    /// Adds rows of cells, each column as wide as its widest cell.
    #[must_use]
    pub fn table(self, rows: &[Vec<String>]) -> Self {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        rows.iter().fold(self, |view, row| {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            view.line(cells.join("  ").trim_end())
        })
    }

    /// Adds how a check went, and below it what follows from that.
    #[must_use]
    pub fn check(self, mark: Mark, text: impl Into<String>, below: Vec<String>) -> Self {
        self.row(Row::Check(mark, text.into(), below))
    }

    /// Adds a section of numbered lines, unless there are none.
    #[must_use]
    pub fn steps(self, name: &'static str, steps: &[String]) -> Self {
        if steps.is_empty() {
            return self;
        }
        let lines = steps.iter().enumerate().map(|(index, step)| Row::Line(format!("{}. {step}", index + 1)));
        lines.fold(self.section(name), Self::row)
    }

    /// The view as text.
    #[must_use]
    pub fn render(&self, has_colour: bool) -> String {
        let mut text = format!("{}\n", paint(has_colour, BOLD, &self.title));
        for (name, rows) in &self.sections {
            text.push_str(&format!("\n{}\n", paint(has_colour, CYAN, name)));
            text.extend(rows.iter().map(|row| row.render(has_colour)));
        }
        text
    }

    fn row(mut self, row: Row) -> Self {
        if let Some((_, rows)) = self.sections.last_mut() {
            rows.push(row);
        }
        self
    }
}

impl Row {
    fn render(&self, has_colour: bool) -> String {
        match self {
            Self::Field(label, value) => format!("  {:LABEL_WIDTH$} {value}\n", format!("{label}:")),
            Self::Line(line) => format!("  {line}\n"),
            Self::Check(mark, text, below) => {
                let space = " ".repeat(6 - mark.name().len());
                let first = format!("  {}{space}{text}\n", paint(has_colour, mark.colour(), mark.name()));
                below.iter().fold(first, |text, line| format!("{text}        {line}\n"))
            }
        }
    }
}

fn paint(has_colour: bool, colour: &str, text: &str) -> String {
    if has_colour { format!("{colour}{text}{RESET}") } else { text.to_owned() }
}

/// A bar that is filled up to a percentage: with blocks where people look at it, in plain characters elsewhere.
pub(super) fn bar(percent: f64, is_interactive: bool) -> String {
    let (full, empty) = if is_interactive { ("█", "░") } else { ("#", "-") };
    let filled =
        BAR_WIDTH.min((0..BAR_WIDTH).filter(|step| (*step as f64 + 0.5) * 100.0 <= percent * BAR_WIDTH as f64).count());
    format!("[{}{}]", full.repeat(filled), empty.repeat(BAR_WIDTH - filled))
}

fn may_colour(environment: &dyn Environment) -> bool {
    let is = |name: &str, value: &str| environment.filled(name).is_some_and(|found| found == value);
    environment.filled("NO_COLOR").is_none() && !is("CLICOLOR", "0") && !is("TERM", "dumb")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_view() {
        let view = View::new("AIRelays Status")
            .section("Relay")
            .field("Config file", "~/config.toml")
            .optional_field("Token source", None::<&str>)
            .steps("Next Steps", &["airelays init".to_owned(), "airelays serve".to_owned()])
            .steps("Nothing", &[]);
        insta::assert_snapshot!(view.render(false), @"
        AIRelays Status

        Relay
          Config file:       ~/config.toml
          Token source:      not set

        Next Steps
          1. airelays init
          2. airelays serve
        ");
        assert!(view.render(true).starts_with("\x1b[1mAIRelays Status\x1b[0m\n\n\x1b[1;36mRelay\x1b[0m\n"));
    }

    #[test]
    fn colour_can_be_turned_off() {
        let colours = |name: &str, value: &str| may_colour(&BTreeMap::from([(name.to_owned(), value.to_owned())]));
        assert!(colours("TERM", "xterm") && colours("NO_COLOR", "") && colours("CLICOLOR", "1"));
        assert!(!colours("TERM", "dumb") && !colours("NO_COLOR", "1") && !colours("CLICOLOR", "0"));
    }
}
