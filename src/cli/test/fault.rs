//! Why a test failed: what happened, both sides of a comparison that did not hold, and where.

use mvm::compiler::source::SourceMap;
use mvm::{TraceLine, Trap, TrapKind};

/// What begins the lines of an assertion's message that show its sides; the compiler writes them.
const LEFT: &str = "\n   left: ";
const RIGHT: &str = "\n  right: ";
/// What begins the names of the standard library's files.
const STDLIB_FOLDER: &str = "std/";

/// Why a test failed.
#[derive(Debug)]
pub(super) struct Fault {
    /// What happened, in a sentence.
    pub(super) message: String,
    /// The values of both sides, where a comparison did not hold.
    pub(super) sides: Option<(String, String)>,
    /// The line of the user's files, if it is known.
    pub(super) place: Option<Place>,
    /// The active calls, the innermost first.
    pub(super) trace: Vec<String>,
}

/// A line of a source file.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) text: String,
}

impl Fault {
    /// The fault that a trap is.
    pub(super) fn of_trap(trap: &Trap, sources: &SourceMap) -> Self {
        let message = match &trap.kind {
            TrapKind::Panic(message) => message.clone(),
            other => other.to_string(),
        };
        let sides = message.split_once(LEFT).and_then(|(before, rest)| {
            let (left, right) = rest.rsplit_once(RIGHT)?;
            Some((before.to_owned(), (left.to_owned(), right.to_owned())))
        });
        match sides {
            Some((before, sides)) => Self { sides: Some(sides), ..Self::new(before, &trap.trace, sources) },
            None => Self::new(message, &trap.trace, sources),
        }
    }

    /// A fault without sides.
    pub(super) fn new(message: String, trace: &[TraceLine], sources: &SourceMap) -> Self {
        let trace_lines = trace.iter().map(ToString::to_string).collect();
        Self { message, sides: None, place: Place::find(trace, sources), trace: trace_lines }
    }
}

impl Place {
    /// The innermost call that is in the user's own files.
    fn find(trace: &[TraceLine], sources: &SourceMap) -> Option<Self> {
        let (file, line) = trace.iter().find_map(|call| match call {
            TraceLine::Call { file, line, .. } if *line > 0 && !file.starts_with(STDLIB_FOLDER) => {
                Some((file, *line))
            }
            _ => None,
        })?;
        let source = sources.iter().map(|(_, source)| source).find(|source| source.name() == file);
        let text = source.and_then(|source| source.text().lines().nth(line as usize - 1));
        Some(Self { file: file.clone(), line, text: text.unwrap_or_default().to_owned() })
    }
}
