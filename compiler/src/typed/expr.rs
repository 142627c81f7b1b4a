//! Expressions and statements after checking.
//!
//! They are generic in what a type is, for the checker's own sake: while it infers a body, types are still variables.

use super::pattern::Pattern;
use super::ty::{ExternId, FunctionId, LocalId, Ty};
use crate::source::Span;

/// An expression with its type.
#[derive(Debug, Clone)]
pub struct Expr<T = Ty> {
    /// What it computes.
    pub kind: ExprKind<T>,
    /// The type of its value.
    pub ty: T,
    /// Where it stands.
    pub span: Span,
}

/// What an expression computes. Operands are evaluated in the order in which they stand here.
#[derive(Debug, Clone)]
pub enum ExprKind<T = Ty> {
    /// `()`.
    Unit,
    /// A literal or a constant's value.
    Int(i64),
    /// A literal or a constant's value.
    Float(f64),
    /// A literal or a constant's value.
    Bool(bool),
    /// A literal or a constant's value.
    Str(String),
    /// A literal or a constant's value.
    Bytes(Vec<u8>),
    /// A local's value (through its cell if it is boxed).
    Local(LocalId),
    /// A function as a value, with its type arguments.
    Function(FunctionId, Vec<T>),
    /// An extern as a value, with its type arguments.
    Extern(ExternId, Vec<T>),
    /// A constructor of a struct as a value: a function of its fields.
    StructFn,
    /// A constructor of this variant as a value: a function of what it carries.
    VariantFn(u32),
    /// `"a {b} c"`: the parts as strings, joined. The parts are of any printable type.
    Interpolate(Vec<Expr<T>>),
    /// `(a, b)`.
    Tuple(Vec<Expr<T>>),
    /// `[a, b]`.
    List(Vec<Expr<T>>),
    /// `[k: v]`: keys and values in turn.
    Map(Vec<Expr<T>>),
    /// `[a, b]` where a set is expected.
    Set(Vec<Expr<T>>),
    /// A struct of type `ty`: one expression a field, in the order of declaration.
    Struct(Vec<Expr<T>>),
    /// `Point(..p, x: 1)`: the base, and the fields that are not copied from it.
    StructUpdate(Box<Expr<T>>, Vec<(u32, Expr<T>)>),
    /// A variant of `ty` by its tag, with what it carries.
    Variant(u32, Vec<Expr<T>>),
    /// A call of what is known at compile time.
    Call(Target<T>, Vec<Expr<T>>),
    /// A call of a function value.
    CallValue(Box<Expr<T>>, Vec<Expr<T>>),
    /// Field of a struct or element of a tuple.
    Field(Box<Expr<T>>, u32),
    /// `xs[i]`, of a list or a map: traps where there is nothing.
    Index(Box<Expr<T>>, Box<Expr<T>>),
    /// An operator without its own rule of evaluation.
    Unary(Unary, Box<Expr<T>>),
    /// An operator on two operands of one type; both are evaluated.
    Binary(Binary, Box<Expr<T>>, Box<Expr<T>>),
    /// `a && b`.
    And(Box<Expr<T>>, Box<Expr<T>>),
    /// `a || b`.
    Or(Box<Expr<T>>, Box<Expr<T>>),
    /// `e?` on a `Result` or `Option`: the payload, or an early return of the function or closure around it with the
    /// same `Err` or `None`.
    Try(Box<Expr<T>>),
    /// `{ … }`.
    Block(Block<T>),
    /// `if`: without `else`, the value is `()`.
    If(Box<Expr<T>>, Box<Expr<T>>, Option<Box<Expr<T>>>),
    /// `match`, and `if let` too: exhaustive; the first arm that matches.
    Match(Box<Expr<T>>, Vec<Arm<T>>),
    /// `|x| …`.
    Closure(Box<Closure<T>>),
    /// `return e`.
    Return(Box<Expr<T>>),
    /// `break` out of the innermost loop.
    Break,
    /// `continue` with the innermost loop.
    Continue,
    /// `panic(message)`.
    Panic(Box<Expr<T>>),
    /// `assert(condition)`; the text is the condition's source. It traps with it, and with both sides of a comparison.
    Assert(Box<Expr<T>>, String),
}

/// What a call calls.
#[derive(Debug, Clone)]
pub enum Target<T = Ty> {
    /// A function of the program, with type arguments.
    Function(FunctionId, Vec<T>),
    /// A host function or intrinsic, with type arguments.
    Extern(ExternId, Vec<T>),
}

/// One arm of a match.
#[derive(Debug, Clone)]
pub struct Arm<T = Ty> {
    /// What it asks.
    pub pattern: Pattern<T>,
    /// `if …`.
    pub guard: Option<Expr<T>>,
    /// Its value.
    pub body: Expr<T>,
}

/// A closure. Its locals are in the table of the function around it.
#[derive(Debug, Clone)]
pub struct Closure<T = Ty> {
    /// Its parameters.
    pub params: Vec<LocalId>,
    /// What it uses of the function around it: boxed ones by their cell, others by copy. An inner closure's captures
    /// count as uses of the outer one.
    pub captures: Vec<LocalId>,
    /// Its body.
    pub body: Expr<T>,
    /// Its result's type.
    pub result: T,
}

/// Statements, and the value of the last expression.
#[derive(Debug, Clone)]
pub struct Block<T = Ty> {
    /// The statements.
    pub stmts: Vec<Stmt<T>>,
    /// The value; without one, `()`.
    pub value: Option<Box<Expr<T>>>,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt<T = Ty> {
    /// What it does.
    pub kind: StmtKind<T>,
    /// Where it stands.
    pub span: Span,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum StmtKind<T = Ty> {
    /// `let p = e`, `var x = e`: a pattern that always matches.
    Let(Pattern<T>, Expr<T>),
    /// `let p = e else { … }`: the block never comes to its end.
    LetElse(Pattern<T>, Expr<T>, Expr<T>),
    /// `place = e`.
    Assign(Place<T>, Expr<T>),
    /// `place op= e`: the place's parts are evaluated once.
    AssignOp(Place<T>, Binary, Expr<T>),
    /// An expression whose value is dropped.
    Expr(Expr<T>),
    /// `while cond { … }`.
    While(Expr<T>, Expr<T>),
    /// `while let p = e { … }`.
    WhileLet(Pattern<T>, Expr<T>, Expr<T>),
    /// `for i in a..b { … }`; inclusive with `..=`. The pattern is bound afresh in each round.
    ForRange {
        /// Binds the counter.
        pattern: Pattern<T>,
        /// The first value.
        start: Expr<T>,
        /// The end.
        end: Expr<T>,
        /// Whether `end` itself is a round.
        inclusive: bool,
        /// What is done in each round.
        body: Expr<T>,
    },
    /// `for x in list { … }`: by index; elements pushed meanwhile are seen.
    ForList(Pattern<T>, Expr<T>, Expr<T>),
    /// `for (k, v) in map { … }`, `for x in set { … }`: in the order of insertion; entries added meanwhile are seen.
    ForTable(Pattern<T>, Expr<T>, Expr<T>),
    /// `for x in f { … }` over a `fn() -> Option[T]`, until `None`.
    ForFn(Pattern<T>, Expr<T>, Expr<T>),
}

/// What an assignment writes to.
#[derive(Debug, Clone)]
pub enum Place<T = Ty> {
    /// A `var`.
    Local(LocalId),
    /// A struct's field.
    Field(Expr<T>, u32),
    /// A list's element, or a map's value.
    Index(Expr<T>, Expr<T>),
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
