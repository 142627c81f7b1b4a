//! What all agents of one program share, and what carries them through their turns.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use mob_runtime::{AGENTS_MAX, Counter, Nowhere, Office};
use mob_vm::{AgentName, HostCall, Trap, Value};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::alarms::Alarms;
use super::member::Member;
use crate::agent::{CONSOLE_ERROR, Outcome};
use crate::host::ErasedFunction;

/// Fuel of a turn: some tens of microseconds, after which others have theirs.
const TURN_FUEL: u64 = 50_000;

/// Turns that a carrier lets agents have before tokio's other tasks have theirs, where all use up their fuel; of others there
/// may be so many times more.
const TURNS: usize = 32;
const SHORT_TURNS: usize = 256;

/// All agents of one program.
pub(super) struct Crew {
    pub(super) office: Arc<Office>,
    pub(super) functions: Arc<BTreeMap<String, ErasedFunction>>,
    pub(super) alarms: Alarms<Arc<Member>>,
    /// What is left of it for all.
    fuel: AtomicU64,
    /// Whether it is bounded at all: turns need not count it if not.
    is_bounded: bool,
    /// Somebody found none left.
    is_dry: AtomicBool,
    /// How many agents have their turn, are to have it, or rest until some time.
    awake: AtomicUsize,
    /// All wait for messages, so that nobody is left to send one.
    is_stuck: AtomicBool,
    /// The first agent is over, and so is everybody.
    is_over: AtomicBool,
    first: OnceLock<Weak<Member>>,
    /// Who is told how the first agent ended, and given the agent.
    done: Mutex<Option<oneshot::Sender<Ended>>>,
    /// With what a function of the host panicked.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    threads: Handle,
    carriers: AtomicUsize,
    carriers_max: usize,
}

/// The first agent, and how it ended.
pub(super) type Ended = Box<(mob_vm::Agent, Result<Outcome, Trap>)>;

thread_local! {
    /// Those who are to have their turn next on this thread, while an agent has its turn here.
    static NEXT: RefCell<Option<VecDeque<Arc<Member>>>> = const { RefCell::new(None) };
}

impl Crew {
    /// A crew of nobody, on the current runtime's threads.
    pub(super) fn new(
        names: Arc<Counter>,
        functions: Arc<BTreeMap<String, ErasedFunction>>,
        fuel: u64,
        done: oneshot::Sender<Ended>,
    ) -> Self {
        let threads = Handle::current();
        Self {
            office: Arc::new(Office::new(names, Box::new(Nowhere), AGENTS_MAX)),
            functions,
            alarms: Alarms::new(),
            fuel: AtomicU64::new(fuel),
            is_bounded: fuel < u64::MAX,
            is_dry: AtomicBool::new(false),
            awake: AtomicUsize::new(0),
            is_stuck: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            first: OnceLock::new(),
            done: Mutex::new(Some(done)),
            panic: Mutex::new(None),
            carriers: AtomicUsize::new(0),
            carriers_max: threads.metrics().num_workers(),
            threads,
        }
    }

    /// Lets the first agent begin.
    pub(super) fn begin(self: &Arc<Self>, first: Arc<Member>) {
        // There is one first agent.
        let _ = self.first.set(Arc::downgrade(&first));
        Self::schedule(first);
    }

    /// Lets an agent have its turn: on this thread if one has its turn here.
    pub(super) fn schedule(member: Arc<Member>) {
        let elsewhere = NEXT.with_borrow_mut(|next| match next {
            Some(next) => {
                next.push_back(member);
                None
            }
            None => Some(member),
        });
        if let Some(member) = elsewhere {
            let crew = member.crew().clone();
            crew.carry_elsewhere(VecDeque::from([member]));
        }
    }

    /// Lets agents have their turns on whatever thread is free.
    fn carry_elsewhere(self: &Arc<Self>, ready: VecDeque<Arc<Member>>) {
        if !ready.is_empty() {
            self.carriers.fetch_add(1, Ordering::Relaxed);
            drop(self.threads.spawn(carry(self.clone(), ready)));
        }
    }

