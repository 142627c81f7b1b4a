//! Peers that are trusted, and want what is not theirs: agents of other owners are out of their reach.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use mob_runtime::{Credential, Owner, Pass};
use mob_vm::bytecode::{Module, module_hash};
use mob_vm::{Agent, AgentName, Limits, Program};

use super::cargo::Cargo;
use super::luggage::Luggage;
use super::{Node, NodeConfig};
use crate::client::{self, Client, ClientError};
use crate::cluster::Cluster;
use crate::home::{Home, Peer, PeerBook};
use crate::hostile::common::{PATIENCE, cluster, says, spins};
use crate::identity::{Identity, PublicKey};
use crate::protocol::handover::message::{Accept, Offer};
use crate::protocol::{
    AgentId, AgentPrefix, AgentState, AttemptId, CodeRef, Epoch, Follow, Frame, Kill, List, Migrate, Outcome,
    Refusal, Report, Usage,
};
use crate::transport::{Endpoint, Link, bulk};

/// An agent that never ends, on the first node of a cluster.
async fn scene() -> (Cluster, Client, AgentId) {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    let client = cluster.client().unwrap();
    let agent = begin(&client).await;
    (cluster, client, agent)
}

async fn begin(client: &Client) -> AgentId {
    let module = spins();
    client.send_detached("a", client::Program { module: &module, name: "spins", args: &[] }).await.unwrap()
}

/// Somebody else whom the nodes trust.
fn stranger(cluster: &Cluster) -> Identity {
    let stranger = Identity::generate().unwrap();
    cluster.book().trust(stranger.public());
    stranger
}

async fn connect(cluster: &Cluster, identity: Identity) -> (Endpoint, Link) {
    let endpoint = Endpoint::client(identity).unwrap();
    let node = &cluster.nodes()[0];
    let link = endpoint.connect(&node.addr().to_string(), node.key()).await.unwrap();
    (endpoint, link)
}

async fn ask(link: &Link, frame: Frame) -> Frame {
    let mut stream = link.open().await.unwrap();
    stream.write(&frame, PATIENCE).await.unwrap();
    stream.read(PATIENCE, "testing").await.unwrap()
}

