//! Values outside of an agent's heap: what hosts get and give.

use crate::mail::Address;

/// A Mob value as an owned tree. Which type it has is known beside it: from an import's signature, or `main`'s result.
///
/// Shared structure is copied; cyclic or very deep data is refused where a `Value` is made from a heap.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `()`.
    Unit,
    /// `Int`.
    Int(i64),
    /// `Float`.
    Float(f64),
    /// `Bool`.
    Bool(bool),
    /// `Str`.
    Str(String),
    /// `Bytes`.
    Bytes(Vec<u8>),
    /// An `Addr`.
    Addr(Address),
    /// A tuple's elements or a struct's fields, in order.
    Fields(Vec<Value>),
    /// An enum's tag and what the variant carries.
    Variant(u32, Vec<Value>),
    /// A list's elements.
    List(Vec<Value>),
    /// A map's keys and values in the order of insertion. Of entries with equal keys, the first has the place, and the
    /// last the value.
    Map(Vec<(Value, Value)>),
    /// A set's elements in the order of insertion. Those that equal an earlier one don't count.
    Set(Vec<Value>),
}

impl Value {
    /// `Ok(value)` of a `Result`, whose first variant it is.
    pub fn ok(value: Self) -> Self {
        Self::Variant(0, vec![value])
    }

    /// `Err(error)` of a `Result`, whose second variant it is.
    pub fn err(error: Self) -> Self {
        Self::Variant(1, vec![error])
    }
}
