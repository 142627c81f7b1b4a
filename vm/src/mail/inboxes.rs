//! An agent's inboxes, and what waits in them.

use std::collections::VecDeque;

use super::address::{Address, AgentName};
use super::message::Parcel;
use super::seal::Seal;
use crate::bytecode::TypeId;
use crate::data::HashSeed;

/// What became of a message that was to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It waits in its inbox.
    Done,
    /// The agent has no such inbox, or has closed it.
    NoInbox,
    /// The inbox is for messages of another type.
    WrongType,
    /// What waits already takes as much memory as it may; see [`Limits::mail_bytes`](crate::Limits::mail_bytes).
    Full,
}

/// How much waits in an agent's inboxes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailStatus {
    /// How many inboxes are open.
    pub inboxes: usize,
    /// How many messages wait in them.
    pub messages: usize,
    /// About how many bytes these take.
    pub bytes: usize,
}

/// All inboxes of one agent.
#[derive(Debug)]
pub(crate) struct Inboxes {
    /// What the agent is called.
    name: AgentName,
    /// What its maps and sets hash keys with.
    seed: HashSeed,
    /// What the numbers of inboxes are in addresses. Made with the first inbox: many agents never have one.
    seal: Option<Seal>,
    /// Those that are open, by ascending numbers.
    open: Vec<Inbox>,
    /// The number that the next one gets.
    next: u64,
    /// What the messages take in memory.
    bytes: usize,
    /// How many of them the agent has taken out, and may give back.
    lent: usize,
}

/// One inbox.
#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) number: u64,
    /// The same in addresses.
    sealed: u64,
    /// What messages in it are of.
    pub(crate) message: TypeId,
    /// What overtakes the others.
    pub(crate) urgent: VecDeque<Parcel>,
    pub(crate) waiting: VecDeque<Parcel>,
}

impl Inbox {
    /// An empty inbox.
    pub(crate) fn new(number: u64, message: TypeId) -> Self {
        Self { number, sealed: 0, message, urgent: VecDeque::new(), waiting: VecDeque::new() }
    }

    /// The message that is received next.
    pub(crate) fn first(&self) -> Option<&Parcel> {
        self.urgent.front().or(self.waiting.front())
    }

    pub(crate) fn len(&self) -> usize {
        self.urgent.len() + self.waiting.len()
    }
}

impl Inboxes {
    pub(crate) fn new(name: AgentName, seed: HashSeed) -> Self {
        Self::restored(name, seed, Vec::new(), 0)
    }

    /// Inboxes as a snapshot has them, which are in the order of their numbers.
    pub(crate) fn restored(name: AgentName, seed: HashSeed, open: Vec<Inbox>, next: u64) -> Self {
        let parcel = open.iter().flat_map(|inbox| inbox.urgent.iter().chain(&inbox.waiting));
        let bytes = parcel.map(Parcel::bytes).sum();
        let mut inboxes = Self { name, seed, seal: None, open, next, bytes, lent: 0 };
        inboxes.reseal();
        inboxes
    }

    /// Closes all, and lets none be opened any more.
    pub(crate) fn close_all(&mut self) {
        (self.open, self.next, self.bytes, self.lent) = (Vec::new(), Address::INBOX_END, 0, 0);
    }

    /// What the agent is called.
    pub(crate) fn name(&self) -> AgentName {
        self.name
    }

    /// What its maps and sets hash keys with.
    pub(crate) fn seed(&self) -> HashSeed {
        self.seed
    }

    /// The agent has this name from now on: addresses that it has made are no more of its inboxes.
    pub(crate) fn set_name(&mut self, name: AgentName) {
        self.name = name;
        self.reseal();
    }

    /// The agent has this seed from now on; as for its name.
    pub(crate) fn set_seed(&mut self, seed: HashSeed) {
        self.seed = seed;
        self.reseal();
    }

    fn reseal(&mut self) {
        self.seal = None;
        if !self.open.is_empty() {
            let seal = self.seal();
            self.open.iter_mut().for_each(|inbox| inbox.sealed = seal.close(inbox.number));
            self.seal = Some(seal);
        }
    }

    fn seal(&self) -> Seal {
        self.seal.unwrap_or_else(|| Seal::new(self.seed, self.name))
    }

    /// The address of the inbox of this number, open or not.
    pub(crate) fn address(&self, number: u64) -> Address {
        let inbox = match self.get(number) {
            Some(inbox) => inbox.sealed,
            None => self.seal().close(number),
        };
        Address { agent: self.name, inbox }
    }

    /// The open ones, by ascending numbers.
    pub(crate) fn open(&self) -> &[Inbox] {
        &self.open
    }

