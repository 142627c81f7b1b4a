//! One instruction's operands as text, by their roles in the opcode list.

use std::fmt::Write;

use super::tables;
use crate::bytecode::{Function, Instr, Module, Op, Role, Slot, Type, TypeId, type_name};
use crate::natives::NATIVES;

/// The instruction at a word of a function.
pub(super) struct Operands<'a> {
    pub(super) module: &'a Module,
    pub(super) function: &'a Function,
    pub(super) pc: u32,
}

impl Operands<'_> {
    pub(super) fn write(&self, op: Op, out: &mut String) {
        let word = self.function.code[self.pc as usize];
        let mut separator = "";
        for operand in op.info().operands.iter().filter(|operand| operand.role != Role::Arg) {
            out.push_str(separator);
            self.write_operand(operand.role, operand.slot, word, out);
            separator = ", ";
        }
        let args = self.args(op, word);
        if !args.is_empty() {
            let args: Vec<String> = args.iter().map(|register| format!("r{register}")).collect();
            let _ = write!(out, " ({})", args.join(", "));
        }
    }

    fn write_operand(&self, role: Role, slot: Slot, word: Instr, out: &mut String) {
        let index = slot.read(word);
        // Writing to a String can't fail.
        let _ = match role {
            Role::Def(_) | Role::Use(_) | Role::UseDef(_) | Role::Arg => write!(out, "r{index}"),
            Role::Imm => write!(out, "{}", slot.read_signed(word)),
            Role::Jump => write!(out, "@{}", i64::from(self.pc) + 1 + slot.read_signed(word)),
            Role::Func => write!(out, "f{index} {}", self.callee(index).map_or("?", |(name, _, _)| name)),
            Role::Type => write!(out, "t{index} {}", type_name(&self.module.types, TypeId(index))),
            Role::Const => {
                let constant = self.module.constants.get(index as usize);
                write!(out, "k{index} {}", constant.map_or_else(|| "?".to_owned(), tables::constant))
            }
            Role::Field => write!(out, ".{index}"),
            Role::Tag => write!(out, "#{index}"),
            Role::Import => {
                let import = self.module.imports.get(index as usize);
                write!(out, "i{index} {}", import.map_or("?", |import| &import.name))
            }
            Role::Native => write!(out, "{}", NATIVES.get(index as usize).map_or("?", |native| native.name)),
            Role::Count => write!(out, "{index}"),
        };
    }

    /// The name of a function of this module or of another one, its signature, and how many captures it has.
    fn callee(&self, index: u32) -> Option<(&str, TypeId, u16)> {
        let index = index as usize;
        if let Some(function) = self.module.functions.get(index) {
            return Some((&function.name, function.signature, function.captures));
        }
        let link = self.module.links.get(index - self.module.functions.len())?;
        Some((&link.function, link.signature, 0))
    }

    /// The registers of the argument in the word, if the instruction takes any, and of those in the words behind it.
    fn args(&self, op: Op, word: Instr) -> Vec<u32> {
        let in_word = op.info().operands.iter().find(|operand| operand.role == Role::Arg);
        let in_word = in_word.filter(|_| self.takes_arguments(op, word));
        let mut args: Vec<u32> = in_word.map(|operand| operand.slot.read(word)).into_iter().collect();
        let rest = self.function.code.iter().skip(self.pc as usize + 1);
        for word in rest.take_while(|word| word.op() == Some(Op::Args)) {
            let slots = [Slot::A, Slot::B, Slot::C];
            args.extend(slots.iter().take(word.x().into()).map(|slot| slot.read(*word)));
        }
        args
    }

    fn takes_arguments(&self, op: Op, word: Instr) -> bool {
        let signature = |id: TypeId| match self.module.types.get(id.0 as usize) {
            Some(Type::Fn(params, _)) => !params.is_empty(),
            Some(Type::Tuple(_)) => true,
            Some(Type::Struct(ty)) => !ty.fields.is_empty(),
            _ => false,
        };
        match op {
            Op::Call => self.callee(word.xb()).is_some_and(|(_, ty, _)| signature(ty)),
            Op::NewClosure => self.callee(word.xb()).is_some_and(|(_, _, captures)| captures > 0),
            Op::CallClosure => {
                self.function.registers.get(usize::from(word.b())).is_some_and(|ty| signature(*ty))
            }
            Op::CallHost => {
                self.module.imports.get(word.xb() as usize).is_some_and(|import| !import.params.is_empty())
            }
            Op::CallNative => NATIVES.get(word.xb() as usize).is_some_and(|native| !native.params.is_empty()),
            Op::New => signature(TypeId(word.xb())),
            _ => false,
        }
    }
}
