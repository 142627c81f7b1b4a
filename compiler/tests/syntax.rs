//! Golden files of what the front of the compiler makes of a source: trees, and diagnostics as they are shown.
#![allow(clippy::unwrap_used)]

mod common;

use common::{parse_text, sources};

/// Each source in `tests/errors`, with its diagnostics.
#[test]
fn diagnostics() {
    for (name, text) in sources("errors") {
        let (_, shown) = parse_text(&format!("{name}.mob"), &text);
        assert!(!shown.is_empty(), "{name} has no mistake");
        insta::assert_snapshot!(format!("errors__{name}"), format!("{text}\n{:-<80}\n\n{shown}", ""));
    }
}

/// Each source in `tests/accepted` is parsed without a diagnostic.
#[test]
fn accepted() {
    for (name, text) in sources("accepted") {
        let (tree, shown) = parse_text(&format!("{name}.mob"), &text);
        assert_eq!(shown, "", "{name}");
        assert!(!tree.items.is_empty(), "{name}");
    }
}
