//! What a program's comments say that it does.
//!
//! | comment | means |
//! | --- | --- |
//! | `// prints: TEXT` | the next line of standard output; all of them together are all of it |
//! | `//~ error CODE TEXT` | an error that begins on this line, with this code (may be left out) and text |
//! | `//~ warning CODE TEXT` | the same for a warning |
//! | `//~ error-elsewhere CODE TEXT` | an error in a file that this one uses |
//! | `//~ trap TEXT` | the run ends in a trap on this line, with this in its message |
//! | `//~ limit NAME` | the run ends at this limit |
//! | `//~ returns Err TEXT` | `main` returns an `Err` that is shown with this in it |
//! | `//~ args: A B C` | the arguments of `main` |
//! | `//~ nodes: A B C` | the program is for nodes of these names |
//!
//! Each `^` after `//~` moves what is said one line up.

/// The line of what is said about another file.
pub(crate) const ELSEWHERE: u32 = 0;

/// What is expected of one program.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    pub(crate) prints: Vec<String>,
    pub(crate) diagnostics: Vec<Said>,
    pub(crate) traps: Vec<Said>,
    pub(crate) limit: Option<String>,
    pub(crate) returns_err: Option<String>,
    pub(crate) args: Vec<String>,
    /// Lines to read; they stand in a file beside the program.
    pub(crate) input: Vec<String>,
    pub(crate) nodes: Vec<String>,
}

/// Something said about one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// `error`, `warning` or `trap`.
    pub(crate) kind: String,
    pub(crate) line: u32,
    pub(crate) code: Option<String>,
    pub(crate) text: String,
}

impl Expected {
    /// Reads the comments of a program.
    pub(crate) fn of(source: &str) -> Result<Self, String> {
        let mut expected = Self::default();
        for (line, number) in source.lines().zip(1..) {
            if let Some((_, text)) = line.split_once("// prints:") {
                expected.prints.push(text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned());
            }
            if let Some((_, said)) = line.split_once("//~") {
                expected.read(said, number).map_err(|problem| format!("line {number}: {problem}"))?;
            }
        }
        Ok(expected)
    }

    /// Whether the program is one that runs.
    pub(crate) fn compiles(&self) -> bool {
        self.diagnostics.iter().all(|said| said.kind != "error")
    }

    fn read(&mut self, said: &str, line: u32) -> Result<(), String> {
        let text = said.trim_start_matches('^');
        let line = line - u32::try_from(said.len() - text.len()).unwrap();
        let text = text.trim();
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let words = || rest.split_whitespace().map(str::to_owned).collect();
        match kind {
            "error" | "warning" => self.diagnostics.push(Said::new(kind, line, rest)),
            "error-elsewhere" => self.diagnostics.push(Said::new("error", ELSEWHERE, rest)),
            "trap" => self.traps.push(Said::new(kind, line, rest)),
            "limit" => self.limit = Some(rest.to_owned()),
            "returns" => {
                let text = rest.strip_prefix("Err").ok_or("`//~ returns` is followed by `Err`")?;
                self.returns_err = Some(text.trim().to_owned());
            }
            "args:" => self.args = words(),
            "nodes:" => self.nodes = words(),
            _ => return Err(format!("unknown expectation `{text}`")),
        }
        Ok(())
    }
}

impl Said {
    fn new(kind: &str, line: u32, text: &str) -> Self {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let is_code = first.len() == 5
            && first.starts_with(['E', 'W'])
            && first.bytes().skip(1).all(|byte| byte.is_ascii_digit());
        let (code, text) = if is_code { (Some(first.to_owned()), rest) } else { (None, text) };
        Self { kind: kind.to_owned(), line, code, text: text.to_owned() }
    }

    /// Whether this is what was meant by `expected`.
    pub(crate) fn fulfils(&self, expected: &Self) -> bool {
        self.kind == expected.kind
            && self.line == expected.line
            && (expected.code.is_none() || self.code == expected.code)
            && self.text.contains(&expected.text)
    }
}

/// Compares what was said with what was expected, each matching exactly one of the other.
pub(crate) fn compare(expected: &[Said], found: &[Said]) -> Result<(), String> {
    let mut left: Vec<&Said> = expected.iter().collect();
    let mut problems = Vec::new();
    for said in found {
        match left.iter().position(|expected| said.fulfils(expected)) {
            Some(index) => drop(left.remove(index)),
            None => problems.push(format!("not expected: {said:#?}")),
        }
    }
    problems.extend(left.iter().map(|said| format!("expected, but did not happen: {said:#?}")));
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}
