//! Mob in colours: the lexer's tokens, each in an element of its class.

use maud::{Markup, html};
use mvm::compiler::diagnostic::Diagnostics;
use mvm::compiler::lexer::{Token, lex};
use mvm::compiler::source::FileId;

/// A text of Mob, which may be wrong or a fragment. The text of the markup is the text, unchanged.
pub(super) fn highlight(text: &str) -> Markup {
    let lexed = lex(FileId(0), text, &mut Diagnostics::new());
    let tokens = lexed.tokens.iter().map(|token| (token.start, token.end, class(&token.token)));
    let comments = lexed.comments.iter().map(|comment| (comment.span.start, comment.span.end, "comment"));
    let mut pieces: Vec<_> = tokens.chain(comments).collect();
    pieces.sort_by_key(|(start, ..)| *start);
    let mut at = 0;
    let mut parts = Vec::new();
    for (start, end, class) in pieces {
        let (start, end) = (start as usize, end as usize);
        // What was made up for text that is wrong, or lies inside of something else, has been shown.
        let (Some(before), Some(inside)) = (text.get(at..start), text.get(start..end)) else { continue };
        parts.push((before, "", ""));
        parts.push(("", inside, class));
        at = end;
    }
    parts.push((text.get(at..).unwrap_or_default(), "", ""));
    html! {
        @for (plain, inside, class) in parts {
            (plain)
            @if class.is_empty() { (inside) } @else { span class=(class) { (inside) } }
        }
    }
}

/// The class of a token; empty for what has no colour.
fn class(token: &Token) -> &'static str {
    use Token::*;
    match token {
        As | Break | Const | Continue | Else | Enum | Extern | Fn | For | If | In | Let | Match | Pub
        | Return | Struct | Test | Type | Use | Var | While => "keyword",
        Str(_) | Bytes(_) | StrStart | StrText(_) | StrEnd => "string",
        Int(_) | Float(_) | True | False => "number",
        Upper(_) => "type",
        Doc(_) => "comment",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_the_same() {
        let texts = [
            "let x = \"a {b + 1}\" // <c>\n",
            "\"unclosed {a\n'",
            "/// doc\n// c\n/// more\nfn f()",
            "é & <",
            "",
        ];
        for text in texts {
            let markup = highlight(text).into_string();
            let mut plain = String::new();
            for (at, piece) in markup.split('<').enumerate() {
                plain += if at == 0 { piece } else { piece.split_once('>').map_or("", |(_, rest)| rest) };
            }
            let plain =
                plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            assert_eq!(plain, text);
        }
    }
}
