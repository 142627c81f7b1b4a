//! Whole functions: the bytecode that trees become, and limits.
#![allow(clippy::unwrap_used)]

mod build;

use mob_vm::bytecode::{Module, Op};

use self::build::*;
use super::generate;
use crate::compile::Options;
use crate::diagnostic::{Diagnostics, Style};
use crate::source::SourceMap;
use crate::typed::{Binary, Expr, ExprKind, FunctionId, LocalId, PatternKind, Place, Program, StmtKind, Ty};

/// Generates the program and has the verifier look at what came out.
fn generated(program: &Program, sources: &SourceMap) -> Module {
    let module = match generate(&with_types(program), sources, "t", &Options::default()) {
        Ok(module) => module,
        Err(diagnostics) => panic!("{}", diagnostics.render(sources, Style::Plain)),
    };
    if let Err(error) = mob_vm::Program::load(module.clone()) {
        panic!("{error}\n{}", mob_vm::disasm(&module, |_| None));
    }
    module
}

fn refused(program: &Program, sources: &SourceMap) -> Diagnostics {
    generate(&with_types(program), sources, "t", &Options::default()).unwrap_err()
}

/// The program with the types that its trees speak of.
fn with_types(program: &Program) -> Program {
    Program { types: types(), ..program.clone() }
}

/// The opcodes of a function.
fn ops(module: &Module, function: usize) -> Vec<Op> {
    module.functions[function].code.iter().filter_map(|word| word.op()).collect()
}

/// The opcodes of a function with these parameters, further locals and body. `main` holds it as a value.
fn ops_of(params: &[Ty], locals: &[Ty], body: Expr) -> Vec<Op> {
    let (mut program, sources) = program();
    let result = body.ty;
    let ty = callable(params, result);
    let tested = function(&mut program, "tested", (params, locals), result, body);
    let value = expr(ExprKind::Function(tested, vec![]), ty);
    let main = block(vec![let_local(0, value)], None);
    program.main = Some(function(&mut program, "main", (&[], &[ty]), Ty::UNIT, main));
    ops(&generated(&program, &sources), 1)
}

#[test]
fn fib_stands_twice_within_itself_without_needless_instructions() {
    let (mut program, sources) = program();
    let fib = FunctionId(0);
    let n = || local(0, Ty::INT);
    let recur = |by| call(fib, &[], vec![binary(Binary::Sub, n(), int(by))], Ty::INT);
    let body = if_else(binary(Binary::Lt, n(), int(2)), n(), binary(Binary::Add, recur(1), recur(2)));
    function(&mut program, "fib", (&[Ty::INT], &[]), Ty::INT, body);
    program.main = Some(function(
        &mut program,
        "main",
        (&[], &[]),
        Ty::UNIT,
        block(vec![StmtKind::Expr(call(fib, &[], vec![int(20)], Ty::INT))], None),
    ));
    let module = generated(&program, &sources);
    let sum = |one: &[Op]| [one, one, &[Op::AddInt]].concat();
    let within = |sum: &[Op]| [&[Op::AddIntSmall, Op::JumpGeSmall, Op::Move, Op::Jump][..], sum].concat();
    let once = within(&sum(&[Op::AddIntSmall, Op::Call]));
    let twice = within(&sum(&once));
    let whole = [&[Op::JumpGeSmall, Op::Return], &sum(&twice)[..], &[Op::Return]].concat();
    assert_eq!(ops(&module, 1), whole);
}

#[test]
fn a_counted_loop_has_one_jump_a_round() {
    let sum = StmtKind::ForRange {
        pattern: name(2, Ty::INT),
        start: Box::new(int(0)),
        end: Box::new(local(0, Ty::INT)),
        inclusive: false,
        body: Box::new(block(vec![add_assign(1, local(2, Ty::INT))], None)),
    };
    let body = block(vec![let_local(1, int(0)), sum], Some(local(1, Ty::INT)));
    assert_eq!(
        ops_of(&[Ty::INT], &[Ty::INT, Ty::INT], body),
        [Op::ConstInt, Op::ConstInt, Op::JumpLeInt, Op::AddInt, Op::LoopLt, Op::Return]
    );
}

