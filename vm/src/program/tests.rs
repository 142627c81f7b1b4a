//! Programs of several modules: what is unified, what is refused, and that agents don't notice.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;

use super::LinkError;
use crate::bytecode::{
    Constant, EnumType, Field, FuncId, Instr, Link, Module, ModuleHash, Op, Type, TypeId, Variant,
};
use crate::testing::{Build, ROOMY, SAMPLES};
use crate::verify::{Fault, VerifyError};
use crate::{Agent, CallError, KeptId, Program, SnapshotError, Step};

/// `List` that holds itself through an enum: `enum Chain { End, More(Int, Chain) }`, with other types before it.
fn chain_type(b: &mut Build, before: &[Type]) -> TypeId {
    before.iter().for_each(|ty| _ = b.ty(ty.clone()));
    let int = b.ty(Type::Int);
    let id = TypeId(b.module.types.len() as u32);
    let field = |ty| Field { name: String::new(), ty };
    b.module.types.push(Type::Enum(EnumType {
        name: "Chain".into(),
        args: vec![],
        variants: vec![
            Variant { name: "End".into(), fields: vec![] },
            Variant { name: "More".into(), fields: vec![field(int), field(id)] },
        ],
    }));
    id
}

/// Has `grow(Chain) -> Chain`, `double(Int) -> Int`, `start() -> (Chain, Cell[Int])` and a closure.
fn library() -> Module {
    let mut b = Build::new("library");
    let chain = chain_type(&mut b, &[]);
    let int = b.ty(Type::Int);
    let cell = b.ty(Type::Cell(int));
    let both = b.ty(Type::Tuple(vec![chain, cell]));
    let k = b.constant(Constant::Int(1 << 40));
    let grow = format!("const r1 k{k}\nvariant r2 t{} 1 (r1 r0)\nreturn r2", chain.0);
    b.function("grow", (&[chain], &[], chain), &[int, chain], &grow);
    b.function("double", (&[int], &[], int), &[], "add.i64 r0 r0 r0\nreturn r0");
    b.function(
        "start",
        (&[], &[], both),
        &[chain, int, cell, both],
        &format!(
            "variant r0 t{} 0\nconst.i64 r1 5\ncell r2 t{} r1\nnew r3 t{} (r0 r2)\nreturn r3",
            chain.0, cell.0, both.0
        ),
    );
    b.function("with.closure", (&[], &[int], int), &[], "return r0");
    b.module
}

/// Calls the library's functions, with its types at other places in its table.
fn user(library: &Module) -> Module {
    let mut b = Build::new("user");
    let chain = chain_type(&mut b, &[Type::Float, Type::Str]);
    let int = b.ty(Type::Int);
    let cell = b.ty(Type::Cell(int));
    let (float, k) = (b.ty(Type::Float), b.constant(Constant::Float(0)));
    let hash = library.hash();
    let links = [("grow", b.function_type(&[chain], chain)), ("double", b.function_type(&[int], int))];
    b.module.links =
        links.map(|(name, signature)| Link { module: hash, function: name.into(), signature }).to_vec();
    // The user's own functions are 0 and 1, so the links are 2 and 3.
    let advance = "const r4 k0\ncell.get r2 r1\ncall r2 f3 (r2)\ncell.set r1 r2\ncall r3 f2 (r0)\nreturn r3";
    assert_eq!(k, 0);
    b.function("advance", (&[chain, cell], &[], chain), &[int, chain, float], advance);
    b.function("read", (&[cell], &[], int), &[int], "cell.get r1 r0\nreturn r1");
    b.module
}

fn linked() -> (Arc<Program>, Module, Module) {
    let (library, user) = (library(), user(&library()));
    let program = Program::load(library.clone()).unwrap();
    (program.link(&user).unwrap(), library, user)
}

fn refusal(change: impl FnOnce(&mut Module)) -> LinkError {
    let mut module = user(&library());
    change(&mut module);
    Program::load(library()).unwrap().link(&module).unwrap_err()
}

