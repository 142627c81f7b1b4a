//! Lengths from outside are checked before memory is taken: the peak of what decoding allocates is measured.
//!
//! All is in one test, since the count is the process's.

#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use mob_vm::bytecode::{FuncId, Function, Instr, Module, Op, Type, TypeId};
use mob_vm::{Agent, Limits, Program, Restoring, SnapshotInfo, Step};

/// Counts bytes in use, and the most there ever were.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator with the arguments as they came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above; the pointer came from `alloc`, and so from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many bytes more than before were in use at the worst moment.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = IN_USE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

fn with_header(magic: &[u8], body: &[u8]) -> Vec<u8> {
    [magic, &1_u16.to_le_bytes(), blake3::hash(body).as_bytes(), body].concat()
}

/// MessagePack's head of an array of 2^32 - 1.
const HUGE_ARRAY: &[u8] = b"\xdd\xff\xff\xff\xff";

#[test]
fn memory_is_taken_for_what_is_there() {
    forged_lengths_take_none();
    an_agent_that_moves_is_there_once();
}

fn forged_lengths_take_none() {
    const ALLOWED: usize = 4 << 20;
    let huge_names = b"\x99\xdb\xff\xff\xff\xff".to_vec();
    let huge_types = [b"\x99\xa0", HUGE_ARRAY].concat();
    let huge_fields = [b"\x99\xa0\x91\x81\xa6Struct\x93\xa0", HUGE_ARRAY, HUGE_ARRAY].concat();
    let huge_code = b"\x99\xa0\x90\x90\x90\x90\x91\x96\xa0\x00\x00\x90\xc6\xff\xff\xff\xff".to_vec();
    let mut nested = b"\x99\xa0".to_vec();
    for _ in 0..1000 {
        nested.extend_from_slice(HUGE_ARRAY);
    }
    for body in [huge_names, huge_types, huge_fields, huge_code, nested] {
        let bytes = with_header(b"MOBC", &body);
        let peak = peak_of(|| assert!(Module::decode(&bytes).is_err()));
        assert!(peak < ALLOWED, "{peak} bytes for {body:02x?}");
    }

    let golden =
        |name: &str| std::fs::read(format!("{}/tests/golden/v1/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let program = Program::load(Module::decode(&golden("everything.mobc")).unwrap()).unwrap();
    let hash = [&b"\x91\xc4\x20"[..], &program.hash().0].concat();
    for count in [u64::MAX, 1 << 61, 1 << 60, 1 << 40, 1 << 27] {
        let description = [&b"\x96"[..], &hash, b"\xa5Ready\x00\x01\x00\xcf", &count.to_be_bytes()].concat();
        let length = (description.len() as u32).to_le_bytes();
        let bytes = with_header(b"MOBS", &[&length[..], &description, &[0; 8]].concat());
        let peak = peak_of(|| {
            assert!(SnapshotInfo::read(&bytes).is_err());
            assert!(Agent::restore(&bytes, program.clone(), Limits::default()).is_err());
            let mut restoring = Restoring::new(program.clone(), Limits::default());
            let fed = bytes.chunks(10).try_for_each(|piece| restoring.feed(piece));
            assert!(fed.is_err() || restoring.finish().is_err());
        });
        assert!(peak < ALLOWED, "{peak} bytes for {count} words");
    }
}

/// Writing an agent takes no memory but for a piece, and reading it not much more than it has in the end.
fn an_agent_that_moves_is_there_once() {
    let program = Program::load(list_of(1_000_000)).unwrap();
    let mut agent = Agent::new(program.clone(), Limits::default());
    agent.start(program.main().unwrap(), &[]).unwrap();
    assert_eq!(agent.run(1 << 40), Step::Done);
    let frozen = agent.freeze().unwrap();
    let snapshot = frozen.bytes();
    let mut restoring = Restoring::new(program, Limits::default());
    let mut restored = None;
    let peak = peak_of(|| {
        let mut piece = vec![0; 64 << 10];
        let mut at = 0;
        while at < snapshot.total() {
            let len = snapshot.read(at, &mut piece);
            restoring.feed(&piece[..len]).unwrap();
            at += len;
        }
        restored = Some(restoring.finish().unwrap());
    });
    assert!(restored.unwrap().snapshot_bytes().unwrap().hash() == snapshot.hash());
    assert!(peak < snapshot.total() / 4 * 5, "{peak} bytes for {} of snapshot", snapshot.total());
}

/// A program whose result is a list of so many Ints.
fn list_of(count: u32) -> Module {
    let (int, list) = (TypeId(0), TypeId(1));
    let code = vec![
        Instr::with_bc(Op::ConstInt, 1, count),
        Instr::with_xb(Op::FillList, 0, list.0, 0),
        Instr::new(Op::Args, 2, 1, 1, 0),
        Instr::new(Op::Return, 0, 0, 0, 0),
    ];
    let main = Function {
        name: "main".to_owned(),
        signature: TypeId(2),
        captures: 0,
        registers: vec![list, int],
        code,
        lines: vec![],
        inlined: vec![],
    };
    Module {
        name: "list".to_owned(),
        types: vec![Type::Int, Type::List(int), Type::Fn(vec![], list)],
        constants: vec![],
        imports: vec![],
        capabilities: vec![],
        functions: vec![main],
        main: Some(FuncId(0)),
        tests: vec![],
        files: vec![],
        links: vec![],
    }
}
