//! `mvm repl` at a real terminal: a pseudo-terminal, whose other end is this test.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;
use std::process::Command;

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

/// How long the test waits for what has to come before it fails.
const PATIENCE_MS: u64 = 300_000;

/// A REPL, and which input comes next.
struct Terminal {
    session: PtySession,
}

impl Terminal {
    /// Starts a REPL, and waits for its first prompt.
    fn open(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mvm"));
        command.arg("repl").current_dir(folder).env("MVM_HOME", folder.join("home"));
        command.env("NO_COLOR", "1").env("TERM", "xterm");
        let options = Options::new().timeout_ms(Some(PATIENCE_MS)).strip_ansi_escape_codes(true);
        let mut terminal = Self { session: spawn_with_options(command, options).unwrap() };
        terminal.expect("[1]> ");
        terminal
    }

    fn expect(&mut self, text: &str) {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("{text:?} does not come: {error}"));
    }

    /// Types a line, and waits for this to come of it.
    fn line(&mut self, typed: &str, comes: &str) {
        self.session.send_line(typed).unwrap();
        self.expect(comes);
    }

    /// Types what ends in no line.
    fn keys(&mut self, typed: &str) {
        self.session.send(typed).unwrap();
        self.session.flush().unwrap();
    }

    /// Presses Ctrl-D, and waits for the end.
    fn leave(mut self) {
        self.session.send_control('d').unwrap();
        self.session.exp_eof().unwrap();
    }
}

#[test]
fn lines_are_evaluated_and_mistakes_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.line("let x = 20 + 1", "let x: Int = 21");
    terminal.line("x + \"a\"", "E0401");
    terminal.line("x / 0", "division by zero");
    terminal.line("x * 2", "42 : Int");
    terminal.leave();
}

#[test]
fn an_input_of_several_lines_is_taken_once_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.session.send_line("fn twice(n: Int) -> Int {").unwrap();
    terminal.session.send_line("  n * 2").unwrap();
    terminal.line("}", "[2]> ");
    terminal.line("twice(33)", "66 : Int");
    terminal.session.send_line("\"\"\"").unwrap();
    terminal.session.send_line("  all {twice(").unwrap();
    terminal.session.send_line("    500)} of them").unwrap();
    terminal.line("  \"\"\"", "\"all 1000 of them\" : Str");
    terminal.leave();
}

#[test]
fn lines_that_come_all_at_once_are_done_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.keys("var n = 40\rn += 7\rn * 10\r");
    terminal.expect("470 : Int");
    terminal.leave();
}

#[test]
fn ctrl_c_stops_what_runs_and_not_the_repl() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.line("var n = 5", "[2]> ");
    // The text that is printed is not what is typed, and once it is there, the loop runs.
    terminal.line("print(\"{6 * 7} and on\"); while true { n = 8 }", "42 and on");
    terminal.session.send_control('c').unwrap();
    terminal.expect("interrupted");
    terminal.line("n + 1000", "1008 : Int");
    // So does what waits for a line, and the next line is for the REPL again.
    terminal.line("use console", "[4]> ");
    terminal.line("print(\"{5 * 9} and who\"); console.read_line()", "45 and who");
    terminal.session.send_control('c').unwrap();
    terminal.expect("interrupted");
    terminal.line("n + 3000", "3008 : Int");
    terminal.line("print(\"{5 * 8} and who\"); console.read_line()", "40 and who");
    terminal.line("it is me", "Some(\"it is me\") : Option[Str]");
    // While a line is typed it takes the line away.
    terminal.keys("never + ended");
    terminal.expect("ended");
    terminal.session.send_control('c').unwrap();
    // What is typed before the new prompt is there may go the way of the line.
    terminal.expect("\n\r[6]> ");
    terminal.line("n + 2000", "2008 : Int");
    terminal.leave();
}

#[test]
fn tab_completes_by_what_is_in_scope() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.line("fn quadruple(n: Int) -> Int { n * 4 }", "[2]> ");
    terminal.line("struct Point { across: Int, along: Int }", "[3]> ");
    terminal.line("let point = Point(3, 4)", "Point(across: 3, along: 4)");
    terminal.line("quadr\t11)", "44 : Int");
    // Several fit: they are shown, and what they have in common is there already.
    terminal.keys("[1].fi\t");
    terminal.expect("filter_map(");
    terminal.line("rst()", "Some(1) : Option[Int]");
    terminal.line("poi\t.acr\t + 1000", "1003 : Int");
    terminal.line("[7, 8].enumer\t", "[(0, 7), (1, 8)] : List[(Int, Int)]");
    terminal.line(":typ\t1.5", "Float");
    terminal.leave();
}

#[test]
fn a_session_goes_on_in_another_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.line("fn quadruple[T](t: T) -> List[T] { [t, t, t, t] }", "[2]> ");
    terminal.line("var words = [\"one\"]", "[3]> ");
    terminal.line("let more = || { words.push(\"{words.len()} more\"); words.len() }", "[4]> ");
    terminal.line("more()", "2 : Int");
    terminal.line(":save here.session", "saved");
    terminal.leave();
    let mut terminal = Terminal::open(folder.path());
    terminal.line(":restore here.session", "4 inputs, 2 variables");
    terminal.line("more() + 100", "103 : Int");
    terminal.line("words", "[\"one\", \"1 more\", \"2 more\"] : List[Str]");
    terminal.line("quadruple(1.5)", "[1.5, 1.5, 1.5, 1.5] : List[Float]");
    terminal.leave();
}

#[test]
fn what_was_typed_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::open(folder.path());
    terminal.line("1000 + 234", "1234 : Int");
    terminal.leave();
    let mut terminal = Terminal::open(folder.path());
    // The key that goes one line up.
    terminal.line("\x1b[A * 2", "1468 : Int");
    terminal.leave();
}
