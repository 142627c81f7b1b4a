//! The intrinsics: what a call of an extern named `vm.…` becomes.
//!
//! A name in the table is an opcode. Its operands say how a call is emitted: the result goes to the register that it
//! defines, the arguments to those that it uses, in order, and what is left over to the `args` words behind it. Any other
//! `vm.NAME` is the native function `NAME`.

use mob_vm::bytecode::{Op, OpInfo, Role, Slot, Ty, Type, TypeId};
use mob_vm::natives::{NATIVES, native_index};

use crate::mono::TypeTable;

/// What begins an intrinsic's name.
pub(super) const PREFIX: &str = "vm.";

/// The intrinsics that are opcodes, with the number of their arguments. `List[T]` methods are generic in `T`; those that
/// only change the list give `()`.
const OPCODES: &[(&str, Op, usize)] = &[
    ("list.len", Op::ListLen, 1),
    ("list.get", Op::ListGet, 2),
    ("list.set", Op::ListSet, 3),
    ("list.push", Op::ListPush, 2),
    ("list.pop", Op::ListPop, 1),
    ("list.insert", Op::ListInsert, 3),
    ("list.remove", Op::ListRemove, 2),
    ("list.truncate", Op::ListTruncate, 2),
    ("list.extend", Op::ListExtend, 2),
    ("list.slice", Op::ListSlice, 3),
    ("list.join", Op::Join, 2),
    ("list.filled", Op::FillList, 2),
    ("bytes.len", Op::BytesLen, 1),
    ("bytes.get", Op::BytesGet, 2),
    ("map.new", Op::NewTable, 0),
    ("map.len", Op::TableLen, 1),
    ("map.find", Op::TableFind, 2),
    ("map.key", Op::TableKey, 2),
    ("map.value", Op::MapValue, 2),
    ("map.put", Op::MapPut, 3),
    ("map.remove", Op::TableRemove, 2),
    ("map.clear", Op::TableClear, 1),
    ("set.new", Op::NewTable, 0),
    ("set.len", Op::TableLen, 1),
    ("set.find", Op::TableFind, 2),
    ("set.add", Op::SetAdd, 2),
    ("set.remove", Op::TableRemove, 2),
    ("set.clear", Op::TableClear, 1),
    ("int.wrapping_add", Op::AddIntWrap, 2),
    ("int.wrapping_sub", Op::SubIntWrap, 2),
    ("int.wrapping_mul", Op::MulIntWrap, 2),
    ("int.to_float", Op::IntToFloat, 1),
    ("float.truncate", Op::FloatToInt, 1),
    ("float.sqrt", Op::SqrtFloat, 1),
    ("inbox.new", Op::NewInbox, 0),
    ("inbox.addr", Op::InboxAddr, 1),
    ("inbox.number", Op::InboxNumber, 1),
    ("inbox.len", Op::InboxLen, 1),
    ("inbox.close", Op::CloseInbox, 1),
    ("inbox.receive", Op::Receive, 1),
    ("inbox.ready", Op::InboxReady, 2),
    ("inboxes.ready", Op::InboxesReady, 2),
    ("addr.cast", Op::CastAddr, 1),
    ("addr.send", Op::Send, 2),
    ("addr.send_urgent", Op::SendUrgent, 2),
    ("addr.try_send", Op::TrySend, 2),
    ("spawn", Op::Spawn, 1),
    ("show", Op::Show, 1),
    ("compare", Op::Compare, 2),
    ("equal", Op::Equal, 2),
    ("same", Op::Same, 2),
];

/// The name of the extern that begins an agent.
pub(super) const SPAWN: &str = "vm.spawn";

/// What a call of an extern becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lowering {
    /// An instruction of this opcode.
    Op(Op),
    /// A call of this native function.
    Native(u32),
    /// A call of the host.
    Host,
}

/// What calls of the extern of this name become; `None` if there is no such intrinsic.
pub(super) fn lowering(name: &str) -> Option<Lowering> {
    let Some(intrinsic) = name.strip_prefix(PREFIX) else { return Some(Lowering::Host) };
    let opcode = OPCODES.iter().find(|(name, ..)| *name == intrinsic);
    opcode.map(|(_, op, _)| Lowering::Op(*op)).or_else(|| native_index(intrinsic).map(Lowering::Native))
}

