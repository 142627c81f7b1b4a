//! Programs that know nothing of each other but the names of what they publish, and the types of their messages.
#![cfg(feature = "net")]
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use mvm::Engine;
use mvm::net::client::{Client, Followed, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::identity::Identity;
use mvm::net::protocol::{Channel, Outcome};

/// Nothing here takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(300);

const SERVER: &str = r#"
use node

struct Item { name: Str, price: Int }
enum Request { Ask(item: Str, reply: Addr[Option[Item]]), Add(Item) }

fn main() {
  let items: Map[Str, Item] = [:]
  let requests: Inbox[Request] = inbox()
  assert(node.publish("shop", requests.addr()))
  print("open")
  for request in requests {
    match request {
      Add(item) -> items[item.name] = item
      Ask(item, reply) -> reply.send(items.get(item))
    }
  }
}
"#;

/// Declares the same types in another order, among others.
const CLIENT: &str = r#"
use node
use node.{FindError}

enum Other { A(Str), B(List[Int]) }
enum Request { Ask(item: Str, reply: Addr[Option[Item]]), Add(Item) }
struct Item { name: Str, price: Int }

fn main() -> Result[(), FindError] {
  print([A("a"), B([1])].len())
  let shop: Addr[Request] = node.find("a", "shop")?
  shop.send(Add(Item("apple", 3)))
  for name in ["apple", "pear"] {
    print(shop.call(|reply| Ask(name, reply), within: 300_000))
  }
  Ok(())
}
"#;

/// Thinks that prices are fractions.
const STRANGER: &str = r#"
use node
use node.{FindError}

enum Request { Ask(item: Str, reply: Addr[Option[Item]]), Add(Item) }
struct Item { name: Str, price: Float }

fn main() -> Result[(), FindError] {
  let shop: Addr[Request] = node.find("a", "shop")?
  shop.send(Add(Item("apple", 3.5)))
  let never: Inbox[()] = inbox()
  never.receive()
  Ok(())
}
"#;

/// Asks for something, and then tries to do away with the shop.
const ROBBER: &str = r#"
use node
use node.{FindError}

enum Request { Ask(item: Str, reply: Addr[Option[Item]]), Add(Item) }
struct Item { name: Str, price: Int }

fn main() -> Result[(), FindError] {
  let shop: Addr[Request] = node.find("a", "shop")?
  let downs = shop.monitor()
  shop.kill("hands up")
  shop.exit("hands up")
  let partner = spawn(|orders: Inbox[Addr[Request]]| {
    link(orders.receive())
    let never: Inbox[()] = inbox()
    never.receive()
  })
  let ends = partner.monitor()
  partner.send(shop)
  print(ends.receive().reason)
  shop.send(Add(Item("apple", 3)))
  print(shop.call(|reply| Ask("apple", reply), within: 300_000))
  print(downs.receive_within(1) == None)
  Ok(())
}
"#;

/// Links itself with the shop, and does away with it. What one agent sends arrives in order, so it is linked by then.
const OWNER: &str = r#"
use node
use node.{FindError}

enum Request { Ask(item: Str, reply: Addr[Option[Item]]), Add(Item) }
struct Item { name: Str, price: Int }

fn main() -> Result[(), FindError] {
  let shop: Addr[Request] = node.find("a", "shop")?
  let downs = shop.monitor()
  let partner = spawn(|orders: Inbox[Addr[Request]]| {
    let shop = orders.receive()
    link(shop)
    shop.kill("hands up")
    let never: Inbox[()] = inbox()
    never.receive()
  })
  let ends = partner.monitor()
  partner.send(shop)
  print(ends.receive().reason)
  print(downs.receive().reason)
  Ok(())
}
"#;

/// Runs a program that is sent to a node until it ends, or has printed this.
async fn run(client: &Client, node: &str, source: &str, until: &str) -> (String, Option<Outcome>) {
    let module = Engine::new().allow_standard().compile("main.mob", source).unwrap().encode();
    let mut following =
        client.send(node, Program { module: &module, name: "test", args: &[] }).await.unwrap();
    let mut text = String::new();
    loop {
        match tokio::time::timeout(PATIENCE, following.next()).await.unwrap().unwrap() {
            Followed::Output(record) if record.channel == Channel::Err => {}
            Followed::Output(record) => text.push_str(&String::from_utf8_lossy(&record.text)),
            Followed::Dropped(count) => panic!("{count} lines are missing"),
            Followed::Ended(outcome) => return (text, outcome),
        }
        if !until.is_empty() && text.contains(until) {
            return (text, None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_talk_if_their_messages_are_of_the_same_type() {
    let cluster = Cluster::start(&["a", "b"], &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    assert_eq!(run(&client, "a", SERVER, "open\n").await, ("open\n".to_owned(), None));
    for node in ["a", "b"] {
        let (text, outcome) = run(&client, node, CLIENT, "").await;
        assert_eq!(text, "2\nOk(Some(Item(name: \"apple\", price: 3)))\nOk(None)\n");
        assert_eq!(outcome, Some(Outcome::Returned { text: "Ok(())".to_owned() }));
    }
    client.close().await;
    cluster.shut_down().await;
}

/// On the same node when it is sent, from another one when the refusal has come back.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_another_type_ends_its_sender_and_shows_both() {
    let cluster = Cluster::start(&["a", "b"], &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    run(&client, "a", SERVER, "open\n").await;
    for node in ["a", "b"] {
        let (_, outcome) = run(&client, node, STRANGER, "").await;
        let Some(Outcome::Trapped { text }) = outcome else { panic!("{outcome:?}") };
        let shown = text.lines().next().unwrap();
        assert!(shown.contains("the message is of another Request than the inbox takes"), "{text}");
        assert!(shown.contains("Float") && shown.contains("Int"), "{text}");
        assert!(text.contains("price: Float") && text.contains("price: Int"), "{text}");
    }
    // The server goes on.
    let (text, _) = run(&client, "b", CLIENT, "").await;
    assert!(text.contains("apple"), "{text}");
    client.close().await;
    cluster.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_agent_answers_but_can_not_be_ended_or_linked_with() {
    let cluster = Cluster::start(&["a", "b"], &ClusterConfig::default()).unwrap();
    let owner = cluster.client().unwrap();
    run(&owner, "a", SERVER, "open\n").await;
    let other = Identity::generate().unwrap();
    cluster.book().trust(other.public());
    let other = Client::new(other, cluster.book().clone()).unwrap();
    for node in ["a", "b"] {
        let (text, outcome) = run(&other, node, ROBBER, "").await;
        let told = "Exited(\"a link was refused: the agent belongs to another owner\")\n\
                    Ok(Some(Item(name: \"apple\", price: 3)))\ntrue\n";
        assert_eq!((text.as_str(), outcome), (told, Some(Outcome::Returned { text: "Ok(())".to_owned() })));
    }
    // Its owner's agents can.
    let (text, outcome) = run(&owner, "b", OWNER, "").await;
    assert_eq!(text.matches("hands up").count(), 2, "{text}");
    assert!(matches!(outcome, Some(Outcome::Returned { .. })), "{outcome:?}");
    cluster.shut_down().await;
}