#[test]
fn types_are_the_same_if_their_structure_is() {
    let (program, library, user) = linked();
    let have = program.module();
    assert_eq!(have.types[..library.types.len()], library.types[..]);
    // Float, Str, fn(Chain, Cell[Int]) -> Chain and fn(Cell[Int]) -> Int are new; the others were there.
    assert_eq!(have.types.len(), library.types.len() + 4);
    assert_eq!(program.modules().collect::<Vec<_>>(), [library.hash(), user.hash()]);
    let advance = program.function(user.hash(), "advance").unwrap();
    assert_eq!(advance, FuncId(library.functions.len() as u32));
    assert_eq!(program.function(library.hash(), "advance"), None);
}

#[test]
fn a_program_is_not_changed_by_linking_nor_by_linking_twice() {
    let (program, library, user) = linked();
    let again = program.link(&user).unwrap().link(&library).unwrap();
    assert!(Arc::ptr_eq(&program, &again));
    let alone = Program::load(library.clone()).unwrap();
    let _ = alone.link(&user).unwrap();
    assert_eq!(*alone.module(), library);
}

#[test]
fn a_module_that_needs_others_does_not_run_by_itself() {
    let error = Program::load(user(&library())).unwrap_err();
    assert_eq!(error.fault, Fault::Unlinked);
    let other = Program::load(SAMPLES[0].1()).unwrap();
    let error = other.link(&user(&library())).unwrap_err();
    assert_eq!(error, LinkError::NoModule { module: library().hash(), function: "grow".into() });
    assert!(error.to_string().contains("has to be linked before"));
}

#[test]
fn what_is_needed_has_to_be_there_and_of_its_type() {
    let module = library().hash();
    let missing = |function: &str| LinkError::NoFunction { module, function: function.into() };
    assert_eq!(refusal(|m| m.links[0].function = "shrink".into()), missing("shrink"));
    // The closure has the type fn() -> Int.
    let closure = |m: &mut Module| {
        m.links[1].function = "with.closure".into();
    };
    assert_eq!(refusal(closure), missing("with.closure"));
    assert_eq!(
        refusal(|m| m.links[1].function = "grow".into()),
        LinkError::Signature {
            function: "grow".into(),
            wanted: "fn(Int) -> Int".into(),
            found: "fn(Chain) -> Chain".into(),
        }
    );
    let mut library = library();
    library.functions[1].name = "grow".into();
    let mut user = user(&library);
    user.links[0].module = library.hash();
    let error = Program::load(library.clone()).unwrap().link(&user).unwrap_err();
    assert_eq!(error, LinkError::Ambiguous { module: library.hash(), function: "grow".into() });
}

#[test]
fn a_type_of_the_same_name_and_another_structure_is_another_type() {
    let rename = |m: &mut Module| {
        let Some(Type::Enum(chain)) = m.types.iter_mut().find(|ty| matches!(ty, Type::Enum(_))) else {
            panic!()
        };
        chain.variants[0].name = "Stop".into();
    };
    let LinkError::Signature { wanted, found, .. } = refusal(rename) else { panic!("a signature") };
    assert_eq!((&wanted[..], &found[..]), ("fn(Chain) -> Chain", "fn(Chain) -> Chain"));
}

#[test]
fn forged_indices_are_refused() {
    let no_entry = |change: &dyn Fn(&mut Module)| match refusal(|m| change(m)) {
        LinkError::Verify(VerifyError { fault, .. }) => fault,
        other => panic!("{other}"),
    };
    assert_eq!(no_entry(&|m| m.functions[0].code[2] = Instr::with_xb(Op::Call, 2, 4, 2)), Fault::NoEntry);
    assert_eq!(
        no_entry(&|m| m.functions[0].code[0] = Instr::with_bc(Op::Const, 4, 1)),
        Fault::OutOfRange { what: "constant", index: 2 }
    );
    assert_eq!(
        no_entry(&|m| m.functions[0].code[0] = Instr::with_bc(Op::Const, 4, u32::MAX)),
        Fault::NoEntry
    );
    assert_eq!(
        no_entry(&|m| m.links[0].signature = TypeId(99)),
        Fault::OutOfRange { what: "type", index: 99 }
    );
    assert_eq!(no_entry(&|m| m.links[0].signature = TypeId(0)), Fault::Signature);
    // Calling with what the function doesn't take.
    assert!(matches!(
        no_entry(&|m| m.functions[0].code[2] = Instr::with_xb(Op::Call, 2, 2, 2)),
        Fault::RegisterType { .. }
    ));
}

