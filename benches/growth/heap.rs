//! Agents that hold data of any size.

use std::sync::Arc;

use mvm::Engine;
use mvm::vm::{Agent, Limits, Program, Step};

/// Far more fuel than any of these programs needs.
pub(crate) const ENOUGH: u64 = u64::MAX >> 2;

/// Loads a program.
pub(crate) fn load(source: &str) -> Result<Arc<Program>, String> {
    let mut engine = Engine::new();
    let program = engine.allow_standard().compile("growth.mob", source).map_err(|error| error.to_string())?;
    Ok(Arc::clone(program.inner()))
}

/// An agent that stands before the first instruction of a program's `main`.
pub(crate) fn start(program: &Arc<Program>, limits: Limits) -> Result<Agent, String> {
    let mut agent = Agent::new(Arc::clone(program), limits);
    let main = program.main().ok_or("no main")?;
    agent.start(main, &[]).map_err(|error| error.to_string())?;
    Ok(agent)
}

/// Runs an agent until it asks to leave, with all of its data alive.
pub(crate) fn run_until_it_leaves(agent: &mut Agent) -> Result<(), String> {
    match agent.run(ENOUGH) {
        Step::Depart(_) => Ok(()),
        step => Err(format!("the program was to depart, and: {step:?}")),
    }
}

/// An agent that holds so many small structs, each with a text and a list.
pub(crate) fn with_objects(count: usize) -> Result<Agent, String> {
    let source = format!(
        r#"
        struct Reading {{ host: Str, load: Float, samples: List[Int] }}

        fn main() -> Result[Int, MoveError] {{
          let readings: List[Reading] = []
          for i in 0..{count} {{
            readings.push(Reading("host {{i}}", i.to_float() / 3.0, [i, i + 1, i + 2]))
          }}
          go("away")?
          Ok(readings.len())
        }}
        "#
    );
    let mut agent = start(&load(&source)?, Limits { heap_bytes: 1 << 30, ..Limits::default() })?;
    run_until_it_leaves(&mut agent)?;
    Ok(agent)
}
