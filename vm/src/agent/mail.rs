//! What an agent sends, receives and begins, as whoever drives it sees that.

use std::sync::Arc;
use std::task::Waker;

use super::{Agent, Sending, Sent, SpawnError, State, Step, ValueError};
use crate::bytecode::{FuncId, Instr, Op, Type, TypeId};
use crate::layout::low;
use crate::limits::Limits;
use crate::mail::{Address, AgentName, Connection, Inboxes, Mailbox, Message, Parcel, Unpackable};
use crate::program::Program;
use crate::trap::{Trap, TrapKind};

/// The time to wait, in milliseconds, that says that there is no limit.
const NO_END: i64 = i64::MAX;

impl Agent {
    /// Its inboxes: where others put messages for it.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// What the agent is called, in the addresses of its inboxes.
    pub fn name(&self) -> AgentName {
        self.mailbox.name()
    }

    /// Says what the agent is called. Whoever drives agents sees to it that no two have the same name, and that an agent
    /// has a name before it runs: addresses that it has made keep the name that it had.
    pub fn set_name(&mut self, name: AgentName) {
        self.mailbox.lock().inboxes.set_name(name);
    }

    /// What the agent sends, or the function that it wants to be run, while its last step is [`Step::Send`] or
    /// [`Step::Spawn`].
    pub fn outgoing(&mut self) -> Option<Message> {
        if self.state != State::Waiting {
            return None;
        }
        // It is packed anew if it was taken before, or the agent was restored since.
        let (ty, parcel) = match self.outgoing.take() {
            Some(outgoing) => outgoing,
            None => self.pack_outgoing()?.ok()?,
        };
        Some(Message { program: self.program.clone(), ty, seed: self.heap.seed, parcel })
    }

    /// Lets messages to an agent be put into its mailbox as the program sends them, without a [`Step::Send`], as long as they are taken
    /// in there and the program sends to nobody else: for whoever drives agents and has nothing to do with such a message but
    /// to deliver it. A slice then need not end with it. Messages of an agent to itself go as before.
    ///
    /// The name is that in the addresses of the other agent. Snapshots don't have this.
    pub fn connect(&mut self, to: AgentName, mailbox: &Mailbox) {
        if !mailbox.is(&self.mailbox) {
            let connection = Connection::new(to, mailbox.clone());
            match &mut self.connection {
                Some(known) => **known = connection,
                None => self.connection = Some(Box::new(connection)),
            }
        }
    }

    /// Answers a [`Step::Send`]: what became of the message. Nothing is changed if the agent doesn't send.
    pub fn sent(&mut self, sent: Sent) {
        if self.state == State::Waiting
            && matches!(self.waiting_op(), Op::Send | Op::SendUrgent | Op::TrySend)
        {
            self.go_on_with(sent as u64);
        }
    }

    /// Answers a [`Step::Spawn`] with the first inbox of the new agent. Nothing is changed if the agent doesn't wait for
    /// that.
    ///
    /// # Errors
    /// [`ValueError::HeapLimit`](ValueError::HeapLimit): the heap has no room for an address.
    pub fn begun(&mut self, address: Address) -> Result<(), ValueError> {
        if self.state != State::Waiting || self.waiting_op() != Op::Spawn {
            return Err(ValueError::NothingPending);
        }
        let ty = self.program.register_type(self.stack.top.pc, self.waiting_instr().a());
        let made = self.new_address(ty, address);
        let limit_bytes = self.limits.heap_bytes;
        self.go_on_with(made.map_err(|_| ValueError::HeapLimit { limit_bytes })?);
        Ok(())
    }

    /// Tells an agent that waits for a message for a limited time that the time is over. Nothing is changed if it doesn't.
    pub fn time_out(&mut self) {
        if self.state == State::Waiting {
            match self.waiting_op() {
                Op::InboxReady => self.go_on_with(0),
                Op::InboxesReady => self.go_on_with(-1_i64 as u64),
                _ => {}
            }
        }
    }

    /// Ends the agent, whatever it is doing, as if it had trapped. `None` if it has ended already.
    pub fn exit(&mut self, reason: String) -> Option<Trap> {
        let runs = matches!(self.state, State::Ready | State::Waiting);
        runs.then(|| self.trap(TrapKind::Exited(reason)))
    }

    /// An agent that calls a function, which another one wants to be run, with its first inbox. Its address is of inbox 0.
    ///
    /// # Errors
    /// [`SpawnError`]: the message is no such function, or the limits are too low for it.
    pub fn spawned(function: Message, limits: Limits, name: AgentName) -> Result<Self, SpawnError> {
        let Message { program, ty, seed, parcel } = function;
        let Type::Fn(params, _) = program.ty(ty) else { return Err(SpawnError::NotAFunction) };
        let [inbox] = params[..] else { return Err(SpawnError::NotAFunction) };
        let Type::Inbox(message) = *program.ty(inbox) else { return Err(SpawnError::NotAFunction) };
        let mut inboxes = Inboxes::new(name, seed);
        let inbox = inboxes.add(message, limits.inboxes).ok_or(SpawnError::Limits)?;
        let mut agent = Self::with_inboxes(program, limits, inboxes);
        agent.reserve(parcel.heap_words()).map_err(|_| SpawnError::Limits)?;
        let closure = agent.heap.unpack(&agent.program, &parcel);
        agent.enter_closure(closure, inbox)?;
        Ok(agent)
    }

