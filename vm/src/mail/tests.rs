//! Inboxes whose agent takes batches out of them, beside those of one that takes out message by message.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Wake, Waker};

use proptest::prelude::*;

use super::*;
use crate::agent::Undelivered;
use crate::bytecode::TypeId;
use crate::data::HashSeed;
use crate::limits::Limits;
use crate::program::Program;
use crate::testing::everything;

const INBOXES: u64 = 2;
/// What all messages are of.
const TYPE: TypeId = TypeId(0);

static PROGRAM: LazyLock<Arc<Program>> = LazyLock::new(|| Program::load(everything()).unwrap());

/// Counts how often somebody who waits for room was woken.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What others do.
#[derive(Debug, Clone)]
enum Sent {
    Message { inbox: u64, words: usize, urgent: bool },
    WaitForRoom,
}

/// What the agent does.
#[derive(Debug, Clone)]
enum Done {
    Receive(u64),
    Look(u64),
    Count,
    Close(u64),
}

fn sent() -> impl Strategy<Value = Sent> {
    let message = (0..INBOXES, 0_usize..6, prop::bool::weighted(0.1));
    prop_oneof![
        9 => message.prop_map(|(inbox, words, urgent)| Sent::Message { inbox, words, urgent }),
        1 => Just(Sent::WaitForRoom),
    ]
}

fn done() -> impl Strategy<Value = Done> {
    prop_oneof![
        30 => (0..INBOXES).prop_map(Done::Receive),
        3 => (0..INBOXES).prop_map(Done::Look),
        2 => Just(Done::Count),
        1 => (0..INBOXES).prop_map(Done::Close),
    ]
}

/// A mailbox, and what its agent has for itself.
struct Post {
    mailbox: Mailbox,
    batch: Batch,
    bell: Arc<Bell>,
    numbers: u64,
}

impl Post {
    fn new() -> Self {
        let mut inboxes = Inboxes::new(AgentName::NOBODY, HashSeed::default());
        (0..INBOXES).for_each(|_| assert!(inboxes.add(TYPE, 9).is_some()));
        let limits = Limits { mail_bytes: 600, ..Limits::default() };
        let mailbox = Mailbox::new(inboxes, PROGRAM.clone(), &limits);
        Self { mailbox, batch: Batch::default(), bell: Arc::default(), numbers: 0 }
    }

    /// The number of the message, if it was taken in.
    fn send(&mut self, sent: &Sent) -> Option<u64> {
        let Sent::Message { inbox, words, urgent } = *sent else {
            self.mailbox.wake_on_room(&Waker::from(self.bell.clone()));
            return None;
        };
        self.numbers += 1;
        let parcel = Parcel { slot: self.numbers, words: vec![0; words], has_tables: false };
        let address = self.mailbox.lock().inboxes.address(inbox).inbox;
        let message = Message { program: PROGRAM.clone(), ty: TYPE, seed: HashSeed::default(), parcel };
        match self.mailbox.deliver(address, message, urgent) {
            Ok(()) => Some(self.numbers),
            Err(Undelivered::Full(_) | Undelivered::NoInbox(_)) => None,
            Err(unfit) => panic!("{unfit}"),
        }
    }

    /// What comes of that, as a number.
    fn done(&mut self, done: &Done) -> Option<u64> {
        match *done {
            Done::Receive(inbox) => match self.mailbox.take_word(inbox, &mut self.batch) {
                Received::Nothing => None,
                Received::Word(slot) => Some(slot),
                Received::More => self.mailbox.take(inbox, &mut self.batch).map(|parcel| parcel.slot),
            },
            Done::Look(inbox) => Some(self.mailbox.has_message(inbox, &self.batch).into()),
            Done::Count => {
                let state = self.mailbox.lock_with(&mut self.batch);
                (0..INBOXES)
                    .map(|inbox| state.inboxes.get(inbox).map_or(0, Inbox::len) as u64)
                    .reduce(|a, b| 100 * a + b)
            }
            Done::Close(inbox) => {
                self.mailbox.lock_with(&mut self.batch).close(inbox);
                None
            }
        }
    }

    fn woken(&self) -> usize {
        self.bell.0.load(Ordering::Relaxed)
    }
}

proptest! {
    #[test]
    fn where_agents_take_turns_nobody_can_tell_that_there_are_batches(
        turns in prop::collection::vec((prop::collection::vec(sent(), 0..30), prop::collection::vec(done(), 0..30)), 1..20),
    ) {
        let (mut batched, mut single) = (Post::new(), Post::new());
        for (sent, done) in turns {
            for sent in &sent {
                prop_assert_eq!(batched.send(sent), single.send(sent));
            }
            for done in &done {
                prop_assert_eq!(batched.done(done), single.done(done), "{:?}", done);
                prop_assert_eq!(batched.woken(), single.woken());
                single.mailbox.end_slice(&mut single.batch);
            }
            batched.mailbox.end_slice(&mut batched.batch);
            prop_assert_eq!(batched.mailbox.status(), single.mailbox.status());
            prop_assert_eq!(
                format!("{:?}", batched.mailbox.lock().inboxes.open()),
                format!("{:?}", single.mailbox.lock().inboxes.open())
            );
        }
    }

    #[test]
    fn whatever_comes_within_a_slice_is_received_once_and_in_order(
        steps in prop::collection::vec((sent(), 0..INBOXES, prop::bool::weighted(0.05), any::<bool>()), 1..200),
    ) {
        let mut post = Post::new();
        // Of each inbox what is urgent, and what is not.
        let mut waiting = vec![[VecDeque::new(), VecDeque::new()]; INBOXES as usize];
        for (sent, from, ends, receives) in steps {
            if let (Some(number), Sent::Message { inbox, urgent, .. }) = (post.send(&sent), &sent) {
                waiting[*inbox as usize][usize::from(!urgent)].push_back(number);
            }
            if ends {
                post.mailbox.end_slice(&mut post.batch);
            }
            if receives {
                take(&mut post, from, &mut waiting[from as usize])?;
            }
        }
        for (from, waiting) in (0..).zip(&mut waiting) {
            while !waiting.iter().all(VecDeque::is_empty) {
                take(&mut post, from, waiting)?;
            }
        }
        post.mailbox.end_slice(&mut post.batch);
        prop_assert_eq!(post.mailbox.status(), MailStatus { inboxes: INBOXES as usize, messages: 0, bytes: 0 });
    }
}

/// Receives a message, which must be the first of those that are urgent, or of the others if there is none.
fn take(post: &mut Post, from: u64, waiting: &mut [VecDeque<u64>; 2]) -> Result<(), TestCaseError> {
    let received = post.done(&Done::Receive(from));
    let wanted = waiting.iter_mut().find_map(VecDeque::pop_front);
    prop_assert_eq!(received, wanted);
    Ok(())
}
