//! Sessions: scripted inputs, each compiled against those before it, linked, and run as a REPL would.
#![allow(clippy::unwrap_used)]

mod common;
mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use common::sources;
use mob_compiler::diagnostic::Style;
use mob_compiler::parser::is_incomplete;
use mob_compiler::session::{ENTRY, Input, Session, Statements, Variable};
use mob_compiler::sources::MemorySources;
use mob_vm::bytecode::{Constant, Module};
use mob_vm::{Agent, KeptId, Limits, Program, Step, Value};
use proptest::prelude::*;
use support::Library;

/// A session with the agent that runs it.
struct Repl<'s> {
    session: Session<'s>,
    agent: Agent,
    variables: BTreeMap<String, KeptId>,
    out: String,
    /// The modules linked so far, for whoever restores the agent.
    modules: Vec<Module>,
}

fn empty() -> Module {
    Module {
        name: "session".into(),
        types: vec![],
        constants: vec![],
        imports: vec![],
        capabilities: vec![],
        functions: vec![],
        main: None,
        tests: vec![],
        files: vec![],
        links: vec![],
    }
}

impl<'s> Repl<'s> {
    fn new(library: &'s Library) -> Self {
        let mut agent = Agent::new(Program::load(empty()).unwrap(), Limits::default());
        agent.collect_always(true);
        Self {
            session: Session::new(library),
            agent,
            variables: BTreeMap::new(),
            out: String::new(),
            modules: vec![empty()],
        }
    }

    /// Feeds one input, and writes what a user would see.
    fn input(&mut self, text: &str) {
        let (next, input) = match self.session.input(&self.session.next_name(), text) {
            Ok(next) => next,
            Err(error) => {
                return self.out.push_str(&error.diagnostics.render(&error.sources, Style::Plain));
            }
        };
        self.out.push_str(&input.warnings.render(&input.sources, Style::Plain));
        self.agent.link(&input.module).unwrap_or_else(|error| panic!("{text}: {error}"));
        self.modules.push(input.module.clone());
        let accepted = match &input.statements {
            Some(statements) => self.run(&input, statements),
            None => true,
        };
        if accepted {
            self.session = next;
        }
        self.move_on();
    }

    fn run(&mut self, input: &Input, statements: &Statements) -> bool {
        let entry = self.agent.program().function(input.module.hash(), ENTRY).unwrap();
        let takes: Vec<KeptId> = statements.takes.iter().map(|name| self.variables[name]).collect();
        self.agent.call(entry, &takes).unwrap();
        loop {
            match self.agent.run(50) {
                Step::Done => break,
                Step::OutOfFuel => self.move_on(),
                Step::HostCall(call) => {
                    let [Value::Str(text)] = &call.args[..] else { panic!("{call:?}") };
                    assert_eq!(call.name, "console.print");
                    let _ = writeln!(self.out, "{text}");
                    self.agent.resume(&Value::Unit).unwrap();
                }
                Step::Trap(trap) => {
                    let _ = writeln!(self.out, "{trap}");
                    self.agent.rest();
                    return false;
                }
                Step::Depart(_) => panic!("nobody leaves"),
                Step::Send(_) | Step::Spawn | Step::Receive { .. } => panic!("nobody else is there"),
            }
        }
        self.keep(statements);
        true
    }

    fn keep(&mut self, statements: &Statements) {
        let result = self.agent.keep_result().unwrap();
        let mut value = result;
        if !statements.gives.is_empty() {
            value = self.agent.keep_field(result, 0).unwrap();
            for (index, Variable { name, mutable, ty }) in (1..).zip(&statements.gives) {
                let kept = self.agent.keep_field(result, index).unwrap();
                let _ = writeln!(self.out, "{} {name}: {ty}", if *mutable { "var" } else { "let" });
                if let Some(before) = self.variables.insert(name.clone(), kept) {
                    self.agent.release(before);
                }
            }
            self.agent.release(result);
        }
        if let Some(ty) = &statements.value {
            let _ = writeln!(self.out, "{}: {ty}", self.agent.kept_text(value).unwrap());
        }
        self.agent.release(value);
    }

    /// Moves the agent to another place: a program made of the same modules.
    fn move_on(&mut self) {
        let bytes = self.agent.snapshot().unwrap();
        let mut program = Program::load(self.modules[0].clone()).unwrap();
        for module in &self.modules[1..] {
            program = program.link(&Module::decode(&module.encode()).unwrap()).unwrap();
        }
        self.agent = Agent::restore(&bytes, program, Limits::default()).unwrap();
        self.agent.collect_always(true);
    }
}

/// The inputs of a script: lines, taken together as long as they are not complete.
fn inputs(script: &str) -> Vec<String> {
    let mut inputs = Vec::new();
    let mut input = String::new();
    for line in script.lines() {
        input.push_str(line);
        input.push('\n');
        if !is_incomplete(&input) {
            inputs.push(std::mem::take(&mut input));
        }
    }
    inputs.extend(Some(input).filter(|rest| !rest.is_empty()));
    inputs
}

fn files() -> Library {
    let files = MemorySources::new().with_file(
        "shapes.mob",
        "pub struct Square { side: Int }\npub fn area(s: Square) -> Int { s.side * s.side }\n",
    );
    Library { files }
}

/// Each script in `tests/sessions`, and what comes of it. The agent is moved at every step.
#[test]
fn transcripts() {
    for (name, script) in sources("sessions") {
        let library = files();
        let mut repl = Repl::new(&library);
        for input in inputs(&script) {
            for (n, line) in input.lines().enumerate() {
                let _ = writeln!(repl.out, "{} {line}", if n == 0 { ">" } else { "|" });
            }
            repl.input(&input);
        }
        insta::assert_snapshot!(format!("session__{name}"), repl.out);
    }
}