fn prefix(agent: AgentId) -> AgentPrefix {
    agent.to_string().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn others_agents_are_neither_listed_nor_found() {
    let (cluster, client, agent) = scene().await;
    let other = Client::new(stranger(&cluster), cluster.book().clone()).unwrap();
    let theirs = begin(&other).await;
    for (who, own) in [(&client, agent), (&other, theirs)] {
        let listing = who.list(None, None).await.unwrap();
        assert_eq!(listing.agents.iter().map(|(info, _)| info.agent).collect::<Vec<_>>(), [own]);
    }
    let error = other.kill(&prefix(agent)).await.unwrap_err();
    assert!(matches!(error, ClientError::NoSuchAgent { .. }), "{error}");
    let error = other.logs(&prefix(agent), false).await.err().unwrap();
    assert!(matches!(error, ClientError::NoSuchAgent { .. }), "{error}");
    client.kill(&prefix(agent)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_an_agents_name_can_not_give_it_orders() {
    let (cluster, client, agent) = scene().await;
    let (_endpoint, link) = connect(&cluster, stranger(&cluster)).await;
    let key = cluster.nodes()[1].key();
    let migrate = Migrate { agent, name: "b".to_owned(), key, addr: cluster.nodes()[1].addr().to_string() };
    for (order, expected) in [
        (Frame::from(Kill { agent }), Refusal::Elsewhere),
        (migrate.into(), Refusal::Elsewhere),
        (Follow { agent, from: 0, wait: false }.into(), Refusal::Unknown),
    ] {
        let Frame::Refused(refused) = ask(&link, order).await else { panic!() };
        assert_eq!(refused.code, expected);
        assert!(refused.reason.contains("of yours"), "{}", refused.reason);
    }
    assert_eq!(client.find(&prefix(agent)).await.unwrap().node, cluster.nodes()[0].key());
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_reports_are_not_believed() {
    let (cluster, client, agent) = scene().await;
    let identity = stranger(&cluster);
    let owner = identity.public();
    let (_endpoint, link) = connect(&cluster, identity).await;
    let report = |agent, pass| Report {
        agent,
        owner,
        pass,
        console: agent,
        name: "forged".to_owned(),
        epoch: Epoch(9),
        state: AgentState::Ended,
        usage: Usage::default(),
        output_first: 0,
        output: Vec::new(),
        output_end: 0,
        outcome: Some(Outcome::Returned { text: "()".to_owned() }),
    };
    let (other, credential) = AgentId::random(owner, Owner::new([1; 32])).unwrap();
    let pass = credential.owner.pass(mob_runtime::Right::Report, agent.name());
    let shown_with = Report { console: agent, ..report(other, pass) };
    for forged in [report(agent, Pass::default()), report(agent, pass), shown_with] {
        let Frame::Refused(refused) = ask(&link, forged.into()).await else { panic!() };
        assert_eq!(
            (refused.code, &*refused.reason),
            (Refusal::Invalid, "the report is not from where the agent is")
        );
    }
    assert_eq!(client.find(&prefix(agent)).await.unwrap().outcome, None);
}

/// An agent that is called so in its snapshot, offered as another one, and the answer.
async fn arrive(link: &Link, called: AgentName, offered: AgentId, credential: Credential) -> Frame {
    let module = says("I am not who I am");
    let program = Program::load(Module::decode(&module).unwrap()).unwrap();
    let mut agent = Agent::new(program.clone(), Limits::default());
    agent.start(program.main().unwrap(), &[]).unwrap();
    agent.set_name(called);
    let luggage = Luggage { credential, ..Luggage::example() }.pack().unwrap();
    let cargo = Cargo::new(luggage, agent.freeze().unwrap());
    let mut bytes = vec![0; usize::try_from(cargo.manifest().len).unwrap()];
    assert!(cargo.read(0, &mut bytes));
    let offer = Offer {
        attempt: AttemptId::random().unwrap(),
        agent: offered,
        epoch: Epoch(7),
        name: "impostor".to_owned(),
        code: vec![CodeRef { hash: module_hash(&module).unwrap(), len: module.len() as u64 }],
        capabilities: vec!["console".to_owned()],
        cargo: cargo.manifest(),
        eager: false,
        home_addr: String::new(),
    };
    let mut stream = link.open().await.unwrap();
    stream.write(&offer.into(), PATIENCE).await.unwrap();
    let Frame::Accept(Accept { missing, .. }) = stream.read(PATIENCE, "testing").await.unwrap() else {
        panic!()
    };
    if !missing.is_empty() {
        bulk::send_raw(&mut stream, &module).await.unwrap();
    }
    bulk::send_raw(&mut stream, &bytes).await.unwrap();
    stream.read(PATIENCE, "testing").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_can_not_come_under_the_name_of_another_one() {
    let (cluster, client, agent) = scene().await;
    let identity = stranger(&cluster);
    let (own, credential) = AgentId::random(identity.public(), identity.owner()).unwrap();
    let (_endpoint, link) = connect(&cluster, identity).await;
    for (called, offered) in [(agent, agent), (agent, own), (own, agent)] {
        let Frame::Reject(reject) = arrive(&link, called.name(), offered, credential).await else { panic!() };
        assert_eq!(reject.reason, "the agent's name is another one's");
    }
    // Under its own it can.
    assert!(matches!(arrive(&link, own.name(), own, credential).await, Frame::Prepared(_)));
    client.kill(&prefix(agent)).await.unwrap();
}

/// A node of a home, that trusts a peer, and an agent of that peer's on it.
#[tokio::test(flavor = "multi_thread")]
async fn who_runs_a_node_has_a_say_over_all_agents_there() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::at(dir.path());
    let friend = Identity::generate().unwrap();
    let peer = |name: &str, key: PublicKey, addr: String| Peer { name: name.parse().unwrap(), addr, key };
    home.add_peer(peer("friend", friend.public(), "h:1".to_owned())).unwrap();
    let name = "a".parse().unwrap();
    let config =
        NodeConfig::new(name, Identity::generate().unwrap(), Arc::new(PeerBook::of_home(home.clone())));
    let node = Node::start(config).unwrap();
    let client = |identity: Identity| {
        let book = PeerBook::in_memory();
        book.add(peer("a", node.key(), node.addr().to_string()));
        Client::new(identity, Arc::new(book)).unwrap()
    };
    let agent = begin(&client(friend)).await;
    let user = client(home.user().unwrap());
    assert_eq!(user.list(None, None).await.unwrap().agents[0].0.agent, agent);
    assert_eq!(user.kill(&prefix(agent)).await.unwrap(), agent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_sees_its_own_agents_wherever_they_are() {
    let (cluster, client, agent) = scene().await;
    client.migrate(&prefix(agent), "b").await.unwrap();
    // As the first node would, which looks for agents of which it has heard nothing.
    let shared = &cluster.nodes()[0].shared;
    let link = shared.pool.link(cluster.nodes()[1].key(), None).await.unwrap();
    let Frame::Agents(listed) = ask(&link, List { prefix: String::new(), left: true }.into()).await else {
        panic!()
    };
    assert_eq!(listed.agents.iter().map(|info| (info.agent, info.here)).collect::<Vec<_>>(), [(agent, true)]);
}
