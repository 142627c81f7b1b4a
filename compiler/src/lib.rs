//! The Mob compiler: source text to Module. Pure: no I/O, no clock, no unsafe.
//!
//! Source text flows down through one stage after the other, each a function from one plain data type to
//! the next.

pub mod analysis;
pub mod ast;
mod check;
mod codegen;
mod compile;
pub mod diagnostic;
pub mod format;
pub mod lexer;
mod mono;
pub mod parser;
mod resolve;
pub mod session;
pub mod source;
pub mod sources;
pub mod typed;

pub use compile::{Checked, CompileError, Compiled, Options, check, compile};
