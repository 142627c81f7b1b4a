//! From tokens to the syntax tree.

/// The deepest that a syntax tree can be, in nodes from the root to a leaf.
pub const DEPTH_MAX: usize = 256;
