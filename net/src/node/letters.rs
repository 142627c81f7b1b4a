//! Letters between the agents of this node and those elsewhere: what the office of the agents and the post between
//! nodes are to each other.

use std::sync::{Arc, Weak};
use std::task::{Poll, Wake, Waker};

use bytes::Bytes;
use mob_runtime::{Beyond, Credential, Letter, Names, Owner, Presence, Reason, Signal, Undecodable, Unsent};
use mob_vm::AgentName;

use super::shared::Shared;
use crate::event::Event;
use crate::identity::PublicKey;
use crate::post::Residents;
use crate::protocol::post::{
    Fate, NodeLoss, Number, Offered, Place, PostFull, Sender, Undelivered, Verdict, Whereabouts,
};
use crate::protocol::{AgentId, random_watch};

/// Names with this node as home.
pub(super) struct HomeNames(pub(super) PublicKey);

impl Names for HomeNames {
    fn next(&self, owner: Owner) -> Option<(AgentName, Credential)> {
        AgentId::random(self.0, owner).map(|(agent, credential)| (agent.name(), credential))
    }

    fn watch(&self) -> i64 {
        // Without randomness nothing else works either: no agent begins, and no node starts.
        random_watch().unwrap_or(i64::MAX)
    }
}

/// The post, as the office sees it.
pub(super) struct Elsewhere(pub(super) Weak<Shared>);

impl Beyond for Elsewhere {
    fn send(&self, from: AgentName, to: AgentName, letter: Letter) -> Result<(), Unsent> {
        let Some(shared) = self.0.upgrade() else { return Err(Unsent::Nobody(letter)) };
        let (sender, to) = (from, AgentId::of_name(to));
        let from = AgentId::of_name(from);
        if to.home == shared.key && matches!(shared.find(to), Whereabouts::Gone) {
            if let Letter::Signal(Signal::Where { .. }) = letter {
                shared.watched_is_gone(to);
                return Ok(());
            }
            return Err(Unsent::Nobody(letter));
        }
        // What an agent sends after its end are signals, and those can't be refused.
        let refusing = shared.office.find(sender).map(|resident| resident.refusing()).unwrap_or_default();
        let bytes: Bytes = letter.encode(sender, refusing).map_err(Unsent::Unfit)?.into();
        let sent = match &letter {
            Letter::Message { .. } => shared.post.send(from, to, bytes),
            Letter::Signal(Signal::Kill { .. }) => shared.post.send_urgent(from, to, bytes),
            Letter::Signal(_) => shared.post.send_signal(from, to, bytes),
        };
        match (sent, letter) {
            (Ok(()), _) => Ok(()),
            (Err(full @ PostFull::TooLong { .. }), _) => Err(Unsent::Unfit(full.to_string())),
            (Err(full), Letter::Signal(signal)) => {
                shared.office.undeliverable(to.name(), &signal, &Reason::Lost(full.to_string()));
                Ok(())
            }
            (Err(_), letter) => Err(Unsent::Full(letter)),
        }
    }

    fn wake_on_room(&self, from: AgentName, to: AgentName, waker: &Waker) {
        let (from, to) = (AgentId::of_name(from), AgentId::of_name(to));
        let room = self.0.upgrade().map(|shared| shared.post.poll_room(from, to, waker));
        if !matches!(room, Some(Poll::Pending)) {
            waker.wake_by_ref();
        }
    }

    fn is_pending(&self, to: AgentName) -> bool {
        self.0.upgrade().is_some_and(|shared| shared.post.is_pending(AgentId::of_name(to)))
    }
}

/// The agents of this node, as the post sees them.
pub(super) struct Here(pub(super) Weak<Shared>);

impl Residents for Here {
    fn has(&self, agent: AgentId) -> bool {
        self.0.upgrade().is_some_and(|shared| shared.office.find(agent.name()).is_some())
    }

    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered {
        let Some(shared) = self.0.upgrade() else { return Offered::Absent };
        let (Some(slot), Some(resident)) = (shared.agents().get(&to).cloned(), shared.office.find(to.name()))
        else {
            return Offered::Absent;
        };
        let mut intake = slot.intake();
        if intake.is_held {
            return Offered::Held;
        }
        match intake.receipts.check(sender, number) {
            Verdict::Duplicate => return Offered::Duplicate,
            Verdict::Gap { wanted } => return Offered::Gap { wanted },
            Verdict::Next => {}
        }
        let sent = match Letter::decode(letter, resident.mailbox()) {
            Ok(letter) => deliver(&shared, sender.node, to, letter),
            Err(error) => {
                let Undecodable { why, refusal } = *error;
                if let Some((sender, refused)) = refusal {
                    shared.office.signal(to.name(), sender, refused);
                }
                Err(Unsent::Unfit(why))
            }
        };
        match sent {
            Err(Unsent::Full(_)) => return Offered::Full,
            Err(Unsent::Nobody(Letter::Signal(_))) => return Offered::Absent,
            Err(Unsent::Unfit(reason)) => {
                let from = shared.name_of(sender.node);
                shared.tell(&Event::LetterRefused { agent: to, from, reason });
            }
            // An inbox that its agent has closed takes nothing.
            Ok(()) | Err(Unsent::Nobody(_)) => {}
        }
        intake.receipts.took(sender, number);
        Offered::Taken
    }

