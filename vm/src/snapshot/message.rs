//! Checks the objects of one message: they are those of a heap of their own.

use super::SnapshotError;
use super::heap::{CheckedHeap, Outside};
use super::objects::Starts;
use super::shapes;
use crate::bytecode::TypeId;
use crate::program::Program;

/// In which form a message's objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As agents of its program have them: they may refer to the program's constants, and tables have the marks of their
    /// keys under some seed.
    Own,
    /// As they are between programs: they refer to nothing but each other, and in place of each mark in a table is 1, and
    /// in place of the index zeros.
    Portable,
}

/// Checks that a message's slot is of a type, and that its objects are well-formed and hold what their types allow. All
/// words are there, the unused word 0 included.
///
/// Each header goes through `header` before it is looked at, in the order in which the objects stand.
pub(crate) fn check_message<E: From<SnapshotError>>(
    program: &Program,
    words: &mut [u64],
    (slot, ty): (u64, TypeId),
    form: Form,
    mut header: impl FnMut(u64) -> Result<u64, E>,
) -> Result<(), E> {
    let mut starts = Starts::of(words.len());
    while starts.next() < words.len() {
        let at = starts.next();
        words[at] = header(words[at])?;
        starts.take(&program.shapes, words, form)?;
    }
    let outside = match form {
        Form::Own => Outside::constants(&program.shapes),
        Form::Portable => Outside::NOTHING,
    };
    let heap = CheckedHeap::new(&program.shapes, words, &starts, outside)?;
    if heap.holds(shapes::slot(&program.module().types, ty), slot) {
        Ok(())
    } else {
        Err(SnapshotError::Object { at: 0, what: "is what the message is, and no value of its type" }.into())
    }
}
