//! Agents that write to each other while they move among three nodes, in virtual time: connections are cut in the middle
//! of anything, streams overtake each other, mailboxes are full, nodes crash and come back with nothing. Whatever happens,
//! each agent gets the letters of each other one once and in order, and of those that it does not get the sender's node is
//! told. Each of seven ways to get it wrong is caught.
#![allow(clippy::unwrap_used)]

mod agents;
mod world;

use proptest::prelude::*;

use world::World;

/// Mistakes that an implementation can make, each of which breaks the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    /// An agent does not take its receipts along.
    ReceiptsForgotten,
    /// A letter is acknowledged though the mailbox is full.
    TakenBeforeThereIsRoom,
    /// A letter is taken by an agent whose snapshot is on its way.
    TakenWhileHeld,
    /// The old host passes letters on by itself, and acknowledges them.
    Forwarded,
    /// An agent leaves before its letters are acknowledged.
    LeftUnflushed,
    /// That a sender has given letters up, and goes on behind them, does not count.
    BaseIgnored,
    /// A node that was restarted numbers its letters as if it had not been.
    SameLife,
}

/// How bad the world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// Connections are cut, for less long than it takes to give a node up.
    Cuts,
    /// Nodes crash, too.
    Crashes,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_letter_arrives_once_and_in_order(seed: u64, steps in 100..3000_u64) {
        prop_assert_eq!(World::new(seed, Weather::Cuts, None).play(steps), None);
    }

    #[test]
    fn what_does_not_arrive_in_a_crash_is_told(seed: u64, steps in 100..3000_u64) {
        prop_assert_eq!(World::new(seed, Weather::Crashes, None).play(steps), None);
    }
}

#[test]
fn each_mistake_is_caught() {
    for mistake in [
        Mistake::ReceiptsForgotten,
        Mistake::TakenBeforeThereIsRoom,
        Mistake::TakenWhileHeld,
        Mistake::Forwarded,
        Mistake::LeftUnflushed,
        Mistake::BaseIgnored,
        Mistake::SameLife,
    ] {
        let weather = match mistake {
            Mistake::SameLife | Mistake::BaseIgnored => Weather::Crashes,
            _ => Weather::Cuts,
        };
        let caught = (0..1000).find_map(|seed| World::new(seed, weather, Some(mistake)).play(2000));
        assert!(caught.is_some(), "{mistake:?} went unnoticed");
    }
}
