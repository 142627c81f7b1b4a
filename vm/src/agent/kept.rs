//! What an agent keeps between calls, and calls that are given it: the life of a session.
//!
//! An agent at rest has no active call: it has not been started, its call returned, trapped, or was given up. Its heap
//! stays, as far as its kept values reach, and the next call of any function of its program is made with those.

use thiserror::Error;

use super::{Agent, State};
use crate::bytecode::{FuncId, Module, Type, TypeId, type_name};
use crate::data;
use crate::heap::Roots;
use crate::layout::{self, low};
use crate::program::{LinkError, Program, SlotKind};
use crate::stack::StackFull;

/// Names a value that an agent keeps between calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeptId(pub u32);

/// A kept value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: KeptId,
    pub(crate) ty: TypeId,
    pub(crate) slot: u64,
}

/// The values that an agent keeps, by ascending id.
#[derive(Debug, Default)]
pub(crate) struct KeptValues(Vec<Kept>);

impl KeptValues {
    /// The values as a snapshot has them.
    pub(crate) fn from_sorted(list: Vec<Kept>) -> Self {
        debug_assert!(list.is_sorted_by_key(|kept| kept.id));
        Self(list)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Kept> {
        self.0.iter()
    }

    fn find(&self, id: KeptId) -> Option<&Kept> {
        self.0.binary_search_by_key(&id, |kept| kept.id).ok().map(|at| &self.0[at])
    }

    /// Adds a value, whose id is above all others. `None` if there is no such id left.
    fn add(&mut self, ty: TypeId, slot: u64) -> Option<KeptId> {
        let id = match self.0.last() {
            Some(last) => KeptId(last.id.0.checked_add(1)?),
            None => KeptId(0),
        };
        self.0.push(Kept { id, ty, slot });
        Some(id)
    }
}

impl Roots for KeptValues {
    fn for_each(&mut self, program: &Program, mut visit: impl FnMut(&mut u64)) {
        for kept in &mut self.0 {
            match program.layouts[kept.ty.0 as usize].slot {
                SlotKind::Reference => visit(&mut kept.slot),
                SlotKind::Float => kept.slot = layout::float_bits(f64::from_bits(kept.slot)),
                SlotKind::Plain => {}
            }
        }
    }
}

/// Why a call could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CallError {
    /// Another call has not ended.
    #[error("the agent's call has not ended")]
    Busy,
    /// The program lacks the function.
    #[error("the program has no function {0}")]
    NoSuchFunction(u32),
    /// The function can only be called as a closure.
    #[error("`{0}` needs captures")]
    NeedsCaptures(String),
    /// The agent doesn't keep a value of this id.
    #[error("the agent keeps no value {}", .0.0)]
    NotKept(KeptId),
    /// The kept values are not what the function takes.
    #[error("`{function}` is {wanted}, and the values given are {given}")]
    Arguments {
        /// The function.
        function: String,
        /// Its type.
        wanted: String,
        /// The types of the values.
        given: String,
    },
    /// There is not enough stack even to begin.
    #[error("stack limit reached: {limit_bytes} bytes do not hold the first call")]
    StackLimit {
        /// [`Limits::stack_bytes`](crate::Limits::stack_bytes).
        limit_bytes: usize,
    },
}

impl Agent {
    /// Adds a module to the agent's program, whatever the agent is doing. It goes on as it would have.
    ///
    /// Whether the module may call the host functions that it imports is for the caller to decide before.
    ///
    /// # Errors
    /// [`LinkError`]: the module is not valid, or needs what the program lacks. Nothing is changed.
    pub fn link(&mut self, module: &Module) -> Result<(), LinkError> {
        self.program = self.program.link(module)?;
        self.mailbox.lock().program = self.program.clone();
        Ok(())
    }

    /// Keeps what the call returned, beyond the next call. `None` unless a call has returned; and then it is at rest.
    pub fn keep_result(&mut self) -> Option<KeptId> {
        let State::Done(slot) = self.state else { return None };
        let kept = self.stack.kept.add(self.result_type(), slot)?;
        self.rest();
        Some(kept)
    }

