//! One TCP connection, and what is done on any stream of bytes.

use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::{COLD, Carrier, Result, SHORT, TRIPS, runtime};

/// Bytes before each message.
const HEADER: usize = 4;

pub(crate) struct Stream {
    here: Runtime,
    there: Runtime,
}

impl Stream {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { here: runtime()?, there: runtime()? })
    }

    fn connect(&self) -> Result<(TcpStream, tokio::task::JoinHandle<std::io::Result<TcpStream>>)> {
        let listener = self.there.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let addr = listener.local_addr()?;
        let accepting = self.there.spawn(async move {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok(stream)
        });
        let stream = self.here.block_on(TcpStream::connect(addr))?;
        stream.set_nodelay(true)?;
        Ok((stream, accepting))
    }
}

impl Carrier for Stream {
    fn trips(&mut self) -> Result<Vec<Duration>> {
        let (stream, accepting) = self.connect()?;
        let echoing = self.there.spawn(async move {
            let (recv, send) = accepting.await??.into_split();
            echo(send, recv).await
        });
        let (recv, send) = stream.into_split();
        let trips = self.here.block_on(self.here.spawn(ask(send, recv)))??;
        self.here.block_on(echoing)??;
        Ok(trips)
    }

    fn one_way(&mut self, letters: usize, bytes: usize) -> Result<Duration> {
        let (stream, accepting) = self.connect()?;
        let start = Instant::now();
        let draining = self.there.spawn(async move { drain(accepting.await??, letters).await });
        let writing = self.here.spawn(flood(stream, letters, bytes));
        self.here.block_on(draining)??;
        let time = start.elapsed();
        self.here.block_on(writing)??;
        Ok(time)
    }
}

/// Sends requests and waits for each one's reply.
pub(crate) async fn ask(
    mut send: impl AsyncWrite + Unpin,
    mut recv: impl AsyncRead + Unpin,
) -> Result<Vec<Duration>> {
    let (message, mut reply) = ([7; HEADER + SHORT], [0; HEADER + SHORT]);
    let mut trips = Vec::with_capacity(TRIPS);
    for trip in 0..TRIPS + COLD {
        let start = Instant::now();
        send.write_all(&message).await?;
        recv.read_exact(&mut reply).await?;
        if trip >= COLD {
            trips.push(start.elapsed());
        }
    }
    Ok(trips)
}

/// Answers them.
pub(crate) async fn echo(mut send: impl AsyncWrite + Unpin, mut recv: impl AsyncRead + Unpin) -> Result<()> {
    let mut message = [0; HEADER + SHORT];
    for _ in 0..TRIPS + COLD {
        recv.read_exact(&mut message).await?;
        send.write_all(&message).await?;
    }
    Ok(())
}

/// Writes messages through a buffer, each with its length before it.
pub(crate) async fn flood<W: AsyncWrite + Unpin>(send: W, letters: usize, bytes: usize) -> Result<W> {
    let mut send = BufWriter::with_capacity(128 << 10, send);
    let message = vec![7; bytes];
    for _ in 0..letters {
        send.write_u32_le(bytes as u32).await?;
        send.write_all(&message).await?;
    }
    send.flush().await?;
    Ok(send.into_inner())
}

/// Reads them, each into memory of its own.
pub(crate) async fn drain(recv: impl AsyncRead + Unpin, letters: usize) -> Result<()> {
    let mut recv = BufReader::with_capacity(128 << 10, recv);
    for _ in 0..letters {
        let mut message = vec![0; recv.read_u32_le().await? as usize];
        recv.read_exact(&mut message).await?;
        std::hint::black_box(message);
    }
    Ok(())
}
