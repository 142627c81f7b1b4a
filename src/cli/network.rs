//! What the commands that deal with nodes share: a runtime, a client, and errors with the right exit code.

use std::future::Future;
use std::sync::Arc;

use mvm::net::client::{Client, ClientError};
use mvm::net::home::{Home, PeerBook};

use super::failure::Failure;

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        if error.is_refused_or_unreachable() { Self::Network(error.to_string()) } else { Self::usage(error) }
    }
}

/// Runs a future to its end on a new runtime, unless the user interrupts it.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    on_runtime(async {
        tokio::select! {
            // Listened for before the future tells anybody that it has begun.
            biased;
            interrupted = tokio::signal::ctrl_c() => match interrupted {
                Ok(()) => Err(Failure::Interrupted),
                Err(error) => Err(Failure::usage(format!("can't listen for Ctrl-C: {error}"))),
            },
            ended = future => ended,
        }
    })
}

/// Runs a future to its end on a new runtime, whatever signals come.
pub(crate) fn on_runtime<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::usage(format!("no threads could be started: {error}")))?;
    let ended = runtime.block_on(future);
    runtime.shutdown_background();
    ended
}

/// Runs something with a client of the nodes that this home knows.
pub(crate) fn with_client<T>(
    home: &Home,
    ask: impl AsyncFnOnce(&Client) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let identity = home.user().map_err(Failure::usage)?;
    let book = Arc::new(PeerBook::of_home(home.clone()));
    block_on(async {
        let client = Client::new(identity, book)?;
        let answer = ask(&client).await;
        client.close().await;
        answer
    })
}
