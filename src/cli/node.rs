//! `mvm node --name N`.

use std::future::Future;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use mvm::net::event::{Event, Hop};
use mvm::net::home::{Home, PeerBook, PeerName};
use mvm::net::identity::{Identity, PublicKey};
use mvm::net::node::{Node, NodeConfig};
use mvm::net::protocol::Packing;

use super::failure::Failure;
use super::network::on_runtime;
use super::{size, terminal};

/// Runs a node until it is interrupted
///
/// Prints one line, `ready NAME ADDR KEY`, once it accepts connections. What happens on it is told on standard error.
#[derive(Debug, clap::Args)]
pub(super) struct NodeCommand {
    /// What the node is called
    #[arg(long)]
    name: PeerName,
    /// Where it listens; port 0 is any that is free
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), value_parser = listening)]
    listen: SocketAddr,
    /// Folder of the node's identity [default: nodes/NAME in the home folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Let the holder of this key in, beside those in the peer book
    #[arg(long, value_name = "KEY")]
    trust: Vec<PublicKey>,
    /// The most memory for each agent's data, as in 512K, 64M or 2G
    #[arg(long, value_name = "SIZE", value_parser = size::parse)]
    heap: Option<u64>,
    /// The most fuel that an agent may have used before this node no longer runs it
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// Have large agents compressed that are sent here, with LZ4: for links that carry less than 800 MB a second
    #[arg(long)]
    compress: bool,
}

impl NodeCommand {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .with_writer(io::stderr)
            .with_ansi(terminal::is_coloured())
            .init();
        let config = self.config(home)?;
        on_runtime(async {
            let stopped =
                stopped().map_err(|error| Failure::usage(format!("can't listen for signals: {error}")))?;
            let node = Node::start(config)
                .map_err(|error| Failure::Network(format!("cannot listen on {}: {error}", self.listen)))?;
            let _registration = home.register(&self.name, node.addr(), node.key()).map_err(Failure::usage)?;
            let mut out = io::stdout().lock();
            writeln!(out, "ready {} {} {}", self.name, node.addr(), node.key())?;
            out.flush()?;
            drop(out);
            let ended = stopped.await;
            node.shut_down().await;
            ended
        })
    }

    fn config(&self, home: &Home) -> Result<NodeConfig, Failure> {
        let identity = match &self.data {
            Some(folder) => Identity::load_or_create(&folder.join("identity")),
            None => home.node(&self.name),
        };
        let book = PeerBook::of_home(home.clone());
        self.trust.iter().for_each(|key| book.trust(*key));
        let mut config =
            NodeConfig::new(self.name.clone(), identity.map_err(Failure::usage)?, Arc::new(book));
        config.listen = self.listen;
        config.events = Arc::new(show);
        if let Some(bytes) = self.heap {
            config.limits.agent.heap_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        }
        config.packing = if self.compress { Packing::Lz4 } else { Packing::Plain };
        config.limits.fuel = self.fuel.unwrap_or(config.limits.fuel);
        Ok(config)
    }
}

/// Reads where to listen: the address of one of this machine's interfaces, or of all, and a port.
fn listening(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let (port_of_all, bare) = (text.strip_prefix(':').unwrap_or(text), text.trim_matches(['[', ']']));
        if let Ok(port) = port_of_all.parse::<u16>() {
            format!("the address is missing: 0.0.0.0:{port} is that port on all interfaces, 127.0.0.1:{port} for this machine alone")
        } else if let Ok(ip) = bare.parse::<IpAddr>() {
            format!("the port is missing: {} is any that is free", SocketAddr::new(ip, 0))
        } else {
            "it takes an IP address and a port, as in 127.0.0.1:4000, 0.0.0.0:4000 for all interfaces, or [::1]:0; names of \
             hosts are not looked up"
                .to_owned()
        }
    })
}

/// Listens for signals by which the user or the system wants the node to end, and waits for one of them.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = Result<(), Failure>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Err(Failure::Interrupted),
            _ = terminate.recv() => Ok(()),
        }
    })
}

/// Listens for Ctrl-C, and waits for it.
#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = Result<(), Failure>>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        Err(Failure::Interrupted)
    })
}

fn show(event: &Event) {
    match event {
        Event::Hop(Hop { agent, from, to, cargo_bytes, .. }) => {
            terminal::note(&format!("{agent} went from {from} to {to}, {}", size::show(*cargo_bytes)));
        }
        Event::HopFailed { agent, to, reason } => {
            terminal::note(&format!("{agent} could not go to {to}: {reason}"));
        }
        Event::LetterRefused { agent, from, reason } => {
            terminal::note(&format!("a message from node {from} to {agent} was refused: {reason}"));
        }
        Event::Ended { agent, .. } => terminal::note(&format!("{agent} ended")),
        Event::Stranger { key } => terminal::note(&format!(
            "turned away {key}, which is not in the peer book; let it in with `mvm peer add` or --trust"
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::listening;

    #[test]
    fn where_to_listen_is_an_address_and_a_port() {
        for text in ["127.0.0.1:4000", "0.0.0.0:0", "[::1]:4000"] {
            assert_eq!(listening(text).map(|addr| addr.to_string()), Ok(text.to_owned()));
        }
        for (text, expected) in [
            ("4000", "0.0.0.0:4000"),
            (":4000", "127.0.0.1:4000"),
            ("10.0.0.1", "the port is missing: 10.0.0.1:0"),
            ("::1", "the port is missing: [::1]:0"),
            ("[::1]", "the port is missing: [::1]:0"),
            ("localhost:4000", "names of hosts are not looked up"),
            ("1.2.3.4:70000", "as in 127.0.0.1:4000"),
            ("nonsense", "as in 127.0.0.1:4000"),
            ("", "as in 127.0.0.1:4000"),
        ] {
            let error = listening(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
