//! What peers ask of a node: each stream is one request, and each is answered on its own.

use std::sync::Arc;
use std::time::Duration;

use super::drain;
use super::find;
use super::requests;
use super::{exchange, shared::Shared};
use crate::event::Event;
use crate::home::Known;
use crate::identity::PublicKey;
use crate::protocol::{Frame, Pong, Refusal, Refused};
use crate::transport::{Acceptor, Link, LinkError, Stream, close, unexpected};

/// How long a peer that opened a stream may take to say what it wants.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer may wait for room on the stream.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Lets peers in.
pub(super) struct Door(pub(super) Arc<Shared>);

impl Acceptor for Door {
    fn admit(&self, key: PublicKey) -> Result<(), String> {
        let shared = &self.0;
        if shared.config.book.known(key) != Known::Stranger {
            return Ok(());
        }
        shared.tell(&Event::Stranger { key });
        Err(stranger(shared.name(), key))
    }

    fn accepted(&self, link: Link) {
        self.0.pool.keep(link.clone());
        tokio::spawn(serve(self.0.clone(), link));
    }
}

fn stranger(node: &str, key: PublicKey) -> String {
    format!(
        "node {node} does not know the key {key}; there, add it with `mvm peer add NAME ADDR {key}`, or start the node \
         with `--trust {key}`"
    )
}

/// Serves one connection for as long as it lives.
pub(super) async fn serve(shared: Arc<Shared>, link: Link) {
    while let Ok(stream) = link.accept().await {
        // A peer that was struck from the book loses its connections at its next request.
        if shared.config.book.known(link.peer()) == Known::Stranger {
            link.close(close::STRANGER, &stranger(shared.name(), link.peer()));
            return;
        }
        tokio::spawn(request(shared.clone(), link.clone(), stream));
    }
}

async fn request(shared: Arc<Shared>, link: Link, mut stream: Stream) {
    let result = match stream.read(REQUEST_TIMEOUT, "waiting for a request").await {
        Ok(Frame::Letters(theirs)) => {
            let serving = shared.post.serve(&link, stream, theirs);
            // It lasts as long as the connection, which need not keep the node.
            drop(shared);
            if let Err(error) = serving.await {
                tracing::debug!(peer = %link.peer(), %error, "letters come no more");
            }
            return;
        }
        Ok(frame) => answer(&shared, &link, &mut stream, frame).await,
        Err(error) => Err(error),
    };
    if let Err(error) = result {
        tracing::debug!(peer = %link.peer(), %error, "a request failed");
        if let LinkError::Protocol(error) = error {
            let refused = Refused { code: Refusal::Invalid, reason: error.to_string() };
            // It is told if it listens.
            if stream.write(&refused.into(), ANSWER_TIMEOUT).await.is_ok() {
                stream.finish();
            }
        }
    }
}

async fn answer(
    shared: &Arc<Shared>,
    link: &Link,
    stream: &mut Stream,
    frame: Frame,
) -> Result<(), LinkError> {
    match frame {
        Frame::Offer(_) | Frame::Commit(_) | Frame::Abort(_) | Frame::Query(_) | Frame::Prepared(_) => {
            exchange::answer(shared, stream, link.peer(), frame).await;
            return Ok(());
        }
        Frame::Launch(launch) => requests::launch(shared, stream, link.peer(), launch).await?,
        Frame::Follow(follow) => requests::follow(shared, stream, link.peer(), follow).await?,
        Frame::Report(report) => requests::report(shared, stream, link.peer(), report).await?,
        Frame::List(list) => requests::list(shared, stream, link.peer(), &list).await?,
        Frame::Migrate(migrate) => requests::migrate(shared, stream, link.peer(), migrate).await?,
        Frame::Kill(kill) => requests::kill(shared, stream, link.peer(), kill).await?,
        Frame::Drain(drain) => {
            let drained = drain::answer(shared, drain).await;
            stream.write(&drained.into(), ANSWER_TIMEOUT).await?;
        }
        Frame::Find(find) => {
            let found = find::published(shared, &find);
            stream.write(&found.into(), ANSWER_TIMEOUT).await?;
        }
        Frame::Ping(_) => {
            let pong = Pong { name: shared.name().to_owned() };
            stream.write(&pong.into(), ANSWER_TIMEOUT).await?;
        }
        other => return Err(unexpected(&other)),
    }
    stream.finish();
    Ok(())
}