#[test]
fn a_small_condition_of_a_loop_is_there_twice_and_a_large_one_once() {
    let condition = || binary(Binary::Lt, local(0, Ty::INT), int(9));
    let round = block(vec![add_assign(0, int(1))], None);
    let small = block(vec![StmtKind::While(Box::new(condition()), Box::new(round.clone()))], None);
    assert_eq!(
        ops_of(&[Ty::INT], &[], small),
        [Op::JumpGeSmall, Op::AddIntSmall, Op::JumpLtSmall, Op::ConstUnit, Op::Return]
    );
    let large = expr(
        ExprKind::Block(crate::typed::Block { stmts: vec![], value: Some(Box::new(condition())) }),
        Ty::BOOL,
    );
    let large = block(vec![StmtKind::While(Box::new(large), Box::new(round))], None);
    assert_eq!(
        ops_of(&[Ty::INT], &[], large),
        [Op::Jump, Op::AddIntSmall, Op::JumpLtSmall, Op::ConstUnit, Op::Return]
    );
}

#[test]
fn a_match_with_many_variants_is_a_jump_table() {
    let arm = |tag: u32| {
        let field = (0, name(1 + tag, Ty::INT));
        (pattern(PatternKind::Variant(tag, vec![field]), shape()), local(1 + tag, Ty::INT))
    };
    let mut arms: Vec<_> = (0..4).map(arm).collect();
    arms.push((pattern(PatternKind::Wildcard, shape()), int(0)));
    let body = matching(local(0, shape()), arms);
    let arm = [Op::GetPayload, Op::Return];
    let mut expected = vec![Op::Switch];
    expected.extend([Op::Jump; 5]);
    (0..4).for_each(|_| expected.extend(arm));
    expected.extend([Op::ConstInt, Op::Return]);
    assert_eq!(ops_of(&[shape()], &[Ty::INT, Ty::INT, Ty::INT, Ty::INT], body), expected);
}

#[test]
fn a_wrapper_around_an_intrinsic_costs_nothing() {
    let (mut program, sources) = program();
    let (ints, param) = (list(Ty::INT), list(param()));
    let len = external(&mut program, "vm.list.len", std::slice::from_ref(&param), Ty::INT);
    let body = call_extern(len, vec![local(0, param)], Ty::INT);
    let wrapper = function(&mut program, "list.len", (&[param], &[]), Ty::INT, body);
    program.functions[wrapper.index()].span = in_library();
    let uses = call(wrapper, &[Ty::INT], vec![local(0, ints)], Ty::INT);
    let main = block(vec![let_local(0, expr(ExprKind::List(vec![int(7)]), ints)), let_local(1, uses)], None);
    program.main = Some(function(&mut program, "main", (&[], &[ints, Ty::INT]), Ty::UNIT, main));
    let module = generated(&program, &sources);
    assert_eq!(module.functions.len(), 1);
    assert_eq!(
        ops(&module, 0),
        [Op::ConstInt, Op::NewList, Op::Args, Op::ListLen, Op::ConstUnit, Op::Return]
    );
}

#[test]
fn an_operand_is_safe_from_assignments_after_it() {
    // x + { x = 5; 1 }
    let assign = StmtKind::Assign(Place::Local(LocalId(0)), int(5));
    let body = binary(Binary::Add, local(0, Ty::INT), block(vec![assign], Some(int(1))));
    assert_eq!(ops_of(&[Ty::INT], &[], body), [Op::Move, Op::ConstInt, Op::ConstInt, Op::AddInt, Op::Return]);
}

#[test]
fn endless_specialisation_is_an_error() {
    let (mut program, sources) = program();
    let list = list(param());
    let again = call(
        FunctionId(0),
        std::slice::from_ref(&list),
        vec![expr(ExprKind::List(vec![local(0, param())]), list)],
        Ty::UNIT,
    );
    function(&mut program, "grow", (&[param()], &[]), Ty::UNIT, block(vec![StmtKind::Expr(again)], None));
    let start = call(FunctionId(0), &[Ty::INT], vec![int(1)], Ty::UNIT);
    program.main = Some(function(&mut program, "main", (&[], &[]), Ty::UNIT, start));
    let diagnostics = refused(&program, &sources);
    assert_eq!(diagnostics.iter().next().unwrap().code().as_str(), "E0904");
}

