//! The tokens of the language.
//!
//! `logos` finds those that can be told by their characters alone; the rest (marked so) the scanner makes,
//! since they depend on what stands around them.

use std::sync::Arc;

use logos::{Lexer, Logos};

use super::names::Names;
use crate::source::{FileId, Span};

/// A token, and which bytes of its file it is.
#[derive(Debug, Clone, PartialEq)]
pub struct SpannedToken {
    /// The token.
    pub token: Token,
    /// Offset of its first byte.
    pub start: u32,
    /// Offset just past its last byte.
    pub end: u32,
}

impl SpannedToken {
    /// Its place, given which file it is from.
    #[must_use]
    pub fn span(&self, file: FileId) -> Span {
        Span::new(file, self.start, self.end)
    }
}

/// One token.
#[derive(Logos, Debug, Clone, PartialEq)]
#[logos(skip r"[ \t\r\f]+", extras = Names)]
#[allow(missing_docs)] // the keywords and operators, each named as it is written
pub enum Token {
    #[token("as")]
    As,
    #[token("break")]
    Break,
    #[token("const")]
    Const,
    #[token("continue")]
    Continue,
    #[token("else")]
    Else,
    #[token("enum")]
    Enum,
    #[token("extern")]
    Extern,
    #[token("false")]
    False,
    #[token("fn")]
    Fn,
    #[token("for")]
    For,
    #[token("if")]
    If,
    #[token("in")]
    In,
    #[token("let")]
    Let,
    #[token("match")]
    Match,
    #[token("pub")]
    Pub,
    #[token("return")]
    Return,
    #[token("struct")]
    Struct,
    /// A keyword before a string at the top level, and a name anywhere else.
    #[token("test")]
    Test,
    #[token("true")]
    True,
    #[token("type")]
    Type,
    #[token("use")]
    Use,
    #[token("var")]
    Var,
    #[token("while")]
    While,

    #[token("(")]
    ParenOpen,
    #[token(")")]
    ParenClose,
    #[token("[")]
    SquareOpen,
    #[token("]")]
    SquareClose,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("..=")]
    DotDotEq,
    #[token("->")]
    Arrow,
    /// Not an operator of Mob; a token so that one diagnostic can say what to write.
    #[token("=>")]
    FatArrow,
    #[token("@")]
    At,
    #[token("?")]
    Question,
    #[token("=")]
    Eq,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("/=")]
    SlashEq,
    #[token("%=")]
    PercentEq,
    #[token("||")]
    PipePipe,
    #[token("&&")]
    AmpAmp,
    #[token("==")]
    EqEq,
    #[token("!=")]
    BangEq,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEq,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEq,
    #[token("|")]
    Pipe,
    #[token("^")]
    Caret,
    #[token("&")]
    Amp,
    #[token("<<")]
    Shl,
    #[token(">>")]
    Shr,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("!")]
    Bang,
    #[token("_", priority = 10)]
    Underscore,

    /// A name that begins with a lower-case letter or `_`.
    #[regex("[a-z_][A-Za-z0-9_]*", name)]
    Lower(Arc<str>),
    /// A name that begins with an upper-case letter.
    #[regex("[A-Z][A-Za-z0-9_]*", name)]
    Upper(Arc<str>),
    /// One or more ends of lines, with empty lines and comments among them.
    #[token("\n")]
    Newline,

    /// The beginning of a number; the scanner makes it an `Int` or a `Float`.
    #[regex("[0-9]")]
    Digit,
    /// The beginning of a string; the scanner makes it a `Str`, or a `StrStart` and what follows.
    #[token("\"")]
    Quote,
    /// The beginning of a multi-line string.
    #[token("\"\"\"")]
    TripleQuote,
    /// The beginning of a byte string; the scanner makes it `Bytes`.
    #[token("b\"")]
    BytesQuote,
    /// A comment; the scanner keeps it apart.
    #[regex("//([^/\n][^\n]*)?", allow_greedy = true)]
    #[regex("////[^\n]*", allow_greedy = true)]
    Comment,
    /// A line of documentation; the scanner makes several a `Doc`.
    #[regex("///([^/\n][^\n]*)?", allow_greedy = true)]
    DocLine,

    /// Made by the scanner: an integer.
    Int(i64),
    /// Made by the scanner: a finite floating-point number.
    Float(f64),
    /// Made by the scanner: a string without interpolation.
    Str(Arc<str>),
    /// Made by the scanner: a byte string.
    Bytes(Arc<[u8]>),
    /// Made by the scanner: a string's opening quote, when there is interpolation.
    StrStart,
    /// Made by the scanner: text in an interpolated string.
    StrText(Arc<str>),
    /// Made by the scanner: `{` in a string.
    InterpolationOpen,
    /// Made by the scanner: the `}` that belongs to it.
    InterpolationClose,
    /// Made by the scanner: the closing quote.
    StrEnd,
    /// Made by the scanner: documentation, one or more lines.
    Doc(Arc<str>),

    /// Made by the layout: an `else` that doesn't follow a `}`, so that it belongs to `let`.
    LetElse,
    /// Stands for what has been reported already, and is accepted wherever an element may stand.
    Error,
}

fn name(lexer: &mut Lexer<'_, Token>) -> Arc<str> {
    let name = lexer.slice();
    lexer.extras.shared(name)
}

impl Token {
    /// Whether a newline after this token may end a statement or an element.
    #[must_use]
    pub fn ends_statement(&self) -> bool {
        use Token::*;
        matches!(
            self,
            Break
                | Continue
                | Return
                | True
                | False
                | Test
                | Underscore
                | DotDot
                | Question
                | Error
                | ParenClose
                | SquareClose
                | BraceClose
                | StrEnd
                | Lower(_)
                | Upper(_)
                | Int(_)
                | Float(_)
                | Str(_)
                | Bytes(_)
        )
    }

    /// Whether a line that begins with this token goes on with the line before: operators that can't begin an
    /// expression, and `||`, which could but is taken for the operator. `..` begins an element (`..rest`).
    #[must_use]
    pub fn continues_line(&self) -> bool {
        use Token::*;
        matches!(
            self,
            As | Else
                | LetElse
                | In
                | ParenClose
                | SquareClose
                | BraceClose
                | InterpolationClose
                | Comma
                | Semicolon
                | Colon
                | Dot
                | DotDotEq
                | Arrow
                | FatArrow
                | At
                | Question
                | Eq
                | PlusEq
                | MinusEq
                | StarEq
                | SlashEq
                | PercentEq
                | PipePipe
                | AmpAmp
                | EqEq
                | BangEq
                | Less
                | LessEq
                | Greater
                | GreaterEq
                | Caret
                | Amp
                | Shl
                | Shr
                | Plus
                | Star
                | Slash
                | Percent
        )
    }

    /// The closing bracket that belongs to this opening one.
    #[must_use]
    pub fn closer(&self) -> Option<Token> {
        match self {
            Self::ParenOpen => Some(Self::ParenClose),
            Self::SquareOpen => Some(Self::SquareClose),
            Self::BraceOpen => Some(Self::BraceClose),
            Self::InterpolationOpen => Some(Self::InterpolationClose),
            _ => None,
        }
    }

    /// Whether this is a closing bracket.
    #[must_use]
    pub fn is_closer(&self) -> bool {
        matches!(self, Self::ParenClose | Self::SquareClose | Self::BraceClose | Self::InterpolationClose)
    }
}
