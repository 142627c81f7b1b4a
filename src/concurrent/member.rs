//! One agent among those of a program, and its turns.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use mob_runtime::{Begun, Next, Reason, why_stuck};
use mob_vm::{HostCall, Trap, Value};

use super::alarms::AlarmId;
use super::crew::Crew;
use crate::agent::{Outcome, answer_to_go};

/// One of the agents.
pub(super) struct Member {
    state: AtomicU8,
    /// The agent, while it has no turn.
    place: Mutex<Place>,
    crew: Arc<Crew>,
}

#[derive(Default)]
struct Place {
    begun: Option<Box<Begun>>,
    /// What calls it, if it rests until some time.
    alarm: Option<AlarmId>,
}

/// How a turn ended.
enum Turn {
    /// Others have theirs now.
    Over,
    /// It rests.
    Parked(Option<u64>),
    /// The agent is over.
    Ended(Result<Outcome, Trap>),
}

impl Member {
    /// It has its turn.
    const TURN: u8 = 0;
    /// It was called, and will have a turn.
    const CALLED: u8 = 1;
    /// It waits to be called.
    const PARKED: u8 = 2;
    /// It waits to be called, and will be in any case.
    const RESTING: u8 = 3;

    /// An agent that is to have its first turn.
    pub(super) fn new(crew: &Arc<Crew>, begun: Box<Begun>) -> Arc<Self> {
        crew.one_wakes();
        let place = Mutex::new(Place { begun: Some(begun), alarm: None });
        Arc::new(Self { state: AtomicU8::new(Self::CALLED), place, crew: crew.clone() })
    }

    /// Lets it have a turn, if it has none.
    pub(super) fn call(self: Arc<Self>) {
        let before = self.state.swap(Self::CALLED, Ordering::AcqRel);
        if before == Self::PARKED {
            self.crew.one_wakes();
        }
        if before == Self::PARKED || before == Self::RESTING {
            Crew::schedule(self);
        }
    }

    /// All among whom it is.
    pub(super) fn crew(&self) -> &Arc<Crew> {
        &self.crew
    }

    /// Lets the agent have its turn. Gives whether it used up the fuel of that.
    pub(super) fn have_turn(self: Arc<Self>) -> bool {
        let crew = &self.crew;
        let Place { begun, alarm } = std::mem::take(&mut *self.place());
        if let Some(alarm) = alarm {
            crew.alarms.call_off(alarm);
        }
        let Some(mut begun) = begun.filter(|_| !crew.is_over()) else { return false };
        let waker = Waker::from(self.clone());
        loop {
            self.state.store(Self::TURN, Ordering::Release);
            match self.turn(&mut begun, &waker) {
                Turn::Over => {
                    self.state.store(Self::CALLED, Ordering::Release);
                    self.place().begun = Some(begun);
                    Crew::schedule(self.clone());
                    return true;
                }
                Turn::Parked(until) => match self.park(begun, until) {
                    Some(called) => begun = called,
                    None => return false,
                },
                Turn::Ended(ended) => {
                    self.end(begun, ended);
                    crew.one_sleeps();
                    return false;
                }
            }
        }
    }

    fn turn(self: &Arc<Self>, begun: &mut Begun, waker: &Waker) -> Turn {
        let crew = &self.crew;
        if crew.is_first(self) && crew.take_stuck() {
            let message = why_stuck(&begun.agent).to_owned();
            return match begun.agent.fail(message) {
                Some(trap) => Turn::Ended(Err(trap)),
                None => Turn::Over,
            };
        }
        let mut fuel = crew.take_fuel();
        if fuel == 0 {
            return Turn::Ended(Ok(Outcome::OutOfFuel));
        }
        let turn = self.advance(begun, &mut fuel, waker);
        crew.give_fuel_back(fuel);
        turn
    }

    fn advance(self: &Arc<Self>, begun: &mut Begun, fuel: &mut u64, waker: &Waker) -> Turn {
        let crew = &self.crew;
        loop {
            let Begun { agent, course } = begun;
            let trap = match course.advance(agent, fuel, || crew.alarms.now_ms(), waker) {
                Next::Yield => return Turn::Over,
                Next::Park(until) => return Turn::Parked(until),
                Next::Begun(other) => {
                    Crew::schedule(Self::new(crew, other));
                    None
                }
                Next::Host(call) => self.answer(begun, call),
                Next::Depart(departure) => {
                    let answered = agent.resume(&answer_to_go(&departure.node));
                    answered.err().and_then(|error| agent.fail(error.to_string()))
                }
                Next::Done => return Turn::Ended(Ok(Outcome::Done)),
                Next::Trap(trap) => Some(trap),
            };
            if let Some(trap) = trap {
                return Turn::Ended(Err(trap));
            }
        }
    }

    /// Answers a call of the host. Gives how that ended the agent, if it did.
    fn answer(&self, begun: &mut Begun, call: HostCall) -> Option<Trap> {
        let Begun { agent, course } = begun;
        if let ("clock.sleep", [Value::Int(ms)]) = (&*call.name, &call.args[..]) {
            let until = self.crew.alarms.now_ms().saturating_add(u64::try_from(*ms).unwrap_or(0));
            course.sleep(until, Value::Unit);
            return None;
        }
        let name = call.name.clone();
        let resumed = self.crew.call_host(call).and_then(|value| {
            agent.resume(&value).map_err(|error| format!("the answer of `{name}` was refused: {error}"))
        });
        resumed.err().and_then(|message| agent.fail(message))
    }

    /// Puts the agent where it waits to be called. Gives it back if it was called meanwhile.
    fn park(self: &Arc<Self>, begun: Box<Begun>, until: Option<u64>) -> Option<Box<Begun>> {
        let state = if until.is_some() { Self::RESTING } else { Self::PARKED };
        // Whoever calls it from here on comes to its place, and waits there until it is in it.
        let mut place = self.place();
        if self.state.compare_exchange(Self::TURN, state, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return Some(begun);
        }
        place.begun = Some(begun);
        place.alarm = until.map(|until| self.crew.alarms.set(until, self.clone()));
        drop(place);
        if until.is_none() {
            self.crew.one_sleeps();
        }
        None
    }

    fn end(self: &Arc<Self>, begun: Box<Begun>, ended: Result<Outcome, Trap>) {
        let Begun { agent, course } = *begun;
        if self.crew.is_first(self) {
            return self.crew.end(agent, ended);
        }
        let reason = match &ended {
            Ok(Outcome::OutOfFuel) => return self.crew.call_first(),
            Ok(_) => Reason::of_return(&agent),
            Err(trap) => Reason::of_trap(trap),
        };
        // That an agent ended because another one wanted it to is no news.
        if let Reason::Failed(text) = &reason {
            let told = ended.err().map_or_else(|| text.clone(), |trap| trap.to_string());
            self.crew.tell(agent.name(), &told);
        }
        course.end(&reason);
    }

    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Member {
    fn wake(self: Arc<Self>) {
        self.call();
    }
}