#[test]
fn comparing_functions_is_an_error_at_the_call_that_caused_it() {
    let (mut program, sources) = program();
    let t = || local(0, param());
    let compares = binary(Binary::Eq, t(), t());
    let same = function(&mut program, "same", (&[param()], &[]), Ty::BOOL, compares);
    let ty = callable(&[], Ty::UNIT);
    let value = expr(ExprKind::Function(FunctionId(1), vec![]), ty);
    let main = block(vec![StmtKind::Expr(call(same, &[ty], vec![value], Ty::BOOL))], None);
    program.main = Some(function(&mut program, "main", (&[], &[]), Ty::UNIT, main));
    let diagnostics = refused(&program, &sources);
    let first = diagnostics.iter().next().unwrap();
    assert_eq!((first.code().as_str(), first.message()), ("E0490", "`fn() -> ()` can't be compared"));
}

#[test]
fn a_function_too_large_for_short_jumps_is_still_right() {
    let many = (0..40_000).map(|_| add_assign(0, int(1))).collect();
    let condition = binary(Binary::Lt, local(0, Ty::INT), int(9));
    let body = block(
        vec![StmtKind::While(Box::new(condition), Box::new(block(many, None)))],
        Some(local(0, Ty::INT)),
    );
    let ops = ops_of(&[Ty::INT], &[], body);
    assert_eq!(ops[..4], [Op::JumpGeSmall, Op::Jump, Op::Jump, Op::AddIntSmall]);
}

#[test]
fn a_function_with_too_many_registers_is_an_error() {
    let (mut program, sources) = program();
    let count = 70_000;
    let stmts = (0..count).map(|id| let_local(id, int(1))).collect();
    let locals = vec![Ty::INT; count as usize];
    program.main = Some(function(&mut program, "main", (&[], &locals), Ty::UNIT, block(stmts, None)));
    let diagnostics = refused(&program, &sources);
    assert_eq!(diagnostics.iter().next().unwrap().code().as_str(), "E0905");
}

#[test]
fn what_is_not_reached_is_not_in_the_module() {
    let (mut program, sources) = program();
    let host = external(&mut program, "fs.wipe", &[], Ty::UNIT);
    let stmts = vec![
        StmtKind::Expr(expr(ExprKind::Return(Box::new(expr(ExprKind::Unit, Ty::UNIT))), Ty::NEVER)),
        StmtKind::Expr(call_extern(host, vec![], Ty::UNIT)),
    ];
    program.main = Some(function(&mut program, "main", (&[], &[]), Ty::UNIT, block(stmts, None)));
    let module = generated(&program, &sources);
    assert!(module.imports.is_empty() && module.capabilities.is_empty());
}

#[test]
fn deep_trees_fit_the_stack() {
    let mut deep = local(0, Ty::INT);
    for _ in 0..250 {
        deep = if_else(binary(Binary::Lt, int(1), local(0, Ty::INT)), block(vec![], Some(deep)), int(0));
    }
    ops_of(&[Ty::INT], &[], deep);
}

#[test]
fn a_question_mark_returns_the_value_itself_if_it_can() {
    let of = |ty: Ty| expr(ExprKind::Try(Box::new(local(0, option(Ty::INT)))), ty);
    let same = expr(ExprKind::Variant(1, vec![of(Ty::INT)]), option(Ty::INT));
    let expected = [Op::JumpTag, Op::Return, Op::GetPayload, Op::NewVariant, Op::Args, Op::Return];
    assert_eq!(ops_of(&[option(Ty::INT)], &[], same), expected);

    let shown = expr(ExprKind::Interpolate(vec![of(Ty::INT)]), Ty::STR);
    let other = expr(ExprKind::Variant(1, vec![shown]), option(Ty::STR));
    let ops = ops_of(&[option(Ty::INT)], &[], other);
    assert_eq!(ops[..4], [Op::JumpTag, Op::NewVariant, Op::Return, Op::GetPayload]);
}

#[test]
fn a_text_of_many_pieces_is_joined_in_steps() {
    let pieces = (0..3000).map(|_| local(0, Ty::INT)).collect();
    let ops = ops_of(&[Ty::INT], &[], expr(ExprKind::Interpolate(pieces), Ty::STR));
    assert_eq!(ops.iter().filter(|op| **op == Op::Concat).count(), 48);
}
