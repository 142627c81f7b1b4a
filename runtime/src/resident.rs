//! An agent that is here, as the others see it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use mob_vm::{AgentName, Mailbox, TypeHash, Undelivered, Value};

use crate::letter::{Letter, Presence, Signal, Unsent};
use crate::owner::{Credential, Pass, Right};
use crate::reason::Reason;
use crate::signals::{Signals, Watch};
use crate::watches::Watches;

/// What may be kept of what comes while an agent is about to leave, in bytes.
const KEPT_BACK_MAX: usize = 32 << 20;

/// An agent that is here, without the agent itself: that is in the hands of whoever drives it.
#[derive(Debug)]
pub struct Resident {
    name: AgentName,
    mailbox: Mailbox,
    credential: Credential,
    /// With which what it sends can be refused. Made when it sends to another node.
    refusing: OnceLock<Pass>,
    /// Whether there is an order for it.
    is_called: AtomicBool,
    state: Mutex<State>,
    /// Those on all agents of the place.
    watches: Arc<Watches>,
}

#[derive(Debug, Default)]
struct State {
    whereabouts: Whereabouts,
    /// Made when there is something to say in it: most agents watch nobody and are watched by nobody.
    signals: Option<Box<Signals>>,
    /// What came while it was held, and about how many bytes of it.
    kept_back: Vec<Signal>,
    kept_bytes: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Whereabouts {
    #[default]
    Here,
    /// It is about to leave, or not: that is not decided.
    Held,
    /// It has ended, or left.
    Over,
}

/// Most agents have none, and a pointer to none is small.
fn boxed(signals: Signals) -> Option<Box<Signals>> {
    (signals != Signals::default()).then(|| Box::new(signals))
}

/// What is to be told because of a letter.
pub(crate) enum Reply {
    /// Nothing.
    Nothing,
    /// This, to this agent.
    Signal(AgentName, Signal),
}

impl Reply {
    /// What a signal is answered with that is not obeyed.
    fn declining(signal: Signal, why: &str) -> Self {
        signal.declined(why).map_or(Self::Nothing, |(to, answer)| Self::Signal(to, answer))
    }
}

/// Why a letter was not taken by an agent that was thought to be here.
pub(crate) enum Refused {
    /// It is not here.
    Over(Letter),
    Unsent(Unsent),
}

impl State {
    /// Keeps a signal until it is clear what becomes of the agent.
    fn keep_back(&mut self, signal: Signal) -> Reply {
        self.kept_bytes += signal.cost();
        if self.kept_bytes > KEPT_BACK_MAX {
            return Reply::declining(signal, "too much waits for it while it is about to leave");
        }
        self.kept_back.push(signal);
        Reply::Nothing
    }
}

impl Resident {
    pub(crate) fn new(
        name: AgentName,
        mailbox: Mailbox,
        credential: Credential,
        signals: Signals,
        watches: Arc<Watches>,
    ) -> Self {
        watches.change(0, signals.watches().len());
        let (refusing, is_called) = (OnceLock::new(), AtomicBool::new(signals.has_order()));
        let state = Mutex::new(State { signals: boxed(signals), ..State::default() });
        Self { name, mailbox, credential, refusing, is_called, state, watches }
    }

    /// What it is called.
    pub fn name(&self) -> AgentName {
        self.name
    }

    /// Whose it is.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What its messages carry to other nodes, so that they can be refused there.
    pub fn refusing(&self) -> Pass {
        *self.refusing.get_or_init(|| self.credential.owner.pass(Right::Refuse, self.name))
    }

    /// Its inboxes.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// What concerns the agent beside its messages.
    pub fn signals(&self) -> Signals {
        self.state().signals.as_deref().cloned().unwrap_or_default()
    }

    /// Gives back to the agent what concerned it before it came here together with all those who have to do with it, so that
    /// nobody needs to be told where it is.
    pub fn put_signals(&self, signals: Signals) {
        let (has_order, watches) = (signals.has_order(), signals.watches().len());
        let before = std::mem::replace(&mut self.state().signals, boxed(signals));
        self.watches.change(before.map_or(0, |before| before.watches().len()), watches);
        self.is_called.store(has_order, Ordering::Release);
    }

