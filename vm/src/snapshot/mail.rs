//! An agent's inboxes and the messages in them: described in the head, their words between kept values and heap.

use serde::{Deserialize, Serialize};

use super::{Form, SnapshotError, check_message};
use crate::bytecode::TypeId;
use crate::data::HashSeed;
use crate::limits::Limits;
use crate::mail::{Address, AgentName, Inbox, Inboxes, Parcel};
use crate::program::Program;

/// What the agent is called, and its inboxes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MailDescription {
    #[serde(with = "serde_bytes")]
    name: [u8; AgentName::LEN],
    /// The number that the next inbox gets.
    next: u64,
    /// Those that are open, by ascending numbers.
    inboxes: Vec<InboxDescription>,
    /// How many words the messages take together.
    pub(super) words: u64,
}

/// One inbox.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct InboxDescription {
    number: u64,
    /// What messages are of.
    message: TypeId,
    /// How many messages wait that are urgent, and how many that are not. Their words follow each other in this order.
    urgent: u64,
    waiting: u64,
}

/// The description of an agent's inboxes, and the words of the messages in them: of each its slot, how many words of
/// objects it has, and these. `None` of an agent that has no name and never had an inbox.
pub(super) fn describe(inboxes: &Inboxes) -> Option<(MailDescription, Vec<u64>)> {
    if inboxes.name() == AgentName::NOBODY && inboxes.next() == 0 {
        return None;
    }
    let mut words = Vec::new();
    for parcel in inboxes.open().iter().flat_map(|inbox| inbox.urgent.iter().chain(&inbox.waiting)) {
        words.extend([parcel.slot, parcel.heap_words() as u64]);
        words.extend_from_slice(parcel.objects());
    }
    let described = inboxes.open().iter().map(|inbox| InboxDescription {
        number: inbox.number,
        message: inbox.message,
        urgent: inbox.urgent.len() as u64,
        waiting: inbox.waiting.len() as u64,
    });
    let description = MailDescription {
        name: inboxes.name().0,
        next: inboxes.next(),
        inboxes: described.collect(),
        words: words.len() as u64,
    };
    Some((description, words))
}

/// The inboxes of a description, with messages in these words, each of which is checked.
pub(super) fn restore(
    description: &MailDescription,
    seed: HashSeed,
    words: &[u64],
    program: &Program,
    limits: &Limits,
) -> Result<Inboxes, SnapshotError> {
    let mut reader = Reader { words, program };
    let mut open: Vec<Inbox> = Vec::new();
    for described in &description.inboxes {
        let number = described.number;
        let fault = |what| SnapshotError::Inbox { number, what };
        let follows = open.last().is_none_or(|last| last.number < number);
        if !follows || number >= description.next || description.next > Address::INBOX_END {
            return Err(fault("has a number that it can't have"));
        }
        if described.message.0 as usize >= program.module().types.len() {
            return Err(fault("is for messages of a type that the program lacks"));
        }
        if open.len() >= limits.inboxes {
            return Err(fault("is one more than may be open"));
        }
        let mut inbox = Inbox::new(number, described.message);
        for (queue, count) in [(&mut inbox.urgent, described.urgent), (&mut inbox.waiting, described.waiting)]
        {
            for _ in 0..count {
                queue.push_back(reader.message(described.message).map_err(fault)?);
            }
        }
        open.push(inbox);
    }
    if !reader.words.is_empty() {
        return Err(super::envelope::malformed("words follow its last message"));
    }
    let inboxes = Inboxes::restored(AgentName(description.name), seed, open, description.next);
    // One message more than there is room for may be there, since one always fits.
    let (bytes, limit_bytes) = (inboxes.status().bytes, limits.mail_bytes);
    if bytes > limit_bytes.saturating_add(limits.value_bytes).saturating_mul(2) {
        return Err(SnapshotError::MailLimit { bytes, limit_bytes });
    }
    Ok(inboxes)
}

struct Reader<'a> {
    words: &'a [u64],
    program: &'a Program,
}

impl Reader<'_> {
    fn message(&mut self, ty: TypeId) -> Result<Parcel, &'static str> {
        let cut_off = "has fewer messages than it states";
        let ([slot, count], rest) = self.words.split_first_chunk::<2>().ok_or(cut_off)?;
        let count = usize::try_from(*count).map_err(|_| cut_off)?;
        let (objects, rest) = rest.split_at_checked(count).ok_or(cut_off)?;
        self.words = rest;
        let mut parcel = Parcel::of_objects(self.program, *slot, objects);
        let checked: Result<(), SnapshotError> =
            check_message(self.program, &mut parcel.words, (*slot, ty), Form::Own, Ok);
        checked.map(|()| parcel).map_err(|_| "has a message that is not valid")
    }
}

/// Which numbers are those of inboxes: of open ones with the type of their messages, and of those that were closed.
#[derive(Debug)]
pub(super) struct Numbers {
    open: Vec<(u64, u32)>,
    next: u64,
}

impl Numbers {
    /// There are no inboxes.
    pub(super) const NONE: Self = Self { open: Vec::new(), next: 0 };

    pub(super) fn of(inboxes: &Inboxes) -> Self {
        let open = inboxes.open().iter().map(|inbox| (inbox.number, inbox.message.0)).collect();
        Self { open, next: inboxes.next() }
    }

    /// Whether an inbox for messages of a type may have the number. One that is closed gives no messages of any type.
    pub(super) fn contain(&self, number: u64, message: u32) -> bool {
        match self.open.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(place) => self.open[place].1 == message,
            Err(_) => number < self.next,
        }
    }
}
