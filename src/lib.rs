//! Mob: programs that move. The embedding API.
//!
//! An [`Engine`] says what programs may call and use, and compiles and loads them. A [`Program`] is verified code; an
//! [`Agent`] runs one, in slices of fuel.
//!
//! ```
//! let mut engine = mvm::Engine::new();
//! let output = engine.capture();
//! let program = engine.compile("main.mob", "fn main() { print(1 + 2) }")?;
//! let mut agent = mvm::Agent::start(&program, &[])?;
//! assert_eq!(agent.run(1_000)?, mvm::Outcome::Done);
//! assert_eq!(output.take(), "3\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agent;
mod clock;
#[cfg(feature = "net")]
mod concurrent;
mod engine;
mod group;
mod host;
mod program;
mod session;
mod snapshot;
mod sources;

/// The code in the documents compiles and does what it says.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../docs/embedding.md")]
    struct Embedding;

    #[doc = include_str!("../README.md")]
    struct Readme;
}

pub use agent::{Agent, Outcome, RunError, StartError};
pub use engine::{Captured, Engine, LoadError};
pub use host::{Failure, FromValue, HostFunction, IntoAnswer, IntoValue, LOCAL_NODE, MobType};
pub use program::Program;
pub use session::{
    Begun, Evaluated, InputError, NewVariable, Progress, SESSION_VERSION, Session, SessionError, Shown,
};
pub use sources::{FileSources, StdlibSources, read_source};

pub use mob_compiler as compiler;
#[cfg(feature = "net")]
pub use mob_net as net;
pub use mob_vm as vm;
pub use mob_vm::{Limits, SnapshotError, TraceLine, Trap, TrapKind, Value};
