//! What `mvm fmt --check` shows: the lines that would change, with a few around them.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

/// How many lines are shown around what changes.
const CONTEXT: usize = 2;
/// How many places of a file are shown.
const PLACES_MAX: usize = 10;

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// The difference between two texts of a file, ending in a line break.
pub(super) fn show(name: &str, before: &str, after: &str, is_coloured: bool) -> String {
    let paint = |colour: &'static str| if is_coloured { colour } else { "" };
    let diff = TextDiff::from_lines(before, after);
    let mut text = String::new();
    let places = diff.grouped_ops(CONTEXT);
    for place in places.iter().take(PLACES_MAX) {
        let line = place.first().map_or(1, |op| op.old_range().start + 1);
        push(&mut text, format_args!("{}{name}:{line}{}\n", paint(BOLD), paint(RESET)));
        for change in place.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ("-", RED),
                ChangeTag::Insert => ("+", GREEN),
                ChangeTag::Equal => (" ", ""),
            };
            let value = change.value().trim_end_matches(['\r', '\n']);
            push(&mut text, format_args!("{}{sign}{value}{}\n", paint(colour), paint(RESET)));
        }
    }
    if places.len() > PLACES_MAX {
        push(&mut text, format_args!("… and {} more places in {name}\n", places.len() - PLACES_MAX));
    }
    text
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    text.write_fmt(line).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_changes_with_lines_around_it() {
        let before = "a\nb\nc\nd  \ne\nf\n";
        let after = "a\nb\nc\nd\ne\nf\n";
        assert_eq!(show("x.mob", before, after, false), "x.mob:2\n b\n c\n-d  \n+d\n e\n f\n");
    }

    #[test]
    fn shows_a_few_places_only() {
        let before = "a\n\n\n\n\n\n\n\n\n\n".repeat(20);
        let after = before.replace('a', "b");
        let text = show("x.mob", &before, &after, false);
        assert!(text.ends_with("… and 10 more places in x.mob\n"), "{text}");
    }
}
