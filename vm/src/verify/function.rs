//! One function's code, word after word: instructions, the arguments that follow them, and where they lead.

use super::flow::{self, Shape};
use super::rules::{Args, Due};
use super::{Fault, Place, TypeFacts, VerifyError, operands, rules, type_at};
use crate::bytecode::{FuncId, Function, Instr, Module, Op, Role, Slot, Type, TypeId};

/// A function under check, and all that its code is checked against.
pub(crate) struct FunctionCheck<'a> {
    pub(super) module: &'a Module,
    pub(super) facts: &'a TypeFacts,
    pub(crate) id: FuncId,
    pub(crate) function: &'a Function,
}

impl<'a> FunctionCheck<'a> {
    pub(super) fn new(module: &'a Module, facts: &'a TypeFacts, id: FuncId) -> Self {
        Self { module, facts, id, function: &module.functions[id.0 as usize] }
    }

    /// How many registers hold parameters and captures, and so are written before the first instruction.
    pub(crate) fn given_registers(&self) -> usize {
        let (params, _) = self.signature(self.id);
        params.len() + usize::from(self.function.captures)
    }

    /// Whether a slot of each register may hold a reference.
    pub(crate) fn is_reference(&self, register: u16) -> bool {
        self.type_of(self.function.registers[usize::from(register)]).may_be_reference()
    }

    /// An error of this function, at an instruction or at its declaration.
    pub(super) fn error(&self, pc: Option<u32>, fault: Fault) -> VerifyError {
        let name = self.function.name.clone();
        let place = match pc {
            Some(pc) => Place::Instruction { function: self.id, name, pc },
            None => Place::Function { id: self.id, name },
        };
        VerifyError { place, fault }
    }

    /// Checks all but definite initialisation. Marks the host functions that are called in `is_imported`.
    pub(super) fn run(&self, is_imported: &mut [bool]) -> Result<Shape, VerifyError> {
        let code = &self.function.code;
        if code.is_empty() {
            return Err(self.error(None, Fault::NoCode));
        }
        let mut shape = Shape::new(code.len());
        let mut jumps = Vec::new();
        let mut pc = 0;
        while pc < code.len() {
            let here = pc as u32;
            let fault = |fault| self.error(Some(here), fault);
            let word = code[pc];
            let op = word.op().ok_or_else(|| fault(Fault::Opcode(word.op_byte())))?;
            let args = self.instruction(op, word).map_err(fault)?;
            let words = self.arguments(pc, op, &args).map_err(fault)?;
            shape.begin(pc, args.len() > 0);
            if let Some(target) = operands::jump_target(op, word, pc) {
                jumps.push((pc, target));
            }
            if op == Op::Switch {
                self.jump_table(pc, word).map_err(fault)?;
                shape.switch(pc, word.bc() as usize);
            }
            if op == Op::CallHost {
                is_imported[word.xb() as usize] = true;
            }
            pc += 1 + words;
            if pc >= code.len() && flow::goes_on(op) {
                return Err(fault(Fault::RunsOut));
            }
            match op {
                Op::Call | Op::CallClosure => shape.returns_to(pc),
                _ if op.yields() => shape.goes_on_at(pc),
                _ => {}
            }
        }
        for (from, target) in jumps {
            shape.jump(from, target).map_err(|fault| self.error(Some(from as u32), fault))?;
        }
        Ok(shape)
    }

    fn instruction(&self, op: Op, word: Instr) -> Result<Args<'a>, Fault> {
        if op == Op::Args {
            return Err(Fault::StrayArgs);
        }
        operands::check(self, op, word)?;
        rules::check(self, op, word)
    }

    /// Checks the arguments in the word and in the `args` words behind it, and says how many such words there are.
    fn arguments(&self, pc: usize, op: Op, args: &Args) -> Result<usize, Fault> {
        let count = args.len();
        let word = self.function.code[pc];
        let in_word = op.info().operands.iter().find(|operand| operand.role == Role::Arg);
        let mut checked = 0;
        if let Some(operand) = in_word {
            let register = operand.slot.read(word);
            if count > 0 {
                self.argument(register, args.due(0))?;
                checked = 1;
            } else if register != 0 {
                return Err(Fault::UnusedBits(op.info().mnemonic));
            }
        }
        let mut words = 0;
        while checked < count {
            words += 1;
            let here = (count - checked).min(3);
            let word = self.function.code.get(pc + words).copied().unwrap_or(Instr(0));
            if word.op() != Some(Op::Args) || usize::from(word.x()) != here {
                return Err(Fault::Arguments { want: count });
            }
            for (index, slot) in [Slot::A, Slot::B, Slot::C].into_iter().enumerate() {
                if index < here {
                    self.argument(slot.read(word), args.due(checked + index))?;
                } else if slot.read(word) != 0 {
                    return Err(Fault::UnusedBits(Op::Args.info().mnemonic));
                }
            }
            checked += here;
        }
        Ok(words)
    }

    fn argument(&self, register: u32, due: Due) -> Result<(), Fault> {
        let have = self.register(register)?;
        match due {
            Due::Type(want) => self.same(register, want),
            Due::Kind(ty) => operands::kind(self, register, ty),
            Due::Native(ty) if ty.is(self.type_of(have), &self.module.types) => Ok(()),
            Due::Native(_) => {
                Err(Fault::RegisterKind { register, want: "of the native function's parameter type" })
            }
        }
    }

    fn jump_table(&self, pc: usize, word: Instr) -> Result<(), Fault> {
        let count = word.bc() as usize;
        let table =
            self.function.code.get(pc + 1..).and_then(|rest| rest.get(..count)).ok_or(Fault::Switch)?;
        if table.iter().all(|word| word.op() == Some(Op::Jump)) { Ok(()) } else { Err(Fault::Switch) }
    }

    /// A register's type.
    pub(super) fn register(&self, register: u32) -> Result<TypeId, Fault> {
        let found = self.function.registers.get(register as usize);
        found.copied().ok_or(Fault::OutOfRange { what: "register", index: register })
    }

    /// Checks that a register has just this type.
    pub(super) fn same(&self, register: u32, want: TypeId) -> Result<(), Fault> {
        let have = self.register(register)?;
        if have == want { Ok(()) } else { Err(Fault::RegisterType { register, have, want }) }
    }

    /// An entry of the type table, by an id that is in it.
    pub(super) fn type_of(&self, id: TypeId) -> &'a Type {
        type_at(self.module, id)
    }

    /// The parameters and result of a function, whose declaration has been checked.
    pub(super) fn signature(&self, id: FuncId) -> (&'a [TypeId], TypeId) {
        let function = &self.module.functions[id.0 as usize];
        match type_at(self.module, function.signature) {
            Type::Fn(params, result) => (params, *result),
            _ => unreachable!("every function's signature was checked to be a function type"),
        }
    }
}
