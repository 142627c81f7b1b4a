//! `textDocument/formatting`: the one style, as `mvm fmt` has it.

use lsp_types::{DocumentFormattingParams, Position, Range, TextEdit};

use mvm::compiler::format::format;

use super::server::{Answer, Server};
use super::uri;

/// The change that formats a document; nothing for one that can't be parsed, of which diagnostics speak already.
pub(super) fn formatting(
    server: &Server,
    params: &DocumentFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    let name = uri::name(&params.text_document.uri);
    let Some(document) = server.documents.get(&name) else { return Ok(None) };
    let Ok(formatted) = format(&name, &document.text) else { return Ok(None) };
    Ok(Some(change(&document.text, &formatted).into_iter().collect()))
}

/// One change of whole lines that makes one text the other; what begins and ends alike is left alone, so that an editor
/// can keep its cursor.
fn change(old: &str, new: &str) -> Option<TextEdit> {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let before = old_lines.iter().zip(&new_lines).take_while(|(a, b)| a == b).count();
    if before == old_lines.len() && before == new_lines.len() {
        return None;
    }
    let (old_rest, new_rest) = (&old_lines[before..], &new_lines[before..]);
    let after = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let line = |n: usize| Position { line: u32::try_from(n).unwrap_or(u32::MAX), character: 0 };
    let range = Range { start: line(before), end: line(old_lines.len() - after) };
    Some(TextEdit { range, new_text: new_rest[..new_rest.len() - after].concat() })
}

/// The lines of a text with their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::change;

    /// Applies a change of whole lines, as an editor does: a line past the end is the end.
    fn applied(old: &str, new: &str) -> String {
        let Some(edit) = change(old, new) else { return old.to_owned() };
        let starts: Vec<_> =
            std::iter::once(0).chain(old.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let at = |line: u32| starts.get(line as usize).copied().unwrap_or(old.len());
        [&old[..at(edit.range.start.line)], &edit.new_text, &old[at(edit.range.end.line)..]].concat()
    }

    #[test]
    fn the_change_makes_one_text_the_other() {
        let texts = ["", "a\n", "a", "a\nb\n", "a\nx\nb\n", "b\na\n", "a\nb\nc", "a\n\nb\n", "x\na\nb\n"];
        for old in texts {
            for new in texts {
                assert_eq!(applied(old, new), new, "{old:?}");
            }
        }
    }

    #[test]
    fn what_is_formatted_stays() {
        assert_eq!(change("a\nb\n", "a\nb\n"), None);
        assert_eq!(change("a\nb\nc\n", "a\nB\nc\n").unwrap().range.start.line, 1);
    }
}
