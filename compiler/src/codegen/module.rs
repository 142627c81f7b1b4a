//! The module under construction: what all of its functions share.

use std::hash::Hash;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use mob_vm::bytecode::{Constant, FuncId, Function as BytecodeFunction, Import, SourceFile, Type, TypeId};
use mob_vm::verify::{CODE_WORDS_MAX, CONSTANTS_MAX, IMPORTS_MAX};

use super::intrinsics::{self, Lowering};
use super::scan::Facts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::mono::{Body, INSTANCES_MAX, Job, Jobs, TypeTable};
use crate::source::{FileId, SourceMap, Span};
use crate::typed::{Extern, ExternId, Function, FunctionId, Input, Program};

/// A table whose entries are there once.
#[derive(Debug)]
pub(super) struct Pool<T> {
    entries: Vec<T>,
    ids: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn new() -> Self {
        Self { entries: Vec::new(), ids: HashMap::new() }
    }

    fn add(&mut self, entry: T) -> u32 {
        if let Some(id) = self.ids.get(&entry) {
            return *id;
        }
        let id = self.entries.len() as u32;
        self.entries.push(entry.clone());
        self.ids.insert(entry, id);
        id
    }
}

/// A constant, comparable: a Float by its bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum PoolConstant {
    Int(i64),
    Float(u64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// The tables that functions add to while they are generated.
pub(super) struct ModuleBuilder<'p> {
    /// The program.
    pub(super) program: &'p Program,
    /// The text that spans refer to.
    pub(super) sources: &'p SourceMap,
    /// The type table.
    pub(super) types: TypeTable<'p>,
    /// The functions asked for.
    pub(super) jobs: Jobs<'p>,
    /// What is wrong with the program.
    pub(super) diagnostics: Diagnostics,
    facts: HashMap<FunctionId, Rc<Facts>>,
    constants: Pool<PoolConstant>,
    imports: Pool<(String, Vec<TypeId>, TypeId)>,
    files: Pool<FileId>,
    /// The line that was last asked about, which the next question is often about too.
    line: Line,
}

/// A line of a source file.
#[derive(Debug, Default)]
struct Line {
    file: FileId,
    bytes: Range<u32>,
    /// The file and line as a module's line table has them.
    place: (u32, u32),
}

impl<'p> ModuleBuilder<'p> {
    /// Nothing yet.
    pub(super) fn new(program: &'p Program, sources: &'p SourceMap, jobs: Jobs<'p>) -> Self {
        Self {
            program,
            sources,
            types: TypeTable::new(program),
            jobs,
            diagnostics: Diagnostics::new(),
            facts: HashMap::new(),
            constants: Pool::new(),
            imports: Pool::new(),
            files: Pool::new(),
            line: Line::default(),
        }
    }

    /// What is known about a function before it is generated.
    pub(super) fn facts(&mut self, id: FunctionId, function: &Function) -> Rc<Facts> {
        Rc::clone(self.facts.entry(id).or_insert_with(|| Rc::new(Facts::of(function))))
    }

    /// The id of a constant.
    pub(super) fn constant(&mut self, constant: PoolConstant) -> u32 {
        self.constants.add(constant)
    }

    /// The id of an import.
    pub(super) fn import(&mut self, name: &str, params: Vec<TypeId>, result: TypeId) -> u32 {
        self.imports.add((name.to_owned(), params, result))
    }

    /// The file and line, as a module's line table has them, at which a span begins.
    pub(super) fn place(&mut self, span: Span) -> (u32, u32) {
        if self.line.file != span.file || !self.line.bytes.contains(&span.start) {
            self.line = self.find_line(span);
        }
        self.line.place
    }

    fn find_line(&mut self, span: Span) -> Line {
        let file = self.sources.get(span.file);
        let line = file.map_or(1, |file| file.line(span.start));
        let bytes = file.map_or(0..0, |file| file.line_range(line));
        Line { file: span.file, bytes, place: (self.files.add(span.file), line) }
    }

    /// What calls of the extern become, with these types for its parameters and result.
    pub(super) fn lowering(&mut self, id: ExternId, params: &[TypeId], result: TypeId) -> Option<Lowering> {
        let program = self.program;
        let declared = program.externs.get(id.index())?;
        let lowering = intrinsics::lowering(&declared.name);
        let Some(lowering) = lowering else {
            self.diagnostics.push(unknown_intrinsic(declared));
            return None;
        };
        if !intrinsics::fits(lowering, params, result, &self.types) {
            self.diagnostics.push(misdeclared_intrinsic(declared));
            return None;
        }
        Some(lowering)
    }

