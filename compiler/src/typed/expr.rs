//! Expressions and statements after checking.
//!
//! The checker builds them while it infers a body, when types may still be variables; in a complete tree none is.

use std::sync::Arc;

use super::pattern::Pattern;
use super::ty::{ExternId, FunctionId, LocalId};
use super::types::Ty;
use crate::source::Span;

/// An expression with its type.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// What an expression computes. Operands are evaluated in the order in which they stand here.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `()`.
    Unit,
    /// A literal or a constant's value.
    Int(i64),
    /// A literal or a constant's value.
    Float(f64),
    /// A literal or a constant's value.
    Bool(bool),
    /// A literal or a constant's value.
    Str(Arc<str>),
    /// A literal or a constant's value.
    Bytes(Arc<[u8]>),
    /// A local's value (through its cell if it is boxed).
    Local(LocalId),
    /// A function as a value, with its type arguments.
    Function(FunctionId, Vec<Ty>),
    /// An extern as a value, with its type arguments.
    Extern(ExternId, Vec<Ty>),
    /// A constructor of a struct as a value: a function of its fields.
    StructFn,
    /// A constructor of this variant as a value: a function of what it carries.
    VariantFn(u32),
    /// `"a {b} c"`: the parts as strings, joined. The parts are of any printable type.
    Interpolate(Vec<Expr>),
    /// `(a, b)`.
    Tuple(Vec<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `[k: v]`: keys and values in turn.
    Map(Vec<Expr>),
    /// `[a, b]` where a set is expected.
    Set(Vec<Expr>),
    /// A struct of type `ty`: one expression a field, in the order of declaration.
    Struct(Vec<Expr>),
    /// `Point(..p, x: 1)`: the base, and the fields that are not copied from it.
    StructUpdate(Box<Expr>, Vec<(u32, Expr)>),
    /// A variant of `ty` by its tag, with what it carries.
    Variant(u32, Vec<Expr>),
    /// A call of what is known at compile time.
    Call(Target, Vec<Expr>),
    /// A call of a function value.
    CallValue(Box<Expr>, Vec<Expr>),
    /// Field of a struct or element of a tuple.
    Field(Box<Expr>, u32),
    /// `xs[i]`, of a list or a map: traps where there is nothing.
    Index(Box<Expr>, Box<Expr>),
    /// An operator without its own rule of evaluation.
    Unary(Unary, Box<Expr>),
    /// An operator on two operands of one type; both are evaluated.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `a && b`.
    And(Box<Expr>, Box<Expr>),
    /// `a || b`.
    Or(Box<Expr>, Box<Expr>),
    /// `e?` on a `Result` or `Option`: the payload, or an early return of the function or closure around it with the
    /// same `Err` or `None`.
    Try(Box<Expr>),
    /// `{ … }`.
    Block(Block),
    /// `if`: without `else`, the value is `()`.
    If(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    /// `match`, and `if let` too: exhaustive; the first arm that matches.
    Match(Box<Expr>, Vec<Arm>),
    /// `|x| …`.
    Closure(Box<Closure>),
    /// `return e`.
    Return(Box<Expr>),
    /// `break` out of the innermost loop.
    Break,
    /// `continue` with the innermost loop.
    Continue,
    /// `panic(message)`.
    Panic(Box<Expr>),
    /// `assert(condition)`; the text is the condition's source. It traps with it, and with both sides of a comparison.
    Assert(Box<Expr>, String),
}

/// What a call calls.
#[derive(Debug, Clone)]
pub enum Target {
    /// A function of the program, with type arguments.
    Function(FunctionId, Vec<Ty>),
    /// A host function or intrinsic, with type arguments.
    Extern(ExternId, Vec<Ty>),
}

/// One arm of a match.
#[derive(Debug, Clone)]
pub struct Arm {
    /// What it asks.
    pub pattern: Pattern,
    /// `if …`.
    pub guard: Option<Expr>,
    /// Its value.
    pub body: Expr,
}

/// A closure. Its locals are in the table of the function around it.
#[derive(Debug, Clone)]
pub struct Closure {
    /// Its parameters.
    pub params: Vec<LocalId>,
    /// What it uses of the function around it: boxed ones by their cell, others by copy. An inner closure's captures
    /// count as uses of the outer one.
    pub captures: Vec<LocalId>,
    /// Its body.
    pub body: Expr,
    /// Its result's type.
    pub result: Ty,
}

/// Statements, and the value of the last expression.
#[derive(Debug, Clone)]
pub struct Block {
    /// The statements.
    pub stmts: Vec<Stmt>,
    /// The value; without one, `()`.
    pub value: Option<Box<Expr>>,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// `let p = e`, `var x = e`: a pattern that always matches.
    Let(Pattern, Expr),
    /// `let p = e else { … }`: the block never comes to its end.
    LetElse(Pattern, Box<Expr>, Box<Expr>),
    /// `place = e`.
    Assign(Place, Expr),
    /// `place op= e`: the place's parts are evaluated once.
    AssignOp(Place, Binary, Expr),
    /// An expression whose value is dropped.
    Expr(Expr),
    /// `while cond { … }`.
    While(Box<Expr>, Box<Expr>),
    /// `while let p = e { … }`.
    WhileLet(Pattern, Box<Expr>, Box<Expr>),
    /// `for i in a..b { … }`; inclusive with `..=`. The pattern is bound afresh in each round.
    ForRange {
        /// Binds the counter.
        pattern: Pattern,
        /// The first value.
        start: Box<Expr>,
        /// The end.
        end: Box<Expr>,
        /// Whether `end` itself is a round.
        inclusive: bool,
        /// What is done in each round.
        body: Box<Expr>,
    },
    /// `for x in list { … }`: by index; elements pushed meanwhile are seen.
    ForList(Pattern, Box<Expr>, Box<Expr>),
    /// `for (k, v) in map { … }`, `for x in set { … }`: in the order of insertion; entries added meanwhile are seen.
    ForTable(Pattern, Box<Expr>, Box<Expr>),
    /// `for m in inbox { … }`: waits for each message, until the inbox is closed.
    ForInbox(Pattern, Box<Expr>, Box<Expr>),
    /// `for x in f { … }` over a `fn() -> Option[T]`, until `None`.
    ForFn(Pattern, Box<Expr>, Box<Expr>),
}

/// What an assignment writes to.
#[derive(Debug, Clone)]
pub enum Place {
    /// A `var`.
    Local(LocalId),
    /// A struct's field.
    Field(Box<Expr>, u32),
    /// A list's element, or a map's value.
    Index(Box<Expr>, Box<Expr>),
}

/// Operators on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-` on Int or Float.
    Neg,
    /// `!` on Bool, and on Int the complement.
    Not,
}

/// Operators on two operands of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `+` on Int and Float, and on Str, where it joins.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Rem,
    /// `&` on Int.
    BitAnd,
    /// `|` on Int.
    BitOr,
    /// `^` on Int.
    BitXor,
    /// `<<` on Int.
    Shl,
    /// `>>` on Int.
    Shr,
    /// `==` on all data.
    Eq,
    /// `!=` on all data.
    Ne,
    /// `<` on all data.
    Lt,
    /// `<=` on all data.
    Le,
    /// `>` on all data.
    Gt,
    /// `>=` on all data.
    Ge,
}
