//! What the opcode list can't say: how the types of an instruction's operands hang together, one rule an opcode.
//!
//! The generic checks have run before: registers, types, functions, constants and imports are in range.

use super::Fault;
use super::function::FunctionCheck;
use crate::bytecode::{Constant, EnumType, Field, FuncId, Instr, Op, Ty, Type, TypeId, Variant};
use crate::natives::{NATIVES, NativeTy};

/// The arguments that an instruction takes, in its word and in the `args` words behind it.
pub(super) enum Args<'a> {
    /// None.
    None,
    /// One of each type.
    Types(&'a [TypeId]),
    /// One a field.
    Fields(&'a [Field]),
    /// So many of one type.
    Same(TypeId, usize),
    /// So many of one kind.
    Kind(Ty, usize),
    /// An `Int`, then one of the type.
    IntAnd(TypeId),
    /// Those of a native function.
    Native(&'static [NativeTy]),
}

/// What one argument has to be.
#[derive(Clone, Copy)]
pub(super) enum Due {
    /// Of just this type.
    Type(TypeId),
    /// Of this kind.
    Kind(Ty),
    /// Of this native type.
    Native(NativeTy),
}

impl Args<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Types(types) => types.len(),
            Self::Fields(fields) => fields.len(),
            Self::Same(_, count) | Self::Kind(_, count) => *count,
            Self::IntAnd(_) => 2,
            Self::Native(types) => types.len(),
        }
    }

    pub(super) fn due(&self, index: usize) -> Due {
        match self {
            Self::None => unreachable!("only arguments within `len` are asked for"),
            Self::Types(types) => Due::Type(types[index]),
            Self::Fields(fields) => Due::Type(fields[index].ty),
            Self::Same(ty, _) => Due::Type(*ty),
            Self::Kind(ty, _) => Due::Kind(*ty),
            Self::IntAnd(_) if index == 0 => Due::Kind(Ty::Int),
            Self::IntAnd(ty) => Due::Type(*ty),
            Self::Native(types) => Due::Native(types[index]),
        }
    }
}

/// Applies the opcode's own rule, and gives the arguments that it takes.
pub(super) fn check<'a>(check: &FunctionCheck<'a>, op: Op, word: Instr) -> Result<Args<'a>, Fault> {
    let rule = Rule { check, word, a: word.a().into(), b: word.b().into(), c: word.c().into() };
    match op {
        Op::Move => rule.same_type(rule.a, rule.b)?,
        Op::Const => rule.constant()?,
        Op::ConstBool => rule.immediate(word.sbc().into(), matches!(word.bc(), 0 | 1))?,
        Op::DivIntSmall => rule.immediate(word.sc().into(), word.sc() != 0)?,
        Op::RemIntSmall => rule.immediate(word.sc().into(), !matches!(word.sc(), 0 | -1))?,
        Op::EqWord | Op::NeWord => rule.same_type(rule.b, rule.c)?,
        Op::JumpEqWord | Op::JumpNeWord => rule.same_type(rule.a, rule.b)?,
        Op::Equal | Op::Compare => rule.comparable()?,
        Op::Same => rule.same_objects()?,
        Op::JumpTag | Op::JumpNotTag => rule.variant_of(rule.a, rule.b).map(|_| ())?,
        Op::Switch => rule.switch()?,
        Op::Call => return rule.call(),
        Op::CallClosure => return rule.call_closure(),
        Op::CallHost => return rule.call_host(),
        Op::CallNative => return rule.call_native(),
        Op::Return => check.same(rule.a, check.signature(check.id).1)?,
        Op::New => return rule.new_object(),
        Op::GetField => rule.get_field()?,
        Op::SetField => rule.set_field()?,
        Op::NewVariant => return rule.new_variant(),
        Op::GetPayload => rule.get_payload()?,
        Op::NewCell => rule.new_cell()?,
        Op::GetCell => check.same(rule.a, rule.cell(rule.b)?)?,
        Op::SetCell => check.same(rule.b, rule.cell(rule.a)?)?,
        Op::NewClosure => return rule.new_closure(),
        Op::NewList => return rule.new_list(rule.c as usize),
        Op::FillList => return rule.fill_list(),
        Op::ListGet | Op::ListPop | Op::ListRemove => check.same(rule.a, rule.element(rule.b)?)?,
        Op::ListSet | Op::ListInsert => check.same(rule.c, rule.element(rule.a)?)?,
        Op::ListPush => check.same(rule.b, rule.element(rule.a)?)?,
        Op::ListExtend => rule.same_type(rule.a, rule.b)?,
        Op::ListSlice => {
            rule.same_type(rule.a, rule.b)?;
            return Ok(Args::Kind(Ty::Int, 1));
        }
        Op::NewTable => drop(rule.made_type()?),
        Op::TableFind | Op::TablePlace => check.same(rule.c, rule.key(rule.b)?)?,
        Op::TableKey => check.same(rule.a, rule.key(rule.b)?)?,
        Op::MapGet => {
            check.same(rule.a, rule.value(rule.b)?)?;
            check.same(rule.c, rule.key(rule.b)?)?;
        }
        Op::MapSet => {
            check.same(rule.b, rule.key(rule.a)?)?;
            check.same(rule.c, rule.value(rule.a)?)?;
        }
        Op::MapValue => check.same(rule.a, rule.value(rule.b)?)?,
        Op::MapPut => check.same(rule.c, rule.value(rule.a)?)?,
        Op::SetAdd => check.same(rule.c, rule.key(rule.b)?)?,
        Op::Concat => return Ok(Args::Kind(Ty::Str, word.bc() as usize)),
        Op::Show => rule.show()?,
        Op::Join => rule.data(check.register(rule.b)?)?,
        Op::NewInbox => drop(rule.made_type()?),
        Op::InboxAddr => rule.inbox_addr()?,
        Op::CastAddr => rule.cast_addr()?,
        Op::Receive => check.same(rule.a, rule.message(rule.b)?)?,
        Op::InboxesReady => rule.numbers()?,
        Op::Send | Op::SendUrgent | Op::TrySend => rule.send()?,
        Op::Spawn => rule.spawn()?,
        _ => {}
    }
    Ok(Args::None)
}

