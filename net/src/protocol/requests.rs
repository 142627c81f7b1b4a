//! What clients ask of nodes, and hosts of homes. Each struct is the body of the frame of its name.

use mob_runtime::{Owner, Pass};
use mob_vm::bytecode::ModuleHash;
use serde::{Deserialize, Serialize};

use super::agents::{AgentInfo, AgentState, Outcome, Usage};
use super::ids::{AgentId, Epoch};
use super::output::Record;
use crate::identity::PublicKey;

/// A module that is spoken of: its name and how much there is to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRef {
    /// What it is called everywhere.
    pub hash: ModuleHash,
    /// Bytes of the encoded module.
    pub len: u64,
}

/// The request is not granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What kind of no it is.
    pub code: Refusal,
    /// For people: what and why.
    pub reason: String,
}

/// Kinds of no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The request itself is wrong: a bad module, wrong arguments.
    Invalid,
    /// It goes beyond what the node allows.
    Limit,
    /// The agent or node that it speaks of is not known here.
    Unknown,
    /// The agent is somewhere else, or about to be.
    Elsewhere,
    /// The node that it needs can't be reached, or refused in turn.
    Unreachable,
    /// The node is shutting down or has no room.
    Busy,
}

/// Start a program here, and be its home. Answered by [`Wanted`] or [`Refused`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The program.
    pub code: CodeRef,
    /// A label for people.
    pub name: String,
    /// The arguments of its `main`.
    pub args: Vec<String>,
    /// What whoever sends it, its owner, has in common with all agents of his.
    pub owner: Owner,
    /// Whether [`Output`] frames and [`Ended`] are to follow on this stream. The agent then waits for the reader.
    pub follow: bool,
}

/// Whether the code is to be sent: its raw bytes follow if so. Then comes [`Launched`] or [`Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// `false` if the node has the module already.
    pub code: bool,
}

/// The program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launched {
    /// As this.
    pub agent: AgentId,
}

/// What became of an agent since the last report. Sent by its host to its home; the same report may come twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Of whom.
    pub agent: AgentId,
    /// The key of its owner.
    pub owner: PublicKey,
    /// That it comes from where the agent is or was.
    pub pass: Pass,
    /// The agent whose output it is shown with: itself, or the one that it descends from.
    pub console: AgentId,
    /// Its label.
    pub name: String,
    /// As of when: a report of an older epoch than one seen changes no location.
    pub epoch: Epoch,
    /// What it is doing.
    pub state: AgentState,
    /// What it has used.
    pub usage: Usage,
    /// All records before this one were confirmed.
    pub output_first: u64,
    /// The records from there on, or as many as fit.
    pub output: Vec<Record>,
    /// The number of the record that will be written next.
    pub output_end: u64,
    /// How it ended, if it did. It counts for the home once all output is there.
    pub outcome: Option<Outcome>,
}

impl Report {
    /// Whether the agent has ended, and with this all its output is there.
    pub(crate) fn ends(&self) -> bool {
        let last = self.output_first.saturating_add(self.output.len() as u64);
        self.outcome.is_some() && last >= self.output_end
    }
}

/// What the home has of an agent's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Of whom.
    pub agent: AgentId,
    /// All records before this one have arrived.
    pub next: u64,
}

/// Send the output of an agent that is the asker's. Answered by [`Output`] frames and one [`Ended`], or by [`Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// Whose.
    pub agent: AgentId,
    /// From which record on.
    pub from: u64,
    /// Whether to wait for more until the agent ends; else what there is is all.
    pub wait: bool,
}

/// Some output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Bytes that were there but are no longer kept, just before these records.
    pub dropped: u64,
    /// In order.
    pub records: Vec<Record>,
}

/// There is no more output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How the agent ended; `None` if it goes on and no waiting was asked for.
    pub outcome: Option<Outcome>,
}

/// Which agents does the node host, or is home of? Answered by [`Agents`] frames, in which are those that the asker owns or is the
/// home of; all, if the asker is of the node's own home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Only those whose id begins so; empty for all.
    pub prefix: String,
    /// Whether to name agents too that were there and left, and where they went.
    pub left: bool,
}

/// Some agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agents {
    /// These.
    pub agents: Vec<AgentInfo>,
    /// Whether another such frame follows.
    pub more: bool,
}

/// Send an agent that is here, and the asker's, to another node. Answered by [`Migrated`] or [`Refused`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrate {
    /// Whom.
    pub agent: AgentId,
    /// The other node's name, for people.
    pub name: String,
    /// The other node's key.
    pub key: PublicKey,
    /// `HOST:PORT` of the other node, used if the host knows no address for the key.
    pub addr: String,
}

/// The agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migrated {
    /// What was sent: snapshot and what goes with it, and code if it was missing there.
    pub bytes: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// End an agent that is here, and the asker's. Answered by [`Killed`] or [`Refused`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kill {
    /// Whom.
    pub agent: AgentId,
}

/// The agent is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Killed {}

/// Are you there?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ping {}

/// Yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pong {
    /// What the node calls itself.
    pub name: String,
}

/// Which address can be found here under this name? Answered by [`Found`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The name, of at most 256 bytes.
    pub name: String,
}

/// What the name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Whose inbox; nobody's if there is no such name.
    pub agent: Option<AgentId>,
    /// Which.
    pub inbox: u64,
}

/// What agents have printed at the node up to now, and is shown with this one's output, is to be at the home of this one. Answered by
/// [`Drained`] once it is, or after a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drain {
    /// The agent that was sent.
    pub console: AgentId,
}

/// It is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drained {
    /// Where such agents went that were there; 128 at most.
    pub nodes: Vec<Went>,
}

/// A node where agents have gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Went {
    /// Which.
    pub node: PublicKey,
    /// `HOST:PORT` of it, or empty if that is not known.
    pub addr: String,
}

impl Drained {
    /// Most nodes that are named.
    pub const NODES_MAX: usize = 128;
}

/// This stream is for letters to agents at the node, as raw bytes from here on. Answered by its twin, behind which come
/// replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// Tells this run of the node that says it from others.
    pub life: u64,
    /// Whether long letters may come, too.
    pub bulk: bool,
    /// Bytes of the longest letter that the node that says it takes.
    pub letter_bytes: u32,
}
