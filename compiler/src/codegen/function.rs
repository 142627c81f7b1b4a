//! One function under construction: its code, registers, locals and scopes.

use mob_vm::bytecode::{FuncId, Instr, Op, Type, TypeId};

use super::asm::{Assembler, Label};
use super::frame::{Frame, Names};
use super::goal::Value;
use super::hoist::Number;
use super::module::ModuleBuilder;
use super::registers::{Reg, Registers};
use super::split::Landing;
use crate::source::Span;
use crate::typed::{Local, LocalId, Ty};

/// Where `break` and `continue` go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loop {
    /// Behind the loop.
    pub(super) end: Label,
    /// To its next round.
    pub(super) next: Label,
}

/// How many registers the scopes held when one was opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScopeMark(usize);

/// Generates one function of the module.
pub(super) struct FunctionGen<'m, 'p> {
    /// What all functions share.
    pub(super) module: &'m mut ModuleBuilder<'p>,
    /// The code so far.
    pub(super) code: Assembler,
    /// Its registers.
    pub(super) registers: Registers,
    /// The innermost function of the program that code is being made of.
    pub(super) frame: Frame<'p>,
    /// Those around it, outermost first, if it stands in place of a call.
    pub(super) callers: Vec<Frame<'p>>,
    /// Where the locals of these are.
    pub(super) names: Vec<Names<'p>>,
    /// Its place in the module.
    pub(super) id: FuncId,
    /// The loops around what is being generated, innermost last.
    pub(super) loops: Vec<Loop>,
    /// Numbers that were loaded before the loops around what is being generated.
    pub(super) hoisted: Vec<(Number, Reg)>,
    /// Registers of locals that are in scope.
    scope: Vec<Reg>,
    /// The landings of the values that are being taken apart, innermost last: one for each variant.
    pub(super) splits: Vec<Vec<Landing>>,
    /// How much may still be put in place of calls within the outermost one that is.
    pub(super) inline_budget: usize,
}

impl<'m, 'p> FunctionGen<'m, 'p> {
    /// No code yet.
    pub(super) fn new(module: &'m mut ModuleBuilder<'p>, id: FuncId, frame: Frame<'p>) -> Self {
        Self {
            module,
            code: Assembler::new(),
            registers: Registers::default(),
            frame,
            callers: Vec::new(),
            names: vec![Names::new()],
            id,
            loops: Vec::new(),
            hoisted: Vec::new(),
            scope: Vec::new(),
            splits: Vec::new(),
            inline_budget: 0,
        }
    }

    /// The concrete type that a type of the tree is here.
    pub(super) fn ty(&mut self, ty: &Ty) -> TypeId {
        self.module.types.intern(ty, &self.frame.source.args)
    }

    /// The concrete types that types of the tree are here.
    pub(super) fn tys(&mut self, types: &[Ty]) -> Vec<TypeId> {
        types.iter().map(|ty| self.ty(ty)).collect()
    }

    /// The type of `()`.
    pub(super) fn unit_ty(&mut self) -> TypeId {
        self.module.types.structural(Type::Unit)
    }

    /// The type of `Int`.
    pub(super) fn int_ty(&mut self) -> TypeId {
        self.module.types.structural(Type::Int)
    }

    /// The type of `Float`.
    pub(super) fn float_ty(&mut self) -> TypeId {
        self.module.types.structural(Type::Float)
    }

    /// The type of `Bool`.
    pub(super) fn bool_ty(&mut self) -> TypeId {
        self.module.types.structural(Type::Bool)
    }

    /// The type of `Str`.
    pub(super) fn str_ty(&mut self) -> TypeId {
        self.module.types.structural(Type::Str)
    }

    /// Code from here on comes from this place.
    pub(super) fn at(&mut self, span: Span) {
        let (file, line) = self.module.place(self.frame.hidden_at.unwrap_or(span));
        self.code.set_place(file, line, self.frame.inlined);
    }

    /// Appends an instruction of three operands.
    pub(super) fn emit(&mut self, op: Op, a: Reg, b: u16, c: u16) {
        self.code.emit(Instr::new(op, 0, a.0, b, c));
    }

    /// Appends a conditional jump that compares two 16-bit operands.
    pub(super) fn jump_if(&mut self, op: Op, a: Reg, b: u16, to: Label) {
        self.code.jump(Instr::new(op, 0, a.0, b, 0), to);
    }