#[test]
fn types_that_would_take_too_long_are_refused() {
    let mut b = Build::new("dense");
    let count = 4000_u32;
    for index in 0..count {
        let fields = (0..count).map(|part| Field { name: String::new(), ty: TypeId(part) }).collect();
        let ty = crate::bytecode::StructType { name: format!("S{index}"), args: vec![], fields };
        b.module.types.push(Type::Struct(ty));
    }
    let error = Program::load(library()).unwrap().link(&b.module).unwrap_err();
    assert_eq!(error, LinkError::TypesTooComplex);
}

#[test]
fn a_link_is_part_of_a_modules_bytes() {
    let module = user(&library());
    assert_eq!(Module::decode(&module.encode()).unwrap(), module);
    let mut other = module.clone();
    other.links[0].module = ModuleHash([1; 32]);
    assert_ne!(other.hash(), module.hash());
}

/// A session: the library's start, then so many calls of the user's module, with something done between any two.
fn session(advances: usize, mut between: impl FnMut(Agent) -> Agent) -> Agent {
    let (library, user) = (library(), user(&library()));
    let mut agent = Agent::new(Program::load(library.clone()).unwrap(), ROOMY);
    agent.collect_always(true);
    let call = |agent: &mut Agent, module: &Module, name: &str, args: &[KeptId]| {
        let function = agent.program().function(module.hash(), name).unwrap();
        agent.call(function, args).unwrap();
        while agent.run(3) == Step::OutOfFuel {}
        agent.keep_result().unwrap()
    };
    let both = call(&mut agent, &library, "start", &[]);
    let mut chain = agent.keep_field(both, 0).unwrap();
    let cell = agent.keep_field(both, 1).unwrap();
    agent.release(both);
    agent = between(agent);
    agent.link(&user).unwrap();
    for _ in 0..advances {
        let next = call(&mut agent, &user, "advance", &[chain, cell]);
        agent.release(std::mem::replace(&mut chain, next));
        agent = between(agent);
    }
    let read = call(&mut agent, &user, "read", &[cell]);
    assert_eq!(agent.kept_text(read).unwrap(), (5 << advances).to_string());
    assert_eq!(agent.kept_text(chain).unwrap().matches("More").count(), advances);
    agent
}

fn moved(mut agent: Agent) -> Agent {
    let bytes = agent.snapshot().unwrap();
    let mut restored = Agent::restore(&bytes, agent.program().clone(), ROOMY).unwrap();
    assert!(restored.snapshot().unwrap() == bytes, "a restored agent gives another snapshot");
    restored
}

#[test]
fn a_session_is_the_same_wherever_it_is_moved() {
    let mut stayed = session(5, |agent| agent);
    let mut went = session(5, moved);
    assert_eq!(stayed.snapshot().unwrap(), went.snapshot().unwrap());
    assert_eq!(stayed.fuel_used(), went.fuel_used());
}

#[test]
fn what_is_kept_outlives_a_trap_and_a_call_that_is_given_up() {
    let mut agent = session(2, |agent| agent);
    let kept: Vec<KeptId> = agent.kept().collect();
    let texts = |agent: &Agent| kept.iter().map(|id| agent.kept_text(*id).unwrap()).collect::<Vec<_>>();
    let before = texts(&agent);
    let mut b = Build::new("endless");
    let int = b.ty(Type::Int);
    b.function("spin", (&[], &[], int), &[], "again:\njump @again");
    b.function("fail", (&[], &[], int), &[int], "const.i64 r0 0\ndiv.i64 r0 r0 r0\nreturn r0");
    agent.link(&b.module).unwrap();
    let function = |agent: &Agent, name| agent.program().function(b.module.hash(), name).unwrap();
    agent.call(function(&agent, "spin"), &[]).unwrap();
    assert_eq!(agent.run(100), Step::OutOfFuel);
    assert_eq!(agent.call(function(&agent, "fail"), &[]), Err(CallError::Busy));
    agent.rest();
    agent.call(function(&agent, "fail"), &[]).unwrap();
    assert!(matches!(agent.run(1000), Step::Trap(_)));
    agent.compact();
    let agent = moved(agent);
    assert_eq!(texts(&agent), before);
}

