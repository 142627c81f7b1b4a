//! Sessions: inputs one after the other, each a module that is linked to those before it, as in a REPL.
//!
//! An [`Input`] is items and statements in any order. What it declares, the inputs after it see. Its statements become one
//! function, which takes the session's variables that they use, and gives the value of the last expression and the
//! variables that they bind. Whoever runs it keeps those between inputs; nothing of an agent is known here.
//!
//! A name that is declared again means the new thing from then on; what was compiled before keeps the old one.

mod history;

use std::sync::Arc;

use foldhash::HashMap;

use mob_vm::bytecode::Module;

pub use history::{Past, ReplayError};

use crate::analysis::{Analysis, Completions, has_name, mark};
use crate::check::{CheckedInput, Checker, Examined};
use crate::codegen::{LinkedFunction, generate_input};
use crate::compile::CompileError;
use crate::diagnostic::Diagnostics;
use crate::parser::{Input as Parsed, parse_input};
use crate::source::{FileId, SourceMap};
use crate::sources::Sources;
use crate::typed::FunctionId;

/// What the inputs so far have declared. A session doesn't change: an input gives the session that follows it, so that
/// the one before is still there if the input fails when it runs.
#[derive(Clone)]
pub struct Session<'s> {
    checker: Checker<'s>,
    /// The functions that modules of the session have, and later ones need not.
    linked: Arc<HashMap<FunctionId, LinkedFunction>>,
    /// The inputs, for a session that is to begin anew from them.
    history: Vec<Arc<Past>>,
    /// Whether files are to be read again for the next input that uses them.
    is_fresh: bool,
}

/// A compiled input.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its module, to be linked behind those of the inputs before it.
    pub module: Module,
    /// Its statements, if it has any.
    pub statements: Option<Statements>,
    /// What is worth saying about it though it could be compiled.
    pub warnings: Diagnostics,
    /// The text of all files of the session, for rendering the warnings.
    pub sources: SourceMap,
}

/// The statements of an input: what its function [`ENTRY`] takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statements {
    /// The variables that the function takes, in order. A `let` is its value, a `var` the cell that it lives in.
    pub takes: Vec<String>,
    /// The variables that are new. If there are any, the function gives a tuple of the last expression's value and of
    /// these, in the same form.
    pub gives: Vec<Variable>,
    /// The type of the last expression's value; none if that is `()`.
    pub value: Option<String>,
}

/// The name of the function that an input's statements become: the first of that name in its module.
pub const ENTRY: &str = "input";

/// A variable of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether it is a `var`.
    pub mutable: bool,
    /// Its type, as people write it.
    pub ty: String,
}

impl<'s> Session<'s> {
    /// A session without inputs, whose inputs use files and the standard library from there.
    #[must_use]
    pub fn new(sources: &'s dyn Sources) -> Self {
        let checker = Checker::new(sources);
        Self { checker, linked: Arc::default(), history: Vec::new(), is_fresh: false }
    }

    /// The name that the next input goes by in diagnostics and stack traces, if it has no other: `[1]`, `[2]` …
    #[must_use]
    pub fn next_name(&self) -> String {
        format!("[{}]", self.history.len() + 1)
    }

    /// Compiles an input, and gives the session that follows it.
    ///
    /// `name` is what diagnostics call it; files that it uses are asked for relative to it.
    ///
    /// # Errors
    /// If the input, or a file that it uses, is not correct. The session is as it was.
    pub fn input(&self, name: &str, text: &str) -> Result<(Self, Input), Box<CompileError>> {
        self.clone().followed_by(name, text)
    }

    fn followed_by(mut self, name: &str, text: &str) -> Result<(Self, Input), Box<CompileError>> {
        let is_fresh = std::mem::take(&mut self.is_fresh);
        if is_fresh {
            self.checker.forget_files();
        }
        let known = self.checker.sources().len();
        let checked = match self.checker.input(name, text) {
            Ok(checked) => checked,
            Err(diagnostics) => return Err(self.refusal(diagnostics)),
        };
        let CheckedInput { program, functions, captures, variables, value, warnings } = checked;
        let sources = self.checker.sources();
        let generated = generate_input(&program, &functions, sources, name, &self.linked);
        let statements = program.input.is_some();
        self.checker.take_back(program);
        let (module, linkable) = match generated {
            Ok(generated) => generated,
            Err(diagnostics) => return Err(self.refusal(diagnostics)),
        };
        Arc::make_mut(&mut self.linked).extend(linkable);
        self.history.push(Arc::new(Past::new(name, text, is_fresh, self.checker.sources(), known)));
        let statements = statements.then_some(Statements { takes: captures, gives: variables, value });
        let input = Input { module, statements, warnings, sources: self.checker.sources().clone() };
        Ok((self, input))
    }

    /// The session that goes on from here, but whose inputs read the files again that they use.
    #[must_use]
    pub fn with_fresh_files(&self) -> Self {
        Self { is_fresh: true, ..self.clone() }
    }

    /// Answers about a text as if it were the next input, however wrong it is, and the file that it is there.
    #[must_use]
    pub fn analyse(&self, text: &str) -> (Analysis, FileId) {
        let Examined { facts, file, .. } = self.checker.clone().examine(&self.next_name(), text);
        (Analysis::of(facts), file)
    }

    /// What can be written at an offset of a text that is to be the next input.
    #[must_use]
    pub fn complete(&self, text: &str, offset: u32) -> Completions {
        let marked = mark(text, offset as usize, |text, at| {
            let Parsed { file, body } = parse_input(FileId::default(), text, &mut Diagnostics::new());
            has_name(&file, body.as_ref(), at)
        });
        let Some(marked) = marked else { return Completions::default() };
        let examined = self.checker.clone().examine(&self.next_name(), &marked.text);
        let seen = (examined.statements.as_ref(), &examined.variables[..]);
        let analysis = Analysis::of(examined.facts);
        let items = analysis.completions_at(examined.file, seen, marked.at, &self.checker.stdlib_names());
        Completions { start: marked.at, import_at: 0, items }
    }

    /// The type of the value that a text has as the next input; none for `()`.
    ///
    /// # Errors
    /// If the text is no correct input.
    pub fn type_of(&self, text: &str) -> Result<Option<String>, Box<CompileError>> {
        let (_, input) = self.input(&self.next_name(), text)?;
        Ok(input.statements.and_then(|statements| statements.value))
    }

    /// The variables in scope, in the order in which they were declared.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.checker.variables().collect()
    }

    /// The inputs so far, from which [`Session::replay`] makes the same session.
    #[must_use]
    pub fn history(&self) -> &[Arc<Past>] {
        &self.history
    }

    /// The session of these inputs, and their modules in order. Files that they use are taken from the history.
    ///
    /// # Errors
    /// If one of them is not correct, as when the standard library has changed since.
    pub fn replay(
        sources: &'s dyn Sources,
        history: &[Arc<Past>],
    ) -> Result<(Self, Vec<Module>), ReplayError> {
        let mut session = Self::new(sources);
        let mut modules = Vec::with_capacity(history.len());
        for past in history {
            session.is_fresh = past.is_fresh;
            session.checker.provide_files(past.files.clone());
            let (next, input) = session
                .followed_by(&past.name, &past.text)
                .map_err(|error| ReplayError { input: past.name.clone(), error })?;
            session = next;
            modules.push(input.module);
        }
        session.checker.provide_files(Vec::new());
        Ok((session, modules))
    }

    fn refusal(&self, diagnostics: Diagnostics) -> Box<CompileError> {
        Box::new(CompileError { diagnostics, sources: self.checker.sources().clone() })
    }
}
