//! Stack traces: which source lines the active calls stand at.

use super::{Agent, State};
use crate::stack::Frame;
use crate::trace::{TraceLine, trace};
use crate::trap::{Trap, TrapKind};

impl Agent {
    /// The calls that are active, the innermost first; the middle of a deep stack is elided. Empty before the start and
    /// after the end.
    pub fn stack_trace(&self) -> Vec<TraceLine> {
        match &self.state {
            State::New | State::Done(_) => Vec::new(),
            State::Ready | State::Waiting => self.trace(),
            State::Trapped(trap) => trap.trace.clone(),
        }
    }

    /// Ends the agent at the innermost frame's `pc`.
    pub(super) fn trap(&mut self, kind: TrapKind) -> Trap {
        let trap = Trap { kind, trace: self.trace() };
        self.state = State::Trapped(Box::new(trap.clone()));
        self.stack.clear();
        trap
    }

    fn trace(&self) -> Vec<TraceLine> {
        let place = |frame: Frame| {
            let at = self.instruction(&frame);
            let function = self.program.function_at(at);
            (function, at - self.program.entries[function.0 as usize].start)
        };
        trace(self.program.module(), self.stack.frames().map(place))
    }

    /// The instruction that a frame stands at: for a caller the last word of its call, since it goes on after that.
    fn instruction(&self, frame: &Frame) -> u32 {
        if frame.dest.is_some() { frame.pc - 1 } else { frame.pc }
    }
}
