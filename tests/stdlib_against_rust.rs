//! The standard library against Rust's own: what both have gives the same for all kinds of arguments.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use mvm::{Agent, Engine, Program};
use proptest::prelude::*;

const FUEL_MAX: u64 = 50_000_000;

fn program(source: &str) -> Program {
    Engine::new().compile("against_rust.mob", source).unwrap()
}

/// The lines that `main` makes of its arguments.
fn run(program: &Program, args: &[&str]) -> String {
    let ended = Agent::start(program, args).unwrap().finish::<Result<String, String>>(FUEL_MAX);
    ended.unwrap().unwrap()
}

static TEXT: LazyLock<Program> = LazyLock::new(|| {
    program(
        r#"fn main(args: List[Str]) -> Result[Str, Str] {
             let (s, part) = (args[0], args[1])
             let lines = [
               to_str(s.len()), to_str(s.find(part)), to_str(s.find_last(part)), to_str(s.contains(part)),
               to_str(s.split_once(part).map(|pair| pair.0)), to_str(s.rsplit_once(part).map(|pair| pair.1)),
               to_str(s.find_from(part, s.len() / 2)),
               s.replace(part, "<>"), s.upper(), s.lower(), s.trim(), s.trim_chars(part), s.trim_start_chars(part), s.reverse(),
               s.words().join("|"), s.lines().join("|"), s.strip_prefix(part).or("-"), s.strip_suffix(part).or("-"),
               s.codes().join(","), to_str(s.is_digits()), to_str(s.is_ascii()), to_str(s.to_bytes().decode() == Some(s)),
               to_str(s < part), to_str(s == part),
             ]
             Ok(lines.map(|line| line.quote()).join("\n"))
           }"#,
    )
});

/// What [`TEXT`] has to give.
fn text_in_rust(s: &str, part: &str) -> String {
    let chars = |bytes: usize| s[..bytes].chars().count();
    let shown = |index: Option<usize>| index.map_or("None".to_owned(), |index| format!("Some({index})"));
    let piece =
        |piece: Option<&str>| piece.map_or("None".to_owned(), |piece| format!("Some({})", quoted(piece)));
    let half = s.char_indices().nth(s.chars().count() / 2).map_or(s.len(), |(at, _)| at);
    let is_part = |char| part.contains(char);
    let lines = [
        s.chars().count().to_string(),
        shown(s.find(part).map(chars)),
        shown(s.rfind(part).map(chars)),
        s.contains(part).to_string(),
        piece(s.split_once(part).map(|pair| pair.0)),
        piece(s.rsplit_once(part).map(|pair| pair.1)),
        shown(s[half..].find(part).map(|at| chars(half + at))),
        s.replace(part, "<>"),
        s.to_uppercase(),
        s.to_lowercase(),
        s.trim().to_owned(),
        s.trim_matches(is_part).to_owned(),
        s.trim_start_matches(is_part).to_owned(),
        s.chars().rev().collect(),
        s.split_whitespace().collect::<Vec<_>>().join("|"),
        s.lines().collect::<Vec<_>>().join("|"),
        s.strip_prefix(part).unwrap_or("-").to_owned(),
        s.strip_suffix(part).unwrap_or("-").to_owned(),
        s.chars().map(|char| u32::from(char).to_string()).collect::<Vec<_>>().join(","),
        (!s.is_empty() && s.bytes().all(|byte| byte.is_ascii_digit())).to_string(),
        s.is_ascii().to_string(),
        "true".to_owned(),
        (s < part).to_string(),
        (s == part).to_string(),
    ];
    lines.map(|line| quoted(&line)).join("\n")
}

/// Text as Mob shows it within other values.
fn quoted(text: &str) -> String {
    run(&QUOTE, &[text])
}

static QUOTE: LazyLock<Program> =
    LazyLock::new(|| program("fn main(args: List[Str]) -> Result[Str, Str] { Ok(args[0].quote()) }"));

static SORTS: LazyLock<Program> = LazyLock::new(|| {
    program(
        r#"fn main(args: List[Str]) -> Result[Str, Str] {
             let xs = args.map(|arg| arg.parse_int().or(0))
             let sorted = xs.copy().sort()
             Ok([
               sorted.join(" "), args.copy().sort().join(" "),
               xs.copy().sort_by(|x| x.mod_floor(7)).join(" "),
               xs.copy().sort_with(|a, b| a.mod_floor(5) > b.mod_floor(5)).join(" "),
               to_str(sorted.is_sorted()), to_str(xs.all(|x| sorted.binary_search(x).is_ok())),
               to_str(sorted.binary_search(3).or_else(|at| at)),
               xs.copy().dedup().join(" "), xs.unique().join(" "), xs.copy().rotate(3).join(" "),
               xs.chunks(3).map(|chunk| chunk.join("+")).join(" "), xs.windows(2).map(|pair| pair.join("+")).join(" "),
             ].join("\n"))
           }"#,
    )
});