    /// Keeps a field of a kept tuple or struct, as it is at this time. `None` if there is none.
    pub fn keep_field(&mut self, of: KeptId, index: usize) -> Option<KeptId> {
        let Kept { ty, slot, .. } = *self.stack.kept.find(of)?;
        let (count, field) = match self.program.ty(ty) {
            Type::Tuple(elements) => (elements.len(), *elements.get(index)?),
            Type::Struct(ty) => (ty.fields.len(), ty.fields.get(index)?.ty),
            _ => return None,
        };
        let slot = *self.heap.view(&self.program).fields(low(slot), count).get(index)?;
        self.stack.kept.add(field, slot)
    }

    /// Keeps a value no longer. Nothing is changed if it isn't kept.
    pub fn release(&mut self, id: KeptId) {
        self.stack.kept.0.retain(|kept| kept.id != id);
    }

    /// The ids of all kept values, ascending.
    pub fn kept(&self) -> impl ExactSizeIterator<Item = KeptId> {
        self.stack.kept.iter().map(|kept| kept.id)
    }

    /// The type of a kept value, in the table of the agent's program.
    pub fn kept_type(&self, id: KeptId) -> Option<TypeId> {
        self.stack.kept.find(id).map(|kept| kept.ty)
    }

    /// A kept value as the language shows it inside of another one: a `Str` is quoted, a function is `fn`. Of a cell it is
    /// what the cell holds. Cut short after [`Limits::value_bytes`](crate::Limits::value_bytes). `None` if it isn't kept.
    pub fn kept_text(&self, id: KeptId) -> Option<String> {
        let Kept { mut ty, mut slot, .. } = *self.stack.kept.find(id)?;
        let view = self.heap.view(&self.program);
        if let Type::Cell(content) = self.program.ty(ty) {
            (ty, slot) = (*content, *view.fields(low(slot), 1).first()?);
        }
        Some(data::show_within(&self.program, view, slot, ty, self.limits.value_bytes))
    }

    /// Calls a function with kept values, which stay kept. What a call before returned is forgotten unless it was kept.
    /// Nothing is executed; the entry is charged to the next slice.
    ///
    /// # Errors
    /// [`CallError`]; then nothing is changed.
    pub fn call(&mut self, function: FuncId, args: &[KeptId]) -> Result<(), CallError> {
        if matches!(self.state, State::Ready | State::Waiting) {
            return Err(CallError::Busy);
        }
        let program = self.program.clone();
        let code = program.module().functions.get(function.0 as usize);
        let code = code.ok_or(CallError::NoSuchFunction(function.0))?;
        if code.captures > 0 {
            return Err(CallError::NeedsCaptures(code.name.clone()));
        }
        let given = args.iter().map(|id| self.stack.kept.find(*id).copied().ok_or(CallError::NotKept(*id)));
        let given = given.collect::<Result<Vec<Kept>, _>>()?;
        let fits = matches!(program.ty(code.signature), Type::Fn(params, _) if params.iter().eq(given.iter().map(|kept| &kept.ty)));
        if !fits {
            let types = &program.module().types;
            let names: Vec<String> = given.iter().map(|kept| type_name(types, kept.ty)).collect();
            let (function, wanted) = (code.name.clone(), type_name(types, code.signature));
            return Err(CallError::Arguments { function, wanted, given: format!("({})", names.join(", ")) });
        }
        let entry = &program.entries[function.0 as usize];
        let limit_bytes = self.limits.stack_bytes;
        self.stack.begin(entry).map_err(|StackFull| CallError::StackLimit { limit_bytes })?;
        for (register, kept) in (0..).zip(given) {
            self.stack.set_reg(register, kept.slot);
        }
        self.fuel.used += u64::from(entry.fuel);
        self.fuel.debt += u64::from(entry.fuel);
        self.state = State::Ready;
        Ok(())
    }

    /// Gives up the call that is active, or the result or trap of the last one. What the call did is done, and what it
    /// would have done is not.
    pub fn rest(&mut self) {
        self.stack.clear();
        self.state = State::New;
    }
}
