//! What the opcode list says of operands, checked for every opcode alike.

use super::Fault;
use super::function::FunctionCheck;
use crate::bytecode::{Instr, Op, Role, Ty, Type};
use crate::natives::NATIVES;

/// Checks each operand against its role, and that the word has no bits set besides.
pub(super) fn check(check: &FunctionCheck, op: Op, word: Instr) -> Result<(), Fault> {
    let info = op.info();
    let mut unused = !0xff;
    for operand in info.operands {
        unused &= !operand.slot.mask();
        let value = operand.slot.read(word);
        match operand.role {
            Role::Def(ty) | Role::Use(ty) | Role::UseDef(ty) => kind(check, value, ty)?,
            Role::Func => in_range("function", value, check.module.functions.len())?,
            Role::Type => in_range("type", value, check.module.types.len())?,
            Role::Const => in_range("constant", value, check.module.constants.len())?,
            Role::Import => in_range("import", value, check.module.imports.len())?,
            Role::Native => in_range("native function", value, NATIVES.len())?,
            Role::Arg | Role::Imm | Role::Jump | Role::Field | Role::Tag | Role::Count => {}
        }
    }
    if word.0 & unused == 0 { Ok(()) } else { Err(Fault::UnusedBits(info.mnemonic)) }
}

fn in_range(what: &'static str, index: u32, len: usize) -> Result<(), Fault> {
    if (index as usize) < len { Ok(()) } else { Err(Fault::OutOfRange { what, index }) }
}

/// Checks that a register is of a kind of type.
pub(super) fn kind(check: &FunctionCheck, register: u32, ty: Ty) -> Result<(), Fault> {
    let id = check.register(register)?;
    let have = check.type_of(id);
    let (fits, want) = match ty {
        Ty::Any => return Ok(()),
        Ty::Int => (*have == Type::Int, "Int"),
        Ty::Float => (*have == Type::Float, "Float"),
        Ty::Bool => (*have == Type::Bool, "Bool"),
        Ty::Str => (*have == Type::Str, "Str"),
        Ty::Bytes => (*have == Type::Bytes, "Bytes"),
        Ty::Unit => (*have == Type::Unit, "()"),
        Ty::Word => (check.facts.is_word[id.0 as usize], "Int, Bool or an enum that carries nothing"),
        Ty::List => (matches!(have, Type::List(_)), "a list"),
        Ty::Map => (matches!(have, Type::Map(..)), "a map"),
        Ty::Set => (matches!(have, Type::Set(_)), "a set"),
        Ty::Table => (matches!(have, Type::Map(..) | Type::Set(_)), "a map or a set"),
        Ty::Enum => (matches!(have, Type::Enum(_)), "an enum"),
        Ty::Fn => (matches!(have, Type::Fn(..)), "a function"),
        Ty::Cell => (matches!(have, Type::Cell(_)), "a cell"),
        Ty::Addr => (matches!(have, Type::Addr(_)), "an address"),
        Ty::Inbox => (matches!(have, Type::Inbox(_)), "an inbox"),
    };
    if fits { Ok(()) } else { Err(Fault::RegisterKind { register, want }) }
}

/// Where an instruction's jump leads, if it has one.
pub(super) fn jump_target(op: Op, word: Instr, pc: usize) -> Option<i64> {
    let operand = op.info().operands.iter().find(|operand| operand.role == Role::Jump)?;
    Some(pc as i64 + 1 + operand.slot.read_signed(word))
}