#[test]
fn a_function_is_compiled_once_and_linked_from_then_on() {
    let library = Library::default();
    let session = Session::new(&library);
    let (session, declared) = session
        .input("[1]", "fn add(a: Int, b: Int) -> Int {\n var sum = a\n for _ in 0..b { sum += 1 }\n sum\n}")
        .unwrap();
    assert_eq!(declared.module.functions.len(), 1);
    let (session, used) = session.input("[2]", "add(1, 2)").unwrap();
    assert_eq!(used.module.functions.len(), 1, "the input alone");
    let [link] = &used.module.links[..] else { panic!("one link") };
    assert_eq!((link.module, &link.function[..]), (declared.module.hash(), "add"));
    // As a value, too.
    let (_, value) = session.input("[3]", "let f = add").unwrap();
    assert_eq!(value.module.links.len(), 1);
}

#[test]
fn an_input_that_fails_leaves_the_session_as_it_was() {
    let library = Library::default();
    let session = Session::new(&library);
    let (session, _) = session.input("[1]", "let x = 1").unwrap();
    assert!(session.input("[2]", "fn f() -> Int { 1 }\nx + nothing").is_err());
    assert!(session.input("[2]", "f()").is_err());
    let names: Vec<String> = session.variables().into_iter().map(|variable| variable.name).collect();
    assert_eq!(names, ["x"]);
    assert_eq!(session.next_name(), "[2]");
}

#[test]
fn a_history_gives_the_same_session_though_files_are_gone() {
    let library = files();
    let mut repl = Repl::new(&library);
    for input in [
        "use ./shapes",
        "var n = 3",
        "let s = shapes.Square(n)",
        "fn twice(s: shapes.Square) -> Int { 2 * shapes.area(s) }",
    ] {
        repl.input(input);
    }
    let empty = Library::default();
    let (again, modules) = Session::replay(&empty, repl.session.history()).unwrap();
    assert_eq!(modules, repl.modules[1..]);
    assert_eq!(again.variables(), repl.session.variables());
    assert_eq!(again.type_of("twice(s)").unwrap().as_deref(), Some("Int"));
    assert_eq!(again.history(), repl.session.history());
    // With fresh files the same input asks for the file, which isn't there.
    assert!(again.with_fresh_files().input("[5]", "use ./shapes").is_err());
    assert!(again.input("[5]", "use ./shapes").is_ok());
}

#[test]
fn types_are_told_without_running() {
    let library = Library::default();
    let (session, _) = Session::new(&library).input("[1]", "let xs = [1, 2]").unwrap();
    assert_eq!(session.type_of("xs.map(|x| x.to_float())").unwrap().as_deref(), Some("List[Float]"));
    assert_eq!(session.type_of("print(xs)").unwrap(), None);
    assert!(session.type_of("ys").is_err());
}

/// What can be written at the end of a text, in a session with these inputs.
fn completions(inputs: &[&str], text: &str) -> Vec<String> {
    let library = files();
    let mut session = Session::new(&library);
    for input in inputs {
        let name = session.next_name();
        session = session.input(&name, input).unwrap().0;
    }
    let found = session.complete(text, u32::try_from(text.len()).unwrap());
    let typed = &text[found.start as usize..];
    let items = found.items.into_iter().filter(|item| item.name.starts_with(typed) && item.import.is_none());
    items.map(|item| item.name).collect()
}

#[test]
fn what_is_declared_in_a_session_is_offered() {
    let inputs = [
        "struct Point { across: Int, along: Int }",
        "fn abscissa(p: Point) -> Int { p.across }",
        "let abacus = [1, 2]",
        "var absent = Point(1, 2)",
        "use ./shapes",
        "enum Colour { Red, Green }",
    ];
    assert_eq!(completions(&inputs, "print(ab"), ["abacus", "absent", "abscissa"]);
    assert_eq!(completions(&inputs, "absent.a"), ["across", "along", "abscissa"]);
    assert_eq!(completions(&inputs, "abacus.enumer"), ["enumerate"]);
    assert_eq!(completions(&inputs, "let abduct = 1\n1 + abd"), ["abduct"]);
    assert_eq!(completions(&inputs, "shapes."), ["Square", "area"]);
    assert_eq!(completions(&inputs, "Colour."), ["Green", "Red"]);
    assert_eq!(completions(&inputs, "fn f(p: Poi"), ["Point"]);
    assert!(completions(&inputs, "\"ab").is_empty());
}

#[test]
fn constants_of_inputs_are_in_their_modules() {
    let library = Library::default();
    let (session, _) = Session::new(&library).input("[1]", "const GREETING: Str = \"hello\"").unwrap();
    let (_, used) = session.input("[2]", "GREETING").unwrap();
    assert!(used.module.constants.contains(&Constant::Str("hello".into())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is typed, it is compiled or refused.
    #[test]
    fn any_text_is_compiled_or_refused(pieces in prop::collection::vec(prop::sample::select(vec![
        "let x = 1", "var y = x", "y = 2", "x", "fn f(n: Int) -> Int { n }", "f(x)", "struct P { a: Int }", "P(1)", "p.a",
        "let p = P(x)", "{", "}", "(", "\n", ";", "+", "use list", "|a| a", "return 1", "f(1)?", "\"{x}\"", "test", "pub",
    ]), 0..8)) {
        let library = Library::default();
        let mut session = Session::new(&library);
        for piece in [pieces.join(" "), pieces.join("\n")] {
            let _ = is_incomplete(&piece);
            if let Ok((next, input)) = session.input(&session.next_name(), &piece) {
                prop_assert!(Module::decode(&input.module.encode()).is_ok());
                session = next;
            }
        }
    }
}
