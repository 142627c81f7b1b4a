//! Specialisation: from generic types and functions to the concrete ones that bytecode has.
//!
//! Nothing is specialised before something reachable needs it. A type is interned when code mentions it, a function is
//! queued when code calls it or makes a value of it; so a module holds what its roots can reach and no more, and its list of
//! capabilities is exact.

mod facts;
mod jobs;
mod names;
mod types;

pub(crate) use jobs::{Body, FIRST_LINK, INSTANCES_MAX, Job, Jobs, TypeArgs};
pub(crate) use types::TypeTable;
