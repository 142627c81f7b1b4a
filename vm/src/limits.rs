//! What an agent may use. There is no unlimited setting.

/// Bounds on one agent's memory. Fuel is bounded by what [`Agent::run`](crate::Agent::run) is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of live data in the heap. While the collector runs, the agent takes up to twice as much of the
    /// machine's memory. At most 4 GiB is used, whatever stands here.
    pub heap_bytes: usize,
    /// Bytes of stack: registers and frames of all active calls.
    pub stack_bytes: usize,
    /// Bytes of an encoded snapshot that this node takes in or gives out.
    pub snapshot_bytes: usize,
    /// Bytes, roughly, of the messages that wait in all inboxes of the agent. Who sends one that has no room waits.
    pub mail_bytes: usize,
    /// How many inboxes the agent may have open at once.
    pub inboxes: usize,
    /// Bytes, roughly, of one value given to a host function, taken from it, sent as a message, or returned by `main`.
    pub value_bytes: usize,
}

impl Default for Limits {
    /// 256 MiB of heap, 8 MiB of stack, 512 MiB of snapshot, 16 MiB of messages in 65,536 inboxes, 16 MiB a value.
    fn default() -> Self {
        Self {
            heap_bytes: 256 << 20,
            stack_bytes: 8 << 20,
            snapshot_bytes: 512 << 20,
            mail_bytes: 16 << 20,
            inboxes: 1 << 16,
            value_bytes: 16 << 20,
        }
    }
}
