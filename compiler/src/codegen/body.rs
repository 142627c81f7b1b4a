//! Functions as a whole: parameters, captures, body, and how they are called in stack traces.

use mob_vm::bytecode::{Function, Instr, Op, Type, TypeId};
use mob_vm::verify::PARAMETERS_MAX;

use super::frame::{Frame, Source};
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::module::ModuleBuilder;
use super::registers::Reg;
use crate::diagnostic::{Code, Diagnostic};
use crate::mono::{Body, Job, TypeArgs};
use crate::source::Span;
use crate::typed::{self, Closure, Expr, ExternId, FunctionId, LocalId, Program};

/// Generates a function that was asked for. There is none if the job refers to nothing of the program.
pub(super) fn generate<'p>(module: &mut ModuleBuilder<'p>, job: &Job<'p>) -> Option<Function> {
    match &job.body {
        Body::Function(id, args) => whole_function(module, job, *id, args),
        Body::Closure(closure, id, args, span) => closure_function(module, job, closure, (*id, args, *span)),
        Body::Extern(id, args) => extern_function(module, job, *id, args),
        Body::Input(input) => super::input::generate(module, job, input),
        Body::Struct | Body::Variant(_) => constructor(module, job),
    }
}

fn whole_function<'p>(
    module: &mut ModuleBuilder<'p>,
    job: &Job<'p>,
    id: FunctionId,
    args: &TypeArgs,
) -> Option<Function> {
    let program: &'p Program = module.program;
    let function: &'p typed::Function = program.functions.get(id.index())?;
    let source = Source::of(module, id, args)?;
    let result = module.types.intern(&function.result, args);
    let name = module.types.name_with(&function.name, args);
    let mut generator = FunctionGen::new(module, job.id, Frame::whole(source, result, function.span));
    generator.at(function.span);
    generator.body(&function.params, &[], &function.body);
    generator.finish(name, function.params.len(), 0, function.span)
}

fn closure_function<'p>(
    module: &mut ModuleBuilder<'p>,
    job: &Job<'p>,
    closure: &'p Closure,
    (id, args, span): (FunctionId, &TypeArgs, Span),
) -> Option<Function> {
    let source = Source::of(module, id, args)?;
    let result = module.types.intern(&closure.result, args);
    let name = closure_name(module, id, args, span);
    let mut generator = FunctionGen::new(module, job.id, Frame::whole(source, result, span));
    generator.at(span);
    generator.body(&closure.params, &closure.captures, &closure.body);
    generator.finish(name, closure.params.len(), closure.captures.len(), span)
}

/// What stack traces call a closure.
pub(super) fn closure_name(
    module: &mut ModuleBuilder<'_>,
    id: FunctionId,
    args: &TypeArgs,
    span: Span,
) -> String {
    let (_, line) = module.place(span);
    let around = module.program.functions.get(id.index()).map_or("", |function| &function.name);
    module.types.name_with(&format!("{around}.closure@{line}"), args)
}

fn extern_function<'p>(
    module: &mut ModuleBuilder<'p>,
    job: &Job<'p>,
    id: ExternId,
    args: &TypeArgs,
) -> Option<Function> {
    let program: &'p Program = module.program;
    let declared = program.externs.get(id.index())?;
    let (params, result) = signature(module, job)?;
    let name = module.types.name_with(&declared.name, args);
    let frame = Frame::whole(Source::generated(args.clone()), result, declared.span);
    let mut generator = FunctionGen::new(module, job.id, frame);
    generator.at(declared.span);
    let params = generator.parameters(&params);
    generator.call_extern(id, &params, result, Goal::Return, declared.span);
    generator.finish(name, params.len(), 0, declared.span)
}

fn constructor<'p>(module: &mut ModuleBuilder<'p>, job: &Job<'p>) -> Option<Function> {
    let (params, result) = signature(module, job)?;
    let name = module.types.name(result);
    let span =
        module.jobs.origin(job.id).and_then(|origin| origin.asked).map_or(Span::default(), |(span, _)| span);
    let frame = Frame::whole(Source::generated([].into()), result, span);
    let mut generator = FunctionGen::new(module, job.id, frame);
    generator.at(span);
    let params = generator.parameters(&params);
    let made = generator.temporary(result);
    match job.body {
        Body::Variant(tag) => generator.new_variant(made.reg, result, tag, &params),
        _ => generator.new_fields(made.reg, result, &params),
    }
    generator.code.emit_end(Instr::new(Op::Return, 0, made.reg.0, 0, 0));
    generator.finish(name, params.len(), 0, span)
}

/// The parameters and result of a function value.
fn signature(module: &ModuleBuilder<'_>, job: &Job<'_>) -> Option<(Vec<TypeId>, TypeId)> {
    match module.types.get(job.signature?) {
        Type::Fn(params, result) => Some((params.clone(), *result)),
        _ => None,
    }
}

impl<'p> FunctionGen<'_, 'p> {
    /// The first registers, as parameters of a generated function.
    fn parameters(&mut self, types: &[TypeId]) -> Vec<Value> {
        types.iter().map(|ty| Value::of_local(self.registers.add(*ty))).collect()
    }

    fn body(&mut self, params: &[LocalId], captures: &[LocalId], body: &'p Expr) {
        let params: Vec<(LocalId, Reg)> = params.iter().map(|id| (*id, self.parameter(*id))).collect();
        self.captures(captures);
        for (id, reg) in params {
            if self.is_boxed(id) {
                self.declare_cell(id, reg);
            } else {
                self.bind_local(id, reg);
            }
        }
        self.body_value(body, Goal::Return);
        self.code.emit_end(Instr::new(Op::Unreachable, 0, 0, 0, 0));
    }

    /// The next registers, as what is captured: boxed locals by their cells.
    pub(super) fn captures(&mut self, captures: &[LocalId]) {
        for id in captures {
            let mut ty = self.local_ty(*id);
            if self.is_boxed(*id) {
                ty = self.cell_ty(ty);
            }
            let reg = self.registers.add(ty);
            self.bind_local(*id, reg);
        }
    }

    /// A function's body; where the result is `()`, whatever value the body has is dropped.
    pub(super) fn body_value(&mut self, body: &'p Expr, goal: Goal) {
        let result = self.frame.result;
        if result == self.unit_ty() && self.ty(&body.ty) != result {
            self.gen_expr(body, Goal::Discard);
            self.give_unit(goal);
        } else {
            self.gen_expr(body, goal);
        }
    }

    fn parameter(&mut self, id: LocalId) -> Reg {
        let ty = self.local_ty(id);
        self.registers.add(ty)
    }

    pub(super) fn finish(self, name: String, params: usize, captures: usize, span: Span) -> Option<Function> {
        let is_overfull = self.registers.is_overfull();
        let registers = self.registers.into_types();
        let has_room = !is_overfull && params.max(captures) <= PARAMETERS_MAX;
        let params = registers.get(..params).unwrap_or(&registers).to_vec();
        let signature = self.module.types.structural(Type::Fn(params, self.frame.result));
        let finished = self.code.finish().filter(|_| has_room);
        let (Some((code, lines, inlined)), Ok(captures)) = (finished, u16::try_from(captures)) else {
            let message = format!("the function `{name}` is too large");
            let diagnostic = Diagnostic::error(Code::TooLarge, message)
                .primary(
                    span,
                    "needs more parameters, captures, registers or instructions than a function can have",
                )
                .help("divide it into smaller functions");
            self.module.diagnostics.push(diagnostic);
            return None;
        };
        Some(Function { name, signature, captures, registers, code, lines, inlined })
    }
}
