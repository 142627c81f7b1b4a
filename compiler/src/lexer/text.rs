//! What the characters between quotes mean: escapes, and the indentation of multi-line strings.

use logos::Logos;

use super::names::Names;

/// The pieces of a string as the scanner meets them.
#[derive(Logos, Debug, Clone, Copy, PartialEq, Eq)]
#[logos(extras = Names)]
pub(super) enum Piece {
    /// `"`
    #[token("\"")]
    Quote,
    /// `{`
    #[token("{")]
    BraceOpen,
    /// The end of a line.
    #[token("\n")]
    Newline,
    /// A backslash and the character after it; all of `\u{…}`, so that its brace opens nothing.
    #[regex(r#"\\([^\nu]|u(\{[^}"\\\n]*\}?)?)?"#)]
    Escape,
    /// Anything else.
    #[regex(r#"[^"\\{\n]+"#)]
    Text,
}

/// A mistake in an escape: what is wrong, and its bytes in the text that was decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EscapeError {
    pub(super) message: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Decodes the escapes of a string. A bad one is reported and left as it is written.
pub(super) fn decode(raw: &str, report: &mut impl FnMut(EscapeError)) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut at = 0;
    while let Some(offset) = raw[at..].find('\\') {
        text.push_str(&raw[at..at + offset]);
        at += offset;
        let (length, value) = escape(&raw[at..]);
        match value {
            Ok(c) => text.push(c),
            Err(message) => {
                text.push_str(&raw[at..at + length]);
                report(EscapeError { message, start: at, end: at + length });
            }
        }
        at += length;
    }
    text.push_str(&raw[at..]);
    text
}

/// Decodes a byte string. Characters beyond ASCII and bad escapes are reported and left out.
pub(super) fn decode_bytes(raw: &str, report: &mut impl FnMut(EscapeError)) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(c) = raw[at..].chars().next() {
        let (length, value) = match c {
            '\\' => byte_escape(&raw[at..]),
            c => (c.len_utf8(), u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| beyond_ascii(c))),
        };
        match value {
            Ok(byte) => bytes.push(byte),
            Err(message) => report(EscapeError { message, start: at, end: at + length }),
        }
        at += length;
    }
    bytes
}

fn beyond_ascii(c: char) -> String {
    format!("`{c}` is not one byte; write its bytes as `\\x…`")
}

/// The escape at the head of `text`: its length, and the character or what is wrong with it.
fn escape(text: &str) -> (usize, Result<char, String>) {
    let Some(c) = text[1..].chars().next() else {
        return (1, Err("a backslash stands before nothing".into()));
    };
    let value = match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '\\' | '"' | '\'' | '{' | '}' => c,
        'x' => {
            let (length, value) = hex_byte(text);
            let ascii = value.and_then(|byte| match byte {
                0..=0x7f => Ok(char::from(byte)),
                _ => Err("`\\x…` in a string goes up to `\\x7f`; write `\\u{…}`".into()),
            });
            return (length, ascii);
        }
        'u' => return unicode_escape(text),
        '\n' | '\r' => return (1, Err("a `\\` at the end of a line escapes nothing".into())),
        c => return (1 + c.len_utf8(), Err(format!("there is no escape `\\{c}`"))),
    };
    (2, Ok(value))
}

fn byte_escape(text: &str) -> (usize, Result<u8, String>) {
    if text[1..].starts_with('x') {
        return hex_byte(text);
    }
    let (length, value) = escape(text);
    (length, value.and_then(|c| u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| beyond_ascii(c))))
}

/// `\xNN`
fn hex_byte(text: &str) -> (usize, Result<u8, String>) {
    let digits = text[2..].bytes().take(2).take_while(u8::is_ascii_hexdigit).count();
    let value = match digits {
        2 => u8::from_str_radix(&text[2..4], 16).map_err(|error| error.to_string()),
        _ => Err("`\\x` needs two hexadecimal digits".into()),
    };
    (2 + digits, value)
}

/// `\u{1F600}`
fn unicode_escape(text: &str) -> (usize, Result<char, String>) {
    const DIGITS_MAX: usize = 6;
    let malformed = || Err("`\\u` needs one to six hexadecimal digits in braces, as in `\\u{e9}`".into());
    let Some(digits) = text[2..].strip_prefix('{') else {
        return (2, malformed());
    };
    let count = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    if count == 0 || count > DIGITS_MAX || digits.as_bytes().get(count) != Some(&b'}') {
        return (2, malformed());
    }
    let scalar = u32::from_str_radix(&digits[..count], 16).ok().and_then(char::from_u32);
    (count + 4, scalar.ok_or_else(|| "this is not a Unicode character".into()))
}

