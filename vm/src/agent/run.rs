//! Starting an agent and running it in slices.

use super::{Agent, StartError, State, Step};
use crate::bytecode::{FuncId, Type, TypeId};
use crate::data;
use crate::interp::Exit;
use crate::stack::StackFull;
use crate::value::Value;

impl Agent {
    /// Places the agent at the beginning of a function. Nothing is executed; the entry is charged to the first slice.
    pub fn start(&mut self, function: FuncId, args: &[Value]) -> Result<(), StartError> {
        if self.state != State::New {
            return Err(StartError::AlreadyStarted);
        }
        let program = self.program.clone();
        let index = function.0 as usize;
        let code = program.module().functions.get(index).ok_or(StartError::NoSuchFunction(function.0))?;
        if code.captures > 0 {
            return Err(StartError::NeedsCaptures(code.name.clone()));
        }
        let Type::Fn(params, _) = program.ty(code.signature) else {
            return Err(StartError::NoSuchFunction(function.0));
        };
        if params.len() != args.len() {
            let (wanted, given) = (params.len(), args.len());
            return Err(StartError::WrongArity { function: code.name.clone(), wanted, given });
        }
        let slots = self.place_args(params, args)?;
        let entry = &program.entries[index];
        self.stack
            .begin(entry)
            .map_err(|StackFull| StartError::StackLimit { limit_bytes: self.limits.stack_bytes })?;
        for (register, slot) in slots.into_iter().enumerate() {
            self.stack.set_reg(register as u16, slot);
        }
        self.fuel.used = u64::from(entry.fuel);
        self.fuel.debt = u64::from(entry.fuel);
        self.state = State::Ready;
        Ok(())
    }

    /// Brings the arguments into the heap, with room made for all of them at once: nothing holds them yet.
    fn place_args(&mut self, params: &[TypeId], args: &[Value]) -> Result<Vec<u64>, StartError> {
        let mut words = 0;
        for (index, (value, ty)) in args.iter().zip(params).enumerate() {
            words += data::value_words(&self.program, value, *ty, self.limits.value_bytes)
                .map_err(|error| StartError::BadArgument { index, error })?;
        }
        self.reserve(words).map_err(|_| StartError::BadArgument {
            index: 0,
            error: super::ValueError::HeapLimit { limit_bytes: self.limits.heap_bytes },
        })?;
        let place =
            |(value, ty): (&Value, &TypeId)| data::place_value(&self.program, &mut self.heap, value, *ty);
        Ok(args.iter().zip(params).map(place).collect())
    }

    /// Runs until the fuel is used up or something else ends the step.
    ///
    /// Fuel is charged at function entry and backward jumps, and by bulk operations for their size, so a slice may be
    /// overdrawn; what was is taken off the next slice. An agent that is done or trapped, or waits for an answer, gives
    /// the same step again. One that has not been started is done.
    pub fn run(&mut self, fuel: u64) -> Step {
        match &self.state {
            State::New | State::Done(_) => Step::Done,
            State::Trapped(trap) => Step::Trap((**trap).clone()),
            State::Waiting if self.has_what_it_waits_for() => self.run_slice(fuel),
            State::Waiting => self.waiting_step(),
            State::Ready => self.run_slice(fuel),
        }
    }

    fn run_slice(&mut self, fuel: u64) -> Step {
        let fuel = fuel.min(i64::MAX as u64);
        if fuel < self.fuel.debt {
            self.fuel.debt -= fuel;
            return Step::OutOfFuel;
        }
        let slice = (fuel - self.fuel.debt) as i64;
        self.state = State::Ready;
        let (exit, left) = self.execute(slice);
        self.mailbox.end_slice(&mut self.batch);
        self.fuel.debt = if left < 0 { left.unsigned_abs() } else { 0 };
        self.fuel.used += (slice - left) as u64 - std::mem::take(&mut self.fuel.uncounted);
        match exit {
            Exit::OutOfFuel => Step::OutOfFuel,
            Exit::Done(slot) => {
                self.state = State::Done(slot);
                Step::Done
            }
            Exit::Wait => self.begin_to_wait(),
            Exit::Trap(kind) => Step::Trap(self.trap(*kind)),
        }
    }
}
