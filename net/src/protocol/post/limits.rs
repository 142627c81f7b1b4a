//! How much and how long.

/// Bounds of a node's post. There is no unlimited setting.
#[derive(Debug, Clone, Copy)]
pub struct PostLimits {
    /// Bytes of one letter, sent or received.
    pub letter_bytes: u32,
    /// Letters that may wait for one agent, until they are acknowledged; of signals 16 times as many.
    pub outbox_letters: usize,
    /// Bytes of them, each letter counting 256 more than it has. An empty outbox takes any one letter.
    pub outbox_bytes: usize,
    /// Bytes of all messages that wait here, and of all signals, counted so. Each agent that sends, and each node that is sent to,
    /// may have as many of them as it leaves free; beyond that, each agent may have one letter of 64 KiB.
    pub total_bytes: usize,
    /// Bytes of letters of which parts are missing, from all nodes together. Each node may have as many of them here as it leaves
    /// free, and a node that alone has some as many as there may be of one node.
    pub parts_bytes: usize,
    /// How long a node may be out of reach before its agents' letters are given up, in milliseconds.
    pub unreachable_ms: u64,
}

impl Default for PostLimits {
    /// Letters of 16 MiB; 8,192 letters and 32 MiB for one agent; 256 MiB in all, and as many in parts; 10 s.
    fn default() -> Self {
        Self {
            letter_bytes: 16 << 20,
            outbox_letters: 8192,
            outbox_bytes: 32 << 20,
            total_bytes: 256 << 20,
            parts_bytes: 256 << 20,
            unreachable_ms: 10_000,
        }
    }
}
