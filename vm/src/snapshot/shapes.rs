//! What a slot of each type may hold, in the form in which a restore looks it up: worked out once a program.

use std::ops::Range;

use crate::bytecode::{Constant, Module, Type, TypeId};
use crate::layout::low;
use crate::mail::Address;

/// What a slot may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Any 64 bits.
    Int,
    /// Any but the NaNs that are not canonical.
    Float,
    /// 0 or 1.
    Bool,
    /// 0.
    Unit,
    /// A reference to an object of this type.
    Reference(u32),
    /// The number of an inbox for messages of this type, or of one that is closed.
    Inbox(u32),
    /// A tag of this enum, and a reference to its payload if it has one.
    Enum(u32),
}

/// What an object of a type consists of.
#[derive(Debug)]
pub(super) enum Object {
    /// The type has no objects.
    None,
    Str,
    Bytes,
    /// A struct, tuple or cell: these fields.
    Fields(Range<usize>),
    /// An enum: the fields of each variant.
    Variants(Box<[Range<usize>]>),
    List(Slot),
    /// A map or a set: its keys, and a map's values.
    Table(Slot, Option<Slot>),
    Closure,
}

/// What slots and objects of a program may hold.
#[derive(Debug)]
pub(crate) struct Shapes {
    /// By type id.
    pub(super) objects: Box<[Object]>,
    /// By function id: its signature's type, and its captures.
    pub(super) closures: Box<[(u32, Range<usize>)]>,
    /// The slots that the ranges speak of.
    pub(super) slots: Box<[Slot]>,
    /// Where each constant's object begins in the constant area, ascending, and its type.
    pub(super) constants: Box<[(u32, u32)]>,
}

impl Shapes {
    /// Works out the shapes of a verified module, whose constants were laid out as these slots.
    pub(crate) fn new(module: &Module, constant_slots: &[u64]) -> Self {
        let mut slots = Slots { types: &module.types, all: Vec::new() };
        let objects = module.types.iter().map(|ty| slots.object(ty)).collect();
        let mut closures = Vec::with_capacity(module.functions.len());
        for function in &module.functions {
            let params = match &module.types[function.signature.0 as usize] {
                Type::Fn(params, _) => params.len(),
                _ => 0,
            };
            let captures = function.registers.iter().skip(params).take(function.captures.into());
            closures.push((function.signature.0, slots.range(captures.copied())));
        }
        let constants = constants(module, constant_slots);
        Self { objects, closures: closures.into(), slots: slots.all.into(), constants }
    }
}

/// Which constants are objects, and where. A constant whose type the table lacks is no value of any register.
fn constants(module: &Module, slots: &[u64]) -> Box<[(u32, u32)]> {
    let find = |wanted: &Type| module.types.iter().position(|ty| ty == wanted).map(|index| index as u32);
    let (str, bytes) = (find(&Type::Str), find(&Type::Bytes));
    let objects = module.constants.iter().zip(slots).filter_map(|(constant, slot)| match constant {
        Constant::Int(_) | Constant::Float(_) => None,
        Constant::Str(_) => str.map(|ty| (low(*slot), ty)),
        Constant::Bytes(_) => bytes.map(|ty| (low(*slot), ty)),
    });
    let mut objects: Vec<(u32, u32)> = objects.collect();
    objects.sort_unstable();
    objects.into()
}

/// What a slot of a type may hold.
pub(super) fn slot(types: &[Type], id: TypeId) -> Slot {
    match types[id.0 as usize] {
        Type::Unit => Slot::Unit,
        Type::Int => Slot::Int,
        Type::Float => Slot::Float,
        Type::Bool => Slot::Bool,
        Type::Inbox(message) => Slot::Inbox(message.0),
        Type::Enum(_) => Slot::Enum(id.0),
        _ => Slot::Reference(id.0),
    }
}

struct Slots<'a> {
    types: &'a [Type],
    all: Vec<Slot>,
}

impl Slots<'_> {
    fn range(&mut self, types: impl Iterator<Item = TypeId>) -> Range<usize> {
        let start = self.all.len();
        self.all.extend(types.map(|id| slot(self.types, id)));
        start..self.all.len()
    }

    fn range_of(&mut self, slot: Slot, count: usize) -> Range<usize> {
        let start = self.all.len();
        self.all.extend(std::iter::repeat_n(slot, count));
        start..self.all.len()
    }

    fn object(&mut self, ty: &Type) -> Object {
        match ty {
            Type::Unit | Type::Int | Type::Float | Type::Bool | Type::Inbox(_) => Object::None,
            Type::Addr(_) => Object::Fields(self.range_of(Slot::Int, Address::WORDS)),
            Type::Str => Object::Str,
            Type::Bytes => Object::Bytes,
            Type::Tuple(elements) => Object::Fields(self.range(elements.iter().copied())),
            Type::Struct(ty) => Object::Fields(self.range(ty.fields.iter().map(|field| field.ty))),
            Type::Cell(content) => Object::Fields(self.range([*content].into_iter())),
            Type::Enum(ty) => {
                let variants = ty.variants.iter();
                Object::Variants(
                    variants.map(|v| self.range(v.fields.iter().map(|field| field.ty))).collect(),
                )
            }
            Type::List(element) => Object::List(slot(self.types, *element)),
            Type::Map(key, value) => Object::Table(slot(self.types, *key), Some(slot(self.types, *value))),
            Type::Set(element) => Object::Table(slot(self.types, *element), None),
            Type::Fn(..) => Object::Closure,
        }
    }
}
