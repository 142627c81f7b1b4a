//! Host calls: what waits, and its answer.

use super::{Agent, Departure, GO, HostCall, State, Step, ValueError};
use crate::bytecode::{Import, Instr, Op, TypeId};
use crate::data;
use crate::program::Program;
use crate::trap::{Trap, TrapKind};
use crate::value::Value;

impl Agent {
    /// What the agent waits for, as the [`Step`] that announced it.
    pub fn pending(&self) -> Option<Step> {
        if self.state != State::Waiting {
            return None;
        }
        match self.waiting_op() {
            Op::CallHost => self.read_call().ok(),
            op => self.mail_step(op),
        }
    }

    /// Answers the pending host call or departure. An answer of the wrong type or size changes nothing.
    pub fn resume(&mut self, answer: &Value) -> Result<(), ValueError> {
        if self.state != State::Waiting || self.waiting_op() != Op::CallHost {
            return Err(ValueError::NothingPending);
        }
        let program = self.program.clone();
        let (call, import) = self.call_site(&program);
        let words = data::value_words(&program, answer, import.result, self.limits.value_bytes)?;
        self.reserve(words).map_err(|_| ValueError::HeapLimit { limit_bytes: self.limits.heap_bytes })?;
        let slot = data::place_value(&program, &mut self.heap, answer, import.result);
        self.stack.set_reg(call.a(), slot);
        self.stack.top.pc += 1 + Program::args_words(import.params.len(), true);
        self.state = State::Ready;
        Ok(())
    }

    /// Ends the agent because what it waits for failed in a way that the program can't be told, such as a capability that
    /// is missing. If it doesn't wait, nothing changes and `None` is returned.
    pub fn fail(&mut self, message: String) -> Option<Trap> {
        (self.state == State::Waiting).then(|| self.trap(TrapKind::Host(message)))
    }

    /// What the started function returned, once it is done. `None` too if it can't be a [`Value`].
    pub fn result(&self) -> Option<Value> {
        let State::Done(slot) = self.state else { return None };
        let view = self.heap.view(&self.program);
        data::to_value(&self.program, view, slot, self.result_type(), self.limits.value_bytes).ok()
    }

    /// The type of what the started function returned, in the program's table. `None` before it is done.
    pub fn returned_type(&self) -> Option<TypeId> {
        matches!(self.state, State::Done(_)).then(|| self.result_type())
    }

    /// What the started function returned, as the language shows it. `None` before it is done, or if it is longer than
    /// [`Limits::value_bytes`](crate::Limits::value_bytes).
    pub fn result_text(&self) -> Option<String> {
        let State::Done(slot) = self.state else { return None };
        let view = self.heap.view(&self.program);
        data::show(&self.program, view, slot, self.result_type(), self.limits.value_bytes).ok()
    }

    /// The host call or departure that waits. Arguments that can't leave the heap end the agent.
    pub(super) fn calling_step(&mut self) -> Step {
        match self.read_call() {
            Ok(step) => step,
            Err(ValueError::TooLarge { limit_bytes }) => {
                Step::Trap(self.trap(TrapKind::ValueLimit { limit_bytes: limit_bytes as u64 }))
            }
            Err(_) => Step::Trap(self.trap(TrapKind::NotTransferable)),
        }
    }

    /// Reads the pending call from the code and the registers, where it stays until it is answered.
    fn read_call(&self) -> Result<Step, ValueError> {
        let (call, import) = self.call_site(&self.program);
        let view = self.heap.view(&self.program);
        let registers = self.program.args(self.stack.top.pc, import.params.len(), Some(call.c()));
        let args = registers.zip(&import.params).map(|(register, ty)| {
            data::to_value(&self.program, view, self.stack.reg(register), *ty, self.limits.value_bytes)
        });
        let mut args: Vec<Value> = args.collect::<Result<_, _>>()?;
        if import.name == GO
            && let Some(Value::Str(node)) = args.first_mut()
        {
            return Ok(Step::Depart(Departure { node: std::mem::take(node), result: import.result }));
        }
        Ok(Step::HostCall(HostCall { name: import.name.clone(), args, result: import.result }))
    }

    /// The `call.host` instruction that waits, and its import.
    fn call_site<'a>(&self, program: &'a Program) -> (Instr, &'a Import) {
        let call = program.code[self.stack.top.pc as usize];
        (call, &program.module().imports[call.xb() as usize])
    }
}
