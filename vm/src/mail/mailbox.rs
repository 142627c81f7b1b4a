//! An agent's inboxes, as all those see them who have something for the agent: whoever drives it, and other agents.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::address::{Address, AgentName};
use super::batch::{Batch, Recall};
use super::inboxes::{Delivery, Inboxes, MailStatus};
use super::message::{Message, Parcel, Unpackable};
use super::portable::{MessageError, TypeDescription, WrongType};
use crate::agent::{KeptValues, Undelivered, ValueError};
use crate::bytecode::TypeId;
use crate::data::{self, HashSeed};
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
    /// With which the agent's batch is recalled, if it ever had one.
    recall: Option<Recall>,
}

/// What `receive` gives.
pub(crate) enum Received {
    /// There is no message yet.
    Nothing,
    /// A message that refers to no objects.
    Word(u64),
    /// It takes more than that.
    More,
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
            recall: None,
        })))
    }

    /// Whether both are of the same inboxes.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
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
        let Message { program, ty, mut seed, parcel } = message;
        let (delivery, parcel) = state.put(inbox, ty, &mut seed, parcel, urgent);
        let Some(parcel) = parcel else {
            wake_receiver(state);
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

    /// Puts a value that an agent of this program has packed into an inbox, as [`Mailbox::deliver`] does, and says whether that
    /// is done. If there is more to it than that, nothing is.
    pub(crate) fn deliver_packed(
        &self,
        program: &Arc<Program>,
        inbox: u64,
        ty: TypeId,
        mut seed: HashSeed,
        parcel: Parcel,
        urgent: bool,
    ) -> bool {
        let mut state = self.lock();
        if state.is_held || !Arc::ptr_eq(&state.program, program) {
            return false;
        }
        let (delivery, _) = state.put(inbox, ty, &mut seed, parcel, urgent);
        let is_done = delivery == Delivery::Done;
        if is_done {
            wake_receiver(state);
        }
        is_done
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
        wake_receiver(state);
        Ok(())
    }

    /// Wakes who waits for a message, though there is none: there is something else for the agent.
    pub fn wake(&self) {
        wake_receiver(self.lock());
    }

    /// Lets this be woken once, when half of the room for messages is free, nothing is held back any more, or there are no
    /// inboxes: after all others who wait for that. Try again after this, and before waiting.
    pub fn wake_on_room(&self, waker: &Waker) {
        let mut state = self.lock();
        state.senders.retain(|known| !known.will_wake(waker));
        state.senders.push(waker.clone());
        state.recall_batch();
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

    /// Takes out the next message of an inbox, for the agent itself.
    pub(crate) fn take(&self, number: u64, batch: &mut Batch) -> Option<Parcel> {
        batch.take(number).or_else(|| self.lock_with(batch).take(number, batch))
    }

    /// Takes out the next message of an inbox, for the agent itself, if that refers to no objects.
    pub(crate) fn take_word(&self, number: u64, batch: &mut Batch) -> Received {
        match batch.first(number) {
            Some(parcel) if parcel.heap_words() > 0 => Received::More,
            Some(_) => Received::of(batch.take_first()),
            None => self.lock_with(batch).take_word(number, batch),
        }
    }

    /// Whether there is an inbox of this number with a message in it, for the agent itself.
    pub(crate) fn has_message(&self, number: u64, batch: &Batch) -> bool {
        batch.is_of(number) || self.lock().inboxes.has_message(number)
    }

    /// The agent's slice is over: all that it has not received waits where others see it.
    pub(crate) fn end_slice(&self, batch: &mut Batch) {
        if batch.is_out() {
            drop(self.lock_with(batch));
        }
        batch.end_slice();
    }

    /// Locks the inboxes, with all in them that the agent has taken out of them.
    pub(crate) fn lock_with(&self, batch: &mut Batch) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        if batch.give_back(&mut state.inboxes) {
            state.room_was_made();
        }
        state
    }

    /// Locks the inboxes, as they are outside of the agent's slices.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes who waits for a message, once nothing is locked that it looks at first.
fn wake_receiver(mut state: MutexGuard<'_, State>) {
    let receiver = state.receiver.take();
    drop(state);
    if let Some(receiver) = receiver {
        receiver.wake();
    }
}

impl Received {
    fn of(parcel: Option<Parcel>) -> Self {
        parcel.map_or(Self::Nothing, |parcel| Self::Word(parcel.slot))
    }
}

impl State {
    /// Puts a message of the agent's program into an inbox, or gives it back; its keys are then hashed with that seed.
    fn put(
        &mut self,
        inbox: u64,
        ty: TypeId,
        seed: &mut HashSeed,
        mut parcel: Parcel,
        urgent: bool,
    ) -> (Delivery, Option<Parcel>) {
        if parcel.has_tables && *seed != self.inboxes.seed() {
            *seed = self.inboxes.seed();
            parcel.rehash(&self.program, *seed);
        }
        if urgent {
            self.recall_batch();
        }
        self.inboxes.put(inbox, ty, parcel, urgent, self.mail_bytes)
    }

    /// Lets the agent see what has come about here before it takes another message.
    fn recall_batch(&self) {
        if let Some(recall) = &self.recall {
            recall.set(true);
        }
    }

    /// Takes out the next message of an inbox, and lets the agent have those that follow, if it is likely to ask for them.
    fn take(&mut self, number: u64, batch: &mut Batch) -> Option<Parcel> {
        let parcel = self.inboxes.take(number)?;
        self.room_was_made();
        let is_waited_for = !self.senders.is_empty();
        let received_max = self.inboxes.status_bytes().saturating_sub(self.mail_bytes / 2);
        let received_max = if is_waited_for { received_max } else { usize::MAX };
        batch.refill(&mut self.inboxes, number, received_max, &mut self.recall);
        Some(parcel)
    }

    fn take_word(&mut self, number: u64, batch: &mut Batch) -> Received {
        match self.inboxes.get(number).map(|inbox| inbox.first().map(Parcel::heap_words)) {
            Some(None) => Received::Nothing,
            Some(Some(0)) => Received::of(self.take(number, batch)),
            Some(Some(_)) | None => Received::More,
        }
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
}
