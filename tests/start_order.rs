//! `src/start_order.txt` names functions that are still there, and the released command has them next to each other.
#![cfg(all(target_os = "linux", target_arch = "x86_64", not(debug_assertions)))]
#![allow(clippy::unwrap_used)]

use std::fs;

use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

/// How many percent of the names must still be there. Below that, the list has to be made anew (`CONTRIBUTING.md`).
const FOUND_MIN: usize = 80;

/// A function's name, and the section that it is in.
type Function<'a> = (&'a str, &'a str);

fn functions<'a>(executable: &'a ElfFile64) -> Vec<Function<'a>> {
    let named = |symbol: object::read::elf::ElfSymbol64<'a, '_>| {
        let section = executable.section_by_index(symbol.section_index()?).ok()?;
        (symbol.kind() == SymbolKind::Text).then_some((symbol.name().ok()?, section.name().ok()?))
    };
    let mut functions: Vec<_> = executable.symbols().filter_map(named).collect();
    functions.sort_unstable();
    functions
}

/// Whether `name` is `pattern` with anything in the places of its `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let (start, rest) = pattern.split_once('*').unwrap_or((pattern, ""));
    let Some(mut left) = name.strip_prefix(start) else { return false };
    if rest.is_empty() {
        return left.is_empty() || pattern.ends_with('*');
    }
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    true
}

#[test]
fn functions_of_a_start_are_found_and_stand_together() {
    let order = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/start_order.txt")).unwrap();
    let bytes = fs::read(env!("CARGO_BIN_EXE_mvm")).unwrap();
    let executable = ElfFile64::parse(&*bytes).unwrap();
    let functions = functions(&executable);
    let mut found = 0;
    for pattern in order.lines() {
        let start = pattern.split('*').next().unwrap();
        let candidates = functions[functions.partition_point(|(name, _)| *name < start)..]
            .iter()
            .take_while(|(name, _)| name.starts_with(start));
        let is_together = |(name, section): &&Function| {
            matches(pattern, name) && (*section == ".text.start" || !cfg!(start_in_order))
        };
        found += usize::from(candidates.into_iter().any(|function| is_together(&function)));
    }
    let all = order.lines().count();
    assert!(
        found * 100 >= all * FOUND_MIN,
        "only {found} of {all} names of src/start_order.txt are found in the executable; \
         `MOB_START_ORDER=0 cargo bench --bench compile order` makes the list anew"
    );
}
