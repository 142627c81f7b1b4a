//! Operations on whole values: equality, order, text, and the way out of a heap and in.

mod convert;
mod hash;
mod look_up;
mod order;
mod show;
#[cfg(test)]
mod tests;

pub(crate) use convert::{place_value, to_value, value_words};
pub(crate) use hash::{HashSeed, key_mark};
pub(crate) use look_up::look_up;
pub(crate) use order::{compare, equal};
pub(crate) use show::{TooLong, quote, show, show_joined, show_within, write_float};
