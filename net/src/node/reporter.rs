//! Carries an agent's output and news to its home: in order, each once, and again for as long as it takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::drain;
use super::papers::{Console, Papers};
use super::shared::Shared;
use crate::event::Event;
use crate::identity::PublicKey;
use crate::protocol::output::Outbox;
use crate::protocol::{AgentState, Channel, Epoch, Frame, Outcome, Refusal, Report, Reported, Usage};
use crate::transport::{LinkError, unexpected};

/// How long a home may take to answer a report. It answers late if a reader is slow, but within [`ROOM_WAIT`].
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a home makes a host wait for a slow reader before it says that it took nothing.
pub(super) const ROOM_WAIT: Duration = Duration::from_secs(3);
/// Pauses between attempts to reach a home that does not answer.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(5);
/// News of an agent that ended is given up if its home can't be reached for so long.
const GIVE_UP: Duration = Duration::from_secs(600);

/// What is still to be told of one agent. A task runs only while there is something.
pub(super) struct Reporter {
    papers: Arc<Papers>,
    epoch: Epoch,
    news: Mutex<News>,
    /// The home confirmed something, or all is told.
    pub(super) progress: Notify,
}

struct News {
    outbox: Outbox,
    state: AgentState,
    usage: Usage,
    outcome: Option<Outcome>,
    /// Something is to be told, be it only that the agent is here.
    fresh: bool,
    /// The agent's home knows that it is here.
    told: bool,
    /// A task is telling it.
    busy: bool,
    /// The agent left: what is still here is told by the node where it is.
    closed: bool,
}

impl Reporter {
    pub(super) fn new(papers: Arc<Papers>, epoch: Epoch, outbox: Outbox) -> Arc<Self> {
        let news = News {
            outbox,
            state: AgentState::Running,
            usage: Usage::default(),
            outcome: None,
            fresh: true,
            told: false,
            busy: false,
            closed: false,
        };
        Arc::new(Self { papers, epoch, news: Mutex::new(news), progress: Notify::new() })
    }

    /// Output that the home has not confirmed, to go with the agent.
    pub(super) fn travelling_outbox(&self) -> Outbox {
        self.news().outbox.travel()
    }

    /// Whether the agent has to wait before it writes more.
    pub(super) fn is_full(&self) -> bool {
        self.news().outbox.is_full()
    }

    /// Takes output.
    pub(super) fn write(self: &Arc<Self>, shared: &Arc<Shared>, channel: Channel, text: &str) {
        self.change(shared, |news| news.outbox.push(channel, text.as_bytes()));
    }

    /// Takes news of what the agent does.
    pub(super) fn update(self: &Arc<Self>, shared: &Arc<Shared>, state: AgentState, usage: Usage) {
        self.change(shared, |news| (news.state, news.usage) = (state, usage));
    }

    /// Takes the news that the agent ended.
    pub(super) fn end(self: &Arc<Self>, shared: &Arc<Shared>, outcome: Outcome, usage: Usage) {
        self.change(shared, |news| {
            (news.outcome, news.state, news.usage) = (Some(outcome), AgentState::Ended, usage);
        });
    }

    /// The agent is elsewhere: what is left to tell went with it.
    pub(super) fn close(&self) {
        self.news().closed = true;
        self.progress.notify_waiters();
    }

    /// Whether the home has all there is.
    pub(super) fn is_done(&self) -> bool {
        let news = self.news();
        news.closed || (news.outbox.is_empty() && !news.fresh)
    }

    /// The number of the record that will be written next.
    pub(super) fn written(&self) -> u64 {
        self.news().outbox.end()
    }

    /// Whether all records before that number are where they are shown.
    pub(super) fn has_told(&self, end: u64) -> bool {
        self.news().outbox.first() >= end
    }

    /// Whether the agent is elsewhere.
    pub(super) fn is_closed(&self) -> bool {
        self.news().closed
    }

    fn change(self: &Arc<Self>, shared: &Arc<Shared>, change: impl FnOnce(&mut News)) {
        let mut news = self.news();
        change(&mut news);
        news.fresh = true;
        if !news.busy && !news.closed {
            news.busy = true;
            drop(news);
            tokio::spawn(self.clone().tell_all(shared.clone()));
        }
    }

