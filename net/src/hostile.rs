//! Peers that do wrong, by mistake or on purpose: each gets a clear answer, and nobody else notices.
#![allow(clippy::unwrap_used)]

#[path = "../tests/common/mod.rs"]
pub(crate) mod common;

use std::sync::Arc;
use std::time::Instant;

use common::{PATIENCE, cluster, follow, returned, says, strings, travels};
use mob_runtime::Owner;
use mob_vm::bytecode::module_hash;
use tokio::task::JoinSet;

use crate::client::{Client, ClientError, Program};
use crate::cluster::Cluster;
use crate::home::{Peer, PeerBook};
use crate::identity::{Identity, PublicKey};
use crate::protocol::handover::message::{Accept, Offer, Prepared, Unknown};
use crate::protocol::{
    AgentId, AttemptId, CodeRef, Epoch, Frame, FrameError, Launch, Manifest, Outcome, Packing, Ping, Refusal,
};
use crate::transport::{Acceptor, Endpoint, Link, LinkError, Stream};

/// A connection to the first node of a cluster, as someone whom it trusts.
pub(crate) async fn trusted(cluster: &Cluster) -> (Endpoint, Link) {
    let identity = Identity::generate().unwrap();
    cluster.book().trust(identity.public());
    let endpoint = Endpoint::client(identity).unwrap();
    let node = &cluster.nodes()[0];
    let link = endpoint.connect(&node.addr().to_string(), node.key()).await.unwrap();
    (endpoint, link)
}

/// A launch of a program without a name.
fn launch(code: CodeRef) -> Launch {
    Launch { code, name: String::new(), args: Vec::new(), owner: Owner::default(), follow: false }
}

/// The node still runs programs for others.
pub(crate) async fn assert_serves(cluster: &Cluster) {
    let client = cluster.client().unwrap();
    let module = says("still here");
    let program = Program { module: &module, name: "says", args: &[] };
    let (text, outcome) = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_eq!((text.as_str(), outcome), ("still here\n", returned("()")));
}

