//! Agents on tokio's threads: a program that begins others runs on all cores.
//!
//! Futures on tokio's scheduler, the carriers, take agents through their turns: as many as there are threads, and one more for each
//! agent that is called from outside of them. An agent that another one calls has its turn on the same carrier, after
//! that one's, unless a thread has nothing to do. So two agents that answer each other stay on one core; as tasks of their
//! own they would be handed from thread to thread, at twice the time for a message, and an agent that waits would take more
//! memory.

mod alarms;
mod crew;
mod member;

use std::sync::Arc;

use mob_runtime::{Begun, Counter, Course, Credential, Rest, Signals};
use mob_vm::Trap;
use tokio::sync::oneshot;

use self::crew::Crew;
use self::member::Member;
use crate::agent::{Agent, Outcome};

/// The first agent's number.
const FIRST: u64 = 0;

impl Agent {
    /// Runs the agent, and all that it begins, on the threads of the tokio runtime that this is called on, which must be
    /// one with several: until the agent is done, has trapped, or all have used this much fuel together. Then the others are
    /// over. Gives the agent back. An agent that has begun others by [`run`](Self::run) leaves them behind.
    ///
    /// In what order agents have their turns, and so what they see of each other, is not the same each time;
    /// [`run`](Self::run) takes turns on one thread, in an order that depends on nothing else.
    ///
    /// # Panics
    /// Outside of a tokio runtime, or if that has no timer; and as a function of the host does that is called.
    pub async fn run_on_all_threads(self, fuel: u64) -> (Self, Result<Outcome, Trap>) {
        let Self { inner, functions, .. } = self;
        let names = Arc::new(Counter::from(FIRST + 1));
        let (done, ended) = oneshot::channel();
        let crew = Arc::new(Crew::new(names.clone(), functions, fuel, done));
        let (credential, signals) = (Credential::default(), Signals::default());
        let Some(course) = Course::begin(&crew.office, &inner, credential, signals, Rest::None) else {
            // Nobody else is in an office that was just opened.
            return (Self::alone(inner, crew.functions.clone()), Ok(Outcome::OutOfFuel));
        };
        let first = Member::new(&crew, Box::new(Begun { agent: inner, course }));
        crew.begin(first);
        let ended = tokio::select! {
            ended = ended => ended,
            () = crew.alarms.ring(Member::call) => std::future::pending().await,
        };
        crew.stop();
        // They may be a million.
        drop(tokio::task::spawn_blocking({
            let crew = crew.clone();
            move || crew.disband()
        }));
        let (inner, ended) = match ended {
            Ok(ended) => *ended,
            Err(_) => match crew.take_panic() {
                Some(panic) => std::panic::resume_unwind(panic),
                // The runtime is being shut down, and this with it.
                None => std::future::pending().await,
            },
        };
        let mut agent = Self::alone(inner, crew.functions.clone());
        agent.add_begun(names.value() - FIRST - 1);
        (agent, ended)
    }
}
