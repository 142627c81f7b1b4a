//! Lines of text from a stream whose other end is not trusted.

use std::io::{self, BufRead, Read};

/// The longest that a line may be, in bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// The next line without its end, which is `\n` or `\r\n`; `None` at the end of the stream. Bytes that are not UTF-8 become
/// U+FFFD.
///
/// # Errors
/// If the stream fails, or the line is longer than [`LINE_BYTES_MAX`].
pub fn read_line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    stream.take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() > LINE_BYTES_MAX {
        let text = format!("a line is longer than {LINE_BYTES_MAX} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let line = bytes.strip_suffix(b"\n").map_or(&bytes[..], |line| line.strip_suffix(b"\r").unwrap_or(line));
    Ok(Some(String::from_utf8_lossy(line).into_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_come_one_after_the_other() {
        let mut stream = &b"one\r\n\nl\xffst"[..];
        assert_eq!(read_line(&mut stream).unwrap().unwrap(), "one");
        assert_eq!(read_line(&mut stream).unwrap().unwrap(), "");
        assert_eq!(read_line(&mut stream).unwrap().unwrap(), "l\u{fffd}st");
        assert_eq!(read_line(&mut stream).unwrap(), None);
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let mut stream = io::BufReader::new(io::repeat(b'x'));
        assert!(read_line(&mut stream).unwrap_err().to_string().contains("longer"));
    }
}
