//! An agent's output on its way home: numbered records, kept by the host until the home has confirmed them, taken
//! by the home once each and in order.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Most bytes of text in one record.
const RECORD_LEN_MAX: usize = 16 << 10;
/// What a record counts beside its text, so that many empty ones are not free.
const RECORD_COST: usize = 64;
/// Output that a host keeps unconfirmed before its agent has to wait.
const OUTBOX_LEN_MAX: usize = 64 << 10;
/// Output in one report.
const BATCH_LEN_MAX: usize = 40 << 10;
/// Output that a home takes ahead of a reader whom the agent waits for. With a batch more it is still kept.
const HOLD_LEN_MAX: usize = 512 << 10;
/// Output that a home keeps of one agent.
pub(crate) const LOG_LEN_MAX: usize = 1 << 20;

/// Where output is meant to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Channel {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A piece of output. Records are pieces of a stream of bytes; where one ends means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its place among the agent's records, from 0.
    pub seq: u64,
    /// Where it is meant to go.
    pub channel: Channel,
    /// UTF-8, but perhaps cut within a character.
    #[serde(with = "serde_bytes")]
    pub text: Vec<u8>,
}

/// The host's side: what the home has not confirmed. Travels with its agent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    next: u64,
    /// Records before this one were sent, and may not change any more.
    sent: u64,
    records: VecDeque<Record>,
}

impl Outbox {
    /// Appends output.
    pub(crate) fn push(&mut self, channel: Channel, text: &[u8]) {
        for piece in text.chunks(RECORD_LEN_MAX) {
            match self.records.back_mut() {
                Some(last)
                    if last.seq >= self.sent
                        && last.channel == channel
                        && last.text.len() + piece.len() <= RECORD_LEN_MAX =>
                {
                    last.text.extend_from_slice(piece);
                }
                _ => {
                    self.records.push_back(Record { seq: self.next, channel, text: piece.to_vec() });
                    self.next += 1;
                }
            }
        }
    }

    /// A copy that travels with the agent. What is in it may be on its way home from here at the same time, so no
    /// record of it may change any more, here or there.
    pub(crate) fn travel(&mut self) -> Self {
        self.sent = self.next;
        self.clone()
    }

    /// Whether so much is unconfirmed that the agent has to wait.
    pub(crate) fn is_full(&self) -> bool {
        self.len() > OUTBOX_LEN_MAX
    }

    /// Whether all is confirmed.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The number of the first record that is not confirmed.
    pub(crate) fn first(&self) -> u64 {
        self.next - self.records.len() as u64
    }

    /// The number of the next record that will be written.
    pub(crate) fn end(&self) -> u64 {
        self.next
    }

    /// The first of what is unconfirmed, as much as fits one report.
    pub(crate) fn batch(&mut self) -> Vec<Record> {
        let mut len = 0;
        let fits = self.records.iter().take_while(|record| {
            len += cost(record);
            len <= BATCH_LEN_MAX
        });
        let batch: Vec<Record> = fits.cloned().collect();
        if let Some(last) = batch.last() {
            self.sent = self.sent.max(last.seq + 1);
        }
        batch
    }

    /// Forgets what the home has: all records before `next`.
    pub(crate) fn confirm(&mut self, next: u64) {
        while self.records.front().is_some_and(|record| record.seq < next) {
            self.records.pop_front();
        }
    }

    /// Whether it is as an honest host leaves it: consecutive records within bounds.
    pub(crate) fn is_valid(&self) -> bool {
        let first = self.next.checked_sub(self.records.len() as u64);
        let numbered = first
            .is_some_and(|first| self.records.iter().zip(first..).all(|(record, seq)| record.seq == seq));
        numbered && self.sent <= self.next && self.records.iter().all(|r| r.text.len() <= RECORD_LEN_MAX)
    }

    fn len(&self) -> usize {
        self.records.iter().map(cost).sum()
    }
}

/// The home's side: the newest output of one agent, and of those that it began. Records have numbers of their own here.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// The agent's record that is wanted next, by the agent's numbers.
    wanted: u64,
    /// The number that the next one gets here.
    end: u64,
    len: usize,
    records: VecDeque<Record>,
}

impl Log {
    /// Takes records of a report, each once, and keeps the newest of so many bytes; says which is wanted next. All before `first`
    /// was confirmed, so if it is not here, this home was restarted and it is lost.
    pub(crate) fn take(&mut self, first: u64, records: Vec<Record>, len_max: usize) -> u64 {
        if first > self.wanted {
            self.records.clear();
            self.len = 0;
            self.end = self.end.saturating_add(first - self.wanted);
            self.wanted = first;
        }
        for record in records {
            if record.seq == self.wanted && record.text.len() <= RECORD_LEN_MAX {
                self.wanted = self.wanted.saturating_add(1);
                self.append(record, len_max);
            }
        }
        self.wanted
    }

    /// Takes output that has no number among the agent's own: of one that it began.
    pub(crate) fn append(&mut self, record: Record, len_max: usize) {
        let record = Record { seq: self.end, ..record };
        self.end = self.end.saturating_add(1);
        self.len += cost(&record);
        self.records.push_back(record);
        while self.len > len_max {
            let Some(oldest) = self.records.pop_front() else { break };
            self.len -= cost(&oldest);
        }
    }