    /// Appends a jump on a Bool.
    pub(super) fn jump_on(&mut self, value: Reg, when: bool, to: Label) {
        let op = if when { Op::JumpTrue } else { Op::JumpFalse };
        self.code.jump(Instr::with_bc(op, value.0, 0), to);
    }

    /// Appends an unconditional jump.
    pub(super) fn jump(&mut self, to: Label) {
        self.code.jump(Instr::with_bc(Op::Jump, 0, 0), to);
    }

    /// Appends a move, unless it would change nothing.
    pub(super) fn move_to(&mut self, to: Reg, from: Reg) {
        if to != from {
            self.emit(Op::Move, to, from.0, 0);
        }
    }

    /// A register for a value that is used once.
    pub(super) fn temporary(&mut self, ty: TypeId) -> Value {
        Value { reg: self.registers.take(ty), is_temporary: true }
    }

    /// The value has been used.
    pub(super) fn release(&mut self, value: Value) {
        if value.is_temporary {
            self.registers.release(value.reg);
        }
    }

    /// The values have been used.
    pub(super) fn release_all(&mut self, values: &[Value]) {
        // In reverse, so that the first is the next to be taken.
        values.iter().rev().for_each(|value| self.release(*value));
    }

    /// Opens a scope: registers of locals declared from here on are free again when it is closed.
    pub(super) fn open_scope(&self) -> ScopeMark {
        ScopeMark(self.scope.len())
    }

    /// Closes the scope that was opened with this mark, and those within it.
    pub(super) fn close_scope(&mut self, mark: ScopeMark) {
        while self.scope.len() > mark.0 {
            self.scope.pop().into_iter().for_each(|reg| self.registers.release(reg));
        }
    }

    /// The value stays where it is until the scope is closed.
    pub(super) fn keep(&mut self, value: Value) -> Reg {
        if value.is_temporary {
            self.scope.push(value.reg);
        }
        value.reg
    }

    /// A register of this type until the scope is closed.
    pub(super) fn scoped(&mut self, ty: TypeId) -> Reg {
        let value = self.temporary(ty);
        self.keep(value)
    }

    /// The local as it was declared; none for ids of another function.
    pub(super) fn local(&self, id: LocalId) -> Option<&'p Local> {
        self.frame.source.locals.get(id.index())
    }

    /// Whether the local lives in a cell.
    pub(super) fn is_boxed(&self, id: LocalId) -> bool {
        self.local(id).is_some_and(|local| local.boxed)
    }

    /// Whether the local stays as it is declared: it may share the register of what it is bound to.
    pub(super) fn is_constant(&self, id: LocalId) -> bool {
        !self.is_boxed(id) && !self.frame.source.facts.assigned.contains(&id)
    }

    /// The local's own type.
    pub(super) fn local_ty(&mut self, id: LocalId) -> TypeId {
        match self.local(id) {
            Some(local) => self.ty(&local.ty),
            None => self.unit_ty(),
        }
    }

    /// The type of a cell that holds this one.
    pub(super) fn cell_ty(&mut self, inner: TypeId) -> TypeId {
        self.module.types.structural(Type::Cell(inner))
    }

    /// The register that holds the local or its cell.
    pub(super) fn binding(&mut self, id: LocalId) -> Reg {
        match self.names[self.frame.source.names].registers.get(&id) {
            Some(reg) => *reg,
            None => self.declare(id),
        }
    }

    /// Gives the local a register of its own, until the scope is closed; to a boxed one, a register for its cell.
    pub(super) fn declare(&mut self, id: LocalId) -> Reg {
        let mut ty = self.local_ty(id);
        if self.is_boxed(id) {
            ty = self.cell_ty(ty);
        }
        let reg = self.scoped(ty);
        self.bind_local(id, reg);
        reg
    }

    /// The local is in this register.
    pub(super) fn bind_local(&mut self, id: LocalId, reg: Reg) {
        self.names[self.frame.source.names].registers.insert(id, reg);
    }

    /// Declares a boxed local: a fresh cell that holds the value.
    pub(super) fn declare_cell(&mut self, id: LocalId, value: Reg) {
        let cell = self.declare(id);
        let ty = self.registers.ty(cell);
        self.code.emit(Instr::with_xb(Op::NewCell, cell.0, ty.0, value.0));
    }
}
