//! What `mvm test` writes: text for people, or a line of JSON for each result.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::super::check::count;
use super::super::failure::Failure;
use super::super::terminal;
use super::fault::{Fault, Place};

/// What happens while files are tested.
#[derive(Debug)]
pub(super) enum Event {
    /// A file was compiled, with these warnings.
    Warnings(String),
    /// A test has ended.
    Test(Report),
    /// The filter left a test out.
    LeftOut,
    /// A file can't be tested.
    Broken { file: String, failure: Failure },
    /// Nothing further can be done.
    Stopped(Failure),
}

/// One test's result.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) file: String,
    pub(super) test: String,
    /// Why it failed, if it did.
    pub(super) fault: Option<Fault>,
    /// What it printed.
    pub(super) output: String,
    pub(super) fuel: u64,
    pub(super) time: Duration,
}

/// How many tests ended how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    /// Files that do not compile.
    pub(super) uncompiled: usize,
    /// Files that could not be tested for another reason.
    pub(super) broken: usize,
    /// Tests that the filter left out.
    left_out: usize,
}

/// A line of JSON.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Record<'a> {
    Test {
        file: &'a str,
        test: &'a str,
        outcome: &'static str,
        message: Option<&'a str>,
        left: Option<&'a str>,
        right: Option<&'a str>,
        at: Option<&'a str>,
        line: Option<u32>,
        trace: &'a [String],
        output: &'a str,
        fuel: u64,
        milliseconds: f64,
    },
    File {
        file: &'a str,
        outcome: &'static str,
        message: &'a str,
    },
    Summary {
        passed: usize,
        failed: usize,
        broken: usize,
        milliseconds: f64,
    },
}

/// Writes results as they come, and counts them.
#[derive(Debug)]
pub(super) struct Reporter {
    is_json: bool,
    tally: Tally,
}

impl Reporter {
    pub(super) fn new(is_json: bool) -> Self {
        Self { is_json, tally: Tally::default() }
    }

    /// Tells of what has happened. Fails if nothing further can be done.
    pub(super) fn take(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Warnings(text) => terminal::say(&text),
            Event::Test(report) => self.test(&report)?,
            Event::LeftOut => self.tally.left_out += 1,
            Event::Broken { file, failure } => self.broken(&file, &failure)?,
            Event::Stopped(failure) => return Err(failure),
        }
        Ok(())
    }

    fn test(&mut self, report: &Report) -> Result<(), Failure> {
        let Report { file, test, fault, .. } = report;
        let counter = if fault.is_none() { &mut self.tally.passed } else { &mut self.tally.failed };
        *counter += 1;
        let outcome = if fault.is_none() { "passed" } else { "failed" };
        if self.is_json {
            return write_json(&report.record(outcome));
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{outcome} {file}: {test} ({})", shown(report.time))?;
        match fault {
            Some(fault) => Ok(write_fault(&mut out, fault, &report.output)?),
            None => Ok(()),
        }
    }

    fn broken(&mut self, file: &str, failure: &Failure) -> Result<(), Failure> {
        if matches!(failure, Failure::Interrupted | Failure::Closed) {
            return Err(failure.clone());
        }
        let is_source_wrong = matches!(failure, Failure::Diagnostics(_));
        *(if is_source_wrong { &mut self.tally.uncompiled } else { &mut self.tally.broken }) += 1;
        if self.is_json {
            let message = failure.clone().message();
            return write_json(&Record::File { file, outcome: "broken", message: &message });
        }
        terminal::report(failure);
        Ok(writeln!(io::stdout(), "broken {file}")?)
    }

    /// Tells how many of all there were.
    pub(super) fn finish(self, time: Duration) -> Result<Tally, Failure> {
        let Tally { passed, failed, uncompiled, broken, left_out } = self.tally;
        if self.is_json {
            let broken = uncompiled + broken;
            write_json(&Record::Summary { passed, failed, broken, milliseconds: milliseconds(time) })?;
            return Ok(self.tally);
        }
        let mut parts = vec![format!("{passed} passed"), format!("{failed} failed")];
        if left_out > 0 {
            parts.push(format!("{left_out} left out"));
        }
        match uncompiled {
            0 => {}
            1 => parts.push("1 file does not compile".to_owned()),
            _ => parts.push(format!("{uncompiled} files do not compile")),
        }
        if broken > 0 {
            parts.push(format!("{} could not be tested", count(broken, "file")));
        }
        writeln!(io::stdout(), "{} ({})", parts.join(", "), shown(time))?;
        Ok(self.tally)
    }
}

impl Report {
    fn record(&self, outcome: &'static str) -> Record<'_> {
        let fault = self.fault.as_ref();
        let sides = fault.and_then(|fault| fault.sides.as_ref());
        let place = fault.and_then(|fault| fault.place.as_ref());
        Record::Test {
            file: &self.file,
            test: &self.test,
            outcome,
            message: fault.map(|fault| fault.message.as_str()),
            left: sides.map(|(left, _)| left.as_str()),
            right: sides.map(|(_, right)| right.as_str()),
            at: place.map(|place| place.file.as_str()),
            line: place.map(|place| place.line),
            trace: fault.map_or(&[], |fault| &fault.trace),
            output: &self.output,
            fuel: self.fuel,
            milliseconds: milliseconds(self.time),
        }
    }
}

fn write_json(record: &Record<'_>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, record).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

fn write_fault(out: &mut impl Write, fault: &Fault, output: &str) -> io::Result<()> {
    let Fault { message, sides, place, trace } = fault;
    write_indented(out, message)?;
    if let Some((left, right)) = sides {
        writeln!(out, "       left: {left}\n      right: {right}")?;
    }
    if let Some(Place { file, line, text }) = place {
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(
            out,
            "    {margin}--> {file}:{line}\n    {margin} |\n    {number} | {text}\n    {margin} |"
        )?;
    }
    // A test that fails by itself has nothing more to tell than its line.
    if trace.len() > 1 {
        trace.iter().try_for_each(|call| write_indented(out, call))?;
    }
    if !output.is_empty() {
        writeln!(out, "    it printed:")?;
        output.lines().try_for_each(|line| writeln!(out, "      {line}"))?;
    }
    Ok(())
}

fn write_indented(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

/// Milliseconds, to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e3
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", milliseconds(time))
}
