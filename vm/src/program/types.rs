//! How the objects of each type lie, worked out once for collector and interpreter.

use crate::bytecode::{Type, TypeId};
use crate::mail::Address;

/// How values and objects of a type lie.
#[derive(Debug, Clone)]
pub(crate) struct TypeLayout {
    /// What a slot of the type holds.
    pub(crate) slot: SlotKind,
    /// What its objects look like.
    pub(crate) object: ObjectLayout,
}

/// What a collector must know of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlotKind {
    /// It may hold a reference.
    Reference,
    /// It holds a Float, whose NaNs have many forms.
    Float,
    /// It holds anything else.
    Plain,
}

/// What the objects of a type look like.
#[derive(Debug, Clone)]
pub(crate) enum ObjectLayout {
    /// The type has no objects.
    None,
    /// `Str`.
    Str,
    /// `Bytes`.
    Bytes,
    /// A struct, a tuple, or a cell.
    Fields(FieldsLayout),
    /// An enum: one a variant.
    Variants(Box<[FieldsLayout]>),
    /// A list.
    List {
        /// What an element is.
        element: SlotKind,
    },
    /// A map or a set.
    Table(TableLayout),
    /// A function value; the header names the function, and that its layout.
    Closure,
}

/// What a map's or set's entries look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableLayout {
    /// What a key is for the collector.
    pub(crate) key: SlotKind,
    /// What a value is; none for a set.
    pub(crate) value: Option<SlotKind>,
    /// How keys are hashed and compared.
    pub(crate) keys: Keys,
}

impl TableLayout {
    /// How many words an entry takes.
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        2 + self.value.is_some() as usize
    }
}

/// How the keys of a table are hashed and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// By their slots.
    Words,
    /// By their UTF-8.
    Texts,
    /// By their bytes.
    Bytes,
    /// Part by part: tuples, enums and addresses of this type.
    Data(TypeId),
}

/// Fields that follow a header, one word each.
#[derive(Debug, Clone, Default)]
pub(crate) struct FieldsLayout {
    /// How many there are.
    pub(crate) count: u32,
    /// Which of them, counted from 0, may hold references.
    pub(crate) refs: Box<[u32]>,
    /// Which of them hold Floats.
    pub(crate) floats: Box<[u32]>,
}

/// Types that native functions and operations make objects of. An id is only used where code has a register of that
/// type, so it is there whenever it is needed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WellKnown {
    /// `Str`.
    pub(crate) str: u32,
    /// `Bytes`.
    pub(crate) bytes: u32,
    /// `List[Str]`.
    pub(crate) list_str: u32,
    /// `List[Int]`.
    pub(crate) list_int: u32,
}

impl TypeLayout {
    /// How many fields a struct or tuple has; 0 for other types.
    pub(super) fn field_count(&self) -> u32 {
        match &self.object {
            ObjectLayout::Fields(fields) => fields.count,
            _ => 0,
        }
    }
}

impl FieldsLayout {
    pub(super) fn new(types: impl Iterator<Item = TypeId>, slot: impl Fn(TypeId) -> SlotKind) -> Self {
        let (mut count, mut refs, mut floats) = (0, Vec::new(), Vec::new());
        for ty in types {
            match slot(ty) {
                SlotKind::Reference => refs.push(count),
                SlotKind::Float => floats.push(count),
                SlotKind::Plain => {}
            }
            count += 1;
        }
        Self { count, refs: refs.into(), floats: floats.into() }
    }
}

impl WellKnown {
    pub(super) fn find(types: &[Type]) -> Self {
        let id = |wanted: &Type| types.iter().position(|ty| ty == wanted).unwrap_or(0) as u32;
        let list_of = |element: &Type| id(&Type::List(TypeId(id(element))));
        Self {
            str: id(&Type::Str),
            bytes: id(&Type::Bytes),
            list_str: list_of(&Type::Str),
            list_int: list_of(&Type::Int),
        }
    }
}

/// The layout of each type of a table.
pub(super) fn layouts(types: &[Type]) -> Vec<TypeLayout> {
    types.iter().map(|ty| TypeLayout { slot: slot_kind(ty), object: object_layout(ty, types) }).collect()
}

fn slot_kind(ty: &Type) -> SlotKind {
    match ty {
        Type::Float => SlotKind::Float,
        _ if ty.may_be_reference() => SlotKind::Reference,
        _ => SlotKind::Plain,
    }
}

fn keys(types: &[Type], key: TypeId) -> Keys {
    match types.get(key.0 as usize) {
        Some(Type::Str) => Keys::Texts,
        Some(Type::Bytes) => Keys::Bytes,
        Some(ty @ (Type::Tuple(_) | Type::Enum(_) | Type::Addr(_))) if ty.may_be_reference() => {
            Keys::Data(key)
        }
        _ => Keys::Words,
    }
}

fn object_layout(ty: &Type, types: &[Type]) -> ObjectLayout {
    let slot = |id: TypeId| types.get(id.0 as usize).map_or(SlotKind::Plain, slot_kind);
    let table = |key: TypeId, value: Option<TypeId>| {
        ObjectLayout::Table(TableLayout { key: slot(key), value: value.map(slot), keys: keys(types, key) })
    };
    match ty {
        Type::Unit | Type::Int | Type::Float | Type::Bool | Type::Inbox(_) => ObjectLayout::None,
        Type::Addr(_) => {
            ObjectLayout::Fields(FieldsLayout { count: Address::WORDS as u32, ..FieldsLayout::default() })
        }
        Type::Str => ObjectLayout::Str,
        Type::Bytes => ObjectLayout::Bytes,
        Type::Tuple(elements) => ObjectLayout::Fields(FieldsLayout::new(elements.iter().copied(), slot)),
        Type::Struct(ty) => ObjectLayout::Fields(FieldsLayout::new(ty.fields.iter().map(|f| f.ty), slot)),
        Type::Cell(content) => ObjectLayout::Fields(FieldsLayout::new([*content].into_iter(), slot)),
        Type::Enum(ty) => ObjectLayout::Variants(
            ty.variants.iter().map(|v| FieldsLayout::new(v.fields.iter().map(|f| f.ty), slot)).collect(),
        ),
        Type::List(element) => ObjectLayout::List { element: slot(*element) },
        Type::Map(key, value) => table(*key, Some(*value)),
        Type::Set(element) => table(*element, None),
        Type::Fn(..) => ObjectLayout::Closure,
    }
}
