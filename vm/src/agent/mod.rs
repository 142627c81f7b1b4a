//! A running program: heap, stack, and where it stands.

mod step;

use std::sync::Arc;

use crate::bytecode::FuncId;
use crate::limits::Limits;
use crate::program::Program;
use crate::trap::{TraceLine, Trap};
use crate::value::Value;

pub use step::{Departure, GO, HostCall, StartError, Step, ValueError};

/// A running program with its own heap and stack. It owns no thread and does nothing by itself.
///
/// Given the same program, limits and answers, an agent does the same and uses the same fuel, however its run is cut
/// into slices.
#[derive(Debug)]
pub struct Agent {
    program: Arc<Program>,
    limits: Limits,
}

impl Agent {
    /// An agent that has not been started.
    pub fn new(program: Arc<Program>, limits: Limits) -> Self {
        Self { program, limits }
    }

    /// Places the agent at the beginning of a function. Nothing is executed.
    pub fn start(&mut self, _function: FuncId, _args: &[Value]) -> Result<(), StartError> {
        todo!()
    }

    /// Runs until the fuel is used up or something else ends the step.
    ///
    /// Fuel is charged at function entry and backward jumps, and by bulk operations for their size, so a slice may be
    /// overdrawn; what was is taken off the next slice. An agent that is done or trapped, or waits for an answer, gives
    /// the same step again.
    pub fn run(&mut self, _fuel: u64) -> Step {
        todo!()
    }

    /// The host call or departure that waits for an answer.
    pub fn pending(&self) -> Option<Step> {
        todo!()
    }

    /// Answers the pending host call or departure. An answer of the wrong type or size changes nothing.
    pub fn resume(&mut self, _answer: &Value) -> Result<(), ValueError> {
        todo!()
    }

    /// Ends the agent because its pending host call failed in a way that the call's type can't express, such as a
    /// capability that is missing. Without a pending call nothing changes and `None` is returned.
    pub fn fail(&mut self, _message: String) -> Option<Trap> {
        todo!()
    }

    /// What the started function returned, once it is done. `None` too if it can't be a [`Value`].
    pub fn result(&self) -> Option<Value> {
        todo!()
    }

    /// What the started function returned, as the language shows it. `None` before it is done, or if it has a function in it.
    pub fn result_text(&self) -> Option<String> {
        todo!()
    }

    /// Fuel used since the start, on all nodes.
    pub fn fuel_used(&self) -> u64 {
        todo!()
    }

    /// Bytes of heap in use, garbage included.
    pub fn heap_bytes(&self) -> usize {
        todo!()
    }

    /// The calls that are active, the innermost first; the middle of a deep stack is elided.
    pub fn stack_trace(&self) -> Vec<TraceLine> {
        todo!()
    }

    /// The program that it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}