    /// Reports what can't be specialised; `last` is the function that was generated last. Gives whether to go on.
    pub(super) fn is_within_limits(&mut self, last: &Job<'_>) -> bool {
        if self.types.is_overfull() || self.jobs.len() > INSTANCES_MAX {
            self.diagnostics.push(endless_specialisation(&self.causes(last)));
            return false;
        }
        true
    }

    /// The places that led to a function, the outermost last; for one that is as it was written, its own.
    fn causes(&self, job: &Job<'_>) -> Vec<Span> {
        let mut causes = self.chain(job.id);
        if causes.is_empty() {
            causes.extend(match &job.body {
                Body::Function(id, _) | Body::Input(Input { function: id, .. }) => {
                    self.program.functions.get(id.index()).map(|function| function.span)
                }
                Body::Closure(_, _, _, span) => Some(*span),
                Body::Extern(..) | Body::Struct | Body::Variant(_) => None,
            });
        }
        causes
    }

    /// An error about the function that a place made necessary: at the outermost place whose function is as it was
    /// written, with the places on the way.
    pub(super) fn chain(&self, function: FuncId) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut at = function;
        while let Some(origin) = self.jobs.origin(at).filter(|origin| origin.is_generic) {
            let Some((span, asker)) = origin.asked else { break };
            spans.push(span);
            at = asker;
        }
        spans
    }

    /// Takes the finished tables apart: types, constants, imports, files.
    pub(super) fn into_tables(self) -> Tables {
        let sources = self.sources;
        let name = |id: &FileId| sources.get(*id).map_or(String::new(), |file| file.name().to_owned());
        Tables {
            types: self.types.into_types(),
            constants: self.constants.entries.into_iter().map(constant).collect(),
            imports: self
                .imports
                .entries
                .into_iter()
                .map(|(name, params, result)| Import { name, params, result })
                .collect(),
            files: self.files.entries.iter().map(|id| SourceFile { name: name(id) }).collect(),
        }
    }

    /// Reports what is more than a module may hold.
    pub(super) fn check_sizes(&mut self, functions: &[BytecodeFunction]) {
        let words = functions.iter().map(|function| function.code.len()).sum();
        let sizes = [
            ("host functions", self.imports.entries.len(), IMPORTS_MAX),
            ("constants", self.constants.entries.len(), CONSTANTS_MAX),
            ("instructions", words, CODE_WORDS_MAX),
        ];
        for (what, count, max) in sizes.into_iter().filter(|(_, count, max)| count > max) {
            let message = format!("the program has {count} {what}, and a module can hold {max}");
            self.diagnostics.push(Diagnostic::error(Code::TooLarge, message));
        }
    }
}

/// The finished tables of a module.
pub(super) struct Tables {
    /// The type table.
    pub(super) types: Vec<Type>,
    /// The constant pool.
    pub(super) constants: Vec<Constant>,
    /// The host functions.
    pub(super) imports: Vec<Import>,
    /// The source files.
    pub(super) files: Vec<SourceFile>,
}

fn constant(constant: PoolConstant) -> Constant {
    match constant {
        PoolConstant::Int(value) => Constant::Int(value),
        PoolConstant::Float(bits) => Constant::Float(bits),
        PoolConstant::Str(text) => Constant::Str(text.as_ref().to_owned()),
        PoolConstant::Bytes(bytes) => Constant::Bytes(bytes.to_vec()),
    }
}

fn unknown_intrinsic(declared: &Extern) -> Diagnostic {
    Diagnostic::error(Code::BadExtern, format!("the machine has no intrinsic `{}`", declared.name))
        .primary(declared.span, "")
        .help("names that begin with `vm.` are the standard library's to declare")
}

fn misdeclared_intrinsic(declared: &Extern) -> Diagnostic {
    let message = format!("the intrinsic `{}` has other parameters or another result", declared.name);
    Diagnostic::error(Code::BadExtern, message).primary(declared.span, "")
}

fn endless_specialisation(asked: &[Span]) -> Diagnostic {
    let message = "the program needs too many different types";
    let diagnostic = Diagnostic::error(Code::EndlessSpecialisation, message)
        .note("generic functions and types are specialised for each type that they are used with")
        .help("look for a generic function that calls itself with a larger type, as `f([x])` within `f(x)`");
    let Some((outermost, within)) = asked.split_last() else { return diagnostic };
    let diagnostic = diagnostic.primary(*outermost, "this use leads to ever more of them");
    match within.first() {
        Some(innermost) if innermost != outermost => {
            diagnostic.secondary(*innermost, "each time through here asks for another one")
        }
        _ => diagnostic,
    }
}
