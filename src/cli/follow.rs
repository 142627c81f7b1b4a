//! Showing a distant agent's output as it comes, and ending as the agent ended.

use std::io::{self, Write};

use mvm::net::client::{Followed, Following};
use mvm::net::protocol::{Channel, Outcome};

use super::failure::Failure;
use super::terminal;

/// Shows an agent's output until there is no more. If the agent ended, so does the command, in the same way.
///
/// `raise` says for a limit that was reached how to raise it.
pub(crate) async fn follow(following: &mut Following, raise: fn(&str) -> String) -> Result<(), Failure> {
    loop {
        match following.next().await? {
            Followed::Output(record) => match record.channel {
                Channel::Out => {
                    let mut out = io::stdout().lock();
                    out.write_all(&record.text)?;
                    out.flush()?;
                }
                Channel::Err => io::stderr().write_all(&record.text).unwrap_or_default(),
            },
            Followed::Dropped(bytes) => {
                terminal::note(&format!("… {bytes} bytes of output are no longer kept"));
            }
            Followed::Ended(None) => return Ok(()),
            Followed::Ended(Some(outcome)) => return ended(outcome, raise),
        }
    }
}

/// The end of an agent as the end of a command.
fn ended(outcome: Outcome, raise: fn(&str) -> String) -> Result<(), Failure> {
    match outcome {
        Outcome::Returned { .. } => Ok(()),
        Outcome::Failed { text } => {
            terminal::say(&format!("main returned Err({text})\n"));
            Err(Failure::Found)
        }
        Outcome::Trapped { text } => Err(Failure::Trap(text)),
        Outcome::LimitReached { limit, text } => Err(Failure::Limit(text + &raise(&limit))),
        Outcome::Killed { by } => Err(Failure::Network(format!("the agent was killed by {by}"))),
        Outcome::Lost { text } => Err(Failure::Network(format!("the agent was lost: {text}"))),
    }
}

/// How an operator raises a limit of a node.
pub(crate) fn raise_on_node(limit: &str) -> String {
    match limit {
        "fuel" => "\n  the node sets it: start it with --fuel N to raise it".to_owned(),
        "heap" => "\n  the node sets it: start it with --heap SIZE to raise it".to_owned(),
        _ => "\n  the node sets it".to_owned(),
    }
}
