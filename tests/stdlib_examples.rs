//! Runs the examples in the standard library's doc comments. Every public function has one.
//!
//! An example is a fenced block of `mob` at the end of a doc comment: statements that assert what comes of them. The
//! module that it stands in is in scope; lines that begin with `use`, and declarations, belong to the file.

use libtest_mimic::{Arguments, Failed, Trial};
use mvm::compiler::{Options, compile};
use mvm::{Agent, Engine, Outcome, StdlibSources};

/// The most fuel that an example may use.
const FUEL_MAX: u64 = 100_000_000;

fn main() {
    let trials = mob_stdlib::names().iter().flat_map(|module| functions(module)).map(Function::into_trial);
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// A public function and its example.
#[derive(Debug)]
struct Function {
    module: &'static str,
    name: &'static str,
    example: Vec<&'static str>,
}

/// All public functions of a module.
fn functions(module: &'static str) -> Vec<Function> {
    let mut found = Vec::new();
    let mut doc = Vec::new();
    for line in mob_stdlib::source(module).unwrap_or_default().lines() {
        if let Some(said) = line.strip_prefix("///") {
            doc.push(said.strip_prefix(' ').unwrap_or(said));
            continue;
        }
        if let Some(name) = function_name(line) {
            found.push(Function { module, name, example: example(&doc) });
        }
        doc.clear();
    }
    found
}

/// The name of the public function that a line declares.
fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.strip_prefix("pub ")?.split_once("fn ")?;
    let is_function = before.is_empty() || before.starts_with("extern ");
    after.split(['(', '[']).next().filter(|_| is_function)
}

fn example<'a>(doc: &[&'a str]) -> Vec<&'a str> {
    let block = doc.iter().skip_while(|line| **line != "```mob").skip(1);
    block.take_while(|line| **line != "```").copied().collect()
}

impl Function {
    fn into_trial(self) -> Trial {
        Trial::test(format!("{}.{}", self.module, self.name), move || self.check())
    }

    fn check(&self) -> Result<(), Failed> {
        if self.example.is_empty() {
            return Err("it has no example: a block of ```mob in its doc comment".into());
        }
        let source = self.program();
        self.run(&source).map_err(|problem| format!("{problem}\n{source}").into())
    }

    /// The example as a program with one test.
    fn program(&self) -> String {
        let is_used = self.example.iter().any(|line| line.contains(&format!("{}.", self.module)));
        let mut items = String::new();
        if is_used && self.module != "prelude" {
            items += &format!("use {}\n", self.module);
        }
        let mut statements = String::new();
        let mut is_in_item = false;
        for line in &self.example {
            let begins = ["use ", "fn ", "struct ", "enum ", "type ", "const ", "extern "];
            is_in_item |= begins.iter().any(|word| line.starts_with(word));
            let text = if is_in_item { &mut items } else { &mut statements };
            *text += &format!("{line}\n");
            is_in_item &= line.ends_with('{') || line.starts_with(' ') || line.is_empty();
        }
        format!("{items}test \"example\" {{\n{statements}}}\n")
    }

    fn run(&self, source: &str) -> Result<(), String> {
        let options = Options { tests: true, ..Options::default() };
        let compiled = compile("example.mob", source, &StdlibSources, &options).map_err(|error| {
            error.diagnostics.render(&error.sources, mvm::compiler::diagnostic::Style::Plain)
        })?;
        if !compiled.warnings.is_empty() {
            let style = mvm::compiler::diagnostic::Style::Plain;
            return Err(compiled.warnings.render(&compiled.sources, style));
        }
        let mut engine = Engine::new();
        engine.allow_standard();
        let _output = engine.capture();
        engine.register("console.error", |_: String| ());
        engine.register("console.read_line", || None::<String>);
        engine.register("clock.sleep", |_: i64| ());
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        engine.allow_folder(folder.path()).map_err(|error| error.to_string())?;
        engine.allow_variables(None, &[]);
        let program = engine.load(compiled.module).map_err(|error| error.to_string())?;
        let test = program.inner().module().tests.first().map(|test| test.function);
        let mut agent = Agent::start_at(&program, test.ok_or("there is no test")?, &[])
            .map_err(|error| error.to_string())?;
        loop {
            match agent.run(FUEL_MAX).map_err(|trap| trap.to_string())? {
                Outcome::Done => return Ok(()),
                Outcome::Asleep(time) => agent.skip_time(time),
                Outcome::OutOfFuel => return Err("it does not end".to_owned()),
                Outcome::Depart(_) => {
                    agent.stay("there are no other nodes").map_err(|error| error.to_string())?;
                }
            }
        }
    }
}
