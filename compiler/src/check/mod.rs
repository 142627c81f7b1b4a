//! From syntax trees to the typed tree: names are resolved, types inferred, and what is wrong is said.
//!
//! [`program`] is the way through: modules are loaded, each is declared ([`declare`], [`imports`]: tables of [`items`] and
//! [`names`]), then bodies are checked one by one. A [`body`] is checked in one pass that builds its typed tree with
//! type variables ([`unify`]) where types are not known yet; [`finish`] replaces them when all have been found.

mod context;
mod environment;
mod facts;
mod program;
mod reach;
mod record;
mod session;

mod annotate;
mod constants;
mod declare;
mod imports;
mod items;
mod lookup;
mod names;

mod show;
mod unify;

mod abilities;
mod advice;
mod arguments;
mod blocks;
mod body;
mod branches;
mod calls;
mod closures;
mod exhaustive;
mod expr;
mod finish;
mod functions;
mod input;
mod keys;
mod locals;
mod loops;
mod methods;
mod mismatch;
mod no_method;
mod operators;
mod patterns;
mod pointless;
mod unknown;
mod unused;
mod values;
mod why;

use crate::typed::types;
pub(crate) use annotate::BUILT_IN;
pub(crate) use facts::Facts;
pub(crate) use keys::KEYS;
pub(crate) use locals::LocalKind;
pub use program::Root;

pub(crate) use program::{Outcome, check_program, examine};
pub(crate) use reach::Visible;
pub(crate) use session::{CheckedInput, Checker, Examined};