    /// Bytes of what is kept.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The agent's record that is wanted next.
    pub(crate) fn wanted(&self) -> u64 {
        self.wanted
    }

    /// Whether a reader that has all before `at` should be waited for.
    pub(crate) fn is_far_ahead_of(&self, at: u64) -> bool {
        let mut len = 0;
        self.records.iter().rev().take_while(|record| record.seq >= at).any(|record| {
            len += cost(record);
            len > HOLD_LEN_MAX
        })
    }

    /// Some records from `from` on, as many as fit a frame, and how many there were between that are not kept.
    pub(crate) fn read(&self, from: u64) -> (u64, Vec<Record>) {
        let first = self.records.front().map_or(self.end, |record| record.seq);
        let mut len = 0;
        let records = self
            .records
            .iter()
            .skip_while(|record| record.seq < from)
            .take_while(|record| {
                len += cost(record);
                len <= BATCH_LEN_MAX
            })
            .cloned()
            .collect();
        (first.saturating_sub(from), records)
    }
}

fn cost(record: &Record) -> usize {
    record.text.len() + RECORD_COST
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(records: &[Record]) -> Vec<u8> {
        records.iter().flat_map(|record| record.text.clone()).collect()
    }

    #[test]
    fn the_log_keeps_the_newest() {
        let mut log = Log::default();
        for seq in 0..200 {
            log.take(
                0,
                vec![Record { seq, channel: Channel::Out, text: vec![b'x'; RECORD_LEN_MAX] }],
                LOG_LEN_MAX,
            );
        }
        let (dropped, records) = log.read(0);
        assert!(log.len <= LOG_LEN_MAX);
        assert_eq!(records[0].seq, dropped);
        assert!((130..200).contains(&dropped), "{dropped}");
        assert_eq!(log.read(199).1.len(), 1);
        assert_eq!(log.read(200), (0, Vec::new()));
    }

    #[test]
    fn an_outbox_fills_and_says_so() {
        let mut outbox = Outbox::default();
        assert!(!outbox.is_full());
        outbox.push(Channel::Out, &vec![b'x'; 100_000]);
        assert!(outbox.is_full() && outbox.is_valid());
        let batch = outbox.batch();
        assert!(text(&batch).len() <= BATCH_LEN_MAX);
    }

    #[test]
    fn a_forged_outbox_is_noticed() {
        let record = |seq, len| Record { seq, channel: Channel::Out, text: vec![0; len] };
        let outbox = |next, sent, records: Vec<Record>| Outbox { next, sent, records: records.into() };
        assert!(outbox(2, 1, vec![record(0, 1), record(1, 1)]).is_valid());
        assert!(!outbox(3, 1, vec![record(0, 1), record(1, 1)]).is_valid());
        assert!(!outbox(0, 0, vec![record(0, 1)]).is_valid());
        assert!(!outbox(1, 2, vec![record(0, 1)]).is_valid());
        assert!(!outbox(1, 0, vec![record(0, RECORD_LEN_MAX + 1)]).is_valid());
    }

    proptest! {
        /// Reports are lost, doubled and overtaken, and the agent hops while the node that it leaves goes on to report
        /// what is there; what the home has at the end is what was written.
        #[test]
        fn each_byte_arrives_once_and_in_order(
            writes in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..50)), 0..60),
            fates in prop::collection::vec(0..5_u8, 200),
        ) {
            let (mut outbox, mut log) = (Outbox::default(), Log::default());
            let mut in_flight: Vec<Vec<Record>> = Vec::new();
            let mut fates = fates.into_iter().chain(std::iter::repeat(0));
            let mut written = Vec::new();
            for (err, bytes) in writes {
                outbox.push(if err { Channel::Err } else { Channel::Out }, &bytes);
                written.extend(bytes);
                match fates.next() {
                    Some(0) => { let next = log.take(outbox.first(), outbox.batch(), LOG_LEN_MAX); outbox.confirm(next); }
                    Some(1) => { log.take(outbox.first(), outbox.batch(), LOG_LEN_MAX); }
                    Some(2) => in_flight.push(outbox.batch()),
                    Some(3) => { let mut old = std::mem::take(&mut outbox); outbox = old.travel(); in_flight.push(old.batch()); }
                    _ => if let Some(late) = in_flight.pop() { let next = log.take(0, late, LOG_LEN_MAX); outbox.confirm(next); },
                }
                prop_assert!(outbox.is_valid());
            }
            while !outbox.is_empty() {
                let next = log.take(outbox.first(), outbox.batch(), LOG_LEN_MAX);
                outbox.confirm(next);
            }
            let mut read = Vec::new();
            let mut from = 0;
            while from < log.wanted() {
                let (dropped, records) = log.read(from);
                prop_assert_eq!(dropped, 0);
                from = records.last().map_or(from, |last| last.seq + 1);
                read.extend(text(&records));
            }
            prop_assert_eq!(read, written);
        }
    }
}
