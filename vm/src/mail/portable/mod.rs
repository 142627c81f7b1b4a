//! Messages between programs: as bytes, and from these the same value in another program that declares the same type.
//! `docs/message.md` has the format byte by byte.
//!
//! Programs number their types each in its own way. Of a type that two of them declare alike, both reach the same types in
//! the same order, so in bytes each object has the number of its type in that order, and the hash of the message's type says
//! that the numbers mean the same to the reader. Only functions are known by nothing but their place in a program: a message
//! with a function in it names the modules of its program, and is for programs that begin with these.

mod decode;
mod description;
mod difference;
mod encode;
mod error;
mod head;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

pub use description::TypeDescription;
pub use difference::Difference;
pub use error::{MessageError, WrongType};
