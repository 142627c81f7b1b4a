//! Host functions: what programs can call of the world outside, and how Rust closures become that.

mod convert;
mod failure;
mod files;
mod function;
mod standard;
mod tables;

pub use convert::{FromValue, IntoAnswer, IntoValue, MobType};
pub use failure::Failure;
pub use function::HostFunction;
pub use standard::LOCAL_NODE;

pub(crate) use files::{file_functions, variable_functions};
pub(crate) use function::{ErasedFunction, declared_signature};
pub(crate) use standard::{STANDARD_CAPABILITIES, standard_functions};