    /// Lets letters wait, since the agent is about to leave, and gives what goes with it besides the agent.
    pub fn hold(&self) -> Signals {
        self.mailbox.hold();
        let mut state = self.state();
        state.whereabouts = Whereabouts::Held;
        state.signals.as_deref().cloned().unwrap_or_default()
    }

    /// The agent stays. Gives letters that have waited: they are to be sent to it again.
    pub(crate) fn release(&self) -> Vec<Signal> {
        let mut state = self.state();
        state.whereabouts = Whereabouts::Here;
        state.kept_bytes = 0;
        let kept_back = std::mem::take(&mut state.kept_back);
        drop(state);
        self.mailbox.release();
        kept_back
    }

    /// The agent is not here any more. Gives its signals, and letters that nobody has read.
    pub(crate) fn go(&self) -> (Signals, Vec<Signal>) {
        let mut state = self.state();
        state.whereabouts = Whereabouts::Over;
        let signals = state.signals.take().map(|signals| *signals).unwrap_or_default();
        self.watches.change(signals.watches().len(), 0);
        (signals, std::mem::take(&mut state.kept_back))
    }

    /// Why the agent has to end, if it has to.
    pub(crate) fn take_order(&self) -> Option<String> {
        let is_called = self.is_called() && self.is_called.swap(false, Ordering::Acquire);
        is_called.then(|| self.state().signals.as_mut()?.take_order()).flatten()
    }

    /// Whether there is an order for it.
    pub(crate) fn is_called(&self) -> bool {
        self.is_called.load(Ordering::Acquire)
    }

    /// Something that concerns it, whether it is being told by a letter or by itself.
    pub(crate) fn with_signals<T>(&self, what: impl FnOnce(&mut Signals) -> T) -> T {
        what(self.state().signals.get_or_insert_default())
    }

    /// Whether its end, or what it watches, is of concern to anybody.
    pub(crate) fn has_signals(&self) -> bool {
        self.state().signals.is_some()
    }

    /// Takes a letter.
    pub(crate) fn take(&self, letter: Letter) -> Result<Reply, Refused> {
        let signal = match letter {
            Letter::Message { inbox, urgent, message } => {
                return self.take_message(inbox, urgent, message);
            }
            Letter::Signal(signal) => signal,
        };
        let mut state = self.state();
        match state.whereabouts {
            Whereabouts::Here => self.obey(&mut state, signal),
            Whereabouts::Held => Ok(state.keep_back(signal)),
            Whereabouts::Over => Err(Refused::Over(signal.into())),
        }
    }

    fn take_message(&self, inbox: u64, urgent: bool, message: mob_vm::Message) -> Result<Reply, Refused> {
        let letter = |message| Letter::Message { inbox, urgent, message };
        match self.mailbox.deliver(inbox, message, urgent) {
            Ok(()) => Ok(Reply::Nothing),
            Err(Undelivered::NoInbox(message)) if self.is_over() => Err(Refused::Over(letter(message))),
            Err(Undelivered::NoInbox(message)) => Err(Refused::Unsent(Unsent::Nobody(letter(message)))),
            Err(Undelivered::Full(message)) => Err(Refused::Unsent(Unsent::Full(letter(message)))),
            Err(Undelivered::Unfit(why)) => Err(Refused::Unsent(Unsent::Unfit(why.to_string()))),
        }
    }

    /// Whether it matters to this agent that another one is somewhere, and that one has said so itself.
    pub fn is_told_of(&self, presence: &Presence) -> bool {
        let state = self.state();
        let Some(signals) = &state.signals else { return false };
        match *presence {
            Presence::Watched { agent, number } => signals.is_watching(number, agent),
            Presence::Linked { agent, pass } => signals.is_linked(agent) && self.honours(Right::Locate, pass),
        }
    }

    /// That it is here, for one with which it is linked.
    pub(crate) fn presence_for_linked(&self, other: AgentName) -> Presence {
        Presence::Linked { agent: self.name, pass: self.credential.owner.pass(Right::Locate, other) }
    }

    /// That it is here, for one to whom that matters.
    fn presence_for(&self, state: &State, other: AgentName) -> Option<Presence> {
        let signals = state.signals.as_ref()?;
        match signals.watched_as(other) {
            Some(number) => Some(Presence::Watched { agent: self.name, number }),
            None => signals.is_linked(other).then(|| self.presence_for_linked(other)),
        }
    }

