//! The time that each stage takes for one program.

use std::hint::black_box;
use std::time::Duration;

use mob_compiler::Options;
use mob_compiler::diagnostic::{Diagnostics, Style};
use mob_compiler::source::FileId;
use mob_compiler::{CompileError, Compiled, lexer, parser};
use mob_vm::Program;

use super::clock;
use super::generate::Source;

/// What stage is measured, in the order in which a program passes them.
pub(crate) const STAGES: [&str; 5] = ["lex", "parse", "check", "generate", "verify"];

/// What was measured of one program.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) lines: usize,
    pub(crate) bytes: usize,
    /// Words of code in the module.
    pub(crate) words: usize,
    /// The least time of each of [`STAGES`].
    pub(crate) stages: [Duration; STAGES.len()],
    /// The least time of the whole way, from text to verified module.
    pub(crate) total: Duration,
    /// The least time to write the module as bytes, which is not part of that way.
    pub(crate) encode: Duration,
    /// The most memory that the process has had so far, in KiB, where the system says so.
    pub(crate) peak_kib: Option<u64>,
}

/// How much time is spent on a measurement.
const BUDGET: Duration = Duration::from_millis(1_500);
/// How often something is measured at least.
const RUNS_MIN: usize = 5;

/// Measures all stages of a program.
pub(crate) fn measure(source: &Source) -> Result<Measured, String> {
    let compiled = compile(source)?;
    let words = compiled.module.functions.iter().map(|function| function.code.len()).sum();
    let encode = least(|| (), |()| drop(black_box(compiled.module.encode())));
    let lex = least(|| (), |()| lex(source));
    let parse = least(|| (), |()| parse(source));
    let check = least(|| (), |()| drop(black_box(check(source))));
    let compile_time = least(|| (), |()| drop(black_box(compile(source))));
    let verify = least(|| compiled.module.clone(), |module| drop(black_box(Program::load(module))));
    let total = total(source)?;
    // A stage that can't be run alone is what it adds to those before it.
    let stages = [
        lex,
        parse.saturating_sub(lex),
        check.saturating_sub(parse),
        compile_time.saturating_sub(check),
        verify,
    ];
    Ok(Measured {
        name: source.name.clone(),
        lines: source.lines(),
        bytes: source.texts().map(str::len).sum(),
        words,
        stages,
        total,
        encode,
        peak_kib: clock::peak_kib(),
    })
}

/// The least time that a program takes from text to verified module.
pub(crate) fn total(source: &Source) -> Result<Duration, String> {
    load(source)?;
    Ok(least(|| (), |()| drop(black_box(load(source)))))
}

fn load(source: &Source) -> Result<(), String> {
    Program::load(compile(source)?.module).map(|_| ()).map_err(|error| error.to_string())
}

fn lex(source: &Source) {
    for text in source.texts() {
        black_box(lexer::lex(FileId(0), text, &mut Diagnostics::new()));
    }
}

fn parse(source: &Source) {
    for text in source.texts() {
        black_box(parser::parse(FileId(0), text, &mut Diagnostics::new()));
    }
}

fn check(source: &Source) -> mob_compiler::Checked {
    mob_compiler::check("main.mob", &source.root, source, &options())
}

fn compile(source: &Source) -> Result<Compiled, String> {
    mob_compiler::compile("main.mob", &source.root, source, &options()).map_err(|error| rendered(&error))
}

fn rendered(error: &CompileError) -> String {
    error.diagnostics.render(&error.sources, Style::Plain)
}

fn options() -> Options {
    Options { main_required: true, ..Options::default() }
}

/// The least CPU time of several runs on what `prepare` gives. What others do on the machine only ever adds time.
fn least<X>(mut prepare: impl FnMut() -> X, mut run: impl FnMut(X)) -> Duration {
    let begin = clock::now();
    let mut best = Duration::MAX;
    let mut runs = 0;
    while runs < RUNS_MIN || clock::now().saturating_sub(begin) < BUDGET {
        let prepared = prepare();
        let start = clock::now();
        run(prepared);
        best = best.min(clock::now().saturating_sub(start));
        runs += 1;
    }
    best
}