/// Whether the lowering takes arguments of these types and gives this result. Where an opcode's rule is beyond what its
/// declaration says, the verifier has the last word.
pub(super) fn fits(lowering: Lowering, params: &[TypeId], result: TypeId, types: &TypeTable<'_>) -> bool {
    match lowering {
        Lowering::Host => true,
        Lowering::Native(index) => NATIVES.get(index as usize).is_some_and(|native| {
            let fits =
                |(wanted, given): (&mob_vm::natives::NativeTy, &TypeId)| types.is_native(*wanted, *given);
            native.params.len() == params.len()
                && native.params.iter().zip(params).all(fits)
                && types.is_native(native.result, result)
        }),
        Lowering::Op(op) => {
            let arity = OPCODES.iter().find(|(_, entry, _)| *entry == op).map(|(.., arity)| *arity);
            arity == Some(params.len()) && operands_fit(op.info(), params, result, types)
        }
    }
}

fn operands_fit(info: &OpInfo, params: &[TypeId], result: TypeId, types: &TypeTable<'_>) -> bool {
    let mut params = params.iter();
    let mut result_wanted = Ty::Unit;
    let uses_fit = info.operands.iter().all(|operand| match operand.role {
        Role::Use(wanted) => params.next().is_some_and(|given| fits_operand(wanted, *given, types)),
        Role::Def(wanted) => {
            result_wanted = wanted;
            true
        }
        _ => true,
    });
    uses_fit && fits_operand(result_wanted, result, types)
}

fn fits_operand(wanted: Ty, given: TypeId, types: &TypeTable<'_>) -> bool {
    match (wanted, types.get(given)) {
        (Ty::Any, _)
        | (Ty::Int, Type::Int)
        | (Ty::Float, Type::Float)
        | (Ty::Bool, Type::Bool)
        | (Ty::Str, Type::Str)
        | (Ty::Bytes, Type::Bytes)
        | (Ty::Unit, Type::Unit)
        | (Ty::List, Type::List(_))
        | (Ty::Map, Type::Map(..))
        | (Ty::Set, Type::Set(_))
        | (Ty::Table, Type::Map(..) | Type::Set(_))
        | (Ty::Addr, Type::Addr(_))
        | (Ty::Inbox, Type::Inbox(_))
        | (Ty::Enum, Type::Enum(_))
        | (Ty::Fn, Type::Fn(..)) => true,
        (Ty::Word, _) => types.is_word(given),
        _ => false,
    }
}

/// Whether the opcode compares or shows its first argument, which must then have no functions in it.
pub(super) fn needs_data(op: Op) -> bool {
    matches!(op, Op::Show | Op::Join | Op::Compare | Op::Equal)
}

/// Where an opcode's result, arguments and type go.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The slot of the register that it defines.
    pub(super) result: Option<Slot>,
    /// The slots of the registers that it uses, in order.
    pub(super) uses: Vec<Slot>,
    /// The slot of a type's index.
    pub(super) ty: Option<Slot>,
}

impl Shape {
    /// As the opcode is declared.
    pub(super) fn of(op: Op) -> Self {
        let mut shape = Self::default();
        for operand in op.info().operands {
            match operand.role {
                Role::Def(_) => shape.result = Some(operand.slot),
                Role::Use(_) => shape.uses.push(operand.slot),
                Role::Type => shape.ty = Some(operand.slot),
                _ => {}
            }
        }
        shape
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(lowering("vm.list.push"), Some(Lowering::Op(Op::ListPush)));
        assert_eq!(lowering("vm.str.len"), native_index("str.len").map(Lowering::Native));
        assert_eq!(lowering("console.print"), Some(Lowering::Host));
        assert_eq!(lowering("vm.teleport"), None);
    }

    #[test]
    fn opcodes_take_as_many_arguments_as_they_have_places_for() {
        for (name, op, arity) in OPCODES {
            let places = Shape::of(*op).uses.len();
            let rest = match op {
                Op::ListSlice => 1,
                Op::FillList => 2,
                _ => 0,
            };
            assert_eq!(places + rest, *arity, "{name}");
        }
    }
}
