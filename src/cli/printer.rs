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

const BOLD: &str = "\x1b[1m";
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
    writer: Box<dyn Write>,
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
    Field(&'static str, String),
    Line(String),
}

impl Printer {
    /// A printer on the standard streams.
    #[must_use]
    pub fn new(environment: &dyn Environment) -> Self {
        let (output, errors) = (io::stdout(), io::stderr());
        let may_colour = may_colour(environment);
        Self {
            output: Stream { has_colour: may_colour && output.is_terminal(), writer: Box::new(output) },
            errors: Stream { has_colour: may_colour && errors.is_terminal(), writer: Box::new(errors) },
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
    pub fn field(self, label: &'static str, value: impl Display) -> Self {
        self.row(Row::Field(label, value.to_string()))
    }

    /// Adds a labelled value that may be missing.
    #[must_use]
    pub fn optional_field(self, label: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(label, value),
            None => self.field(label, "not set"),
        }
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
            text.extend(rows.iter().map(Row::render));
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
    fn render(&self) -> String {
        match self {
            Self::Field(label, value) => format!("  {:LABEL_WIDTH$} {value}\n", format!("{label}:")),
            Self::Line(line) => format!("  {line}\n"),
        }
    }
}

fn paint(has_colour: bool, colour: &str, text: &str) -> String {
    if has_colour { format!("{colour}{text}{RESET}") } else { text.to_owned() }
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
