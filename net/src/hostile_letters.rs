//! Peers whose letters are none, are for nobody, or longer than there may be: agents and the node go on as if there were none.
#![allow(clippy::unwrap_used)]

use crate::client::Program;
use crate::cluster::Cluster;
use crate::event::Event;
use crate::hostile::common::{PATIENCE, cluster, spins};
use crate::hostile::{assert_serves, trusted};
use crate::identity::PublicKey;
use crate::protocol::post::{Breach, Decoder, Packet, Raw, Reply, Word};
use crate::protocol::{AgentId, Frame, Letters};
use crate::transport::{Link, Stream};

/// A lane on which letters can be sent to a node.
async fn lane(link: &Link, bulk: bool) -> Stream {
    let mut stream = link.open().await.unwrap();
    stream.write(&Letters { life: 7, bulk, letter_bytes: 1 << 20 }.into(), PATIENCE).await.unwrap();
    let Frame::Letters(_) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!("another frame") };
    stream
}

async fn write(stream: &mut Stream, packets: &[Packet<'_>]) {
    let mut bytes = Vec::new();
    packets.iter().for_each(|packet| packet.write(&mut bytes));
    stream.write_raw(&bytes, PATIENCE).await.unwrap();
}

/// The next replies, until there is one that is wanted.
async fn until(stream: &mut Stream, is_wanted: impl Fn(u32, u64, &Word) -> bool) {
    let (mut decoder, mut is_there) = (Decoder::default(), false);
    while !is_there {
        let chunk = tokio::time::timeout(PATIENCE, stream.split().1.read_chunk(65_536, true));
        let chunk = chunk.await.unwrap().unwrap().expect("the lane ended");
        let see = |raw: Raw<'_>| {
            if let Reply::Route { route, next, word } = Reply::read(raw)? {
                is_there |= is_wanted(route, next, &word);
            }
            Ok(())
        };
        decoder.feed(&chunk.bytes, see).unwrap();
    }
}

/// An agent that never ends, on the first node.
async fn agent_on(cluster: &Cluster) -> AgentId {
    let client = cluster.client().unwrap();
    let module = spins();
    client.send_detached("a", Program { module: &module, name: "spins", args: &[] }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_that_are_none_are_dropped_and_told() {
    let (cluster, events) = cluster(&["a"], |_| {});
    let agent = agent_on(&cluster).await;
    let (_endpoint, link) = trusted(&cluster).await;
    let mut stream = lane(&link, true).await;
    let message = |rest: &[u8]| [&[0; 90], rest].concat();
    let letters: [Vec<u8>; 9] = [
        vec![],
        vec![0],
        vec![1],
        vec![2; 100],
        vec![0xff; 60_000],
        vec![1, 0xc1],
        [&[1, 0xdf][..], &[0xff; 4]].concat(),
        message(&[]),
        message(&[0xff; 1000]),
    ];
    write(&mut stream, &[Packet::Open { route: 1, base: 0, agent }]).await;
    for letter in &letters {
        write(&mut stream, &[Packet::Letter { route: 1, bytes: letter }]).await;
        write(&mut stream, &[Packet::Urgent { route: 1, bytes: letter }]).await;
    }
    let count = letters.len();
    until(&mut stream, |route, next, word| (route, next, word) == (1, count as u64, &Word::Taken)).await;
    let refused =
        |event: &&Event| matches!(event, Event::LetterRefused { agent: whose, .. } if *whose == agent);
    assert_eq!(events.lock().unwrap().iter().filter(refused).count(), count);
    assert_serves(&cluster).await;
    let listing = cluster.client().unwrap().list(None, None).await.unwrap();
    assert!(listing.agents.iter().any(|(info, _)| info.agent == agent && info.outcome.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_for_agents_that_never_were_are_answered() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let mut stream = lane(&link, false).await;
    let nobody = |home| AgentId { home, random: [3; 10] };
    let here = nobody(cluster.nodes()[0].key());
    let elsewhere = nobody(PublicKey::from_bytes([9; 32]));
    for (route, agent, expected) in [(1, here, Word::Gone), (2, elsewhere, Word::Unknown)] {
        write(&mut stream, &[Packet::Open { route, base: 5, agent }, Packet::Letter { route, bytes: b"x" }])
            .await;
        until(&mut stream, |to, next, word| (to, next, word) == (route, 5, &expected)).await;
    }
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_claims_more_than_there_may_be_is_hung_up_on() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let agent = agent_on(&cluster).await;
    let open = |route| Packet::Open { route, base: 0, agent };
    let part = |route| Packet::Part { route, bytes: &[7; 65_536] };
    let too_many: Vec<_> = (1..=5).map(open).chain((1..=5).map(part)).collect();
    let too_long: Vec<_> = [open(1)].into_iter().chain([part(1); 257]).collect();
    let huge = [&[2, 1, 0, 0, 0][..], &u32::MAX.to_le_bytes()].concat();
    let bytes = |packets: &[Packet<'_>]| {
        let mut bytes = Vec::new();
        packets.iter().for_each(|packet| packet.write(&mut bytes));
        bytes
    };
    let cases = [
        (true, huge, Breach::Length { len: u32::MAX }),
        (true, bytes(&too_many), Breach::Parts { max: 4 }),
        (true, bytes(&too_long), Breach::Letter { max: 16 << 20 }),
        (false, bytes(&[open(1), part(1), part(1)]), Breach::Letter { max: 65_536 }),
    ];
    for (bulk, bytes, breach) in cases {
        let (_endpoint, link) = trusted(&cluster).await;
        let mut stream = lane(&link, bulk).await;
        // It is hung up on while it says more.
        stream.write_raw(&bytes, PATIENCE).await.unwrap_or_default();
        stream.ended().await;
        let error = link.open().await.err().unwrap();
        assert!(error.to_string().contains(&breach.to_string()), "{error}");
    }
    assert_serves(&cluster).await;
}