/// An instruction under check, with its operands unpacked.
struct Rule<'c, 'a> {
    check: &'c FunctionCheck<'a>,
    word: Instr,
    a: u32,
    b: u32,
    c: u32,
}

impl<'a> Rule<'_, 'a> {
    fn same_type(&self, one: u32, other: u32) -> Result<(), Fault> {
        self.check.same(one, self.check.register(other)?)
    }

    /// Two registers of one type whose values can be told apart though they are equal.
    fn same_objects(&self) -> Result<(), Fault> {
        self.same_type(self.b, self.c)?;
        match self.type_of(self.b)? {
            Type::Struct(_) | Type::List(_) | Type::Map(..) | Type::Set(_) | Type::Fn(..) => Ok(()),
            _ => Err(Fault::RegisterKind {
                register: self.b,
                want: "a struct, a list, a map, a set or a function",
            }),
        }
    }

    fn immediate(&self, value: i64, is_allowed: bool) -> Result<(), Fault> {
        if is_allowed { Ok(()) } else { Err(Fault::Immediate(value)) }
    }

    fn constant(&self) -> Result<(), Fault> {
        let (fits, want) =
            match (&self.check.module.constants[self.word.bc() as usize], self.type_of(self.a)?) {
                (Constant::Int(_), ty) => (*ty == Type::Int, "Int"),
                (Constant::Float(_), ty) => (*ty == Type::Float, "Float"),
                (Constant::Str(_), ty) => (*ty == Type::Str, "Str"),
                (Constant::Bytes(_), ty) => (*ty == Type::Bytes, "Bytes"),
            };
        if fits { Ok(()) } else { Err(Fault::RegisterKind { register: self.a, want }) }
    }

    fn comparable(&self) -> Result<(), Fault> {
        self.same_type(self.b, self.c)?;
        self.data(self.check.register(self.b)?)
    }

    fn show(&self) -> Result<(), Fault> {
        let ty = TypeId(self.word.xc());
        self.check.same(self.b, ty)?;
        self.data(ty)
    }

    fn data(&self, ty: TypeId) -> Result<(), Fault> {
        if self.check.facts.is_data[ty.0 as usize] { Ok(()) } else { Err(Fault::NotData(ty)) }
    }

    fn switch(&self) -> Result<(), Fault> {
        let variants = self.enum_of(self.a)?.variants.len();
        if variants > 0 && self.word.bc() as usize == variants { Ok(()) } else { Err(Fault::Switch) }
    }

    fn call(&self) -> Result<Args<'a>, Fault> {
        let callee = FuncId(self.word.xb());
        if self.check.module.functions[callee.0 as usize].captures > 0 {
            return Err(Fault::NeedsCaptures(callee));
        }
        let (params, result) = self.check.signature(callee);
        self.check.same(self.a, result)?;
        Ok(Args::Types(params))
    }

    fn call_closure(&self) -> Result<Args<'a>, Fault> {
        let Type::Fn(params, result) = self.type_of(self.b)? else {
            return Err(Fault::RegisterKind { register: self.b, want: "a function" });
        };
        self.check.same(self.a, *result)?;
        Ok(Args::Types(params))
    }

    fn call_host(&self) -> Result<Args<'a>, Fault> {
        let import = &self.check.module.imports[self.word.xb() as usize];
        self.check.same(self.a, import.result)?;
        Ok(Args::Types(&import.params))
    }

    fn call_native(&self) -> Result<Args<'a>, Fault> {
        let native = &NATIVES[self.word.xb() as usize];
        if !native.result.is(self.type_of(self.a)?, &self.check.module.types) {
            return Err(Fault::RegisterKind {
                register: self.a,
                want: "of the native function's result type",
            });
        }
        Ok(Args::Native(native.params))
    }

    fn new_object(&self) -> Result<Args<'a>, Fault> {
        let ty = self.made_type()?;
        match self.check.type_of(ty) {
            Type::Tuple(elements) => Ok(Args::Types(elements)),
            Type::Struct(ty) => Ok(Args::Fields(&ty.fields)),
            _ => Err(Fault::TypeKind { ty, want: "a struct or tuple" }),
        }
    }

    fn get_field(&self) -> Result<(), Fault> {
        let field = match self.type_of(self.b)? {
            Type::Tuple(elements) => elements.get(self.c as usize).copied(),
            Type::Struct(ty) => ty.fields.get(self.c as usize).map(|field| field.ty),
            _ => return Err(Fault::RegisterKind { register: self.b, want: "a struct or tuple" }),
        };
        self.check.same(self.a, field.ok_or(Fault::OutOfRange { what: "field", index: self.c })?)
    }

    fn set_field(&self) -> Result<(), Fault> {
        let Type::Struct(ty) = self.type_of(self.a)? else {
            return Err(Fault::RegisterKind { register: self.a, want: "a struct" });
        };
        let field =
            ty.fields.get(self.b as usize).ok_or(Fault::OutOfRange { what: "field", index: self.b })?;
        self.check.same(self.c, field.ty)
    }

    fn new_variant(&self) -> Result<Args<'a>, Fault> {
        self.made_type()?;
        Ok(Args::Fields(&self.variant_of(self.a, self.c)?.fields))
    }

    fn get_payload(&self) -> Result<(), Fault> {
        let index = self.word.x().into();
        let field = self.variant_of(self.b, self.c)?.fields.get(usize::from(self.word.x()));
        self.check.same(self.a, field.ok_or(Fault::OutOfRange { what: "payload field", index })?.ty)
    }

    fn new_cell(&self) -> Result<(), Fault> {
        self.made_type()?;
        self.check.same(self.c, self.cell(self.a)?)
    }

    fn new_closure(&self) -> Result<Args<'a>, Fault> {
        let callee = FuncId(self.word.xb());
        let function = &self.check.module.functions[callee.0 as usize];
        self.check.same(self.a, function.signature)?;
        let (params, _) = self.check.signature(callee);
        // The callee's declaration was checked to have registers for all of its parameters and captures.
        Ok(Args::Types(&function.registers[params.len()..][..usize::from(function.captures)]))
    }

    fn new_list(&self, count: usize) -> Result<Args<'a>, Fault> {
        self.made_type()?;
        Ok(Args::Same(self.element(self.a)?, count))
    }

    fn fill_list(&self) -> Result<Args<'a>, Fault> {
        self.made_type()?;
        Ok(Args::IntAnd(self.element(self.a)?))
    }

    /// The type operand in `xb`, which has to be the destination's.
    fn made_type(&self) -> Result<TypeId, Fault> {
        let ty = TypeId(self.word.xb());
        self.check.same(self.a, ty)?;
        Ok(ty)
    }

    fn type_of(&self, register: u32) -> Result<&'a Type, Fault> {
        Ok(self.check.type_of(self.check.register(register)?))
    }

    fn enum_of(&self, register: u32) -> Result<&'a EnumType, Fault> {
        match self.type_of(register)? {
            Type::Enum(ty) => Ok(ty),
            _ => Err(Fault::RegisterKind { register, want: "an enum" }),
        }
    }

    fn variant_of(&self, register: u32, tag: u32) -> Result<&'a Variant, Fault> {
        let variants = &self.enum_of(register)?.variants;
        variants.get(tag as usize).ok_or(Fault::OutOfRange { what: "variant", index: tag })
    }

    fn cell(&self, register: u32) -> Result<TypeId, Fault> {
        match self.type_of(register)? {
            Type::Cell(content) => Ok(*content),
            _ => Err(Fault::RegisterKind { register, want: "a cell" }),
        }
    }

    fn inbox_addr(&self) -> Result<(), Fault> {
        self.check.same(self.a, TypeId(self.word.xc()))?;
        self.same_message(self.message(self.a)?, self.message(self.b)?)
    }

    /// From an address to an address: of what type the messages are is checked as each is delivered.
    fn cast_addr(&self) -> Result<(), Fault> {
        self.message(self.b)?;
        self.message(self.a)?;
        self.check.same(self.a, TypeId(self.word.xc()))
    }

    /// A list of the numbers of inboxes.
    fn numbers(&self) -> Result<(), Fault> {
        match self.check.type_of(self.element(self.b)?) {
            Type::Int => Ok(()),
            _ => Err(Fault::RegisterKind { register: self.b, want: "a list of Int" }),
        }
    }

    fn send(&self) -> Result<(), Fault> {
        let message = self.message(self.b)?;
        self.check.same(self.c, message)?;
        if self.check.facts.is_message[message.0 as usize] { Ok(()) } else { Err(Fault::NotMessage(message)) }
    }

    /// A function that takes the inbox which the address is of.
    fn spawn(&self) -> Result<(), Fault> {
        let fault = Fault::RegisterKind { register: self.b, want: "a function of one inbox" };
        let Type::Fn(params, _) = self.type_of(self.b)? else { return Err(fault) };
        match params.as_slice() {
            [inbox] => match self.check.type_of(*inbox) {
                Type::Inbox(message) => self.same_message(self.message(self.a)?, *message),
                _ => Err(fault),
            },
            _ => Err(fault),
        }
    }

    fn same_message(&self, have: TypeId, want: TypeId) -> Result<(), Fault> {
        if have == want { Ok(()) } else { Err(Fault::RegisterType { register: self.a, have, want }) }
    }

    /// What can be sent to an address, or comes out of an inbox.
    fn message(&self, register: u32) -> Result<TypeId, Fault> {
        match self.type_of(register)? {
            Type::Addr(message) | Type::Inbox(message) => Ok(*message),
            _ => Err(Fault::RegisterKind { register, want: "an address or an inbox" }),
        }
    }

    fn key(&self, register: u32) -> Result<TypeId, Fault> {
        match self.type_of(register)? {
            Type::Map(key, _) | Type::Set(key) => Ok(*key),
            _ => Err(Fault::RegisterKind { register, want: "a map or a set" }),
        }
    }

    fn value(&self, register: u32) -> Result<TypeId, Fault> {
        match self.type_of(register)? {
            Type::Map(_, value) => Ok(*value),
            _ => Err(Fault::RegisterKind { register, want: "a map" }),
        }
    }

    fn element(&self, register: u32) -> Result<TypeId, Fault> {
        match self.type_of(register)? {
            Type::List(element) => Ok(*element),
            _ => Err(Fault::RegisterKind { register, want: "a list" }),
        }
    }
}
