//! The type table's entries. Types are concrete: generics are specialised away before bytecode.

use serde::{Deserialize, Serialize};

/// Index into a module's type table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeId(pub u32);

/// Index into a module's function table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FuncId(pub u32);

/// One concrete type. A table holds each type once, so equal types have equal ids.
///
/// How a value of each type lies in its 64-bit slot is described at [`crate::layout`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Type {
    /// `()`: one value, the slot is 0.
    Unit,
    /// 64-bit signed integer, unboxed.
    Int,
    /// IEEE-754 double, unboxed bits.
    Float,
    /// 0 or 1.
    Bool,
    /// Immutable UTF-8 text.
    Str,
    /// Immutable bytes.
    Bytes,
    /// A tuple of two or more.
    Tuple(Vec<TypeId>),
    /// A declared struct: mutable fields, shared by reference.
    Struct(StructType),
    /// A declared enum: an immutable choice of variants.
    Enum(EnumType),
    /// A growable list, shared by reference.
    List(TypeId),
    /// A map from keys to values in the order of insertion, shared by reference.
    Map(TypeId, TypeId),
    /// A set in the order of insertion, shared by reference.
    Set(TypeId),
    /// A function value: parameters and result.
    Fn(Vec<TypeId>, TypeId),
    /// The box of a captured `var`.
    Cell(TypeId),
    /// Where messages of a type can be sent, wherever its agent is.
    Addr(TypeId),
    /// Where an agent's own messages of a type wait for it. It can't leave its agent.
    Inbox(TypeId),
}

impl Type {
    /// Whether a slot of the type may hold a reference to an object.
    pub fn may_be_reference(&self) -> bool {
        match self {
            Self::Unit | Self::Int | Self::Float | Self::Bool | Self::Inbox(_) => false,
            Self::Enum(ty) => ty.variants.iter().any(|variant| !variant.fields.is_empty()),
            _ => true,
        }
    }

    /// Whether values of the type can be in keys of maps and sets, if all that they hold can: they never change, and have a
    /// structural hash.
    pub fn fits_in_key(&self) -> bool {
        matches!(
            self,
            Self::Unit
                | Self::Int
                | Self::Bool
                | Self::Str
                | Self::Bytes
                | Self::Tuple(_)
                | Self::Enum(_)
                | Self::Addr(_)
        )
    }

    /// The same type with other ids in place of those that it holds, asked for in the order in which they stand.
    pub(crate) fn map_ids(&self, mut id: impl FnMut(TypeId) -> TypeId) -> Self {
        let mut ids = |ids: &[TypeId]| ids.iter().map(|part| id(*part)).collect::<Vec<_>>();
        match self {
            Self::Unit | Self::Int | Self::Float | Self::Bool | Self::Str | Self::Bytes => self.clone(),
            Self::Tuple(elements) => Self::Tuple(ids(elements)),
            Self::List(element) => Self::List(id(*element)),
            Self::Map(key, value) => {
                let key = id(*key);
                Self::Map(key, id(*value))
            }
            Self::Set(element) => Self::Set(id(*element)),
            Self::Cell(content) => Self::Cell(id(*content)),
            Self::Addr(message) => Self::Addr(id(*message)),
            Self::Inbox(message) => Self::Inbox(id(*message)),
            Self::Fn(params, result) => {
                let params = ids(params);
                Self::Fn(params, id(*result))
            }
            Self::Struct(ty) => Self::Struct(StructType {
                name: ty.name.clone(),
                args: ids(&ty.args),
                fields: ty.fields.iter().map(|field| field.map_id(&mut id)).collect(),
            }),
            Self::Enum(ty) => Self::Enum(EnumType {
                name: ty.name.clone(),
                args: ids(&ty.args),
                variants: ty.variants.iter().map(|variant| variant.map_ids(&mut id)).collect(),
            }),
        }
    }
}

impl Field {
    fn map_id(&self, id: &mut impl FnMut(TypeId) -> TypeId) -> Self {
        Self { name: self.name.clone(), ty: id(self.ty) }
    }
}

impl Variant {
    fn map_ids(&self, id: &mut impl FnMut(TypeId) -> TypeId) -> Self {
        Self { name: self.name.clone(), fields: self.fields.iter().map(|field| field.map_id(id)).collect() }
    }
}

/// A struct type, specialised.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StructType {
    /// The declared name, qualified by its module where that is not the program's root: `Pair`, `stats.Summary`.
    pub name: String,
    /// The type arguments of this specialisation.
    pub args: Vec<TypeId>,
    /// The fields in order of declaration.
    pub fields: Vec<Field>,
}

/// A named field of a struct or variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Its name; empty for a variant's unnamed field.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
}

/// An enum type, specialised.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EnumType {
    /// The declared name, as in [`StructType::name`].
    pub name: String,
    /// The type arguments of this specialisation.
    pub args: Vec<TypeId>,
    /// The variants; a variant's index is its tag.
    pub variants: Vec<Variant>,
}

/// One variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// What it carries; at most 255 fields.
    pub fields: Vec<Field>,
}

/// A type's name as the language writes it, `Result[List[Reading], Str]`; `?` for an id that the table lacks. Long names end in `…`.
pub fn type_name(types: &[Type], id: TypeId) -> String {
    let mut out = String::new();
    write_type_name(types, id, 8, &mut out);
    out
}

/// Where a name is cut short, in bytes.
const TYPE_NAME_LONG: usize = 200;

/// A forged table may nest types without end, so depth and length are bounded.
fn write_type_name(types: &[Type], id: TypeId, depth: usize, out: &mut String) {
    let (Some(ty), Some(depth)) = (types.get(id.0 as usize), depth.checked_sub(1)) else {
        out.push(if depth == 0 { '…' } else { '?' });
        return;
    };
    if out.len() > TYPE_NAME_LONG {
        return out.push_str(if out.ends_with('…') { "" } else { "…" });
    }
    let list = |open: &str, ids: &[TypeId], close: &str, out: &mut String| {
        out.push_str(open);
        for (i, id) in ids.iter().enumerate() {
            if out.len() > TYPE_NAME_LONG {
                break;
            }
            out.push_str(if i == 0 { "" } else { ", " });
            write_type_name(types, *id, depth, out);
        }
        out.push_str(close);
    };
    match ty {
        Type::Unit => out.push_str("()"),
        Type::Int => out.push_str("Int"),
        Type::Float => out.push_str("Float"),
        Type::Bool => out.push_str("Bool"),
        Type::Str => out.push_str("Str"),
        Type::Bytes => out.push_str("Bytes"),
        Type::Tuple(elements) => list("(", elements, ")", out),
        Type::Struct(StructType { name, args, .. }) | Type::Enum(EnumType { name, args, .. }) => {
            out.push_str(name);
            if !args.is_empty() {
                list("[", args, "]", out);
            }
        }
        Type::List(element) => list("List[", &[*element], "]", out),
        Type::Map(key, value) => list("Map[", &[*key, *value], "]", out),
        Type::Set(element) => list("Set[", &[*element], "]", out),
        Type::Cell(content) => list("Cell[", &[*content], "]", out),
        Type::Addr(message) => list("Addr[", &[*message], "]", out),
        Type::Inbox(message) => list("Inbox[", &[*message], "]", out),
        Type::Fn(params, result) => {
            list("fn(", params, ") -> ", out);
            write_type_name(types, *result, depth, out);
        }
    }
}