    fn honours(&self, right: Right, pass: Pass) -> bool {
        self.credential.owner.pass(right, self.name) == pass
    }

    fn obey(&self, state: &mut State, signal: Signal) -> Result<Reply, Refused> {
        self.check(&signal)?;
        match signal {
            Signal::Monitor { watcher, into, number } => {
                let watch = Watch { number, watcher, into };
                let signals = state.signals.get_or_insert_default();
                let before = signals.watches().len();
                let is_added = self.watches.has_room() && signals.add_watch(watch);
                self.watches.change(before, signals.watches().len());
                if !is_added {
                    return Ok(Reply::declining(signal, "too many agents watch it"));
                }
            }
            Signal::Unmonitor { watcher, number } => {
                if let Some(signals) = &mut state.signals {
                    let before = signals.watches().len();
                    signals.remove_watch(watcher, number);
                    self.watches.change(before, signals.watches().len());
                }
            }
            Signal::Link { from, pass, .. } => {
                let no = if !self.honours(Right::End, pass) {
                    "a link was refused: the agent belongs to another owner"
                } else if !state.signals.get_or_insert_default().add_link(from) {
                    "a link was refused: the agent is linked with too many"
                } else {
                    return Ok(Reply::Nothing);
                };
                return Ok(Reply::declining(signal, no));
            }
            Signal::Unlink { from, .. } => {
                if let Some(signals) = &mut state.signals {
                    signals.remove_link(from);
                }
            }
            Signal::Exit { reason, .. } => {
                match state.signals.as_ref().and_then(|signals| signals.exits_into()) {
                    Some(inbox) => self.tell(inbox, 0, &reason),
                    None => self.call(state, reason.text()),
                }
            }
            Signal::Kill { reason, .. } => self.call(state, reason),
            Signal::Down { inbox, number, reason } => {
                if let Some(signals) = &mut state.signals {
                    signals.end_to_watch(number);
                }
                self.tell(inbox, number, &reason);
            }
            Signal::Where { from } => {
                let here = self.presence_for(state, from).map(Signal::Here);
                return Ok(here.map_or(Reply::Nothing, |here| Reply::Signal(from, here)));
            }
            Signal::Refused { sent, wanted, .. } => {
                let why = self.mailbox.refusal(TypeHash(sent), wanted);
                self.call(state, format!("a message that it has sent was refused: {why}"));
            }
            Signal::Here(_) => {}
        }
        Ok(Reply::Nothing)
    }

    /// Refuses what a stranger may not do to this agent. That it may not be linked is told to whoever wanted that.
    fn check(&self, signal: &Signal) -> Result<(), Refused> {
        let is_honoured = match signal {
            Signal::Unlink { pass, .. } | Signal::Exit { pass, .. } | Signal::Kill { pass, .. } => {
                self.honours(Right::End, *pass)
            }
            Signal::Refused { pass, .. } => self.refusing() == *pass,
            _ => true,
        };
        if is_honoured {
            return Ok(());
        }
        let why = "what can end an agent came from somebody who is not its owner".to_owned();
        Err(Refused::Unsent(Unsent::Unfit(why)))
    }

    fn call(&self, state: &mut State, reason: String) {
        state.signals.get_or_insert_default().give_order(reason);
        self.is_called.store(true, Ordering::Release);
        self.mailbox.wake();
    }

    /// Puts a `Down` into an inbox, as the prelude declares it.
    fn tell(&self, inbox: u64, number: i64, reason: &Reason) {
        let down = Value::Fields(vec![Value::Int(number), reason.value()]);
        // An inbox that is closed, or not for this, is its agent's own doing.
        let _ = self.mailbox.deliver_value(inbox, &down);
    }

    /// Whether it is about to leave.
    pub(crate) fn is_held(&self) -> bool {
        self.state().whereabouts == Whereabouts::Held
    }

    fn is_over(&self) -> bool {
        self.state().whereabouts == Whereabouts::Over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        // One that was never let in has its watches still.
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let left = state.signals.as_ref().map_or(0, |signals| signals.watches().len());
        self.watches.change(left, 0);
    }
}
