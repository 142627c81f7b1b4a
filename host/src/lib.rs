//! What programs can ask of the machine that they run on, in plain Rust: the embedding API and nodes offer it to programs,
//! each in its own way.
//!
//! Nothing here trusts its caller: paths don't lead out of a [`Folder`], and every answer has a largest size.

mod clock;
mod folder;
mod line;
mod load;
mod random;
mod variables;

pub use clock::{Stopwatch, unix_ms};
pub use folder::{ENTRIES_MAX, FILE_BYTES_MAX, Folder, FsError, FsErrorKind, Kind, Metadata};
pub use line::{LINE_BYTES_MAX, read_line};
pub use load::load_average;
pub use random::random_bits;
pub use variables::{NotAllowed, Variables};
