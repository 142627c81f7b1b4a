//! Inputs of a session: a module each, which calls the functions of those before it instead of having them again.

use foldhash::{HashMap, HashMapExt};

use mob_vm::bytecode::{FuncId, Function, Instr, Link, Module, ModuleHash, Op, Role, Type, TypeId};

use super::frame::{Frame, Source};
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::module::ModuleBuilder;
use super::{capabilities, generate_functions};
use crate::diagnostic::Diagnostics;
use crate::mono::{Body, FIRST_LINK, Job, Jobs};
use crate::source::SourceMap;
use crate::typed::{Block, ExprKind, FunctionId, Input, LocalId, Program};

/// Where a function of the program is, if a module has it that was linked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkedFunction {
    /// The module.
    pub(crate) module: ModuleHash,
    /// Its name there, which no other function of the module has.
    pub(crate) name: String,
}

/// Makes the module of an input: its statements, if it has any, as its first function; these functions, which it
/// declares; and all that they reach and that is not in `linked`. Gives the functions that later modules can link.
///
/// # Errors
/// As for [`super::generate`].
pub(crate) fn generate_input(
    program: &Program,
    functions: &[FunctionId],
    sources: &SourceMap,
    name: &str,
    linked: &HashMap<FunctionId, LinkedFunction>,
) -> Result<(Module, Vec<(FunctionId, LinkedFunction)>), Diagnostics> {
    let jobs = Jobs::without(linked.keys().copied().collect());
    let mut builder = ModuleBuilder::new(program, sources, jobs);
    if let Some(input) = &program.input {
        builder.jobs.request(Body::Input(input), None, None);
    }
    for function in functions {
        builder.jobs.request(Body::Function(*function, [].into()), None, None);
    }
    let mut generated = generate_functions(&mut builder);
    builder.check_sizes(&generated);
    let links = links(&mut builder, linked);
    if builder.diagnostics.has_errors() {
        return Err(builder.diagnostics);
    }
    let plain: Vec<(FunctionId, FuncId)> = builder.jobs.plain_functions().collect();
    number_links(&mut generated);
    let tables = builder.into_tables();
    let module = Module {
        name: name.to_owned(),
        capabilities: capabilities(&tables.imports),
        types: tables.types,
        constants: tables.constants,
        imports: tables.imports,
        functions: generated,
        main: None,
        tests: Vec::new(),
        files: tables.files,
        links,
    };
    let linkable = linkable(&module, &plain);
    Ok((module, linkable))
}

/// What the module needs of others.
fn links(builder: &mut ModuleBuilder<'_>, linked: &HashMap<FunctionId, LinkedFunction>) -> Vec<Link> {
    let program = builder.program;
    let mut links = Vec::new();
    for id in builder.jobs.links().to_vec() {
        let (Some(function), Some(place)) = (program.functions.get(id.index()), linked.get(&id)) else {
            continue;
        };
        let params = function.params.iter().filter_map(|param| function.locals.get(param.index()));
        let params = params.map(|param| builder.types.intern(&param.ty, &[])).collect();
        let result = builder.types.intern(&function.result, &[]);
        let signature = builder.types.structural(Type::Fn(params, result));
        links.push(Link { module: place.module, function: place.name.clone(), signature });
    }
    links
}

/// Lets the ids of links follow those of the module's own functions, whose number is known only at the end.
fn number_links(functions: &mut [Function]) {
    let first = functions.len() as u32;
    let number = |role, index| match role {
        Role::Func if index >= FIRST_LINK => Some(index - FIRST_LINK + first),
        _ => Some(index),
    };
    for word in functions.iter_mut().flat_map(|function| &mut function.code) {
        *word = word.map_entries(number).unwrap_or(*word);
    }
}

/// Those of the module's functions that can be found in it by their names.
fn linkable(module: &Module, plain: &[(FunctionId, FuncId)]) -> Vec<(FunctionId, LinkedFunction)> {
    let mut count: HashMap<&str, u32> = HashMap::new();
    for function in &module.functions {
        *count.entry(&function.name).or_default() += 1;
    }
    let hash = module.hash();
    let found = plain.iter().filter_map(|(id, at)| {
        let name = &module.functions.get(at.0 as usize)?.name;
        let is_only = count.get(name.as_str()) == Some(&1);
        is_only.then(|| (*id, LinkedFunction { module: hash, name: name.clone() }))
    });
    found.collect()
}

/// Generates an input's statements as a function of the variables that it captures. It gives the value of the last
/// expression or, if the statements leave variables behind, a tuple of that and those.
pub(super) fn generate<'p>(
    module: &mut ModuleBuilder<'p>,
    job: &Job<'p>,
    input: &'p Input,
) -> Option<Function> {
    let program: &'p Program = module.program;
    let function = program.functions.get(input.function.index())?;
    let ExprKind::Block(block) = &function.body.kind else { return None };
    let source = Source::of(module, input.function, &[].into())?;
    let value = module.types.intern(&function.result, &[]);
    let mut generator = FunctionGen::new(module, job.id, Frame::whole(source, value, function.span));
    generator.at(function.span);
    generator.captures(&input.captures);
    generator.input(block, &input.exports);
    let taken = input.captures.len();
    generator.finish(function.name.clone(), taken, 0, function.span)
}

impl<'p> FunctionGen<'_, 'p> {
    fn input(&mut self, block: &'p Block, exports: &[LocalId]) {
        let scope = self.open_scope();
        for stmt in &block.stmts {
            if self.code.is_reachable() {
                self.stmt(stmt);
            }
        }
        if self.code.is_reachable() {
            self.input_value(block, exports);
        }
        self.close_scope(scope);
        self.code.emit_end(Instr::new(Op::Unreachable, 0, 0, 0, 0));
    }

    fn input_value(&mut self, block: &'p Block, exports: &[LocalId]) {
        if exports.is_empty() {
            return match &block.value {
                Some(value) => self.gen_expr(value, Goal::Return),
                None => self.give_unit(Goal::Return),
            };
        }
        let value = match &block.value {
            Some(value) => self.operand(value),
            None => self.unit_value(),
        };
        let exported = exports.iter().map(|id| Value::of_local(self.binding(*id)));
        let parts: Vec<Value> = std::iter::once(value).chain(exported).collect();
        let types: Vec<TypeId> = parts.iter().map(|part| self.registers.ty(part.reg)).collect();
        self.frame.result = self.module.types.structural(Type::Tuple(types));
        let made = self.temporary(self.frame.result);
        self.new_fields(made.reg, self.frame.result, &parts);
        self.code.emit_end(Instr::new(Op::Return, 0, made.reg.0, 0, 0));
    }

    fn unit_value(&mut self) -> Value {
        let unit = self.unit_ty();
        let value = self.temporary(unit);
        self.give_unit(Goal::To(value.reg));
        value
    }
}
