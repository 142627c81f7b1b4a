//! Messages on standard input and output, each with a header that says how long it is.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use lsp_server::{ErrorCode, Message, RequestId, Response};

/// The longest message that is read, in bytes; a longer one is passed over. The largest contain a whole document.
const MESSAGE_BYTES_MAX: u64 = 64 << 20;

/// The longest line of a header, in bytes.
const HEADER_BYTES_MAX: u64 = 4096;

/// How many messages wait at most before the client has to.
const WAITING_MAX: usize = 256;

/// What came in.
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none, and why.
    Malformed(String),
}

/// Reads messages from standard input in a thread of its own. The channel closes at the end of input, or where that
/// can't be cut into messages any more.
pub(super) fn read_messages() -> Receiver<Incoming> {
    let (sender, receiver) = sync_channel(WAITING_MAX);
    thread::spawn(move || read_all(&mut io::stdin().lock(), &sender));
    receiver
}

fn read_all(input: &mut impl BufRead, sender: &SyncSender<Incoming>) {
    while let Ok(Some(incoming)) = read(input) {
        let is_exit = matches!(&incoming, Incoming::Message(Message::Notification(n)) if n.method == "exit");
        if sender.send(incoming).is_err() || is_exit {
            return;
        }
    }
}

/// Reads one message; none at the end of input.
///
/// # Errors
/// If where the next message begins can't be known.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = read_header(input)? else { return Ok(None) };
    let mut body = input.take(length);
    if length > MESSAGE_BYTES_MAX {
        io::copy(&mut body, &mut io::sink())?;
        return Ok(Some(Incoming::Malformed(format!("a message of {length} bytes is too long"))));
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&bytes) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Malformed(format!("this is no message: {error}")),
    }))
}

/// Reads a header up to its empty line: the length of the body.
fn read_header(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(HEADER_BYTES_MAX).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("Content-Length") => {
                length = Some(value.trim().parse().map_err(io::Error::other)?);
            }
            None if line.is_empty() && length.is_some() => return Ok(length),
            // Other headers say nothing that matters, and lines that are none are passed over.
            _ => {}
        }
    }
}

/// Writes a message to standard output.
///
/// # Errors
/// If nobody reads it.
pub(super) fn write(message: impl Into<Message>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    message.into().write(&mut out)?;
    out.flush()
}

/// The answer to what is no message. It can't name a request; the protocol has no other way to say so than an id that
/// is none of the client's.
pub(super) fn malformed(reason: String) -> Response {
    Response::new_err(RequestId::from(String::new()), ErrorCode::ParseError as i32, reason)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn read_text(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut all = Vec::new();
        while let Ok(Some(incoming)) = read(&mut input) {
            all.push(match incoming {
                Incoming::Message(Message::Notification(notification)) => notification.method,
                Incoming::Message(_) => "other".to_owned(),
                Incoming::Malformed(_) => "malformed".to_owned(),
            });
        }
        all
    }

    #[test]
    fn what_is_no_message_does_not_hide_the_next() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"initialized"}"#);
        let text = format!("{}{good}", framed("{ no json"));
        assert_eq!(read_text(&text), ["malformed", "initialized"]);
        assert_eq!(read_text(&format!("Content-Type: x\r\n{good}")), ["initialized"]);
        assert_eq!(read_text(&format!("noise\r\n\r\n{good}")), ["initialized"]);
    }

    #[test]
    fn lengths_that_lie_end_the_input() {
        assert!(read_text("Content-Length: 99999999999999\r\n\r\n{}").len() <= 1);
        assert!(read_text("Content-Length: -1\r\n\r\n{}").is_empty());
        assert!(read_text("Content-Length: 10\r\n\r\n{}").is_empty());
    }
}