/// What [`SORTS`] has to give.
fn sorts_in_rust(xs: &[i64]) -> String {
    let sorted_by = |sort: &dyn Fn(&mut Vec<i64>)| {
        let mut xs = xs.to_vec();
        sort(&mut xs);
        xs
    };
    let joined =
        |xs: &[i64], separator: &str| xs.iter().map(i64::to_string).collect::<Vec<_>>().join(separator);
    let groups = |groups: Vec<String>| groups.join(" ");
    let sorted = sorted_by(&|xs| xs.sort_unstable());
    let mut texts: Vec<String> = xs.iter().map(i64::to_string).collect();
    texts.sort();
    let place = sorted.partition_point(|x| *x < 3);
    let mut seen = Vec::new();
    xs.iter().for_each(|x| {
        if !seen.contains(x) {
            seen.push(*x);
        }
    });
    let rotated = sorted_by(&|xs| {
        if !xs.is_empty() {
            let by = 3 % xs.len();
            xs.rotate_left(by);
        }
    });
    [
        joined(&sorted, " "),
        texts.join(" "),
        joined(&sorted_by(&|xs| xs.sort_by_key(|x| x.rem_euclid(7))), " "),
        joined(&sorted_by(&|xs| xs.sort_by_key(|x| -x.rem_euclid(5))), " "),
        "true".to_owned(),
        "true".to_owned(),
        place.to_string(),
        joined(&sorted_by(&|xs| xs.dedup()), " "),
        joined(&seen, " "),
        joined(&rotated, " "),
        groups(xs.chunks(3).map(|chunk| joined(chunk, "+")).collect()),
        groups(xs.windows(2).map(|pair| joined(pair, "+")).collect()),
    ]
    .join("\n")
}

static NUMBERS: LazyLock<Program> = LazyLock::new(|| {
    program(
        r#"use bytes
           fn main(args: List[Str]) -> Result[Str, Str] {
             let (a, b) = (args[0].parse_int().or(0), args[1].parse_int().or(0))
             let x = args[2].parse_float().or(0.0)
             Ok([
               to_str(a.checked_add(b)), to_str(a.checked_sub(b)), to_str(a.checked_mul(b)), to_str(a.checked_div(b)),
               to_str(a.count_ones()), to_str(a.leading_zeros()), to_str(a.trailing_zeros()), a.to_radix(2),
               bytes.from_int(a, 8).to_hex(), bytes.from_int_le(a, 3).to_hex(), to_str(bytes.from_int(a, 8).to_int() == a),
               x.fixed(3), to_str(x.bits()), to_str(x.to_str().parse_float().map_or(true, |y| y.bits() == x.bits())),
             ].join("\n"))
           }"#,
    )
});

/// What [`NUMBERS`] has to give.
fn numbers_in_rust(a: i64, b: i64, x: f64) -> String {
    let shown = |n: Option<i64>| n.map_or("None".to_owned(), |n| format!("Some({n})"));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let sign = if a < 0 { "-" } else { "" };
    [
        shown(a.checked_add(b)),
        shown(a.checked_sub(b)),
        shown(a.checked_mul(b)),
        shown(a.checked_div(b)),
        a.count_ones().to_string(),
        a.leading_zeros().to_string(),
        a.trailing_zeros().to_string(),
        format!("{sign}{:b}", a.unsigned_abs()),
        hex(&a.to_be_bytes()),
        hex(&a.to_le_bytes()[..3]),
        "true".to_owned(),
        format!("{x:.3}"),
        (x.to_bits() as i64).to_string(),
        "true".to_owned(),
    ]
    .join("\n")
}

/// Numbers of all sizes, and often those at the edges.
fn int() -> impl Strategy<Value = i64> {
    prop_oneof![-9_i64..9, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn text(s in "[aAé ß,\n\t0-2\u{1d11e}]{0,12}", part in "[aé ,]{0,2}") {
        prop_assert_eq!(run(&TEXT, &[&s, &part]), text_in_rust(&s, &part));
    }

    #[test]
    fn any_text(s in any::<String>(), part in any::<char>()) {
        let part = part.to_string();
        prop_assert_eq!(run(&TEXT, &[&s, &part]), text_in_rust(&s, &part));
    }

    #[test]
    fn sorts(xs in prop::collection::vec(int(), 0..70)) {
        let texts: Vec<String> = xs.iter().map(i64::to_string).collect();
        let args: Vec<&str> = texts.iter().map(String::as_str).collect();
        prop_assert_eq!(run(&SORTS, &args), sorts_in_rust(&xs));
    }

    #[test]
    fn numbers(a in int(), b in int(), x in -1e12_f64..1e12) {
        let args = [a.to_string(), b.to_string(), format!("{x:?}")];
        prop_assert_eq!(run(&NUMBERS, &[&args[0], &args[1], &args[2]]), numbers_in_rust(a, b, x));
    }
}
