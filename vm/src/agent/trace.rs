//! Stack traces: which source lines the active calls stand at.

use super::{Agent, State};
use crate::stack::Frame;
use crate::trap::{INNERMOST, OUTERMOST, TraceLine, Trap, TrapKind};

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
        let depth = self.stack.frames().count();
        let elided = depth.saturating_sub(INNERMOST + OUTERMOST);
        let inner = if elided == 0 { depth } else { INNERMOST };
        let mut lines: Vec<TraceLine> =
            self.stack.frames().take(inner).map(|frame| self.line(&frame)).collect();
        if elided > 0 {
            lines.push(TraceLine::Elided(elided as u64));
            lines.extend(self.stack.frames().skip(inner + elided).map(|frame| self.line(&frame)));
        }
        lines
    }

    fn line(&self, frame: &Frame) -> TraceLine {
        let id = self.program.function_at(self.instruction(frame));
        let pc = self.instruction(frame) - self.program.entries[id.0 as usize].start;
        TraceLine::at(self.program.module(), id, pc)
    }

    /// The instruction that a frame stands at: for a caller the last word of its call, since it goes on after that.
    fn instruction(&self, frame: &Frame) -> u32 {
        if frame.dest.is_some() { frame.pc - 1 } else { frame.pc }
    }
}
