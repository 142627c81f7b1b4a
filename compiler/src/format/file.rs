//! A whole file: its items, and the empty lines between them.

use super::WIDTH;
use super::cursor::{Cursor, Gap};
use super::doc::{Doc, docs};
use super::layout::layout;
use super::printer::Printer;
use crate::ast::{File, Ident, Item, ItemKind};
use crate::lexer::{Lexed, Token};

/// An item as text, with the comments before it, and what stands before them in the source.
struct Piece {
    comments: String,
    text: String,
    gap: Gap,
}

/// What has been made of a file.
pub(super) struct Printed {
    /// The formatted text.
    pub(super) text: String,
    /// The tokens that went into it.
    pub(super) tokens: Vec<Token>,
    /// Comments have moved from places that are none for comments to others, where they may be written otherwise.
    pub(super) is_provisional: bool,
}

/// Formats a file without syntax errors.
pub(super) fn print(file: &File, text: &str, lexed: Lexed) -> Printed {
    let modules = file.items.iter().filter_map(module_name).collect();
    let mut printer =
        Printer { cursor: Cursor::new(text, lexed), single_lines: 0, modules, has_stray_comments: false };
    let mut lines = Lines { are_provisional: false };
    let mut pieces = Vec::new();
    for item in &file.items {
        printer.skip_all(&Token::Semicolon);
        let gap = printer.cursor.gap();
        let comments = lines.of(&printer.leading_comments());
        let doc = docs![printer.item(item), printer.trailing_comments()];
        printer.skip_all(&Token::Semicolon);
        let doc = docs![doc, printer.trailing_comments()];
        pieces.push(Piece { comments, text: lines.of(&doc), gap });
    }
    let gap = printer.cursor.gap();
    let rest = lines.of(&printer.leading_comments());
    if !rest.is_empty() {
        pieces.push(Piece { comments: rest.trim_end().to_owned(), text: String::new(), gap });
    }
    let is_provisional = printer.has_stray_comments || lines.are_provisional;
    Printed { text: joined(&pieces), tokens: printer.cursor.into_written(), is_provisional }
}

/// Lays documents out.
struct Lines {
    /// Comments of one of them have moved.
    are_provisional: bool,
}

impl Lines {
    fn of(&mut self, doc: &Doc<'_>) -> String {
        let laid_out = layout(doc, WIDTH);
        self.are_provisional |= laid_out.has_moved_comments;
        laid_out.text
    }
}

/// The name by which a module is called that an item brings in.
fn module_name(item: &Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Use(it) if it.names.is_none() => {
            it.alias.as_ref().or_else(|| it.path.last()).map(Ident::as_str)
        }
        _ => None,
    }
}

/// The pieces, an empty line around each that has several lines, and where the author had one.
fn joined(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut previous: Option<&Piece> = None;
    for piece in pieces {
        if let Some(previous) = previous {
            let is_long = |piece: &Piece| piece.text.contains('\n');
            let is_apart = piece.gap == Gap::Empty || is_long(previous) || is_long(piece);
            text.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        text.push_str(&piece.comments);
        text.push_str(&piece.text);
        previous = Some(piece);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
