//! The typed tree: what the checker makes of the syntax trees, and all that code generation reads.
//!
//! Names are resolved to ids, methods and operators to what they mean, every expression has its type, every match is
//! known to be exhaustive. Functions are still generic: a type may be [`Kind::Param`], and code generation specialises.
//! Nothing in it can be wrong by the program's fault, but for one thing that only a specialisation shows: an equality,
//! order or printing demand on a type parameter that turns out to be a function.

mod expr;
mod pattern;
mod ty;
pub(crate) mod types;

pub use expr::{Arm, Binary, Block, Closure, Expr, ExprKind, Place, Stmt, StmtKind, Target, Unary};
pub use pattern::{Pattern, PatternKind};
pub use ty::{EnumId, ExternId, FunctionId, LocalId, StructId};
pub use types::{Kind, Ty, Types};

use std::rc::Rc;
use std::sync::Arc;

use crate::source::Span;

/// A checked program: the root module and all that it uses.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Every type that anything in the program has.
    pub types: Types,
    /// Every struct of every module.
    pub structs: Vec<Struct>,
    /// Every enum of every module.
    pub enums: Vec<Enum>,
    /// Every function of every module, generic ones unspecialised, and one for each `test` block.
    pub functions: Vec<Function>,
    /// Every host function and intrinsic that is declared.
    pub externs: Vec<Extern>,
    /// `main` of the root module.
    pub main: Option<FunctionId>,
    /// The root module's tests.
    pub tests: Vec<Test>,
    /// The prelude's `Option`.
    pub option: Option<EnumId>,
    /// The prelude's `Result`.
    pub result: Option<EnumId>,
    /// The statements of the session's input that the program is for.
    pub input: Option<Input>,
}

/// The statements of a session's input: a body that takes variables of the session and leaves others behind.
#[derive(Debug, Clone)]
pub struct Input {
    /// The body, a block, as a function without parameters. Its value is that of the last expression.
    pub function: FunctionId,
    /// What it takes, as a closure does: boxed locals by their cell, others by value.
    pub captures: Vec<LocalId>,
    /// What it leaves behind, in the same way.
    pub exports: Vec<LocalId>,
}

/// A struct as declared.
#[derive(Debug, Clone)]
pub struct Struct {
    /// Its name, qualified by its module unless that is the root or the prelude: `stats.Summary`.
    pub name: String,
    /// How many type parameters it has.
    pub params: u32,
    /// Its fields' names and types in order of declaration.
    pub fields: Vec<(String, Ty)>,
}

/// An enum as declared.
#[derive(Debug, Clone)]
pub struct Enum {
    /// Its name, as in [`Struct::name`].
    pub name: String,
    /// How many type parameters it has.
    pub params: u32,
    /// Its variants in order of declaration: a variant's index is its tag.
    pub variants: Vec<Variant>,
}

/// A variant as declared.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// What it carries: names (empty where unnamed) and types. At most 255.
    pub fields: Vec<(String, Ty)>,
}

/// A function with a body.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name, qualified as in [`Struct::name`].
    pub name: String,
    /// Its type parameters' names.
    pub type_params: Rc<[Arc<str>]>,
    /// Its parameters: locals of `locals`.
    pub params: Vec<LocalId>,
    /// Its result's type.
    pub result: Ty,
    /// Every local of the function and of the closures in it.
    pub locals: Vec<Local>,
    /// Its body.
    pub body: Expr,
    /// Its name in the source.
    pub span: Span,
}

/// A parameter, `let`, `var` or pattern binding.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name, or empty for one that the checker made.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Ty,
    /// It is a `var` that some closure captures: it lives in a cell, shared by reference. Others are captured by copy.
    pub boxed: bool,
}

/// An `extern` declaration. `vm.…` names an intrinsic of the machine, only the standard library's to declare: an opcode
/// or a native function. Any other name is a host function.
#[derive(Debug, Clone)]
pub struct Extern {
    /// The name between the quotes: `console.print`, `vm.list.push`.
    pub name: String,
    /// Its type parameters' names; only an intrinsic may have any.
    pub type_params: Rc<[Arc<str>]>,
    /// Its parameters' types.
    pub params: Vec<Ty>,
    /// Its result's type.
    pub result: Ty,
    /// Its declaration in the source.
    pub span: Span,
}

/// A `test` block.
#[derive(Debug, Clone)]
pub struct Test {
    /// What it is called.
    pub name: String,
    /// Its body: takes nothing, gives `()`.
    pub function: FunctionId,
}
