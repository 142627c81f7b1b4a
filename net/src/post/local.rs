//! The line of a node to itself: for agents that have come here while letters to them were waiting, and for asking this node
//! as their home.

use std::sync::Arc;

use super::{Inner, Lanes};
use crate::protocol::post::{Batch, Breach, Decoder, Lane, LineId, Reply, Sender};
use crate::transport::LinkError;

impl Inner {
    pub(super) async fn stand_here(self: &Arc<Self>, id: LineId, lanes: &Lanes) -> Result<(), LinkError> {
        if !self.with(|dispatch, now| dispatch.line_up(id, self.life, self.limits.letter_bytes, now)) {
            return Ok(());
        }
        let [express, bulk] = Lane::ALL;
        tokio::select! {
            result = self.pass(id, express, lanes) => result,
            result = self.pass(id, bulk, lanes) => result,
        }
    }

    /// Passes letters and replies of one lane from one side of the post to the other.
    async fn pass(self: &Arc<Self>, id: LineId, lane: Lane, lanes: &Lanes) -> Result<(), LinkError> {
        let mut counter = self.counter_for(Sender { node: self.me, life: self.life }, lane);
        let (mut batch, mut replies, mut decoder) = (Batch::default(), Vec::new(), Decoder::default());
        let lost = |breach: Breach| LinkError::lost(breach.to_string());
        loop {
            self.with(|dispatch, _| dispatch.pump(id, lane, &mut batch));
            if batch.is_empty() && !counter.intake.has_replies() {
                tokio::select! {
                    () = lanes.write[lane.index()].notified() => {}
                    rung = counter.window.bell.rung() => counter.room(rung),
                }
            }
            counter.room(counter.window.bell.take());
            batch.pieces().iter().try_for_each(|piece| counter.feed(piece)).map_err(lost)?;
            replies.clear();
            counter.intake.drain(&mut replies);
            self.with(|dispatch, now| {
                decoder.feed(&replies, |raw| dispatch.reply(id, lane, Reply::read(raw)?, now))
            })
            .map_err(lost)?;
            tokio::task::coop::consume_budget().await;
        }
    }
}
