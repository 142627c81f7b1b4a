//! What stands at the top level of a file.

use std::sync::Arc;

use super::{Block, Expr, Ident, PlainText, TypeExpr};
use crate::source::{FileId, Span};

/// One parsed file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The file's id.
    pub file: FileId,
    /// Its items, in the order in which they are written.
    pub items: Vec<Item>,
}

/// The text of the `///` lines before an item, field or variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc {
    /// The lines without their slashes and the space that follows them, joined by `\n`.
    pub text: Arc<str>,
    /// From the first line to the last.
    pub span: Span,
}

/// One item, with what may stand before any item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its documentation.
    pub doc: Option<Doc>,
    /// Where `pub` stands, if it does. Never on `use` and `test`.
    pub public: Option<Span>,
    /// The item itself.
    pub kind: ItemKind,
    /// From `pub` or the keyword to the end; documentation not included.
    pub span: Span,
}

/// The kinds of item.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `use …`
    Use(UseItem),
    /// `struct …`
    Struct(StructItem),
    /// `enum …`
    Enum(EnumItem),
    /// `type A = B`
    Alias(TypeAlias),
    /// `const A: T = e`
    Const(ConstItem),
    /// `fn …`
    Function(Function),
    /// `extern "…" fn …`
    Extern(ExternItem),
    /// `test "…" { }`
    Test(TestItem),
}

/// `use list`, `use ./a/b`, `use x as y`, `use list.{map, fold as f}`.
#[derive(Debug, Clone, PartialEq)]
pub struct UseItem {
    /// Which module.
    pub path: UsePath,
    /// `as y`: the name that the module has here. Without it, the path's last name.
    pub alias: Option<Ident>,
    /// `.{…}`: the names brought in. With a list, the module's own name is not brought in.
    pub names: Option<Vec<UseName>>,
}

/// The module that a `use` names.
#[derive(Debug, Clone, PartialEq)]
pub enum UsePath {
    /// `use list`: a module of the standard library.
    Stdlib(Ident),
    /// `use ./a/b`, `use ../c`: a file, relative to the folder of the file that says so.
    File {
        /// How many `..` it begins with; 0 for `./`.
        parents: u32,
        /// The folders' names and the file's, without `.mob`; never empty.
        segments: Vec<Ident>,
        /// The whole path.
        span: Span,
    },
}

impl UsePath {
    /// The last name of the path, by which the module is called unless `as` says otherwise.
    #[must_use]
    pub fn last(&self) -> Option<&Ident> {
        match self {
            Self::Stdlib(name) => Some(name),
            Self::File { segments, .. } => segments.last(),
        }
    }

    /// Where the path stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Stdlib(name) => name.span,
            Self::File { span, .. } => *span,
        }
    }
}

/// One name of `use m.{a, b as c}`.
#[derive(Debug, Clone, PartialEq)]
pub struct UseName {
    /// The name in its module.
    pub name: Ident,
    /// The name that it has here, if it is another one.
    pub alias: Option<Ident>,
}

/// `struct Name[T] { field: Type }`
#[derive(Debug, Clone, PartialEq)]
pub struct StructItem {
    /// Its name, which is also its constructor's.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Fields, in order.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its documentation.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// Name and type.
    pub span: Span,
}

/// `enum Name[T] { A, B(T), C(x: Int) }`
#[derive(Debug, Clone, PartialEq)]
pub struct EnumItem {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Variants, in order.
    pub variants: Vec<Variant>,
}

/// A variant of an enum; its name is its constructor's.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its documentation.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// What it carries; empty for a variant without parentheses.
    pub fields: Vec<VariantField>,
    /// The whole variant.
    pub span: Span,
}

/// What a variant carries in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantField {
    /// Its label, if it has one.
    pub label: Option<Ident>,
    /// Its type.
    pub ty: TypeExpr,
    /// Label and type.
    pub span: Span,
}

/// `type Name[T] = Type`
#[derive(Debug, Clone, PartialEq)]
pub struct TypeAlias {
    /// The new name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// What it stands for.
    pub ty: TypeExpr,
}

/// `const NAME: Type = value`
#[derive(Debug, Clone, PartialEq)]
pub struct ConstItem {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// Its value.
    pub value: Expr,
}

/// `fn name[T](param: Type) -> Type { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Parameters, in order.
    pub params: Vec<Param>,
    /// The result's type; none means `()`.
    pub result: Option<TypeExpr>,
    /// What it does.
    pub body: Block,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name; `_` for one that is not used.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// Name and type.
    pub span: Span,
}

/// `extern "cap.name" fn name(param: Type) -> Type`: a function that the host provides.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternItem {
    /// The host's name for it; what stands before the dot is the capability.
    pub host_name: PlainText,
    /// Its name in Mob.
    pub name: Ident,
    /// Type parameters.
    pub generics: Vec<Ident>,
    /// Parameters, in order.
    pub params: Vec<Param>,
    /// The result's type; none means `()`.
    pub result: Option<TypeExpr>,
}

/// `test "name" { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct TestItem {
    /// What it is called.
    pub name: PlainText,
    /// What it does.
    pub body: Block,
}