#[test]
fn a_call_is_given_what_it_takes() {
    let mut agent = session(1, |agent| agent);
    let kept: Vec<KeptId> = agent.kept().collect();
    let function = |name: &str| agent.program().function(user(&library()).hash(), name).unwrap();
    let read = function("read");
    assert_eq!(agent.call(read, &[KeptId(77)]), Err(CallError::NotKept(KeptId(77))));
    assert_eq!(agent.call(FuncId(77), &[]), Err(CallError::NoSuchFunction(77)));
    let error = agent.call(read, &kept).unwrap_err();
    assert!(matches!(&error, CallError::Arguments { function, .. } if function == "read"), "{error}");
    assert_eq!(agent.call(FuncId(3), &[]), Err(CallError::NeedsCaptures("with.closure".into())));
    assert_eq!(agent.keep_field(kept[0], 9), None);
}

#[test]
fn a_session_is_restored_with_its_modules_and_maybe_more() {
    let mut agent = session(1, |agent| agent);
    let bytes = agent.snapshot().unwrap();
    let less = Program::load(library()).unwrap();
    let error = Agent::restore(&bytes, less.clone(), ROOMY).unwrap_err();
    assert_eq!(error, SnapshotError::OtherModules { named: 2, of_program: 1 });
    let other = less.link(&SAMPLES[0].1()).unwrap();
    let error = Agent::restore(&bytes, other, ROOMY).unwrap_err();
    assert_eq!(error, SnapshotError::WrongProgram { wanted: user(&library()).hash() });
    let more = agent.program().link(&SAMPLES[0].1()).unwrap();
    let mut restored = Agent::restore(&bytes, more.clone(), ROOMY).unwrap();
    assert!(restored.kept().eq(agent.kept()));
    let again = restored.snapshot().unwrap();
    assert!(Agent::restore(&again, more, ROOMY).unwrap().snapshot().unwrap() == again);
}

/// The snapshot with one byte behind its header changed, and a header that fits.
fn forged(bytes: &[u8], at: usize, value: u8) -> Vec<u8> {
    const HEADER: usize = 38;
    let mut bytes = bytes.to_vec();
    let at = HEADER + at % (bytes.len() - HEADER);
    bytes[at] = value;
    let hash = *blake3::hash(&bytes[HEADER..]).as_bytes();
    bytes[HEADER - 32..HEADER].copy_from_slice(&hash);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_forged_session_never_panics(at in any::<usize>(), value in any::<u8>()) {
        let mut agent = session(2, |agent| agent);
        let bytes = agent.snapshot().unwrap();
        if let Ok(mut agent) = Agent::restore(&forged(&bytes, at, value), agent.program().clone(), ROOMY) {
            for id in agent.kept().collect::<Vec<_>>() {
                let _ = agent.kept_text(id);
            }
            agent.compact();
        }
    }

    #[test]
    fn a_mutated_module_never_panics_when_it_is_linked(function in 0..2_usize, word in any::<usize>(), byte in 0..8_u32, value in any::<u8>()) {
        let mut module = user(&library());
        let code = &mut module.functions[function].code;
        let word = word % code.len();
        code[word].0 = code[word].0 & !(0xff << (byte * 8)) | u64::from(value) << (byte * 8);
        let _ = Program::load(library()).unwrap().link(&module);
    }

    #[test]
    fn samples_run_the_same_behind_others(order in Just((0..SAMPLES.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let modules: Vec<Module> = order.iter().map(|index| SAMPLES[*index].1()).collect();
        let mut program = Program::load(modules[0].clone()).unwrap();
        for module in &modules[1..] {
            program = program.link(module).unwrap();
        }
        for module in modules.iter().filter(|module| module.imports.is_empty()) {
            let alone = Program::load(module.clone()).unwrap();
            let main = &module.functions[module.main.unwrap().0 as usize].name;
            // Else each has that of its program, and its addresses depend on it.
            let seed = [1, 2];
            let mut one = Agent::new(alone.clone(), ROOMY);
            one.set_hash_seed(seed);
            one.start(alone.main().unwrap(), &[]).unwrap();
            let mut other = Agent::new(program.clone(), ROOMY);
            other.set_hash_seed(seed);
            other.start(program.function(module.hash(), main).unwrap(), &[]).unwrap();
            prop_assert_eq!(one.run(1 << 40), other.run(1 << 40));
            prop_assert_eq!(one.result_text(), other.result_text());
            prop_assert_eq!(one.fuel_used(), other.fuel_used());
        }
    }
}
