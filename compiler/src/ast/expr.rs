//! Expressions, statements and blocks.

use std::sync::Arc;

use super::{Ident, Pattern, TypeExpr};
use crate::source::Span;

/// An expression, and where it is written. The span of an expression in parentheses includes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Which expression.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `42`. The literal `-9223372036854775808` is one negative `Int`; other negatives are `Unary`.
    Int(i64),
    /// `1.5`; always finite.
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `"text"`, escapes resolved.
    Str(Arc<str>),
    /// `"text {e}"`: pieces of text and expressions, at least one of the latter.
    Interpolated(Vec<TextPart>),
    /// `b"\x00"`
    Bytes(Arc<[u8]>),
    /// `name`, `Constructor`, `CONSTANT`
    Name(Ident),
    /// `[a, b]`, `[]`
    List(Vec<Expr>),
    /// `[k: v]`, `[:]`
    Map(Vec<(Expr, Expr)>),
    /// `(a, b)`; without elements, `()`. Never of one element.
    Tuple(Vec<Expr>),
    /// `-a`, `!a`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it is applied to.
        operand: Box<Expr>,
    },
    /// `a + b`, `a && b`, …
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand, evaluated first.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a..b`, `a..=b`
    Range {
        /// The first.
        start: Box<Expr>,
        /// The end.
        end: Box<Expr>,
        /// `..=`: the end belongs to it.
        inclusive: bool,
    },
    /// `f(a, b)`, `x.f(y)` (the callee is a `Field`), `Reading(..r, load: 0.9)`
    Call {
        /// What is called; `TypeArgs` for `f[T](x)`.
        callee: Box<Expr>,
        /// `..r`, the value whose other fields are copied.
        base: Option<Box<Expr>>,
        /// The arguments, in order.
        args: Vec<Argument>,
    },
    /// `f[Int]`: type arguments given by hand; stands only as a callee.
    TypeArgs {
        /// The function.
        base: Box<Expr>,
        /// The types, at least one.
        args: Vec<TypeExpr>,
    },
    /// `x.name`: a field, a method, or a module's or enum's member.
    Field {
        /// What stands before the dot.
        base: Box<Expr>,
        /// What stands after it.
        name: Ident,
    },
    /// `x.0`
    TupleField {
        /// The tuple.
        base: Box<Expr>,
        /// Which element, from 0.
        index: u32,
        /// Where the number stands.
        index_span: Span,
    },
    /// `x[i]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
    },
    /// `x?`
    Try(Box<Expr>),
    /// `|x, y: Int| e`
    Closure {
        /// Parameters, in order.
        params: Vec<ClosureParam>,
        /// What it computes.
        body: Box<Expr>,
    },
    /// `{ … }`
    Block(Box<Block>),
    /// `if a { } else if b { } else { }`: a flat list however long the chain.
    If {
        /// `if` and each `else if`, in order; at least one.
        branches: Vec<IfBranch>,
        /// The last `else`.
        otherwise: Option<Box<Block>>,
    },
    /// `match e { p -> e }`
    Match {
        /// What is looked at.
        scrutinee: Box<Expr>,
        /// The arms, in order.
        arms: Vec<MatchArm>,
    },
    /// `while c { }`
    While {
        /// Tested before each round.
        condition: Box<Condition>,
        /// The loop's body.
        body: Box<Block>,
    },
    /// `for p in e { }`
    For {
        /// What each element is bound to.
        pattern: Box<Pattern>,
        /// What is iterated over.
        iterable: Box<Expr>,
        /// The loop's body.
        body: Box<Block>,
    },
    /// `a = e`, `a += e`; its value is `()`.
    Assign {
        /// What is assigned to: a name, field, tuple field or index; anything else has been reported.
        target: Box<Expr>,
        /// `+` of `+=`, and so on; none for `=`.
        op: Option<BinaryOp>,
        /// Where the operator stands.
        op_span: Span,
        /// The new value, or the right operand.
        value: Box<Expr>,
    },
    /// `return`, `return e`
    Return(Option<Box<Expr>>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// Could not be parsed.
    Error,
}

/// A piece of an interpolated string.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Text as it is; never empty.
    Text(Arc<str>),
    /// `{e}`
    Expr(Expr),
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// The parameter's name, if it is written.
    pub label: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// A parameter of a closure.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosureParam {
    /// What the argument is bound to.
    pub pattern: Pattern,
    /// Its type, if it is written.
    pub ty: Option<TypeExpr>,
}

/// `if` or `else if`, with its body.
#[derive(Debug, Clone, PartialEq)]
pub struct IfBranch {
    /// When it is taken.
    pub condition: Condition,
    /// What is done then.
    pub body: Block,
}

/// What stands between `if` or `while` and the block.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A `Bool`.
    Expr(Expr),
    /// `let p = e`: true if the value matches; its names are bound in the block.
    Let {
        /// The pattern.
        pattern: Pattern,
        /// The value.
        value: Expr,
        /// From `let` to the end of the value.
        span: Span,
    },
}

/// `p if guard -> e`
#[derive(Debug, Clone, PartialEq)]
pub struct MatchArm {
    /// What the value must match.
    pub pattern: Pattern,
    /// What must hold as well.
    pub guard: Option<Expr>,
    /// The arm's value.
    pub body: Expr,
    /// The whole arm.
    pub span: Span,
}

/// `{ … }`: statements, and the value of a last expression.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// The statements before the last expression, or all if the last is no expression.
    pub stmts: Vec<Stmt>,
    /// The last expression, whose value is the block's; none means `()`. A `;` after it changes nothing.
    pub value: Option<Box<Expr>>,
    /// With the braces.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `let …`, `var …`
    Let(Box<LetStmt>),
    /// An expression whose value is not used.
    Expr(Expr),
}

/// `let p: T = e else { … }`, `var x = e`
#[derive(Debug, Clone, PartialEq)]
pub struct LetStmt {
    /// `var`: the names can be assigned to.
    pub mutable: bool,
    /// What the value is bound to.
    pub pattern: Pattern,
    /// Its type, if it is written.
    pub ty: Option<TypeExpr>,
    /// The value.
    pub value: Expr,
    /// What happens if the value doesn't match; it must not go on to the next statement.
    pub otherwise: Option<Block>,
    /// The whole statement.
    pub span: Span,
}

/// Operators that stand before their operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
}

impl UnaryOp {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neg => "-",
            Self::Not => "!",
        }
    }
}

/// Operators that stand between their operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `||`, which evaluates its right operand only if it must
    Or,
    /// `&&`, which evaluates its right operand only if it must
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}

impl BinaryOp {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::BitAnd => "&",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }
}
