//! A socket that is looked at again and again for a moment after it was used, before its thread sleeps.
//!
//! Who sent a packet is soon answered, and who got one is soon sent the next. To let a core sleep in between and wake it takes
//! longer than what the answer takes: `docs/performance.md` has figures. The loop goes through the runtime, which runs whatever else is
//! ready before it asks the system for events, so it takes from no task of this process. It could take from other processes, such as
//! the one that is to answer: where it finds nothing, it is soon left out.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};

/// Windows in vain in a row after which nothing is looked for any more. Two who look for each other's packets must both have begun to before
/// either finds anything.
const PATIENCE: u32 = 16;
/// Packets until it is tried again, and windows in vain that this may cost.
const SLEEPS: u32 = 256;
const TRIES: u32 = 4;

/// See the module.
pub(super) struct BusyPolled {
    socket: Arc<dyn AsyncUdpSocket>,
    /// How long after its last use.
    window_us: u64,
    made: Instant,
    /// The last use, since it was made.
    used_us: AtomicU64,
    hope: Mutex<Hope>,
}

/// Whether it is worth while to look.
#[derive(Debug)]
struct Hope {
    is_looking: bool,
    /// Windows that may still be in vain.
    patience: u32,
    /// Packets that come without being looked for until there is patience again.
    sleeps: u32,
}

impl Default for Hope {
    fn default() -> Self {
        Self { is_looking: false, patience: PATIENCE, sleeps: 0 }
    }
}

impl Hope {
    /// A packet came, within the window or not.
    fn found(&mut self, is_within: bool) {
        if std::mem::take(&mut self.is_looking) {
            if is_within {
                self.patience = PATIENCE;
            } else {
                self.was_in_vain();
            }
        } else if self.patience == 0 {
            self.sleeps -= 1;
            if self.sleeps == 0 {
                self.patience = TRIES;
            }
        }
    }

    /// There was nothing. Whether to look again.
    fn missed(&mut self, is_within: bool) -> bool {
        if is_within {
            self.is_looking = self.patience > 0;
        } else if std::mem::take(&mut self.is_looking) {
            self.was_in_vain();
        }
        self.is_looking
    }

    fn was_in_vain(&mut self) {
        self.patience -= 1;
        if self.patience == 0 {
            self.sleeps = SLEEPS;
        }
    }
}

impl BusyPolled {
    pub(super) fn new(socket: Arc<dyn AsyncUdpSocket>, window: Duration) -> Self {
        let window_us = u64::try_from(window.as_micros()).unwrap_or(u64::MAX);
        Self { socket, window_us, made: Instant::now(), used_us: AtomicU64::new(0), hope: Mutex::default() }
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Whether its last use was within the window.
    fn is_within(&self) -> bool {
        self.now_us().saturating_sub(self.used_us.load(Ordering::Relaxed)) < self.window_us
    }

    fn use_it(&self) {
        self.used_us.store(self.now_us(), Ordering::Relaxed);
    }
}

impl fmt::Debug for BusyPolled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BusyPolled").field(&self.socket).finish()
    }
}

impl AsyncUdpSocket for BusyPolled {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        self.socket.clone().create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.use_it();
        self.socket.try_send(transmit)
    }

    fn poll_recv(
        &self,
        context: &mut Context<'_>,
        buffers: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        let received = self.socket.poll_recv(context, buffers, meta);
        let is_within = self.is_within();
        let mut hope = self.hope.lock().unwrap_or_else(PoisonError::into_inner);
        if received.is_ready() {
            hope.found(is_within);
            self.use_it();
        } else if hope.missed(is_within) {
            // Has the task polled once more, after all that is ready was run and the system was asked for events.
            let _ = pin!(tokio::task::yield_now()).poll(context);
        }
        received
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.socket.max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.socket.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.socket.may_fragment()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::net::Ipv4Addr;
    use std::sync::atomic::AtomicBool;
    use std::task::{Wake, Waker};

    use super::*;

    /// Never has anything, and wakes nobody.
    #[derive(Debug)]
    struct Silent;

    impl AsyncUdpSocket for Silent {
        fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
            unreachable!("it can always send")
        }

        fn try_send(&self, _: &Transmit<'_>) -> io::Result<()> {
            Ok(())
        }

        fn poll_recv(
            &self,
            _: &mut Context<'_>,
            _: &mut [IoSliceMut<'_>],
            _: &mut [RecvMeta],
        ) -> Poll<io::Result<usize>> {
            Poll::Pending
        }

        fn local_addr(&self) -> io::Result<SocketAddr> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    /// Whether who sends and then receives will look again, though nothing wakes them. Outside of a runtime, a task that yields is woken
    /// at once.
    fn looks_again(window: Duration) -> bool {
        let socket = BusyPolled::new(Arc::new(Silent), window);
        let destination = (Ipv4Addr::LOCALHOST, 1).into();
        let empty = Transmit { destination, ecn: None, contents: &[], segment_size: None, src_ip: None };
        socket.try_send(&empty).unwrap();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        assert!(socket.poll_recv(&mut Context::from_waker(&waker), &mut [], &mut []).is_pending());
        woken.0.load(Ordering::Relaxed)
    }

    /// How many of so many packets are looked for, if none of them comes within its window.
    fn windows_in_vain(hope: &mut Hope, packets: u32) -> u32 {
        let mut windows = 0;
        for _ in 0..packets {
            windows += u32::from(hope.missed(true));
            hope.missed(false);
            hope.found(false);
        }
        windows
    }

    #[test]
    fn where_nothing_is_found_it_is_seldom_looked_for() {
        let mut hope = Hope::default();
        assert_eq!(
            windows_in_vain(&mut hope, 1000),
            PATIENCE + TRIES * ((1000 - PATIENCE) / (SLEEPS + TRIES))
        );
        while !hope.missed(true) {
            hope.found(false);
        }
        hope.found(true);
        assert_eq!(windows_in_vain(&mut hope, PATIENCE), PATIENCE, "there is something to be found");
    }

    #[test]
    fn a_window_that_a_packet_misses_is_in_vain() {
        let mut hope = Hope::default();
        for _ in 0..PATIENCE {
            assert!(hope.missed(true));
            hope.found(false);
        }
        assert!(!hope.missed(true));
    }

    #[test]
    fn a_socket_is_looked_at_again_until_its_window_is_over() {
        assert!(looks_again(Duration::MAX));
        assert!(!looks_again(Duration::ZERO));
    }
}
