//! Colours for a line that is being typed, by the lexer.

use mvm::compiler::diagnostic::Diagnostics;
use mvm::compiler::lexer::{self, Token};
use mvm::compiler::source::FileId;

const KEYWORD: &str = "\x1b[35m";
const TYPE: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[33m";
const COMMENT: &str = "\x1b[2m";
const COMMAND: &str = "\x1b[34m";
const RESET: &str = "\x1b[0m";

/// The line with colours. Nothing but colour is added.
pub(super) fn highlight(line: &str) -> String {
    if line.trim_start().starts_with(':') {
        let end = line.find(|c: char| c.is_whitespace()).unwrap_or(line.len());
        let (command, rest) = line.split_at(end);
        return format!("{COMMAND}{command}{RESET}{rest}");
    }
    let lexed = lexer::lex(FileId(0), line, &mut Diagnostics::new());
    let tokens =
        lexed.tokens.iter().filter_map(|token| Some((token.start, token.end, colour(&token.token)?)));
    let comments = lexed.comments.iter().map(|comment| (comment.span.start, comment.span.end, COMMENT));
    let mut pieces: Vec<_> = tokens.chain(comments).collect();
    pieces.sort_unstable();
    let mut coloured = String::with_capacity(line.len() + pieces.len() * 9);
    let mut at = 0;
    for (start, end, colour) in pieces {
        let (Some(before), Some(piece)) =
            (line.get(at..start as usize), line.get(start as usize..end as usize))
        else {
            continue;
        };
        coloured.push_str(before);
        coloured.push_str(colour);
        coloured.push_str(piece);
        coloured.push_str(RESET);
        at = end as usize;
    }
    coloured.push_str(line.get(at..).unwrap_or_default());
    coloured
}

fn colour(token: &Token) -> Option<&'static str> {
    use Token::*;
    Some(match token {
        As | Break | Const | Continue | Else | LetElse | Enum | Extern | Fn | For | If | In | Let | Match
        | Pub | Return | Struct | Test | Type | Use | Var | While => KEYWORD,
        Upper(_) => TYPE,
        Str(_) | Bytes(_) | StrStart | StrText(_) | StrEnd => TEXT,
        Int(_) | Float(_) | True | False => NUMBER,
        Doc(_) => COMMENT,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::highlight;

    /// The line without what begins with an escape and ends with an `m`.
    fn plain(coloured: &str) -> String {
        let mut plain = String::new();
        let mut is_escape = false;
        for c in coloured.chars() {
            match c {
                '\x1b' => is_escape = true,
                'm' if is_escape => is_escape = false,
                c if !is_escape => plain.push(c),
                _ => {}
            }
        }
        plain
    }

    #[test]
    fn colours_add_nothing_else() {
        for line in [
            "let x = \"a {b} c\" // d",
            "fn f[T](n: Int) -> List[T] { 0xff + 1.5 }",
            ":type 1 + 2",
            "\"open",
            "§ ü \"{",
            "/// doc",
            "",
            "b\"\\x00\"",
        ] {
            assert_eq!(plain(&highlight(line)), line);
        }
        assert!(highlight("let").starts_with("\x1b[35m"));
    }
}
