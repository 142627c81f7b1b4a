//! Snapshot and restore of a small agent: the example of the README, on its way.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mvm::Engine;
use mvm::vm::{Agent, Limits, Step, Value};

const PROGRAM: &str = include_str!("../../examples/journey.mob");

/// How often each is measured.
const RUNS: usize = 4000;

/// The median of each.
pub(crate) struct Measured {
    pub(crate) bytes: usize,
    pub(crate) snapshot: Duration,
    pub(crate) restore: Duration,
}

pub(crate) fn measure() -> Result<Measured, Box<dyn Error>> {
    let mut engine = Engine::new();
    let program = Arc::clone(engine.allow_standard().compile("journey.mob", PROGRAM)?.inner());
    let mut agent = Agent::new(Arc::clone(&program), Limits::default());
    let route = ["b", "c", "a"].map(|name| Value::Str(name.into())).to_vec();
    agent.start(program.main().ok_or("no main")?, &[Value::List(route)])?;
    let mut at = "a".to_owned();
    // It goes to b, to c, and to a: there it has seen most.
    for departure in ["b", "c", "a"] {
        at = travel(&mut agent, &at)?;
        if at != departure {
            return Err(format!("it was to go to {departure}, and goes to {at}").into());
        }
    }
    let bytes = agent.snapshot()?;
    let (mut snapshots, mut restores) = (Vec::with_capacity(RUNS), Vec::with_capacity(RUNS));
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut restored = black_box(Agent::restore(&bytes, Arc::clone(&program), Limits::default())?);
        restores.push(start.elapsed());
        let start = Instant::now();
        black_box(restored.snapshot()?);
        snapshots.push(start.elapsed());
    }
    Ok(Measured { bytes: bytes.len(), snapshot: super::median(snapshots), restore: super::median(restores) })
}

/// Lets the agent run until it asks to go, and says where to. It is told before that it has arrived, if it asked to go.
fn travel(agent: &mut Agent, at: &str) -> Result<String, Box<dyn Error>> {
    loop {
        match agent.run(1 << 40) {
            Step::HostCall(call) => agent.resume(&match &call.name[..] {
                "node.name" => Value::Str(at.into()),
                "node.load" => Value::Float(0.25),
                _ => Value::Unit,
            })?,
            Step::Depart(departure) if departure.node == at => {
                agent.resume(&Value::Variant(0, vec![Value::Unit]))?;
            }
            Step::Depart(departure) => return Ok(departure.node),
            step => return Err(format!("the program was to depart, and: {step:?}").into()),
        }
    }
}
