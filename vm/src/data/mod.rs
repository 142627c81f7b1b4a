//! Operations on whole values: equality, order, text, and the way out of a heap and in.

mod convert;
mod order;
mod show;
#[cfg(test)]
mod tests;

pub(crate) use convert::{place_value, to_value, value_words};
pub(crate) use order::{compare, equal};
pub(crate) use show::{TooLong, show, write_float};
