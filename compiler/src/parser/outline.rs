//! Files of which little is needed: the items without the bodies of functions, and those bodies one by one.
//!
//! A program uses few of the standard library's functions, and most of the time that its modules take to be read would go
//! into the bodies of the others.

use super::{brackets, layout, parse_item, parse_items};
use crate::ast::{Block, File, ItemKind};
use crate::diagnostic::Diagnostics;
use crate::lexer::{self, SpannedToken, Token};
use crate::source::{FileId, Span};

/// Parses a file as [`super::parse`] does, but leaves the bodies of functions empty, each at its place. What is wrong in
/// them is reported when they are parsed.
pub(crate) fn parse_outline(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> File {
    parse_items(file, text, diagnostics, |file, text, tokens, repairs, diagnostics| {
        match without_body(tokens) {
            Some(outline) => parse_item(file, text, &outline, repairs, diagnostics),
            None => parse_item(file, text, tokens, repairs, diagnostics),
        }
    })
}

/// Parses the body of a function whose item stands at this place of the file. None if not even its outline can be read.
pub(crate) fn parse_body(text: &str, item: Span, diagnostics: &mut Diagnostics) -> Option<Block> {
    let text = text.get(..item.end as usize)?;
    let lexed = lexer::lex_from(item.file, text, item.start as usize, diagnostics);
    let balanced = brackets::balance(item.file, text, lexed, diagnostics);
    let tokens = layout::apply(balanced.tokens);
    match parse_item(item.file, text, &tokens, &balanced.repairs, diagnostics)?.kind {
        ItemKind::Function(function) => Some(function.body),
        _ => None,
    }
}

/// The tokens of a function but for those between its braces; none for other items.
fn without_body(tokens: &[SpannedToken]) -> Option<Vec<SpannedToken>> {
    let first =
        tokens.iter().find(|token| !matches!(token.token, Token::Doc(_) | Token::Newline | Token::Pub))?;
    let last = tokens.last().filter(|last| first.token == Token::Fn && last.token == Token::BraceClose)?;
    let open = tokens.iter().position(|token| token.token == Token::BraceOpen)?;
    Some(tokens.get(..=open)?.iter().chain([last]).cloned().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::ast::Item;

    const TEXT: &str = "/// Doc.\npub fn f(x: Int) -> Int {\n  let s = \"{x}\"\n  s.len()\n}\nconst A: Int = 1\nfn g() { f(A) }\n";

    fn function(item: &Item) -> &crate::ast::Function {
        match &item.kind {
            ItemKind::Function(function) => function,
            other => panic!("{other:?} is no function"),
        }
    }

    #[test]
    fn an_outline_and_its_bodies_are_the_whole() {
        let mut diagnostics = Diagnostics::new();
        let whole = super::super::parse(FileId(3), TEXT, &mut diagnostics);
        let outline = parse_outline(FileId(3), TEXT, &mut diagnostics);
        assert_eq!(outline.items[1], whole.items[1]);
        for at in [0, 2] {
            let (left, full) = (function(&outline.items[at]), function(&whole.items[at]));
            assert!(left.body.stmts.is_empty() && left.body.value.is_none());
            assert_eq!(left.body.span, full.body.span);
            let body = parse_body(TEXT, outline.items[at].span, &mut diagnostics);
            assert_eq!(body.unwrap(), full.body);
        }
        assert!(!diagnostics.has_errors());
    }
}
