//! Who is here, and how letters come to them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use mob_vm::{AgentName, Mailbox};

use crate::beyond::Beyond;
use crate::directory::Directory;
use crate::letter::{Letter, Presence, Signal, Unsent};
use crate::names::Names;
use crate::owner::{Credential, Owner, Right};
use crate::published::Published;
use crate::reason::Reason;
use crate::resident::{Refused, Reply, Resident};
use crate::signals::Signals;
use crate::watches::Watches;

/// How many agents may be in one place, unless that says otherwise.
pub const AGENTS_MAX: usize = 4 << 20;

/// The agents of one place.
pub struct Office {
    residents: Directory,
    count: AtomicUsize,
    names: Arc<dyn Names>,
    beyond: Box<dyn Beyond>,
    agents_max: usize,
    watches: Arc<Watches>,
    published: Published,
}

impl Office {
    /// An office where nobody is, and so many may be at once.
    pub fn new(names: Arc<dyn Names>, beyond: Box<dyn Beyond>, agents_max: usize) -> Self {
        Self {
            residents: Directory::new(),
            count: AtomicUsize::new(0),
            names,
            beyond,
            agents_max,
            watches: Arc::new(Watches::new(agents_max)),
            published: Published::default(),
        }
    }

    /// Takes an agent in, with what concerns it. `None` if there are too many, or one of this name is here. One that is
    /// about to leave has done so, and come back before that was known.
    pub fn enter(
        &self,
        name: AgentName,
        mailbox: Mailbox,
        credential: Credential,
        signals: Signals,
    ) -> Option<Arc<Resident>> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= self.agents_max {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let resident = Arc::new(Resident::new(name, mailbox, credential, signals, self.watches.clone()));
        let Ok(before) = self.residents.add(resident.clone(), Resident::is_held) else {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return None;
        };
        if let Some(before) = before {
            self.count.fetch_sub(1, Ordering::Relaxed);
            for signal in self.leave(&before) {
                self.signal(name, name, signal);
            }
        }
        if resident.has_signals() {
            self.announce(&resident);
        }
        Some(resident)
    }

    /// The agent of this name, if it is here.
    pub fn find(&self, name: AgentName) -> Option<Arc<Resident>> {
        self.residents.find(name)
    }

    /// Names under which agents here can be found.
    pub fn published(&self) -> &Published {
        &self.published
    }

    /// How many agents are here.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether nobody is here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many may be here.
    pub fn agents_max(&self) -> usize {
        self.agents_max
    }

    /// A name for a new agent of an owner.
    pub(crate) fn new_name(&self, owner: Owner) -> Option<(AgentName, Credential)> {
        self.names.next(owner)
    }

    /// A number for a new watch.
    pub(crate) fn new_watch(&self) -> i64 {
        self.names.watch()
    }

    /// Brings a letter to an agent, wherever it is.
    ///
    /// # Errors
    /// [`Unsent`] says why a message was not taken; all other letters are taken.
    pub fn send(&self, from: AgentName, to: AgentName, letter: Letter) -> Result<(), Unsent> {
        self.bring(from, to, letter).map(drop)
    }

    /// [`Office::send`] for one who would send to the same agent again: gives that, if what follows may go straight to it as long
    /// as it is here.
    pub(crate) fn bring(
        &self,
        from: AgentName,
        to: AgentName,
        letter: Letter,
    ) -> Result<Option<Arc<Resident>>, Unsent> {
        if self.beyond.is_pending(to) {
            return self.beyond.send(from, to, letter).map(|()| None);
        }
        match self.hand_over(to, letter) {
            Err(Unsent::Nobody(letter)) if self.find(to).is_none() => {
                self.beyond.send(from, to, letter).map(|()| None)
            }
            // It may have come here just now, ahead of letters of others: while these are on their way, signals follow them, and
            // messages must not overtake signals.
            taken => taken.map(|resident| Some(resident).filter(|_| !self.beyond.is_pending(to))),
        }
    }

    fn answer(&self, of: AgentName, reply: Reply) {
        match reply {
            Reply::Nothing => {}
            Reply::Signal(to, signal) => self.signal(of, to, signal),
        }
    }

    /// Brings a signal to an agent, wherever it is, or answers it if there is no such agent.
    pub fn signal(&self, from: AgentName, to: AgentName, signal: Signal) {
        match self.send(from, to, signal.into()) {
            Ok(()) | Err(Unsent::Unfit(_)) => {}
            Err(Unsent::Nobody(letter) | Unsent::Full(letter)) => {
                if let Letter::Signal(signal) = letter {
                    self.undeliverable(to, &signal, &Reason::Gone);
                }
            }
        }
    }

    /// Lets this be woken when there may be room for messages from one agent to another.
    pub fn wake_on_room(&self, from: AgentName, to: AgentName, waker: &Waker) {
        match self.find(to).filter(|_| !self.beyond.is_pending(to)) {
            Some(resident) => resident.mailbox().wake_on_room(waker),
            None => self.beyond.wake_on_room(from, to, waker),
        }
    }

    /// Brings a letter to an agent that is here.
    ///
    /// # Errors
    /// As [`Office::send`]; [`Unsent::Nobody`] if it is not here.
    pub fn deliver(&self, to: AgentName, letter: Letter) -> Result<(), Unsent> {
        self.hand_over(to, letter).map(drop)
    }

