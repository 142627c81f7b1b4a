//! Types as the checker knows them, and the ids of the typed tree.

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into the table that it belongs to.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )* };
}

id! {
    /// Index into [`super::Program::structs`].
    StructId;
    /// Index into [`super::Program::enums`].
    EnumId;
    /// Index into [`super::Program::functions`].
    FunctionId;
    /// Index into [`super::Program::externs`].
    ExternId;
    /// Index into [`super::Function::locals`].
    LocalId;
}

/// A type. Aliases are gone; inference variables are the checker's own and never get here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ty {
    /// The type of what never gives a value (`return`, `panic(…)`, an endless loop). It fits wherever any type does.
    Never,
    /// `()`.
    Unit,
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
    /// A tuple of two or more.
    Tuple(Vec<Ty>),
    /// A list.
    List(Box<Ty>),
    /// A map: keys and values.
    Map(Box<Ty>, Box<Ty>),
    /// A set.
    Set(Box<Ty>),
    /// A struct with its type arguments.
    Struct(StructId, Vec<Ty>),
    /// An enum with its type arguments.
    Enum(EnumId, Vec<Ty>),
    /// A function: parameters and result.
    Fn(Vec<Ty>, Box<Ty>),
    /// The n-th type parameter of the function, struct or enum that it stands in.
    Param(u32),
}
