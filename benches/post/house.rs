//! Two posts, each with one agent that is a task with a channel for a mailbox.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mvm::net::home::{Peer, PeerBook};
use mvm::net::identity::{Identity, PublicKey};
use mvm::net::post::{Residents, Station};
use mvm::net::protocol::AgentId;
use mvm::net::protocol::post::{
    Fate, NodeLoss, Number, Offered, PostLimits, Receipts, Sender, Undelivered, Verdict, Whereabouts,
};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::{COLD, Carrier, Result, SHORT, TRIPS, runtime};

/// Letters that wait in a mailbox.
const MAILBOX: usize = 4096;

/// A node with one agent, of any name.
struct House {
    receipts: Mutex<Receipts>,
    mailbox: mpsc::Sender<Bytes>,
}

impl Residents for House {
    fn has(&self, _: AgentId) -> bool {
        true
    }

    fn offer(&self, sender: Sender, number: Number, _: AgentId, letter: &[u8]) -> Offered {
        let mut receipts = self.receipts.lock().unwrap_or_else(PoisonError::into_inner);
        match receipts.check(sender, number) {
            Verdict::Duplicate => return Offered::Duplicate,
            Verdict::Gap { wanted } => return Offered::Gap { wanted },
            Verdict::Next => {}
        }
        let Ok(place) = self.mailbox.try_reserve() else { return Offered::Full };
        receipts.took(sender, number);
        place.send(Bytes::copy_from_slice(letter));
        Offered::Taken
    }

    fn offer_urgent(&self, _: Sender, _: AgentId, _: &[u8]) {}

    fn find(&self, _: AgentId) -> Whereabouts {
        Whereabouts::Unknown
    }

    fn undeliverable(&self, _: AgentId, letters: Vec<Undelivered>, fate: Fate) {
        eprintln!("{} letters came back: {fate}", letters.len());
    }

    fn node_lost(&self, _: PublicKey, _: NodeLoss) {}
}

/// Both, and their runtimes.
pub(crate) struct Houses {
    here: Runtime,
    there: Runtime,
    stations: [Arc<Station>; 2],
    agents: [AgentId; 2],
    mailboxes: [Option<mpsc::Receiver<Bytes>>; 2],
}

impl Houses {
    pub(crate) fn new() -> Result<Self> {
        let (here, there) = (runtime()?, runtime()?);
        let book = Arc::new(PeerBook::in_memory());
        let build = |runtime: &Runtime, name: &str| -> Result<_> {
            let _entered = runtime.enter();
            let identity = Identity::generate()?;
            let (sender, receiver) = mpsc::channel(MAILBOX);
            let house = Arc::new(House { receipts: Mutex::default(), mailbox: sender });
            let station = Station::start(identity, book.clone(), PostLimits::default(), house)?;
            book.add(Peer { name: name.parse()?, addr: station.addr().to_string(), key: station.key() });
            let agent = AgentId { home: station.key(), random: [1; 10] };
            Ok((Arc::new(station), agent, Some(receiver)))
        };
        let (first, second) = (build(&here, "a")?, build(&there, "b")?);
        Ok(Self {
            here,
            there,
            stations: [first.0, second.0],
            agents: [first.1, second.1],
            mailboxes: [first.2, second.2],
        })
    }
}

impl Carrier for Houses {
    fn trips(&mut self) -> Result<Vec<Duration>> {
        let [asker, answerer] = self.agents;
        let [here, there] = self.stations.clone();
        let [Some(replies), Some(mut requests)] = self.mailboxes.each_mut().map(Option::take) else {
            return Err("no mailbox".into());
        };
        let answering = self.there.spawn(async move {
            for _ in 0..TRIPS + COLD {
                let letter = requests.recv().await.ok_or("no request")?;
                there.post().send(answerer, asker, letter).map_err(|error| error.to_string())?;
            }
            Ok::<_, String>(requests)
        });
        let asking = async move {
            let (mut replies, mut trips) = (replies, Vec::with_capacity(TRIPS));
            for trip in 0..TRIPS + COLD {
                let start = Instant::now();
                let letter = Bytes::copy_from_slice(&[7; SHORT]);
                here.post().send(asker, answerer, letter).map_err(|error| error.to_string())?;
                replies.recv().await.ok_or("no reply")?;
                if trip >= COLD {
                    trips.push(start.elapsed());
                }
            }
            Ok::<_, String>((replies, trips))
        };
        let asking = self.here.spawn(asking);
        let (replies, trips) = self.here.block_on(asking)??;
        let requests = self.here.block_on(answering)??;
        self.mailboxes = [Some(replies), Some(requests)];
        Ok(trips)
    }

    fn one_way(&mut self, letters: usize, bytes: usize) -> Result<Duration> {
        let [writer, reader] = self.agents;
        let [here, there] = self.stations.clone();
        let mut mailbox = self.mailboxes[1].take().ok_or("no mailbox")?;
        let start = Instant::now();
        let reading = self.there.spawn(async move {
            let (mut batch, mut left) = (Vec::new(), letters);
            while left > 0 {
                let count = mailbox.recv_many(&mut batch, MAILBOX / 4).await;
                if count == 0 {
                    return Err("no more letters");
                }
                left -= count;
                batch.clear();
                there.post().changed(reader);
            }
            Ok(mailbox)
        });
        let letter = vec![7; bytes];
        let writing = self.here.spawn(async move {
            let post = here.post();
            for _ in 0..letters {
                let letter = Bytes::copy_from_slice(&letter);
                while post.send(writer, reader, letter.clone()).is_err() {
                    post.room(writer, reader).await;
                }
            }
            Ok::<_, String>(())
        });
        self.mailboxes[1] = Some(self.here.block_on(reading)??);
        let time = start.elapsed();
        self.here.block_on(writing)??;
        Ok(time)
    }
}