    fn enter_closure(&mut self, closure: u64, argument: u64) -> Result<(), SpawnError> {
        let view = self.heap.view(&self.program);
        let function = FuncId(view.extra(low(closure)));
        let entry = &self.program.entries[function.0 as usize];
        let captures = view.fields(low(closure), usize::from(entry.captures));
        self.stack.begin(entry).map_err(|_| SpawnError::Limits)?;
        for (register, slot) in (0..).zip([&argument].into_iter().chain(captures)) {
            self.stack.set_reg(register, *slot);
        }
        self.fuel.used = u64::from(entry.fuel);
        self.fuel.debt = u64::from(entry.fuel);
        self.state = State::Ready;
        Ok(())
    }

    /// The step of an agent that has come to an instruction that waits.
    pub(super) fn begin_to_wait(&mut self) -> Step {
        self.state = State::Waiting;
        match self.pack_outgoing() {
            None => {}
            Some(Ok((ty, parcel))) => {
                let words = parcel.heap_words() as u64;
                self.fuel.used += words;
                self.fuel.debt += words;
                self.outgoing = Some((ty, parcel));
            }
            Some(Err(kind)) => return Step::Trap(self.trap(kind)),
        }
        self.waiting_step()
    }

    /// The step of an agent that waits.
    pub(super) fn waiting_step(&mut self) -> Step {
        match self.waiting_op() {
            Op::CallHost => self.calling_step(),
            op => self.mail_step(op).unwrap_or_else(|| Step::Trap(self.trap(TrapKind::Unreachable))),
        }
    }

    /// What an agent waits for that is not the host.
    pub(super) fn mail_step(&self, op: Op) -> Option<Step> {
        let i = self.waiting_instr();
        let within = |register| match self.stack.reg(register) as i64 {
            NO_END => None,
            ms => Some(u64::try_from(ms).unwrap_or(0)),
        };
        Some(match op {
            Op::Receive => Step::Receive { within_ms: None },
            Op::InboxReady | Op::InboxesReady => Step::Receive { within_ms: within(i.c()) },
            Op::Send | Op::SendUrgent | Op::TrySend => Step::Send(Sending {
                to: self.address(self.stack.reg(i.b())),
                urgent: op == Op::SendUrgent,
                waits: op != Op::TrySend,
            }),
            Op::Spawn => Step::Spawn,
            _ => return None,
        })
    }

    /// Whether the agent waits for a message, and one has been delivered: it can be run again.
    pub fn has_what_it_waits_for(&self) -> bool {
        self.state == State::Waiting && self.has_in(&self.mailbox.lock().inboxes)
    }

    fn has_in(&self, inboxes: &Inboxes) -> bool {
        if self.state != State::Waiting {
            return false;
        }
        // Other instructions that wait have something else than a register there.
        let slot = || self.stack.reg(self.waiting_instr().b());
        match self.waiting_op() {
            Op::Receive | Op::InboxReady => inboxes.has_message(slot()),
            Op::InboxesReady => {
                let numbers = self.heap.view(&self.program).elements(low(slot()));
                numbers.iter().any(|number| inboxes.has_message(*number))
            }
            _ => false,
        }
    }

    /// Leaves a waker where the next message, or [`Mailbox::wake`], wakes it once, unless what the agent waits for is
    /// there already: then gives `false`.
    pub fn waits_in_vain(&self, waker: &Waker) -> bool {
        let mut mailbox = self.mailbox.lock();
        let waits = !self.has_in(&mailbox.inboxes);
        if waits {
            mailbox.wake_receiver_with(waker);
        }
        waits
    }

    /// An address as the heap has it.
    pub(crate) fn address(&self, slot: u64) -> Address {
        Address::from_slots(self.heap.view(&self.program).fields(low(slot), Address::WORDS))
    }

    /// The register that the instruction at which the agent waits takes something outside from, and its type.
    fn outgoing_register(&self) -> Option<(u16, TypeId)> {
        let i = self.waiting_instr();
        let register = match self.waiting_op() {
            Op::Send | Op::SendUrgent | Op::TrySend => i.c(),
            Op::Spawn => i.b(),
            _ => return None,
        };
        Some((register, self.program.register_type(self.stack.top.pc, register)))
    }

    /// What the instruction at which the agent waits takes outside, with its type; `None` if it takes nothing.
    fn pack_outgoing(&mut self) -> Option<Result<(TypeId, Parcel), TrapKind>> {
        let (register, ty) = self.outgoing_register()?;
        let slot = self.stack.reg(register);
        let limit_bytes = self.limits.value_bytes;
        let packed = self.heap.pack(&self.program, slot, ty, limit_bytes / 8);
        Some(packed.map(|parcel| (ty, parcel)).map_err(|why| match why {
            Unpackable::TooLarge => TrapKind::MessageLimit { limit_bytes: limit_bytes as u64 },
            Unpackable::Inbox => TrapKind::InboxSent,
        }))
    }

    /// Goes on behind the instruction at which the agent waits, with its result. None of these has `args` words.
    fn go_on_with(&mut self, slot: u64) {
        self.stack.set_reg(self.waiting_instr().a(), slot);
        self.stack.top.pc += 1;
        self.outgoing = None;
        self.state = State::Ready;
    }

    /// The instruction at which the agent waits.
    fn waiting_instr(&self) -> Instr {
        self.program.code[self.stack.top.pc as usize]
    }

    pub(super) fn waiting_op(&self) -> Op {
        self.waiting_instr().op().unwrap_or(Op::Unreachable)
    }
}

impl Program {
    /// Whether the ids of another program's types and functions mean the same in this one, which was made by linking more
    /// to it, or is the same.
    pub(crate) fn begins_with(self: &Arc<Self>, other: &Arc<Self>) -> bool {
        Arc::ptr_eq(self, other)
            || (self.modules().len() >= other.modules().len()
                && self.modules().zip(other.modules()).all(|(a, b)| a == b))
    }
}
