//! From text to tokens, with comments kept apart.

mod comment;
mod foreign;
mod names;
mod number;
mod scanner;
mod string;
mod text;
mod token;

pub use comment::Comment;
pub use names::Names;
pub(crate) use scanner::lex_from;
pub use scanner::{Lexed, lex};
pub use token::{SpannedToken, Token};