/// The stretch of a multi-line string's text between two interpolations, or an interpolation and a quote.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    /// The text as written.
    pub(super) raw: &'a str,
    /// It follows the opening quote.
    pub(super) first: bool,
    /// The closing quote follows it.
    pub(super) last: bool,
}

impl<'a> Chunk<'a> {
    /// The text without the empty rest of the opening quote's line, and without the closing quote's line if
    /// only space stands before the quote; and whether it begins at the beginning of a line.
    fn trimmed(self) -> (&'a str, bool) {
        let mut text = self.raw;
        let mut at_line_start = false;
        if self.first
            && let Some((line, rest)) = text.split_once('\n')
            && is_blank(line)
        {
            text = rest;
            at_line_start = true;
        }
        if self.last {
            match text.rsplit_once('\n') {
                Some((rest, line)) if is_blank(line) => text = rest.strip_suffix('\r').unwrap_or(rest),
                None if at_line_start && is_blank(text) => text = "",
                _ => {}
            }
        }
        (text, at_line_start)
    }

    /// The least indentation of its lines that aren't empty, and of the closing quote's line.
    fn indentation(self) -> Option<usize> {
        let mut lines = self.raw.split('\n').skip(1).peekable();
        let mut least: Option<usize> = None;
        while let Some(line) = lines.next() {
            // The last line counts even if it is blank: a quote or an interpolation stands on it.
            if lines.peek().is_none() || !is_blank(line) {
                let space = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                least = Some(least.map_or(space, |least| least.min(space)));
            }
        }
        least
    }

    /// The text without `indentation` spaces and tabs at the beginning of each line, lines ending in `\n`.
    fn stripped(self, indentation: usize) -> String {
        let (text, at_line_start) = self.trimmed();
        let mut result = String::with_capacity(text.len());
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                result.push('\n');
            }
            let is_line_start = at > 0 || at_line_start;
            let space = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let line = if is_line_start { &line[space.min(indentation)..] } else { line };
            result.push_str(line.strip_suffix('\r').unwrap_or(line));
        }
        result
    }
}

fn is_blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// The texts of a multi-line string's chunks without the indentation that all its lines have, escapes not yet
/// decoded.
pub(super) fn without_indentation(chunks: &[Chunk<'_>]) -> Vec<String> {
    let indentation = chunks.iter().filter_map(|chunk| chunk.indentation()).min().unwrap_or(0);
    chunks.iter().map(|chunk| chunk.stripped(indentation)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(raw: &str) -> String {
        without_indentation(&[Chunk { raw, first: true, last: true }]).concat()
    }

    #[test]
    fn common_indentation_goes() {
        assert_eq!(block("\n    a\n      b\n\n    c\n    "), "a\n  b\n\nc");
        assert_eq!(block("\n    a\n  "), "  a");
        assert_eq!(block("\n  a"), "a");
        assert_eq!(block("a\n  b"), "a\nb");
        assert_eq!(block("one line"), "one line");
        assert_eq!(block("\n  "), "");
        assert_eq!(block("\r\n  a\r\n  b\r\n  "), "a\nb");
    }

    #[test]
    fn interpolation_is_no_line_start() {
        let chunks = [
            Chunk { raw: "\n    a ", first: true, last: false },
            Chunk { raw: "  b\n    ", first: false, last: false },
            Chunk { raw: "\n    ", first: false, last: true },
        ];
        assert_eq!(without_indentation(&chunks), ["a ", "  b\n", ""]);
    }

    #[test]
    fn escapes() {
        let mut errors = Vec::new();
        let text = decode(r#"a\n\t\"\{\}\\\u{e9}\x41\q\u{}"#, &mut |error| errors.push(error.message));
        assert_eq!(text, "a\n\t\"{}\\éA\\q\\u{}");
        assert_eq!(errors.len(), 2);
    }

    #[test]
    fn bytes() {
        let mut errors = Vec::new();
        let bytes = decode_bytes(r"\x00\xffa\né\x4", &mut |error| errors.push((error.start, error.end)));
        assert_eq!(bytes, b"\x00\xffa\n");
        assert_eq!(errors, [(11, 13), (13, 16)]);
    }
}