    async fn tell_all(self: Arc<Self>, shared: Arc<Shared>) {
        let mut pause = RETRY_FIRST;
        let mut silent_since: Option<Instant> = None;
        while let Some(report) = self.next_report() {
            match self.deliver(&shared, report).await {
                Ok(next) => {
                    pause = RETRY_FIRST;
                    silent_since = None;
                    self.news().outbox.confirm(next);
                    self.progress.notify_waiters();
                }
                Err(error) => {
                    tracing::debug!(agent = %self.papers.id, %error, "the home can't be told");
                    self.news().fresh = true;
                    let since = *silent_since.get_or_insert_with(Instant::now);
                    if self.news().outcome.is_some() && since.elapsed() > GIVE_UP {
                        self.close();
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_MAX);
                }
            }
        }
        self.progress.notify_waiters();
    }

    /// What is to be told next; if nothing is, the task that asks is the last to do so.
    fn next_report(&self) -> Option<Report> {
        let mut news = self.news();
        if news.closed || (!news.fresh && news.outbox.is_empty()) {
            news.busy = false;
            return None;
        }
        news.fresh = false;
        Some(Report {
            agent: self.papers.id,
            owner: self.papers.owner,
            pass: self.papers.reporting(),
            console: self.papers.console.agent,
            name: self.papers.name.clone(),
            epoch: self.epoch,
            state: news.state.clone(),
            usage: news.usage,
            output_first: news.outbox.first(),
            output: news.outbox.batch(),
            output_end: news.outbox.end(),
            outcome: news.outcome.clone(),
        })
    }

    /// Gives a report to whom it concerns, and says what is wanted next. Where output is shown is told everything, the agent's
    /// home just where it is and that it ended, if that is another one.
    async fn deliver(&self, shared: &Arc<Shared>, report: Report) -> Result<u64, LinkError> {
        let Papers { id, home_addr, console: Console { agent: shown_with, addr }, .. } = &*self.papers;
        let (home, console) = (id.home, shown_with.home);
        let concerns_home = home != console && (!self.news().told || report.outcome.is_some());
        if concerns_home {
            let (output, output_end) = (Vec::new(), report.output_first);
            let short = Report { output, output_end, console: *id, ..report.clone() };
            deliver(shared, short, home, home_addr).await?;
            self.news().told = true;
        }
        deliver(shared, report, console, addr).await
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a report to a home, which may be this node. Says what the home wants next.
async fn deliver(
    shared: &Arc<Shared>,
    report: Report,
    home: PublicKey,
    home_addr: &str,
) -> Result<u64, LinkError> {
    if home == shared.key {
        // Nobody here forges reports, and who has no place among a home's agents is not told of.
        return Ok(take(shared, report, home).await.unwrap_or(u64::MAX));
    }
    let link = shared.pool.link(home, Some(home_addr).filter(|addr| !addr.is_empty())).await?;
    let mut stream = link.open().await?;
    stream.write(&Frame::Report(report), ANSWER_TIMEOUT).await?;
    stream.finish();
    match stream.read(ANSWER_TIMEOUT, "reporting to an agent's home").await? {
        Frame::Reported(Reported { next, .. }) => Ok(next),
        Frame::Refused(refused) => Err(LinkError::Refused { reason: refused.reason }),
        other => Err(unexpected(&other)),
    }
}

/// Takes a report as the agent's home. If a reader whom the agent waits for is far behind, so is the answer.
///
/// # Errors
/// If the report is forged, or there is no room for one more agent.
pub(super) async fn take(
    shared: &Arc<Shared>,
    report: Report,
    node: PublicKey,
) -> Result<u64, (Refusal, &'static str)> {
    let (agent, console) = (report.agent, report.console);
    if !shared.homes.believes(&report) {
        return Err((Refusal::Invalid, "the report is not from where the agent is"));
    }
    let homed = shared.homes.find_or_adopt(&report, node);
    let homed = homed.ok_or((Refusal::Busy, "no room for one more agent"))?;
    let waited = Instant::now();
    while homed.is_held() && waited.elapsed() < ROOM_WAIT {
        let changed = homed.changed.notified();
        if homed.is_held() {
            let _ = tokio::time::timeout(ROOM_WAIT, changed).await;
        }
    }
    if report.ends() && agent == console && !homed.has_ended() && !shared.is_closing() {
        drain::everywhere(shared, console).await;
    }
    let taken = homed.take(report, node);
    if let Some(shown) = shared.homes.find(console).filter(|_| !taken.fresh.is_empty()) {
        shown.append(taken.fresh);
    }
    if let Some(outcome) = taken.ended {
        shared.homes.ended(agent);
        shared.tell(&Event::Ended { agent, outcome });
    }
    Ok(taken.next)
}
