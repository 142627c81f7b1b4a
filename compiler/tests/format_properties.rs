//! What formatting must never do, to programs whose line breaks, spaces and comments nobody would write like that.
#![allow(clippy::unwrap_used)]

mod common;
mod format_support;

use std::sync::LazyLock;

use format_support::{assert_faithful, corpus, tree_if_valid};
use mob_compiler::diagnostic::Diagnostics;
use mob_compiler::lexer::lex;
use mob_compiler::source::FileId;
use proptest::prelude::*;
use proptest::sample::Index;

/// Programs with their trees.
static PROGRAMS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let texts = corpus().into_iter().map(|(_, text)| text).filter(|text| text.len() < 6_000);
    texts.map(|text| (tree_if_valid(&text).unwrap(), text)).collect()
});

/// What is put between two tokens instead of what stands there.
#[derive(Debug, Clone, Copy)]
enum Gap {
    Nothing,
    Spaces,
    Break,
    EmptyLines,
    TrailingComment,
    OwnComment,
}

fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        1 => Just(Gap::Nothing),
        2 => Just(Gap::Spaces),
        4 => Just(Gap::Break),
        1 => Just(Gap::EmptyLines),
        3 => Just(Gap::TrailingComment),
        3 => Just(Gap::OwnComment),
    ]
}

impl Gap {
    fn text(self, number: usize) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Spaces => "  ".to_owned(),
            Self::Break => "\n\t".to_owned(),
            Self::EmptyLines => "\n \n\n".to_owned(),
            Self::TrailingComment => format!(" // trailing {number}\n"),
            Self::OwnComment => format!("\n   // own {number}\n"),
        }
    }
}

/// The text with another gap before one of its tokens; none if that is no longer the same program.
fn with_gap(text: &str, tree: &str, place: Index, gap: &str) -> Option<String> {
    let tokens = lex(FileId(0), text, &mut Diagnostics::new()).tokens;
    let at = place.index(tokens.len());
    let start = tokens[at].start as usize;
    let before = at.checked_sub(1).map_or(0, |before| tokens[before].end as usize);
    let is_comment_lost = text[before..start].contains("//");
    let kept = if is_comment_lost { &text[..start] } else { &text[..before] };
    let changed = format!("{kept}{gap}{}", &text[start..]);
    (tree_if_valid(&changed)? == tree).then_some(changed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any program stays the same, comments included, and is formatted after having been formatted once.
    #[test]
    fn layout_does_not_matter(program in any::<Index>(), edits in prop::collection::vec((any::<Index>(), gap()), 1..12)) {
        let (tree, text) = &PROGRAMS[program.index(PROGRAMS.len())];
        let mut text = text.clone();
        for (number, (place, gap)) in edits.into_iter().enumerate() {
            if let Some(changed) = with_gap(&text, tree, place, &gap.text(number)) {
                text = changed;
            }
        }
        assert_faithful("changed", &text);
    }

    /// The same of short texts, in which the edits stand close together.
    #[test]
    fn crowded_comments_stay(edits in prop::collection::vec((any::<Index>(), gap()), 4..24)) {
        let mut text = CROWDED.to_owned();
        let tree = tree_if_valid(&text).unwrap();
        for (number, (place, gap)) in edits.into_iter().enumerate() {
            if let Some(changed) = with_gap(&text, &tree, place, &gap.text(number)) {
                text = changed;
            }
        }
        assert_faithful("crowded", &text);
    }
}

/// A bit of everything.
const CROWDED: &str = r#"
pub fn f[T](a: List[T], b: fn(Int) -> (Int, Str)) -> Option[T] {
  let (x, [y, ..z]) = g(a, |p, q: Int| { p + q }, n: [1, -2]) else { return (1) }
  if a && (b || !c) { x = -y } else if let Some(v) | Other(v) = m { h()?.i(1)[2].j } else { k }
  match t { 1 | 2 if u -> "{v + w} {"""
    in {x}
    """}", n @ P(q: _, ..) -> return ["a": 1, "b": ()] }
  for i in 0..n { while let Some(x) = y.next() { a.b().c(|| d).e -= f[Int](x) * 2 - (3 - 4) } }
}
struct S { a: Int, b: Str }
enum E { A, B(x: Int) }
"#;