    /// The number that the next one gets.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// A new inbox, unless there are too many: its number.
    pub(crate) fn add(&mut self, message: TypeId, inboxes_max: usize) -> Option<u64> {
        if self.open.len() >= inboxes_max || self.next == Address::INBOX_END {
            return None;
        }
        let number = self.next;
        self.next += 1;
        if self.open.is_empty() {
            // Most agents have just this one.
            self.open.reserve_exact(1);
        }
        let seal = self.seal();
        self.seal = Some(seal);
        self.open.push(Inbox { sealed: seal.close(number), ..Inbox::new(number, message) });
        Some(number)
    }

    /// The open inbox of this number.
    pub(crate) fn get(&self, number: u64) -> Option<&Inbox> {
        self.place(number).map(|place| &self.open[place])
    }

    /// What the inbox that an address means is for, if it is open.
    pub(crate) fn message_at(&self, sealed: u64) -> Option<TypeId> {
        self.place_at(sealed).map(|place| self.open[place].message)
    }

    /// Whether there is an inbox of this number with something in it.
    pub(crate) fn has_message(&self, number: u64) -> bool {
        self.get(number).is_some_and(|inbox| inbox.len() > 0)
    }

    /// Takes out the next message of an inbox.
    pub(crate) fn take(&mut self, number: u64) -> Option<Parcel> {
        let place = self.place(number)?;
        let inbox = &mut self.open[place];
        let parcel = inbox.urgent.pop_front().or_else(|| inbox.waiting.pop_front())?;
        self.bytes -= parcel.bytes();
        Some(parcel)
    }

    /// Lets the agent have all that waits in an inbox, if nothing there is urgent, as long as it counts here: until
    /// [`Inboxes::take_back`], before which no other method is asked for that inbox's messages.
    pub(crate) fn lend(&mut self, number: u64, to: &mut VecDeque<Parcel>) {
        if let Some(place) = self.place(number)
            && self.open[place].urgent.is_empty()
        {
            std::mem::swap(&mut self.open[place].waiting, to);
            self.lent = to.len();
        }
    }

    /// Takes back what was lent of an inbox, but for messages of so many bytes, which were received: it comes before what has
    /// come since.
    pub(crate) fn take_back(&mut self, number: u64, from: &mut VecDeque<Parcel>, received: usize) {
        // There is nothing to be counted in inboxes that were all closed meanwhile.
        self.bytes = self.bytes.saturating_sub(received);
        self.lent = 0;
        match self.place(number) {
            _ if from.is_empty() => {}
            Some(place) => {
                let waiting = &mut self.open[place].waiting;
                from.append(waiting);
                std::mem::swap(from, waiting);
            }
            None => from.clear(),
        }
    }

    /// Puts a message into the inbox that an address means, if that is open and for messages of this type, and there is room;
    /// otherwise gives the message back.
    pub(crate) fn put(
        &mut self,
        sealed: u64,
        message: TypeId,
        parcel: Parcel,
        urgent: bool,
        bytes_max: usize,
    ) -> (Delivery, Option<Parcel>) {
        let Some(place) = self.place_at(sealed) else { return (Delivery::NoInbox, Some(parcel)) };
        let inbox = &mut self.open[place];
        if inbox.message != message {
            return (Delivery::WrongType, Some(parcel));
        }
        let bytes = self.bytes.saturating_add(parcel.bytes());
        // One message always fits: a limit that is too low for it would make its sender wait for ever.
        if bytes > bytes_max && self.bytes > 0 {
            return (Delivery::Full, Some(parcel));
        }
        self.bytes = bytes;
        let queue = if urgent { &mut inbox.urgent } else { &mut inbox.waiting };
        queue.push_back(parcel);
        (Delivery::Done, None)
    }

    /// Closes an inbox, and drops what is in it.
    pub(crate) fn close(&mut self, number: u64) {
        if let Some(place) = self.place(number) {
            let inbox = self.open.remove(place);
            self.bytes -= inbox.urgent.iter().chain(&inbox.waiting).map(Parcel::bytes).sum::<usize>();
        }
    }

    pub(crate) fn status(&self) -> MailStatus {
        let messages = self.lent + self.open.iter().map(Inbox::len).sum::<usize>();
        MailStatus { inboxes: self.open.len(), messages, bytes: self.bytes }
    }

    /// About how many bytes the messages take.
    pub(crate) fn status_bytes(&self) -> usize {
        self.bytes
    }

    fn place_at(&self, sealed: u64) -> Option<usize> {
        match self.open.last() {
            Some(last) if last.sealed == sealed => Some(self.open.len() - 1),
            // An agent that has one inbox is written to there.
            Some(_) if sealed < Address::INBOX_END => self.place(self.seal().open(sealed)),
            _ => None,
        }
    }

    fn place(&self, number: u64) -> Option<usize> {
        match self.open.last() {
            Some(last) if last.number == number => Some(self.open.len() - 1),
            _ => self.open.binary_search_by_key(&number, |inbox| inbox.number).ok(),
        }
    }
}
