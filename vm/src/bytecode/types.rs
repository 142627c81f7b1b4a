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
    /// A function value: parameters and result.
    Fn(Vec<TypeId>, TypeId),
    /// The box of a captured `var`.
    Cell(TypeId),
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