    fn offer_urgent(&self, sender: Sender, to: AgentId, letter: &[u8]) {
        let Some(shared) = self.0.upgrade() else { return };
        let Some(slot) = shared.agents().get(&to).cloned() else { return };
        let intake = slot.intake();
        // Nothing else may overtake, or be taken twice.
        if let Some(kill @ Signal::Kill { .. }) = Signal::decode(letter)
            && !intake.is_held
        {
            // One that is not there any more need not be told.
            let _ = deliver(&shared, sender.node, to, Letter::Signal(kill));
        }
    }

    fn find(&self, agent: AgentId) -> Whereabouts {
        self.0.upgrade().map_or(Whereabouts::Unknown, |shared| shared.find(agent))
    }

    fn undeliverable(&self, to: AgentId, letters: Vec<Undelivered>, fate: Fate) {
        let Some(shared) = self.0.upgrade() else { return };
        let reason = match &fate {
            Fate::Gone => Reason::Gone,
            Fate::Lost { node, .. } => Reason::Lost(format!("node {}: {fate}", shared.name_of(*node))),
            Fate::TooLong { .. } => Reason::Lost(fate.to_string()),
        };
        for signal in letters.iter().filter_map(|letter| Signal::decode(&letter.letter)) {
            match signal {
                Signal::Where { .. } if reason == Reason::Gone => shared.watched_is_gone(to),
                signal => shared.office.undeliverable(to.name(), &signal, &reason),
            }
        }
    }

    fn node_lost(&self, node: PublicKey, loss: NodeLoss) {
        let Some(shared) = self.0.upgrade() else { return };
        let reason = Reason::Lost(format!("node {}: {loss}", shared.name_of(node)));
        for agent in shared.watched.take(node) {
            if shared.office.find(agent.name()).is_none() {
                shared.office.lost(agent.name(), &reason);
            }
        }
    }
}

/// Gives a letter from a node to an agent that is here.
fn deliver(shared: &Arc<Shared>, node: PublicKey, to: AgentId, letter: Letter) -> Result<(), Unsent> {
    let me = to.name();
    let watcher = match &letter {
        Letter::Signal(Signal::Monitor { watcher, .. }) => Some(*watcher),
        Letter::Signal(Signal::Link { from, .. }) => Some(*from),
        Letter::Signal(Signal::Here(presence)) => {
            locate(shared, node, me, presence);
            None
        }
        _ => None,
    };
    match shared.office.deliver(me, letter) {
        Err(Unsent::Full(letter)) => {
            if let Some(resident) = shared.office.find(me) {
                let bell = Bell { shared: Arc::downgrade(shared), agent: to };
                resident.mailbox().wake_on_room(&Waker::from(Arc::new(bell)));
            }
            // What room there was made before the bell was there has not rung it.
            shared.office.deliver(me, letter)?;
        }
        sent => sent?,
    }
    if let Some(watcher) = watcher {
        // Is answered with where it is, if the watch or link was allowed.
        let _ = shared.office.deliver(me, Signal::Where { from: watcher }.into());
    }
    Ok(())
}

/// An agent that one here watches, or is linked with, is at that node, as that one has said itself.
fn locate(shared: &Arc<Shared>, node: PublicKey, me: AgentName, presence: &Presence) {
    if shared.office.find(me).is_some_and(|resident| resident.is_told_of(presence)) {
        shared.watched_is_at(AgentId::of_name(presence.agent()), node);
    }
}

/// Tells the post that an agent has room for letters.
struct Bell {
    shared: Weak<Shared>,
    agent: AgentId,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        if let Some(shared) = self.shared.upgrade() {
            shared.post.changed(self.agent);
        }
    }
}

impl Shared {
    /// Where an agent is that is not here.
    fn find(&self, agent: AgentId) -> Whereabouts {
        let homed = self.homes.find(agent).map(|homed| homed.info());
        let left = self.forwards.find(agent);
        let known = match (homed, left) {
            (Some(homed), _) if homed.outcome.is_some() => return Whereabouts::Gone,
            (Some(homed), Some(left)) if left.epoch > homed.epoch => Some(left),
            (Some(homed), _) => Some(homed),
            (None, left) => left,
        };
        match known {
            Some(info) => {
                let addr = self.config.book.by_key(info.node).map(|peer| peer.addr).unwrap_or_default();
                Whereabouts::At(Place { node: info.node, addr, epoch: info.epoch })
            }
            None if agent.home == self.key => Whereabouts::Gone,
            None => Whereabouts::Unknown,
        }
    }
}
