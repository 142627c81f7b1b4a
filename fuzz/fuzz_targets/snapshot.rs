//! A snapshot's body after its header, for the first sample program whose hash it names: restore, whole and in pieces,
//! and run what is let through.

#![no_main]

mod common;

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use mob_vm::bytecode::Module;
use mob_vm::{Agent, Program, Restoring, SnapshotError, SnapshotInfo};

static PROGRAMS: LazyLock<Vec<Arc<Program>>> = LazyLock::new(|| {
    let modules: [&[u8]; 5] = [
        include_bytes!("../../vm/tests/golden/v1/everything.mobc"),
        include_bytes!("../../vm/tests/golden/v1/fib.mobc"),
        include_bytes!("../../vm/tests/golden/v1/ring.mobc"),
        include_bytes!("../../vm/tests/golden/v1/shapes.mobc"),
        include_bytes!("../../vm/tests/golden/v1/sum.mobc"),
    ];
    let load = |bytes| Program::load(Module::decode(bytes).expect("golden")).expect("golden");
    modules.into_iter().map(load).collect()
});

/// A restore of pieces, whose length follows from the snapshot's.
fn pieced(bytes: &[u8], program: &Arc<Program>) -> Result<Agent, SnapshotError> {
    let mut restoring = Restoring::new(program.clone(), common::LIMITS);
    bytes.chunks(1 + bytes.len() % 97).try_for_each(|piece| restoring.feed(piece))?;
    restoring.finish()
}

fuzz_target!(|body: &[u8]| {
    let _ = SnapshotInfo::read(body);
    let bytes = common::with_header(b"MOBS", body);
    let Ok(info) = SnapshotInfo::read(&bytes) else { return };
    let program = PROGRAMS.iter().find(|program| info.modules.contains(&program.hash())).unwrap_or(&PROGRAMS[0]);
    let _ = info.stack_trace(program.module());
    let restored = Agent::restore(&bytes, program.clone(), common::LIMITS);
    assert_eq!(pieced(&bytes, program).is_ok(), restored.is_ok(), "pieces make a difference");
    if let Ok(agent) = restored {
        common::run(agent, program);
    }
});
