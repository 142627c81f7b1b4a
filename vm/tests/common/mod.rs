//! What several test files share. Not each of them uses all of it.

#![allow(dead_code)]

pub(crate) mod host;
pub(crate) mod msgpack;
