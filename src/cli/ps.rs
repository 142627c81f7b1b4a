//! `mvm ps [NODE]`.

use std::io::{self, Write};
use std::time::Duration;

use mvm::net::home::Home;
use mvm::net::protocol::AgentInfo;
use serde::Serialize;

use super::failure::Failure;
use super::network::with_client;
use super::{size, terminal};

/// Lists agents: where they are, what they do and what they use
#[derive(Debug, clap::Args)]
pub(super) struct Ps {
    /// Only those on this node, or whose home it is
    node: Option<String>,
    /// Write each agent as a line of JSON, with its owner's key
    #[arg(long)]
    json: bool,
}

/// An agent as `--json` gives it.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: String,
    name: &'a str,
    state: &'static str,
    r#where: &'a str,
    /// Milliseconds.
    age: u64,
    fuel: u64,
    /// Bytes.
    heap: u64,
    hops: u64,
    /// The key of whoever sent it, or the agent that it descends from.
    owner: String,
}

impl Ps {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        let mut listing =
            with_client(home, async |client| Ok(client.list(self.node.as_deref(), None).await?))?;
        let rows: Vec<_> = listing.agents.iter().map(|(info, node)| Row::new(info, node)).collect();
        if self.json {
            let mut out = io::stdout().lock();
            for row in &rows {
                serde_json::to_writer(&mut out, row).map_err(io::Error::from)?;
                writeln!(out)?;
            }
        } else {
            write_table(&mut io::stdout().lock(), &rows)?;
        }
        // The one node that was asked for did not answer: that is how the command ends.
        if self.node.is_some()
            && let Some(error) = listing.silent.pop()
        {
            return Err(error.into());
        }
        for error in &listing.silent {
            terminal::note(&error.to_string());
        }
        Ok(())
    }
}

impl<'a> Row<'a> {
    fn new(info: &'a AgentInfo, node: &'a str) -> Self {
        Self {
            id: info.agent.to_string(),
            name: &info.name,
            state: info.word(),
            r#where: node,
            age: info.usage.age_ms,
            fuel: info.usage.fuel,
            heap: info.usage.heap_bytes,
            hops: info.usage.hops,
            owner: info.owner.to_string(),
        }
    }

    fn cells(&self) -> [String; 8] {
        let age = match self.age {
            0 => "<1ms".to_owned(),
            ms => format!("{:.1?}", Duration::from_millis(ms)),
        };
        [
            self.id.clone(),
            self.name.to_owned(),
            self.state.to_owned(),
            self.r#where.to_owned(),
            age,
            self.fuel.to_string(),
            size::show(self.heap),
            self.hops.to_string(),
        ]
    }
}

fn write_table(out: &mut impl Write, rows: &[Row<'_>]) -> io::Result<()> {
    let titles = ["ID", "NAME", "STATE", "WHERE", "AGE", "FUEL", "HEAP", "HOPS"].map(str::to_owned);
    let lines: Vec<_> = std::iter::once(titles).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 8] = std::array::from_fn(width);
    for line in &lines {
        let padded = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