    /// [`Office::deliver`], and who took the letter.
    fn hand_over(&self, to: AgentName, mut letter: Letter) -> Result<Arc<Resident>, Unsent> {
        while let Some(resident) = self.find(to) {
            match resident.take(letter) {
                Ok(reply) => {
                    self.answer(to, reply);
                    return Ok(resident);
                }
                Err(Refused::Unsent(unsent)) => return Err(unsent),
                // It was taken out of the table meanwhile: it may be in it again, or elsewhere.
                Err(Refused::Over(again)) => {
                    letter = again;
                }
            }
        }
        Err(Unsent::Nobody(letter))
    }

    /// A signal can't be brought to `to`, for this reason: whoever waits for what follows from it is told.
    pub fn undeliverable(&self, to: AgentName, signal: &Signal, reason: &Reason) {
        let reason = reason.clone();
        match signal {
            Signal::Monitor { into, number, .. } => {
                let (inbox, number) = (into.inbox, *number);
                self.signal(to, into.agent, Signal::Down { inbox, number, reason });
            }
            Signal::Link { from, back, .. } => {
                self.signal(to, *from, Signal::Unlink { from: to, pass: *back });
                self.signal(to, *from, Signal::Exit { reason, pass: *back });
            }
            Signal::Where { .. } => self.lost(to, &reason),
            _ => {}
        }
    }

    /// Nothing is known of an agent elsewhere any more: those here to whom it matters are told.
    pub fn lost(&self, agent: AgentName, reason: &Reason) {
        for resident in self.all() {
            if !resident.has_signals() {
                continue;
            }
            let (watches, linked) =
                resident.with_signals(|signals| (signals.take_watching(agent), signals.remove_link(agent)));
            for (number, into) in watches {
                let down = Signal::Down { inbox: into.inbox, number, reason: reason.clone() };
                self.signal(agent, into.agent, down);
            }
            if linked {
                let pass = resident.credential().owner.pass(Right::End, resident.name());
                self.signal(agent, resident.name(), Signal::Exit { reason: reason.of_link(), pass });
            }
        }
    }

    /// Those whose end, or loss, matters to agents that are here.
    pub fn concerns(&self) -> HashSet<AgentName> {
        let all = self.all().into_iter().filter(|resident| resident.has_signals());
        all.flat_map(|resident| resident.with_signals(|signals| signals.concerned_with().collect::<Vec<_>>()))
            .collect()
    }

    /// An agent has ended: it is here no more, who waits for room in its inboxes finds that there are none, and those who
    /// watch it, or are linked with it, are told.
    pub fn mourn(&self, resident: &Arc<Resident>, reason: &Reason) {
        let (signals, kept_back) = self.remove(resident);
        resident.mailbox().close();
        let name = resident.name();
        self.published.forget(name);
        for watch in signals.watches() {
            let (inbox, number) = (watch.into.inbox, watch.number);
            self.signal(name, watch.into.agent, Signal::Down { inbox, number, reason: reason.clone() });
        }
        for other in signals.links() {
            // Who lives on because it traps exits is not linked any more: it would be told again when it moves.
            let pass = resident.credential().owner.pass(Right::End, *other);
            self.signal(name, *other, Signal::Unlink { from: name, pass });
            if reason.is_failure() {
                self.signal(name, *other, Signal::Exit { reason: reason.of_link(), pass });
            }
        }
        for signal in kept_back {
            self.undeliverable(name, &signal, &Reason::Gone);
        }
    }

    /// An agent has left: whoever brings letters beyond knows where to. What came meanwhile is to be sent after it.
    pub fn leave(&self, resident: &Arc<Resident>) -> Vec<Signal> {
        let (_, signals) = self.remove(resident);
        resident.mailbox().close();
        signals
    }

    /// An agent that was held stays.
    pub fn stay(&self, resident: &Arc<Resident>) {
        let name = resident.name();
        for signal in resident.release() {
            self.signal(name, name, signal);
        }
    }

    /// All that are here.
    pub fn all(&self) -> Vec<Arc<Resident>> {
        self.residents.all()
    }

    /// An agent that watches others, or is watched, is here now: it matters where.
    fn announce(&self, resident: &Resident) {
        let (concerned, watched, linked) = resident.with_signals(|signals| {
            let concerned: Vec<_> = signals.concerned_with().collect();
            let watched: Vec<_> = signals.watches().map(|watch| (watch.watcher, watch.number)).collect();
            (concerned, watched, signals.links().copied().collect::<Vec<_>>())
        });
        let name = resident.name();
        for agent in concerned {
            self.signal(name, agent, Signal::Where { from: name });
        }
        for (watcher, number) in watched {
            self.signal(name, watcher, Signal::Here(Presence::Watched { agent: name, number }));
        }
        for other in linked {
            self.signal(name, other, Signal::Here(resident.presence_for_linked(other)));
        }
    }

    fn remove(&self, resident: &Arc<Resident>) -> (Signals, Vec<Signal>) {
        if self.residents.remove(resident) {
            self.count.fetch_sub(1, Ordering::Relaxed);
        }
        resident.go()
    }
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Office").field("agents", &self.len()).finish_non_exhaustive()
    }
}