    /// Calls a function of the host.
    pub(super) fn call_host(self: &Arc<Self>, call: HostCall) -> Result<Value, String> {
        let Some(function) = self.functions.get(&call.name) else {
            return Err(format!("there is no host function `{}`", call.name));
        };
        let called = if function.blocks {
            // Those who would have their turn here after this have it elsewhere meanwhile.
            let next = NEXT.with_borrow_mut(|next| next.as_mut().map(std::mem::take)).unwrap_or_default();
            self.carry_elsewhere(next);
            tokio::task::block_in_place(|| self.caught(|| function.call(call.args)))
        } else {
            self.caught(|| function.call(call.args))
        };
        called.ok_or("it panicked")?.map_err(|failure| failure.to_string())
    }

    /// What a function gives. If it panics, all is over, and the panic goes on where the run was begun: whoever carries others
    /// has to go on with them.
    fn caught<T>(&self, function: impl FnOnce() -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(function)) {
            Ok(value) => Some(value),
            Err(panic) => {
                self.panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
                self.stop();
                drop(self.done.lock().unwrap_or_else(PoisonError::into_inner).take());
                None
            }
        }
    }

    /// With what a function of the host panicked, if one did.
    pub(super) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.panic.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Fuel for a turn; what is not used is given back.
    pub(super) fn take_fuel(&self) -> u64 {
        if !self.is_bounded {
            return TURN_FUEL;
        }
        let take = |left: u64| Some(left - left.min(TURN_FUEL));
        let before = self.fuel.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let taken = before.unwrap_or_default().min(TURN_FUEL);
        if taken == 0 {
            self.is_dry.store(true, Ordering::Relaxed);
        }
        if self.is_dry.load(Ordering::Relaxed) { 0 } else { taken }
    }

    pub(super) fn give_fuel_back(&self, fuel: u64) {
        if self.is_bounded && fuel > 0 {
            self.fuel.fetch_add(fuel, Ordering::Relaxed);
        }
    }

    /// One more has its turn, or is to have it.
    pub(super) fn one_wakes(&self) {
        self.awake.fetch_add(1, Ordering::AcqRel);
    }

    /// One waits for a message without a limit, or is over.
    pub(super) fn one_sleeps(&self) {
        if self.awake.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.is_stuck.store(true, Ordering::Release);
            self.call_first();
        }
    }

    /// Whether nobody is left who could send a message: told once.
    pub(super) fn take_stuck(&self) -> bool {
        self.is_stuck.swap(false, Ordering::AcqRel)
    }

    /// Lets the first agent see what has become of all.
    pub(super) fn call_first(&self) {
        self.first.get().and_then(Weak::upgrade).into_iter().for_each(Member::call);
    }

    pub(super) fn is_first(&self, member: &Arc<Member>) -> bool {
        self.first.get().is_some_and(|first| std::ptr::eq(first.as_ptr(), Arc::as_ptr(member)))
    }

    /// The first agent has ended so.
    pub(super) fn end(&self, agent: mob_vm::Agent, ended: Result<Outcome, Trap>) {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done {
            // Nobody waits for a program that was given up.
            let _ = done.send(Box::new((agent, ended)));
        }
    }

    /// Nobody has a turn from here on.
    pub(super) fn stop(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// Everybody's life is over. Agents that wait are held by those who would call them: mailboxes and alarms.
    pub(super) fn disband(&self) {
        self.alarms.clear();
        self.office.all().iter().for_each(|resident| resident.mailbox().close());
    }

    /// Says how an agent failed that nobody waits for.
    pub(super) fn tell(&self, name: AgentName, text: &str) {
        if let Some(function) = self.functions.get(CONSOLE_ERROR) {
            let number = name.0.last_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            // Whoever can't be told is not there.
            let _ = function.call(vec![Value::Str(format!("agent {number} ended: {text}"))]);
        }
    }
}

/// Lets agents have their turns, and those whom they call, until none of them is left.
async fn carry(crew: Arc<Crew>, mut ready: VecDeque<Arc<Member>>) {
    loop {
        let mut turns = TURNS * SHORT_TURNS;
        while turns > 0 {
            let Some(member) = ready.pop_front() else {
                crew.carriers.fetch_sub(1, Ordering::Relaxed);
                return;
            };
            NEXT.set(Some(ready));
            turns = turns.saturating_sub(if member.have_turn() { SHORT_TURNS } else { 1 });
            ready = NEXT.take().unwrap_or_default();
            // Half of those who wait here go to a thread that has nothing to do.
            if ready.len() > 1 && crew.carriers.load(Ordering::Relaxed) < crew.carriers_max {
                crew.carry_elsewhere(ready.split_off(ready.len().div_ceil(2)));
            }
        }
        tokio::task::yield_now().await;
    }
}
