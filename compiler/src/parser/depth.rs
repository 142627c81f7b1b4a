//! The limit on nesting, checked on tokens, before there is a tree that could be too deep to walk.
//!
//! An expression's tree is as deep as its brackets are nested and its operators chained. Both are counted: each
//! bracket level knows how many operators its current element has so far, since each may put all that stands
//! before it one level deeper, and how deep the brackets inside it are. That is never less than the depth of
//! the tree. Elements separated by commas, newlines or `;` stand side by side, and so do the branches of an
//! `if`: long lists and long `else if` chains are not deep.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lexer::{SpannedToken, Token};
use crate::source::FileId;

/// The deepest that the expressions, patterns and types of an item can be nested in each other.
pub const DEPTH_MAX: usize = 256;

/// The item was refused, which has been reported.
pub(super) struct TooDeep;

/// What is known of one bracket level.
#[derive(Default)]
struct Level {
    /// Operators in the current element so far.
    operators: usize,
    /// The deepest bracket in the current element, or in the current branch of its `if`.
    inside: usize,
    /// `operators` where the last `if` stood, which is where each of its branches begins.
    at_if: usize,
    /// The deepest branch of an `if` in the current element, counted from that `if`.
    branches: usize,
    /// Between the two `|` of a closure, where a comma doesn't begin an element of this level.
    in_params: bool,
    /// The depth of the deepest element before.
    before: usize,
}

impl Level {
    fn element_depth(&self) -> usize {
        self.operators + self.inside.max(self.branches)
    }

    fn depth(&self) -> usize {
        self.before.max(self.element_depth())
    }

    /// Counts a token, given the one before it.
    fn count(&mut self, token: &Token, previous: &Token) {
        match token {
            Token::Newline | Token::Semicolon | Token::Comma if self.in_params => {}
            Token::Newline | Token::Semicolon | Token::Comma => {
                *self = Self { before: self.depth(), ..Self::default() };
            }
            Token::If if *previous == Token::Else => {}
            Token::If => {
                self.at_if = self.operators;
                self.operators += 1;
            }
            Token::Else => {
                self.branches = self.branches.max(self.operators - self.at_if + self.inside);
                self.operators = self.at_if;
                self.inside = 0;
            }
            Token::Pipe => {
                let after_operand =
                    previous.ends_statement() && !matches!(previous, Token::Return | Token::DotDot);
                self.in_params = !self.in_params && !after_operand;
                self.operators += 1;
            }
            token => self.operators += usize::from(nests(token)),
        }
    }
}

/// Refuses an item that is nested deeper than [`DEPTH_MAX`].
pub(super) fn check(
    file: FileId,
    tokens: &[SpannedToken],
    diagnostics: &mut Diagnostics,
) -> Result<(), TooDeep> {
    // The levels that are open around the current one, and the sum of their operators.
    let mut outer: Vec<Level> = Vec::new();
    let mut outer_operators = 0;
    let mut level = Level::default();
    let mut previous = &Token::Newline;
    for token in tokens {
        level.count(&token.token, previous);
        previous = &token.token;
        if outer_operators + level.element_depth() > DEPTH_MAX {
            diagnostics.push(too_deep(file, token));
            return Err(TooDeep);
        }
        if token.token.closer().is_some() {
            outer_operators += level.operators;
            outer.push(std::mem::take(&mut level));
        } else if token.token.is_closer()
            && let Some(around) = outer.pop()
        {
            let closed = std::mem::replace(&mut level, around);
            outer_operators -= level.operators;
            level.inside = level.inside.max(closed.depth());
        }
    }
    Ok(())
}

/// Whether a token may put what stands before or after it one level deeper.
fn nests(token: &Token) -> bool {
    use Token::*;
    !matches!(
        token,
        Lower(_)
            | Upper(_)
            | Underscore
            | Int(_)
            | Float(_)
            | Str(_)
            | Bytes(_)
            | True
            | False
            | StrStart
            | StrText(_)
            | StrEnd
            | InterpolationOpen
            | InterpolationClose
            | ParenClose
            | SquareClose
            | BraceClose
            | Colon
            | Eq
            | In
            | As
            | Let
            | LetElse
            | Var
            | Doc(_)
            | Error
    )
}

fn too_deep(file: FileId, token: &SpannedToken) -> Diagnostic {
    Diagnostic::error(Code::TooDeep, "this is nested too deep, or too long a chain of operators")
        .primary(token.span(file), format!("here it is more than {DEPTH_MAX} levels"))
        .help("give parts of it names with `let`, or make them functions")
}
