//! What is known of the program while it is being checked: the tables that every part of the checker works on.

use std::collections::VecDeque;

use foldhash::{HashMap, HashMapExt};

use super::environment::Environment;
use super::items::{ConstId, FnItemId, Items};
use super::names::Names;
use super::record::Record;
use super::types::{T, Types};
use super::unused::Uses;
use crate::diagnostic::{DIAGNOSTICS_MAX, Diagnostic};
use crate::resolve::{ModuleId, ModuleKind, Modules};
use crate::source::Span;
use crate::typed::{self, EnumId, FunctionId};

/// The program so far.
#[derive(Clone)]
pub(super) struct Context<'s> {
    pub(super) modules: Modules<'s>,
    pub(super) types: Types,
    pub(super) items: Items,
    /// The names of each module, by its id.
    pub(super) names: Vec<Names>,
    /// The module whose public names are in scope everywhere.
    pub(super) prelude: Option<ModuleId>,
    /// The prelude's `Option`.
    pub(super) option: Option<EnumId>,
    /// The prelude's `Result`.
    pub(super) result: Option<EnumId>,
    /// The typed functions; none where the body is still to be checked.
    pub(super) functions: Vec<Option<typed::Function>>,
    /// Functions that have a place in the typed tree and whose bodies are still to be checked.
    pub(super) queue: VecDeque<FnItemId>,
    /// The standard modules that hold the functions of types, by name; none where there is no such module.
    pub(super) type_modules: HashMap<String, Option<ModuleId>>,
    /// The types of maps and sets that are written in the program, and where.
    pub(super) written_tables: Vec<(T, Span)>,
    /// How many aliases or constants are being resolved, each for the sake of the one before.
    pub(super) chain: u32,
    /// The constants that are being computed, each for the sake of the one before.
    pub(super) computing: Vec<ConstId>,
    /// What the inputs of a session before this one declare.
    pub(super) environment: Environment,
    /// What is used of what is declared.
    pub(super) uses: Uses,
    /// Notes on what names mean and what types expressions have, if they are wanted.
    pub(super) record: Option<Record>,
}

impl<'s> Context<'s> {
    /// A program without modules.
    pub(super) fn new(modules: Modules<'s>) -> Self {
        Self {
            modules,
            types: Types::new(),
            items: Items::default(),
            names: Vec::new(),
            prelude: None,
            option: None,
            result: None,
            functions: Vec::new(),
            queue: VecDeque::new(),
            type_modules: HashMap::new(),
            written_tables: Vec::new(),
            chain: 0,
            computing: Vec::new(),
            environment: Environment::default(),
            uses: Uses::new(),
            record: None,
        }
    }

    /// Adds a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.modules.diagnostics.push(diagnostic);
    }

    /// Whether so many errors are known that no more are kept: advice for them would be in vain.
    pub(super) fn has_enough_errors(&self) -> bool {
        self.error_count() >= DIAGNOSTICS_MAX
    }

    /// How many errors there are so far.
    pub(super) fn error_count(&self) -> usize {
        self.modules.diagnostics.error_count()
    }

    /// Whether a module belongs to the standard library.
    pub(super) fn is_stdlib(&self, module: ModuleId) -> bool {
        self.modules.module(module).kind == ModuleKind::Stdlib
    }

    /// Whether a module is an input of a session, which sees what the inputs before it declare.
    pub(super) fn is_input(&self, module: ModuleId) -> bool {
        self.modules.module(module).kind == ModuleKind::Input
    }

    /// The place of a function in the typed tree. Its body is checked some time after it was first asked for.
    pub(super) fn typed_function(&mut self, id: FnItemId) -> FunctionId {
        if let Some(typed) = self.items.function(id).typed {
            return typed;
        }
        let typed = self.new_function();
        self.items.functions[id.0 as usize].typed = Some(typed);
        self.queue.push_back(id);
        typed
    }

    /// A place in the typed tree for a function that is to come.
    pub(super) fn new_function(&mut self) -> FunctionId {
        let id = FunctionId(super::items::next(&self.functions));
        self.functions.push(None);
        id
    }

    /// A declared name as people see it outside of its module: `stats.Summary`; without the module for what the root
    /// or the prelude declares.
    pub(super) fn qualified(&self, module: ModuleId, name: &str) -> String {
        let from = self.modules.module(module);
        if matches!(from.kind, ModuleKind::Root | ModuleKind::Input) || Some(module) == self.prelude {
            name.to_owned()
        } else {
            format!("{}.{name}", from.name)
        }
    }
}
