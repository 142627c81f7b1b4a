//! The checker of a session: its tables stay from one input to the next.

use super::context::Context;
use super::facts::Facts;
use super::input::{Variable, check_statements};
use super::program::{assemble, check_bodies, load_prelude};
use super::record::Record;
use super::show::Show;
use super::types::T;
use super::unify::Vars;
use crate::ast::{self, Ident};
use crate::diagnostic::Diagnostics;
use crate::resolve::{ModuleId, ModuleKind, Modules};
use crate::session;
use crate::source::{FileId, SourceMap};
use crate::sources::Sources;
use crate::typed::{self, FunctionId};

/// What the checker knows of a session. A clone is a session of its own.
#[derive(Clone)]
pub(crate) struct Checker<'s> {
    cx: Context<'s>,
    /// The variables in scope.
    variables: Vec<Variable>,
}

/// An input that is right.
pub(crate) struct CheckedInput {
    /// The program so far. Its functions come back with [`Checker::take_back`].
    pub(crate) program: typed::Program,
    /// Functions that the input declares, without type parameters.
    pub(crate) functions: Vec<FunctionId>,
    /// The names of the variables that the statements capture, in order.
    pub(crate) captures: Vec<String>,
    /// The new variables, in the order in which the statements give them.
    pub(crate) variables: Vec<session::Variable>,
    /// The type of the last expression; none if that is `()`.
    pub(crate) value: Option<String>,
    pub(crate) warnings: Diagnostics,
}

/// An input that was looked at and not made part of the session.
pub(crate) struct Examined {
    pub(crate) facts: Facts,
    /// The input's file, with its items.
    pub(crate) file: FileId,
    pub(crate) statements: Option<ast::Block>,
    /// The variables that the statements see.
    pub(crate) variables: Vec<Ident>,
}

impl<'s> Checker<'s> {
    /// A session without inputs.
    pub(crate) fn new(sources: &'s dyn Sources) -> Self {
        let mut cx = Context::new(Modules::new(sources));
        load_prelude(&mut cx);
        Self { cx, variables: Vec::new() }
    }

    /// Checks an input and makes it part of the session.
    ///
    /// # Errors
    /// What is wrong with it. The checker is then of no more use, so this is done with a clone.
    pub(crate) fn input(&mut self, name: &str, text: &str) -> Result<CheckedInput, Diagnostics> {
        self.cx.modules.diagnostics = Diagnostics::new();
        let (module, block, new) = self.cx.modules.load_input(name, text);
        if self.cx.error_count() > 0 {
            return Err(self.take_diagnostics());
        }
        let checked = self.check(module, block.as_ref(), &new);
        if self.cx.error_count() > 0 {
            return Err(self.take_diagnostics());
        }
        let mut program = assemble(&mut self.cx, None, Vec::new());
        let functions = self.declared_functions(module);
        let captures = checked.iter().flat_map(|checked| &checked.captured);
        let captures = captures.map(|at| self.variables[*at].name.to_string()).collect();
        let value =
            checked.as_ref().map(|checked| checked.value).filter(|t| !matches!(*t, T::UNIT | T::NEVER));
        let value = value.map(|t| self.show(t));
        let new = checked.as_ref().map(|checked| checked.variables.clone()).unwrap_or_default();
        program.input = checked.map(|checked| checked.input);
        let variables = new.iter().map(|variable| self.shown(variable)).collect();
        self.adopt(module, new);
        Ok(CheckedInput { program, functions, captures, variables, value, warnings: self.take_diagnostics() })
    }

    /// The functions of the program that [`Checker::input`] gave.
    pub(crate) fn take_back(&mut self, program: typed::Program) {
        self.cx.functions = program.functions.into_iter().map(Some).collect();
    }

    /// Checks a text as the next input with notes taken, however wrong it is.
    pub(crate) fn examine(mut self, name: &str, text: &str) -> Examined {
        self.cx.modules.diagnostics = Diagnostics::new();
        self.cx.record = Some(Record::default());
        let (module, block, new) = self.cx.modules.load_input(name, text);
        self.check(module, block.as_ref(), &new);
        let file = self.cx.modules.module(module).ast.file;
        let variables = self.variables.iter();
        let variables = variables.map(|v| Ident { name: v.name.clone(), span: v.span }).collect();
        self.cx.environment.import_into(&mut self.cx.names[module.0 as usize]);
        Examined { facts: Facts::new(self.cx), file, statements: block, variables }
    }

    /// Forgets which files are loaded, so that they are read again when an input uses them.
    pub(crate) fn forget_files(&mut self) {
        self.cx.modules.forget_files();
    }

    /// Lets files of these paths have these texts, whatever the sources say.
    pub(crate) fn provide_files(&mut self, files: Vec<(String, String)>) {
        self.cx.modules.provide_files(files);
    }

    /// The text of all that was read.
    pub(crate) fn sources(&self) -> &SourceMap {
        &self.cx.modules.map
    }

    /// The variables in scope, in the order in which they were declared.
    pub(crate) fn variables(&self) -> impl Iterator<Item = session::Variable> {
        self.variables.iter().map(|variable| self.shown(variable))
    }

    /// The names of all modules of the standard library.
    pub(crate) fn stdlib_names(&self) -> Vec<&str> {
        self.cx.modules.stdlib_names()
    }

    fn check(
        &mut self,
        module: ModuleId,
        block: Option<&ast::Block>,
        new: &[ModuleId],
    ) -> Option<super::input::CheckedStatements> {
        for new in new {
            super::declare::declare(&mut self.cx, *new);
        }
        let is_own = |id: &&ModuleId| self.cx.modules.module(**id).kind != ModuleKind::Stdlib;
        let own: Vec<ModuleId> = new.iter().filter(is_own).copied().collect();
        // What an input declares has the name from here on, also for the input's own statements.
        let names = &self.cx.names[module.0 as usize];
        self.cx.environment.note_renamed(module, names);
        self.variables.retain(|variable| !names.values.contains_key(&variable.name));
        self.cx.environment.set_variables(self.variables.iter().map(|variable| variable.name.clone()));
        let checked = block.map(|block| check_statements(&mut self.cx, module, block, &self.variables));
        check_bodies(&mut self.cx, &own, module);
        checked
    }

    /// Lets the inputs that follow see what this one declares.
    fn adopt(&mut self, module: ModuleId, new: Vec<Variable>) {
        let names = &self.cx.names[module.0 as usize];
        self.cx.environment.add(names);
        for variable in new {
            self.cx.environment.remove_value(&variable.name);
            self.variables.retain(|before| before.name != variable.name);
            self.variables.push(variable);
        }
    }

    fn declared_functions(&self, module: ModuleId) -> Vec<FunctionId> {
        let own = self.cx.items.functions.iter().filter(|item| item.head.module == module);
        own.filter(|item| item.head.generics.is_empty()).filter_map(|item| item.typed).collect()
    }

    fn take_diagnostics(&mut self) -> Diagnostics {
        std::mem::take(&mut self.cx.modules.diagnostics)
    }

    fn show(&self, t: T) -> String {
        let (types, items) = (&self.cx.types, &self.cx.items);
        Show { types, items, vars: &Vars::default(), generics: &[] }.text(t)
    }

    fn shown(&self, variable: &Variable) -> session::Variable {
        let (name, mutable) = (variable.name.to_string(), variable.mutable);
        session::Variable { name, mutable, ty: self.show(variable.ty) }
    }
}
