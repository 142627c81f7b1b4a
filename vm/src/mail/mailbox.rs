//! An agent's inboxes, as all those see them who have something for the agent: whoever drives it, and other agents.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::address::{Address, AgentName};
use super::inboxes::{Delivery, Inboxes, MailStatus};
use super::message::{Message, Unpackable};
use super::portable::{MessageError, TypeDescription, WrongType};
use crate::agent::{KeptValues, Undelivered, ValueError};
use crate::bytecode::TypeId;
use crate::data;
use crate::heap::Heap;
use crate::limits::Limits;
use crate::program::{Program, TypeHash};
use crate::value::Value;

/// The inboxes of one agent. It is a handle: copies of it are of the same inboxes, and may be used while the agent runs,
/// from other threads.
#[derive(Debug, Clone)]
pub struct Mailbox(Arc<Mutex<State>>);

/// What the handles share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) inboxes: Inboxes,
    /// The agent's program, in whose tables the types of its inboxes are.
    pub(crate) program: Arc<Program>,
    mail_bytes: usize,
    value_bytes: usize,
    /// Nothing is taken in for the moment.
    is_held: bool,
    /// Told of the next message.
    receiver: Option<Waker>,
    /// Told when there is room.
    senders: Vec<Waker>,
}

impl Mailbox {
    /// The mailbox of an agent of this program.
    pub(crate) fn new(inboxes: Inboxes, program: Arc<Program>, limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(State {
            inboxes,
            program,
            mail_bytes: limits.mail_bytes,
            value_bytes: limits.value_bytes,
            is_held: false,
            receiver: None,
            senders: Vec::new(),
        })))
    }

    /// What the agent is called, in the addresses of its inboxes.
    pub fn name(&self) -> AgentName {
        self.lock().inboxes.name()
    }

    /// Where the function that the agent was begun with waits for messages, whether it still does or not.
    pub fn first_address(&self) -> Address {
        self.lock().inboxes.address(0)
    }

    /// How much waits in the inboxes.
    pub fn status(&self) -> MailStatus {
        self.lock().inboxes.status()
    }

    /// Puts a message into an inbox, as an [`Address`] names it, and wakes who waits for that.
    ///
    /// # Errors
    /// [`Undelivered`] gives the message back, and says why.
    pub fn deliver(&self, inbox: u64, message: Message, urgent: bool) -> Result<(), Undelivered> {
        let mut state = self.lock();
        let mut message = message;
        if !state.program.begins_with(&message.program) {
            let Some(ty) = state.inboxes.message_at(inbox) else { return Err(Undelivered::NoInbox(message)) };
            let (program, seed) = (state.program.clone(), state.inboxes.seed());
            // Others need not wait for this.
            drop(state);
            message = message.for_program(&program, ty, seed.0).map_err(Undelivered::Unfit)?;
            state = self.lock();
        }
        if state.is_held {
            return Err(Undelivered::Full(message));
        }
        let Message { program, ty, mut seed, mut parcel } = message;
        if parcel.has_tables && seed != state.inboxes.seed() {
            parcel.rehash(&state.program, state.inboxes.seed());
            seed = state.inboxes.seed();
        }
        let bytes_max = state.mail_bytes;
        let (delivery, parcel) = state.inboxes.put(inbox, ty, parcel, urgent, bytes_max);
        let Some(parcel) = parcel else {
            state.wake_receiver();
            return Ok(());
        };
        let message = Message { program, ty, seed, parcel };
        Err(match delivery {
            Delivery::WrongType => match state.inboxes.message_at(inbox) {
                Some(wanted) => Undelivered::Unfit(message.unfit_for(&state.program, wanted)),
                None => Undelivered::NoInbox(message),
            },
            Delivery::Full => Undelivered::Full(message),
            Delivery::Done | Delivery::NoInbox => Undelivered::NoInbox(message),
        })
    }

    /// The message of bytes from elsewhere, for an inbox.
    ///
    /// # Errors
    /// [`MessageError`]: the bytes are no message, or none of the type that the inbox is for, or there is no such inbox.
    pub fn decode(&self, inbox: u64, bytes: &[u8]) -> Result<Message, MessageError> {
        let state = self.lock();
        let ty = state.inboxes.message_at(inbox).ok_or(MessageError::NoInbox)?;
        let (program, seed, words_max) = (state.program.clone(), state.inboxes.seed(), state.value_bytes / 8);
        drop(state);
        Message::decode(bytes, &program, ty, seed.0, words_max)
    }

    /// What is to be said of a message that this agent has sent, of the type with this hash, and that was refused by an inbox for
    /// messages of the other type.
    pub fn refusal(&self, hash: TypeHash, wanted: TypeDescription) -> WrongType {
        let program = self.lock().program.clone();
        let mut types = (0..program.module().types.len() as u32).map(TypeId);
        let sent = types.find(|ty| program.type_hash(*ty) == Some(hash));
        WrongType { sent: sent.map(|ty| program.type_description(ty)), wanted }
    }

    /// Puts a value that whoever drives agents made into an inbox. There is always room for it.
    ///
    /// # Errors
    /// [`ValueError`]: there is no such inbox, or the value is not of its type.
    pub fn deliver_value(&self, inbox: u64, value: &Value) -> Result<(), ValueError> {
        let mut state = self.lock();
        let message = state.inboxes.message_at(inbox).ok_or(ValueError::NothingPending)?;
        let (program, limit_bytes) = (state.program.clone(), state.value_bytes);
        let words = data::value_words(&program, value, message, limit_bytes)?;
        // A heap of its own, with room for just this value.
        let mut heap = Heap::new(8 * (words + 1));
        heap.seed = state.inboxes.seed();
        let full = ValueError::TooLarge { limit_bytes };
        heap.reserve(words, &program, &mut KeptValues::default()).map_err(|_| full.clone())?;
        let slot = data::place_value(&program, &mut heap, value, message);
        let packed = heap.pack(&program, slot, message, usize::MAX);
        let parcel = packed.map_err(|_: Unpackable| full)?;
        state.inboxes.put(inbox, message, parcel, false, usize::MAX);
        state.wake_receiver();
        Ok(())
    }

    /// Wakes who waits for a message, though there is none: there is something else for the agent.
    pub fn wake(&self) {
        self.lock().wake_receiver();
    }

    /// Lets this be woken once, when half of the room for messages is free, nothing is held back any more, or there are no
    /// inboxes: after all others who wait for that. Try again after this, and before waiting.
    pub fn wake_on_room(&self, waker: &Waker) {
        let senders = &mut self.lock().senders;
        senders.retain(|known| !known.will_wake(waker));
        senders.push(waker.clone());
    }

    /// Takes nothing in until [`Mailbox::release`]: messages find no room, since the agent is being moved.
    pub fn hold(&self) {
        self.lock().is_held = true;
    }

    /// Takes messages in again.
    pub fn release(&self) {
        let mut state = self.lock();
        state.is_held = false;
        state.wake_senders();
    }

    /// Closes all inboxes for good: the agent has ended, or is elsewhere.
    pub fn close(&self) {
        let mut state = self.lock();
        state.inboxes.close_all();
        state.is_held = false;
        state.receiver = None;
        state.wake_senders();
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes out the next message of an inbox.
    pub(crate) fn take(&mut self, number: u64) -> Option<super::Parcel> {
        let parcel = self.inboxes.take(number);
        self.room_was_made();
        parcel
    }

    /// Closes an inbox, and drops what is in it.
    pub(crate) fn close(&mut self, number: u64) {
        self.inboxes.close(number);
        // Who waits for room in this one must hear of it, however full the others are.
        self.wake_senders();
    }

    /// Those who wait for room are woken together, and not at each message: they may be many.
    fn room_was_made(&mut self) {
        if !self.senders.is_empty() && self.inboxes.status_bytes() <= self.mail_bytes / 2 {
            self.wake_senders();
        }
    }

    pub(crate) fn wake_receiver_with(&mut self, waker: &Waker) {
        match &mut self.receiver {
            Some(known) => known.clone_from(waker),
            None => self.receiver = Some(waker.clone()),
        }
    }

    fn wake_senders(&mut self) {
        std::mem::take(&mut self.senders).into_iter().for_each(Waker::wake);
    }

    fn wake_receiver(&mut self) {
        if let Some(receiver) = self.receiver.take() {
            receiver.wake();
        }
    }
}
