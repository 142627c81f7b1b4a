//! Takes MessagePack apart into its tokens, to show them one a line.

/// One token: a scalar, or the head of an array or map.
pub(crate) struct Token {
    /// Its first byte.
    pub(crate) start: usize,
    /// The byte after its last.
    pub(crate) end: usize,
    depth: usize,
    meaning: String,
}

impl Token {
    /// What it says, indented by how deep it stands.
    pub(crate) fn text(&self) -> String {
        format!("{:width$}{}", "", self.meaning, width = self.depth * 2)
    }
}

/// The tokens of one value that fills the bytes.
pub(crate) fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let end = value(bytes, 0, 0, &mut tokens);
    assert_eq!(end, bytes.len());
    tokens
}

fn value(bytes: &[u8], start: usize, depth: usize, tokens: &mut Vec<Token>) -> usize {
    let number =
        |len: usize| bytes[start + 1..][..len].iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let head = bytes[start];
    let text = |at: usize, len: usize| format!("{:?}", String::from_utf8_lossy(&bytes[at..at + len]));
    let (end, meaning, children) = match head {
        0x00..=0x7f => (start + 1, head.to_string(), 0),
        0x80..=0x8f => (start + 1, format!("map of {}", head & 15), 2 * usize::from(head & 15)),
        0x90..=0x9f => (start + 1, format!("array of {}", head & 15), usize::from(head & 15)),
        0xa0..=0xbf => {
            let len = usize::from(head & 31);
            (start + 1 + len, text(start + 1, len), 0)
        }
        0xc0 => (start + 1, "nil".to_owned(), 0),
        0xc4 => {
            let len = number(1) as usize;
            (start + 2 + len, format!("{len} bytes"), 0)
        }
        0xcc..=0xcf => {
            let len = 1 << (head - 0xcc);
            (start + 1 + len, number(len).to_string(), 0)
        }
        0xd9 => {
            let len = number(1) as usize;
            (start + 2 + len, text(start + 2, len), 0)
        }
        _ => panic!("no example has {head:#04x}"),
    };
    tokens.push(Token { start, end, depth, meaning });
    (0..children).fold(end, |at, _| value(bytes, at, depth + 1, tokens))
}
