//! The ids of the typed tree.

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
