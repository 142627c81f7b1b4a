//! `mvm explain [CODE]`.

use std::io::{self, Write};

use mvm::compiler::diagnostic::Code;

use super::failure::Failure;

/// Explains a code of an error or warning, with an example
///
/// Shows what the code means, a program that is wrong in that way, and the same program mended. Without a code, lists all.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The code, for example E0401
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

impl Explain {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let shown = match self.code.as_deref().map(str::trim) {
            None => list(),
            Some(text) => {
                let code = Code::parse(text).ok_or_else(|| Failure::usage(unknown(text)))?;
                format!("{}: {}\n\n{}", code.as_str(), code.title(), code.explanation().text)
            }
        };
        Ok(io::stdout().write_all(shown.as_bytes())?)
    }
}

fn list() -> String {
    let lines = Code::ALL.iter().map(|code| format!("{}  {}\n", code.as_str(), code.title()));
    lines.collect()
}

/// What is said about a code that there is not.
fn unknown(text: &str) -> String {
    let near = match near(text).as_slice() {
        [] => String::new(),
        codes => format!("; did you mean {}?", codes.join(" or ")),
    };
    format!("there is no code {text:?}{near}\n`mvm explain` without a code lists all")
}

/// The codes whose numbers are nearest.
fn near(text: &str) -> Vec<&'static str> {
    const SHOWN_MAX: usize = 3;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let Ok(wanted) = digits.parse::<u32>() else { return Vec::new() };
    let is_warning = text.starts_with(['W', 'w']);
    let mut codes: Vec<_> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| code.starts_with('W') == is_warning)
        .filter_map(|code| Some((code.get(1..)?.parse::<u32>().ok()?.abs_diff(wanted), code)))
        .collect();
    codes.sort_unstable();
    codes.into_iter().take(SHOWN_MAX).map(|(_, code)| code).collect()
}