async fn refusal(stream: &mut Stream) -> String {
    match stream.read(PATIENCE, "testing").await.unwrap() {
        Frame::Refused(refused) => {
            assert_eq!(refused.code, Refusal::Invalid);
            refused.reason
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_key_is_not_talked_to() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let expected = Identity::generate().unwrap().public();
    let endpoint = Endpoint::client(Identity::generate().unwrap()).unwrap();
    let addr = cluster.nodes()[0].addr().to_string();
    let error = endpoint.connect(&addr, expected).await.unwrap_err();
    assert!(matches!(error, LinkError::WrongKey { .. }), "{error}");
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_why_it_may_not_come_in() {
    let (cluster, events) = cluster(&["a"], |_| {});
    let stranger = Identity::generate().unwrap();
    let client = Client::new(stranger.clone(), cluster.book().clone()).unwrap();
    let error = client.ping("a").await.unwrap_err();
    assert!(matches!(error, ClientError::Refused { .. }) && error.is_refused_or_unreachable(), "{error:?}");
    let expected = format!("--trust {}", stranger.public());
    assert!(error.to_string().contains(&expected), "{error}");
    let event = crate::event::Event::Stranger { key: stranger.public() };
    assert!(events.lock().unwrap().contains(&event));
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_of_the_protocol_is_named() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let identity = Identity::generate().unwrap();
    cluster.book().trust(identity.public());
    let mut tls = crate::identity::client_tls(&identity).unwrap();
    tls.alpn_protocols = vec![b"mob/1".to_vec()];
    let quic = quinn::crypto::rustls::QuicClientConfig::try_from(tls).unwrap();
    let endpoint = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let node = &cluster.nodes()[0];
    let config = quinn::ClientConfig::new(Arc::new(quic));
    let connecting = endpoint.connect_with(config, node.addr(), &node.key().to_string()).unwrap();
    let error = LinkError::from(connecting.await.unwrap_err());
    assert!(matches!(error, LinkError::Version), "{error}");
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_request_are_answered() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let mut ping = Vec::new();
    Frame::from(Ping {}).encode(&mut ping).unwrap();
    let with = |at: usize, byte: u8| {
        let mut bytes = ping.clone();
        bytes[at] = byte;
        bytes
    };
    let cases: [(Vec<u8>, FrameError); 6] = [
        (vec![0xff; 4], FrameError::Length { len: 0xffff_ffff }),
        (vec![1, 0, 0, 0], FrameError::Length { len: 1 }),
        (with(4, 9), FrameError::Version { version: 9 }),
        (with(5, 200), FrameError::Kind { kind: 200 }),
        (with(5, 33), FrameError::Body { kind: 33 }),
        (with(5, 48), FrameError::Body { kind: 48 }),
    ];
    for (bytes, expected) in cases {
        let mut stream = link.open().await.unwrap();
        stream.write_raw(&bytes, PATIENCE).await.unwrap();
        assert_eq!(refusal(&mut stream).await, expected.to_string());
    }
    let mut out_of_turn = link.open().await.unwrap();
    out_of_turn.write(&crate::protocol::Killed {}.into(), PATIENCE).await.unwrap();
    assert_eq!(refusal(&mut out_of_turn).await, FrameError::Unexpected { kind: 46 }.to_string());
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_connections_and_half_requests_holds_nobody_up() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let mut flood = JoinSet::new();
    for _ in 0..40 {
        let (endpoint, link) = trusted(&cluster).await;
        let mut streams = half_requests(&link).await;
        flood.spawn(async move {
            let _endpoint = endpoint;
            // What the node gives up is begun again, so that who waits for it to end waits for ever.
            loop {
                for mut stream in streams {
                    stream.ended().await;
                }
                streams = half_requests(&link).await;
            }
        });
    }
    assert_serves(&cluster).await;
    drop(flood);
}

/// Requests of which only the beginning is sent.
async fn half_requests(link: &Link) -> Vec<Stream> {
    let mut streams = Vec::new();
    for _ in 0..50 {
        let mut stream = link.open().await.unwrap();
        stream.write_raw(&[40], PATIENCE).await.unwrap();
        streams.push(stream);
    }
    streams
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_stops_half_way_is_forgotten() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let module = says("never");
    let code = CodeRef { hash: module_hash(&module).unwrap(), len: 10_000_000 };
    let launch = launch(code);
    let mut stream = link.open().await.unwrap();
    stream.write(&launch.into(), PATIENCE).await.unwrap();
    assert!(matches!(stream.read(PATIENCE, "testing").await.unwrap(), Frame::Wanted(_)));
    stream.write_raw(&[0; 300_000], PATIENCE).await.unwrap();
    drop(stream);
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_that_are_none_are_refused() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let good = says("fine");
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let code = CodeRef { hash: module_hash(&good).unwrap(), len: good.len() as u64 };
    for bytes in [vec![0; good.len()], flipped, says("fake")] {
        let mut stream = link.open().await.unwrap();
        let launch = launch(code);
        stream.write(&launch.into(), PATIENCE).await.unwrap();
        stream.read(PATIENCE, "testing").await.unwrap();
        stream.write_raw(&bytes, PATIENCE).await.unwrap();
        let reason = refusal(&mut stream).await;
        assert!(reason.contains("module"), "{reason}");
    }
    let mut stream = link.open().await.unwrap();
    let code = CodeRef { len: u64::MAX, ..code };
    let launch = launch(code);
    stream.write(&launch.into(), PATIENCE).await.unwrap();
    let Frame::Refused(refused) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!() };
    assert_eq!(refused.code, Refusal::Limit);
    assert_serves(&cluster).await;
}

/// An offer of an agent that the cluster has never seen.
fn offer(source: PublicKey, module: &[u8], cargo: Manifest) -> Offer {
    Offer {
        attempt: AttemptId::random().unwrap(),
        agent: AgentId::random(source, Owner::default()).unwrap().0,
        epoch: Epoch(2),
        name: "forged".to_owned(),
        code: vec![CodeRef { hash: module_hash(module).unwrap(), len: module.len() as u64 }],
        capabilities: strings(&["console"]),
        cargo,
        eager: false,
        home_addr: String::new(),
    }
}

/// Offers cargo of so many bytes, and sends the code if it is wanted.
async fn offered(link: &Link, len: usize) -> Stream {
    let module = says("x");
    let manifest = Manifest { len: len as u64, root: [0; 32] };
    let mut stream = link.open().await.unwrap();
    stream.write(&offer(link.peer(), &module, manifest).into(), PATIENCE).await.unwrap();
    let Frame::Accept(Accept { missing, .. }) = stream.read(PATIENCE, "testing").await.unwrap() else {
        panic!()
    };
    if !missing.is_empty() {
        crate::transport::bulk::send_raw(&mut stream, &module).await.unwrap();
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_cargo_is_refused() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let no_snapshot = "the snapshot is not valid: this is not a snapshot";
    for (cargo, expected) in [
        (vec![], "the luggage can't be read"),
        (vec![0xff; 1000], "the luggage can't be read"),
        (vec![0; 4], "the luggage can't be read"),
        (vec![0; 600_000], no_snapshot),
        (vec![0; 20_000_000], no_snapshot),
    ] {
        let mut stream = offered(&link, cargo.len()).await;
        // What is enough for a no is not read to its end.
        match crate::transport::bulk::send_raw(&mut stream, &cargo).await {
            Ok(()) | Err(LinkError::Stopped) => {}
            Err(error) => panic!("{error}"),
        }
        let Frame::Reject(reject) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!() };
        assert!(reject.reason.starts_with(expected), "{}", reject.reason);
    }
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_chunks_that_are_none_end_the_exchange() {
    let (cluster, _) = cluster(&["a"], |config| config.packing = Packing::Lz4);
    let (_endpoint, link) = trusted(&cluster).await;
    let mut bomb = Vec::new();
    crate::protocol::pack_lz4(&[0; 200_000], &mut bomb);
    let too_long = 300_000_u32.to_le_bytes().to_vec();
    let with_len = |packed: &[u8]| [&(packed.len() as u32).to_le_bytes()[..], packed].concat();
    for (packed, len) in [(too_long, 400_000), (with_len(&[0xff; 20]), 1000), (with_len(&bomb), 1000)] {
        let mut stream = offered(&link, len).await;
        stream.write_raw(&packed, PATIENCE).await.unwrap();
        let error = stream.read(PATIENCE, "testing").await.unwrap_err();
        assert!(matches!(error, LinkError::Lost { .. }), "{error}");
    }
    assert_serves(&cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_not_offered_is_refused_before_it_is_sent() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let (_endpoint, link) = trusted(&cluster).await;
    let module = says("x");
    let huge = Manifest { len: 1 << 60, root: [0; 32] };
    let mut greedy = offer(link.peer(), &module, Manifest { len: 1, root: [0; 32] });
    greedy.capabilities = strings(&["console", "fs"]);
    let mut eager = offer(link.peer(), &module, Manifest { len: 100_000, root: [0; 32] });
    eager.eager = true;
    for (offer, expected) in [
        (offer(link.peer(), &module, huge), "a snapshot of 1152921504606846976 bytes is more than"),
        (greedy, "node a does not offer `fs` to programs"),
        (eager, "100000 bytes with an offer are more than 65536"),
    ] {
        let mut stream = link.open().await.unwrap();
        stream.write(&offer.into(), PATIENCE).await.unwrap();
        let Frame::Reject(reject) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!() };
        assert!(reject.reason.starts_with(expected), "{}", reject.reason);
    }
    assert_serves(&cluster).await;
}

/// A peer called `bad` that treats each stream as `manners` says.
struct BadNode {
    manners: fn(Link, Stream) -> tokio::task::JoinHandle<()>,
}

impl Acceptor for BadNode {
    fn admit(&self, _: PublicKey) -> Result<(), String> {
        Ok(())
    }

    fn accepted(&self, link: Link) {
        let manners = self.manners;
        tokio::spawn(async move {
            while let Ok(stream) = link.accept().await {
                manners(link.clone(), stream);
            }
        });
    }
}

/// What a travelling agent says of a journey to `bad` and then to `b`.
async fn journey_to(manners: fn(Link, Stream) -> tokio::task::JoinHandle<()>) -> (String, Option<Outcome>) {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    let identity = Identity::generate().unwrap();
    let endpoint = Arc::new(Endpoint::listen(identity.clone(), "127.0.0.1:0".parse().unwrap()).unwrap());
    let addr = endpoint.local_addr().unwrap().to_string();
    cluster.book().add(Peer { name: "bad".parse().unwrap(), addr, key: identity.public() });
    let serving = endpoint.clone();
    tokio::spawn(async move { serving.serve(Arc::new(BadNode { manners })).await });

    let client = cluster.client().unwrap();
    let module = travels();
    let args = strings(&["bad", "b"]);
    let program = Program { module: &module, name: "travels", args: &args };
    let mut following = client.send("a", program).await.unwrap();
    let result = follow(&mut following).await;
    assert_serves(&cluster).await;
    result
}

fn assert_stayed(result: &(String, Option<Outcome>), why: &str) {
    let (text, outcome) = result;
    assert!(
        text.starts_with("Err(Unreachable(\"") && text.contains(why) && text.ends_with("\nb\n"),
        "{result:?}"
    );
    assert_eq!(*outcome, returned("()"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_node_is_given_up() {
    let result = journey_to(|_, mut stream| tokio::spawn(async move { stream.ended().await })).await;
    assert_stayed(&result, "no answer within 10000 ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_resets_the_offer_gets_nothing() {
    let result = journey_to(|_, stream| tokio::spawn(async move { drop(stream) })).await;
    assert_stayed(&result, "lost");
}

async fn accept(stream: &mut Stream) -> Offer {
    let Frame::Offer(offer) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!() };
    let missing = offer.code.iter().map(|code| code.hash).collect();
    let accept = Accept { attempt: offer.attempt, missing, packing: Packing::Plain };
    stream.write(&accept.into(), PATIENCE).await.unwrap();
    offer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_resets_mid_transfer_gets_nothing() {
    let result = journey_to(|_, mut stream| {
        tokio::spawn(async move {
            accept(&mut stream).await;
            stream.read_raw(&mut [0; 10], PATIENCE, "testing").await.unwrap();
        })
    });
    assert_stayed(&result.await, "lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_hangs_up_mid_transfer_gets_nothing() {
    let result = journey_to(|link, mut stream| {
        tokio::spawn(async move {
            accept(&mut stream).await;
            stream.read_raw(&mut [0; 10], PATIENCE, "testing").await.unwrap();
            link.close(crate::transport::close::SHUTDOWN, "");
        })
    });
    assert_stayed(&result.await, "lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_received_something_else_gets_nothing() {
    let result = journey_to(|_, mut stream| {
        tokio::spawn(async move {
            let offer = accept(&mut stream).await;
            stream.write(&Prepared { attempt: offer.attempt, root: [0; 32] }.into(), PATIENCE).await.unwrap();
            stream.ended().await;
        })
    });
    assert_stayed(&result.await, "the node received something else");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_its_new_node_loses_is_not_run_again() {
    let (text, outcome) = journey_to(|_, mut stream| {
        tokio::spawn(async move {
            let offer = accept(&mut stream).await;
            let (attempt, root) = (offer.attempt, offer.cargo.root);
            stream.write(&Prepared { attempt, root }.into(), PATIENCE).await.unwrap();
            stream.write(&Unknown { attempt }.into(), PATIENCE).await.unwrap();
            stream.ended().await;
        })
    })
    .await;
    assert_eq!(text, "");
    assert!(matches!(outcome, Some(Outcome::Lost { .. })), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_forgets_an_agent_is_found_out() {
    let (text, outcome) = journey_to(|_, mut stream| {
        tokio::spawn(async move {
            let Ok(Frame::Offer(offer)) = stream.read(PATIENCE, "testing").await else {
                // The agent's home asks what is here.
                let none = crate::protocol::Agents { agents: Vec::new(), more: false };
                stream.write(&none.into(), PATIENCE).await.unwrap();
                return stream.finish();
            };
            let attempt = offer.attempt;
            let accept = Accept { attempt, missing: Vec::new(), packing: Packing::Plain };
            stream.write(&accept.into(), PATIENCE).await.unwrap();
            crate::transport::bulk::receive_raw(&mut stream, offer.cargo.len).await.unwrap();
            stream.write(&Prepared { attempt, root: offer.cargo.root }.into(), PATIENCE).await.unwrap();
            assert!(matches!(stream.read(PATIENCE, "testing").await.unwrap(), Frame::Commit(_)));
            stream
                .write(&crate::protocol::handover::message::Released { attempt }.into(), PATIENCE)
                .await
                .unwrap();
            stream.finish();
        })
    })
    .await;
    assert_eq!(text, "");
    assert_eq!(outcome, Some(Outcome::Lost { text: "node bad does not have it any more".to_owned() }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_not_there_is_given_up() {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    // It is held, so that nobody else gets its port.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let gone = silent.local_addr().unwrap().to_string();
    let key = Identity::generate().unwrap().public();
    cluster.book().add(Peer { name: "ghost".parse().unwrap(), addr: gone, key });
    let client = cluster.client().unwrap();
    let module = travels();
    let args = strings(&["ghost", "b"]);
    let program = Program { module: &module, name: "travels", args: &args };
    let result = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_stayed(&result, "nothing answers at 127.0.0.1:");
    assert!(client.ping("ghost").await.unwrap_err().is_refused_or_unreachable());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mere_client_is_no_node_to_go_to() {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    let identity = Identity::generate().unwrap();
    cluster.book().add(Peer {
        name: "me".parse().unwrap(),
        addr: "127.0.0.1:9".to_owned(),
        key: identity.public(),
    });
    let client = Client::new(identity, cluster.book().clone()).unwrap();
    let module = travels();
    let args = strings(&["me", "b"]);
    let program = Program { module: &module, name: "travels", args: &args };
    let result = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_stayed(&result, "no answer within 5000 ms while waiting to be served");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_struck_from_the_book_loses_its_connection() {
    let dir = tempfile::tempdir().unwrap();
    let home = crate::home::Home::at(dir.path());
    let friend = Identity::generate().unwrap();
    home.add_peer(Peer { name: "friend".parse().unwrap(), addr: "h:1".to_owned(), key: friend.public() })
        .unwrap();
    let (name, book) = ("a".parse().unwrap(), Arc::new(PeerBook::of_home(home.clone())));
    let node =
        crate::node::Node::start(crate::node::NodeConfig::new(name, home.user().unwrap(), book)).unwrap();
    let endpoint = Endpoint::client(friend).unwrap();
    let link = endpoint.connect(&node.addr().to_string(), node.key()).await.unwrap();
    let ping = async || {
        let mut stream = link.open().await?;
        stream.write(&Ping {}.into(), PATIENCE).await?;
        stream.read(PATIENCE, "testing").await
    };
    assert!(matches!(ping().await, Ok(Frame::Pong(_))));
    home.remove_peer(&"friend".parse().unwrap()).unwrap();
    let struck = Instant::now();
    let error = loop {
        match ping().await {
            Ok(_) => assert!(struck.elapsed() < PATIENCE, "it is still let in"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LinkError::Refused { .. }), "{error}");
}
