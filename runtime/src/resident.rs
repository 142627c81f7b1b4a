//! An agent that is here, as the others see it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mob_vm::{AgentName, Mailbox, TypeHash, Undelivered, Value};

use crate::letter::{Letter, Signal, Unsent};
use crate::reason::Reason;
use crate::signals::{Signals, Watch};

/// An agent that is here, without the agent itself: that is in the hands of whoever drives it.
#[derive(Debug)]
pub struct Resident {
    name: AgentName,
    mailbox: Mailbox,
    /// Whether there is an order for it.
    is_called: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    presence: Presence,
    /// Made when there is something to say in it: most agents watch nobody and are watched by nobody.
    signals: Option<Box<Signals>>,
    /// Why it has to end.
    order: Option<String>,
    /// What came while it was held.
    kept_back: Vec<Signal>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Presence {
    #[default]
    Here,
    /// It is about to leave, or not: that is not decided.
    Held,
    /// It has ended, or left.
    Over,
}

/// What is to be told because of a letter.
pub(crate) enum Reply {
    /// Nothing.
    Nothing,
    /// This, to this agent.
    Signal(AgentName, Signal),
}

/// Why a letter was not taken by an agent that was thought to be here.
pub(crate) enum Refused {
    /// It is not here.
    Over(Letter),
    Unsent(Unsent),
}

impl Resident {
    pub(crate) fn new(name: AgentName, mailbox: Mailbox, signals: Signals) -> Self {
        let signals = (signals != Signals::default()).then(|| Box::new(signals));
        let state = State { signals, ..State::default() };
        Self { name, mailbox, is_called: AtomicBool::new(false), state: Mutex::new(state) }
    }

    /// What it is called.
    pub fn name(&self) -> AgentName {
        self.name
    }

    /// Its inboxes.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Lets letters wait, since the agent is about to leave, and gives what goes with it besides the agent.
    pub fn hold(&self) -> Signals {
        self.mailbox.hold();
        let mut state = self.state();
        state.presence = Presence::Held;
        state.signals.as_deref().cloned().unwrap_or_default()
    }

    /// The agent stays. Gives letters that have waited: they are to be sent to it again.
    pub(crate) fn release(&self) -> Vec<Signal> {
        let mut state = self.state();
        state.presence = Presence::Here;
        let kept_back = std::mem::take(&mut state.kept_back);
        drop(state);
        self.mailbox.release();
        kept_back
    }

    /// The agent is not here any more. Gives its signals, and letters that nobody has read.
    pub(crate) fn go(&self) -> (Signals, Vec<Signal>) {
        let mut state = self.state();
        state.presence = Presence::Over;
        let signals = state.signals.take().map(|signals| *signals).unwrap_or_default();
        (signals, std::mem::take(&mut state.kept_back))
    }

    /// Why the agent has to end, if it has to.
    pub(crate) fn take_order(&self) -> Option<String> {
        let is_called = self.is_called() && self.is_called.swap(false, Ordering::Acquire);
        is_called.then(|| self.state().order.take()).flatten()
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
        match state.presence {
            Presence::Here => Ok(self.obey(&mut state, signal)),
            Presence::Held => {
                state.kept_back.push(signal);
                Ok(Reply::Nothing)
            }
            Presence::Over => Err(Refused::Over(signal.into())),
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

    fn obey(&self, state: &mut State, signal: Signal) -> Reply {
        match signal {
            Signal::Monitor { into, number } => {
                let added = state.signals.get_or_insert_default().add_watch(Watch { number, into });
                if !added {
                    let reason = Reason::Lost("too many agents watch it".to_owned());
                    return Reply::Signal(into.agent, Signal::Down { inbox: into.inbox, number, reason });
                }
            }
            Signal::Unmonitor { watcher, number } => {
                if let Some(signals) = &mut state.signals {
                    signals.remove_watch(watcher, number);
                }
            }
            Signal::Link { from } => {
                if !state.signals.get_or_insert_default().add_link(from) {
                    let reason = Reason::Lost("it is linked with too many agents".to_owned());
                    return Reply::Signal(from, Signal::Exit { reason });
                }
            }
            Signal::Unlink { from } => {
                if let Some(signals) = &mut state.signals {
                    signals.remove_link(from);
                }
            }
            Signal::Exit { reason } => {
                match state.signals.as_ref().and_then(|signals| signals.exits_into()) {
                    Some(inbox) => self.tell(inbox, 0, &reason),
                    None => self.call(state, reason.text()),
                }
            }
            Signal::Kill { reason } => self.call(state, reason),
            Signal::Down { inbox, number, reason } => {
                if let Some(signals) = &mut state.signals {
                    signals.end_to_watch(number);
                }
                self.tell(inbox, number, &reason);
            }
            Signal::Where { from } => return Reply::Signal(from, Signal::Here { agent: self.name }),
            Signal::Refused { sent, wanted } => {
                let why = self.mailbox.refusal(TypeHash(sent), wanted);
                self.call(state, format!("a message that it has sent was refused: {why}"));
            }
            Signal::Here { .. } => {}
        }
        Reply::Nothing
    }

    fn call(&self, state: &mut State, reason: String) {
        state.order.get_or_insert(reason);
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
        self.state().presence == Presence::Held
    }

    fn is_over(&self) -> bool {
        self.state().presence == Presence::Over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
