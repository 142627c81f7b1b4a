//! Native functions: pure functions on numbers, text and bytes that the engine itself offers, each declared once in
//! `list.rs`. The standard library wraps them; `call.native` names one by its place in the list.

mod bytes;
mod call;
mod float;
mod int;
mod list;
mod numerals;
mod pieces;
#[cfg(test)]
mod tests;
mod text;

pub use list::NATIVES;

use crate::bytecode::Type;
use crate::trap::TrapKind;
use call::Call;

/// A native function's declaration.
#[derive(Debug)]
pub struct Native {
    /// Its name, `str.len`: what the standard library declares it by.
    pub name: &'static str,
    /// The types of its parameters.
    pub params: &'static [NativeTy],
    /// The type of its result.
    pub result: NativeTy,
    /// What it does, in a line.
    pub semantics: &'static str,
    /// Does it: the result's slot.
    run: fn(&mut Call<'_>) -> Result<u64, TrapKind>,
}

/// The types that native functions deal in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NativeTy {
    /// `Int`.
    Int,
    /// `Float`.
    Float,
    /// `Bool`.
    Bool,
    /// `Str`.
    Str,
    /// `Bytes`.
    Bytes,
    /// `List[Str]`.
    ListStr,
    /// `List[Int]`.
    ListInt,
}

impl NativeTy {
    /// Whether it is this type of a type table.
    pub fn is(self, ty: &Type, types: &[Type]) -> bool {
        match (self, ty) {
            (Self::Int, Type::Int)
            | (Self::Float, Type::Float)
            | (Self::Bool, Type::Bool)
            | (Self::Str, Type::Str)
            | (Self::Bytes, Type::Bytes) => true,
            (Self::ListStr, Type::List(element)) => matches!(types.get(element.0 as usize), Some(Type::Str)),
            (Self::ListInt, Type::List(element)) => matches!(types.get(element.0 as usize), Some(Type::Int)),
            _ => false,
        }
    }
}

/// A native function's place in the list, by its name.
pub fn native_index(name: &str) -> Option<u32> {
    NATIVES.iter().position(|native| native.name == name).map(|index| index as u32)
}
