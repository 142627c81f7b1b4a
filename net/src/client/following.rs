//! An agent's output as it arrives at whoever follows it.

use std::sync::Arc;
use std::time::Duration;

use super::error::ClientError;
use crate::home::Peer;
use crate::protocol::{AgentId, Follow, Frame, Outcome, Output, Record};
use crate::transport::{LinkError, Pool, Stream};

/// How often a connection that was lost is made again, with pauses that double from the first one.
const RETRIES_MAX: u32 = 5;
const RETRY_FIRST: Duration = Duration::from_millis(100);

/// What a follower gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Followed {
    /// Output.
    Output(Record),
    /// So many records were here but are no longer kept.
    Dropped(u64),
    /// That was all. `None` if the agent goes on and waiting was not asked for.
    Ended(Option<Outcome>),
}

/// The output of one agent, from its home.
pub struct Following {
    pool: Arc<Pool>,
    home: Peer,
    agent: AgentId,
    stream: Stream,
    /// The record that comes next.
    next: u64,
    arrived: std::collections::VecDeque<Record>,
}

impl Following {
    pub(super) fn new(pool: Arc<Pool>, home: Peer, agent: AgentId, stream: Stream) -> Self {
        Self { pool, home, agent, stream, next: 0, arrived: Default::default() }
    }

    /// Whose output it is.
    pub fn agent(&self) -> AgentId {
        self.agent
    }

    /// Waits for more. After [`Followed::Ended`] nothing more comes. A lost connection is made again, and no output
    /// is missed or doubled by that.
    ///
    /// # Errors
    /// If the agent's home can't be reached any more, or has forgotten the agent.
    pub async fn next(&mut self) -> Result<Followed, ClientError> {
        loop {
            if let Some(record) = self.arrived.pop_front() {
                self.next = record.seq + 1;
                return Ok(Followed::Output(record));
            }
            let frame = match self.stream.read_unbounded().await {
                Err(LinkError::Lost { why }) => {
                    self.reconnect(why).await?;
                    continue;
                }
                frame => frame.map_err(|source| ClientError::link(&self.home, source))?,
            };
            match frame {
                Frame::Output(Output { dropped, records }) => {
                    self.arrived.extend(records.into_iter().filter(|record| record.seq >= self.next));
                    if dropped > 0 {
                        return Ok(Followed::Dropped(dropped));
                    }
                }
                Frame::Ended(ended) => return Ok(Followed::Ended(ended.outcome)),
                Frame::Refused(refused) => return Err(ClientError::refused(&self.home, refused)),
                other => return Err(ClientError::unexpected(&self.home, &other)),
            }
        }
    }

    async fn reconnect(&mut self, why: String) -> Result<(), ClientError> {
        let mut pause = RETRY_FIRST;
        let mut last = LinkError::Lost { why };
        for _ in 0..RETRIES_MAX {
            tokio::time::sleep(pause).await;
            pause *= 2;
            let follow = Follow { agent: self.agent, from: self.next, wait: true };
            match super::ask(&self.pool, &self.home, &follow.into()).await {
                Ok(stream) => {
                    self.stream = stream;
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(ClientError::link(&self.home, last))
    }
}
