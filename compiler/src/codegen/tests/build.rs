//! Typed trees by hand, for tests of what the checker's output can hardly be made to show.

use std::cell::RefCell;

use crate::source::{FileId, SourceMap, Span};
use crate::typed::{
    Arm, Binary, Block, Enum, EnumId, Expr, ExprKind, Extern, ExternId, Function, FunctionId, Kind, Local,
    LocalId, Pattern, PatternKind, Place, Program, Stmt, StmtKind, Target, Ty, Types, Variant,
};

thread_local! {
    /// The types of all trees that a test makes: a type is a number, which means nothing without the table.
    static TYPES: RefCell<Types> = RefCell::new(Types::new());
}

/// The type that is made of this.
pub(super) fn ty(kind: Kind) -> Ty {
    TYPES.with_borrow_mut(|types| types.intern(kind))
}

/// All types that were made.
pub(super) fn types() -> Types {
    TYPES.with_borrow(Clone::clone)
}

/// A type parameter.
pub(super) fn param() -> Ty {
    ty(Kind::Param(0))
}

/// `List[element]`.
pub(super) fn list(element: Ty) -> Ty {
    ty(Kind::List(element))
}

/// `fn(params) -> result`.
pub(super) fn callable(params: &[Ty], result: Ty) -> Ty {
    ty(Kind::Fn(params.into(), result))
}

/// A place in the standard library.
pub(super) fn in_library() -> Span {
    Span::new(FileId(1), 0, 0)
}

/// The place of everything else: line 1 of the program.
pub(super) fn here() -> Span {
    Span::default()
}

/// A program with the prelude's enums and one file.
pub(super) fn program() -> (Program, SourceMap) {
    let mut sources = SourceMap::new();
    sources.add("t.mob", "t");
    sources.add("std/list.mob", "t");
    let variant = |name: &str, fields: &[Ty]| Variant {
        name: name.into(),
        fields: fields.iter().map(|ty| (String::new(), *ty)).collect(),
    };
    let option = Enum {
        name: "Option".into(),
        params: 1,
        variants: vec![variant("None", &[]), variant("Some", &[param()])],
    };
    let shapes = ["Dot", "Line", "Square", "Circle", "Text"];
    let shape = Enum {
        name: "Shape".into(),
        params: 0,
        variants: shapes.iter().map(|name| variant(name, &[Ty::INT])).collect(),
    };
    let program = Program { enums: vec![option, shape], option: Some(EnumId(0)), ..Program::default() };
    (program, sources)
}

/// `Option[ty]`.
pub(super) fn option(ty: Ty) -> Ty {
    self::ty(Kind::Enum(EnumId(0), [ty].into()))
}

/// The enum of five variants that each carry an Int.
pub(super) fn shape() -> Ty {
    ty(Kind::Enum(EnumId(1), [].into()))
}

/// Adds a function; its locals are its parameters, then others.
pub(super) fn function(
    program: &mut Program,
    name: &str,
    (params, locals): (&[Ty], &[Ty]),
    result: Ty,
    body: Expr,
) -> FunctionId {
    let local = |ty: &Ty| Local { name: "x".into(), ty: *ty, boxed: false };
    program.functions.push(Function {
        name: name.into(),
        type_params: [].into(),
        params: (0..params.len() as u32).map(LocalId).collect(),
        result,
        locals: params.iter().chain(locals).map(local).collect(),
        body,
        span: here(),
    });
    FunctionId(program.functions.len() as u32 - 1)
}

/// Adds an extern.
pub(super) fn external(program: &mut Program, name: &str, params: &[Ty], result: Ty) -> ExternId {
    program.externs.push(Extern {
        name: name.into(),
        type_params: ["T".into()].into(),
        params: params.to_vec(),
        result,
        span: here(),
    });
    ExternId(program.externs.len() as u32 - 1)
}

pub(super) fn expr(kind: ExprKind, ty: Ty) -> Expr {
    Expr { kind, ty, span: here() }
}

pub(super) fn int(value: i64) -> Expr {
    expr(ExprKind::Int(value), Ty::INT)
}

pub(super) fn local(id: u32, ty: Ty) -> Expr {
    expr(ExprKind::Local(LocalId(id)), ty)
}

pub(super) fn binary(op: Binary, left: Expr, right: Expr) -> Expr {
    let is_comparison = super::super::arith::is_comparison(op);
    let ty = if is_comparison { Ty::BOOL } else { left.ty };
    expr(ExprKind::Binary(op, Box::new(left), Box::new(right)), ty)
}

pub(super) fn call(id: FunctionId, types: &[Ty], args: Vec<Expr>, ty: Ty) -> Expr {
    expr(ExprKind::Call(Target::Function(id, types.to_vec()), args), ty)
}

pub(super) fn call_extern(id: ExternId, args: Vec<Expr>, ty: Ty) -> Expr {
    expr(ExprKind::Call(Target::Extern(id, vec![Ty::INT]), args), ty)
}

pub(super) fn if_else(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    let ty = then.ty;
    expr(ExprKind::If(Box::new(condition), Box::new(then), Some(Box::new(otherwise))), ty)
}

pub(super) fn block(stmts: Vec<StmtKind>, value: Option<Expr>) -> Expr {
    let ty = value.as_ref().map_or(Ty::UNIT, |value| value.ty);
    let stmts = stmts.into_iter().map(|kind| Stmt { kind, span: here() }).collect();
    expr(ExprKind::Block(Block { stmts, value: value.map(Box::new) }), ty)
}

pub(super) fn pattern(kind: PatternKind, ty: Ty) -> Pattern {
    Pattern { kind, ty, span: here() }
}

pub(super) fn name(id: u32, ty: Ty) -> Pattern {
    pattern(PatternKind::Bind(LocalId(id), None), ty)
}

pub(super) fn let_local(id: u32, value: Expr) -> StmtKind {
    StmtKind::Let(name(id, value.ty), value)
}

pub(super) fn add_assign(id: u32, value: Expr) -> StmtKind {
    StmtKind::AssignOp(Place::Local(LocalId(id)), Binary::Add, value)
}

pub(super) fn matching(subject: Expr, arms: Vec<(Pattern, Expr)>) -> Expr {
    let ty = arms[0].1.ty;
    let arms = arms.into_iter().map(|(pattern, body)| Arm { pattern, guard: None, body }).collect();
    expr(ExprKind::Match(Box::new(subject), arms), ty)
}
