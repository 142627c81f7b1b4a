//! The standard library at the edges of what it can be asked: each call gives a value or traps as its documentation says,
//! and takes neither the machine's memory nor its time.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use mvm::{Agent, Engine};

const FUEL_MAX: u64 = 100_000_000;

/// Expressions, and what comes of each: what `print` shows, or after `!` a part of the trap's message.
const CASES: &[(&str, &str)] = &[
    // Text that would be larger than any heap.
    (r#""abc".repeat(1 << 40)"#, "!heap limit"),
    (r#""abc".repeat(-1)"#, "!-1 is negative"),
    (r#""".repeat(int.MAX)"#, ""),
    (r#""a".pad_start(int.MAX, "x").len()"#, "!heap limit"),
    (r#""a".pad_end(1 << 40, "é").len()"#, "!heap limit"),
    (r#""a".pad_start(int.MIN, "x")"#, "a"),
    (r#""abc".center(int.MAX, "x").len()"#, "!heap limit"),
    (r#""abc".center(int.MAX, "").len()"#, "3"),
    (r#""x".repeat(1 << 20).replace("x", "y".repeat(1 << 20)).len()"#, "!heap limit"),
    (r#"["y".repeat(1 << 20)].repeat(1 << 10).join("").len()"#, "!heap limit"),
    (r#"list.filled(1 << 60, 0).len()"#, "!heap limit"),
    (r#"list.filled(-1, 0).len()"#, "!-1 is negative"),
    (r#"bytes.filled(1 << 60, 0).len()"#, "!heap limit"),
    (r#"bytes.filled(1, 256)"#, "!256 is no byte"),
    // Empty parts.
    (r#""abc".split("")"#, r#"["a", "b", "c"]"#),
    (r#""".split("")"#, "[]"),
    (r#""".split(",")"#, r#"[""]"#),
    (r#""abc".split_n("", 2)"#, r#"["a", "bc"]"#),
    (r#""abc".split_n(",", 0)"#, "!split into 0 pieces"),
    (r#""abc".split_once("")"#, r#"Some(("", "abc"))"#),
    (r#""abc".rsplit_once("")"#, r#"Some(("abc", ""))"#),
    (r#""abc".replace("", "-")"#, "-a-b-c-"),
    (r#""abc".replace_first("", "-")"#, "-abc"),
    (r#""abc".find("")"#, "Some(0)"),
    (r#""abc".find_last("")"#, "Some(3)"),
    (r#""abc".find_from("", 3)"#, "Some(3)"),
    (r#""abc".count("")"#, "!count of an empty text"),
    (r#""".trim_chars("")"#, ""),
    (r#""  x ".trim_chars("")"#, "  x "),
    (r#""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyxxxxxxxxxxxxxxxxxxxxx".trim_chars("x")"#, "y"),
    (r#""éééééééééééééééééééééé".trim_chars("é")"#, ""),
    (r#"b"abc".find(b"")"#, "Some(0)"),
    (r#"b"".find(b"a")"#, "None"),
    (r#"b"abc".split(b"")"#, "!split at no bytes"),
    // Indices and ranges.
    (r#""abc".slice(2, 1)"#, "!range 2..1 is out of range for length 3"),
    (r#""abc".slice(-1, 1)"#, "!range -1..1"),
    (r#""abc".slice(0, 4)"#, "!range 0..4"),
    (r#""é".slice(0, 2)"#, "!range 0..2"),
    (r#""abc".find_from("c", 4)"#, "!range 4..3"),
    (r#""abc".get(-1)"#, "None"),
    (r#""abc".code_at(3)"#, "!index 3"),
    (r#""abc".take(int.MIN).len() + "abc".drop(int.MAX).len()"#, "0"),
    (r#""abc".take_last(int.MAX) + "abc".drop_last(int.MIN)"#, "abcabc"),
    (r#""abc def".wrap(int.MIN)"#, r#"["abc", "def"]"#),
    (r#""abc".shorten(0)"#, "!shorten to 0"),
    (r#"b"abc"[3]"#, "!index 3"),
    (r#"b"abc".slice(2, 1)"#, "!range 2..1"),
    (r#"b"abc".find_from(b"c", -1)"#, "!range -1..3"),
    (r#"[1].remove(1)"#, "!index 1"),
    (r#"[1].insert(5, 2)"#, "!index 5"),
    (r#"[1].truncate(-1)"#, "!-1 is negative"),
    (r#"[1].swap(0, 1)"#, "!index 1"),
    (r#"[1, 2, 3].drain(2, 1)"#, "!range 2..1"),
    (r#"[1, 2, 3].take(int.MIN)"#, "[]"),
    (r#"[1, 2, 3].drop(int.MAX)"#, "[]"),
    (r#"[1, 2, 3].rotate(int.MIN)"#, "[2, 3, 1]"),
    (r#"[1].chunks(0)"#, "!chunks of 0"),
    (r#"[1].chunks(int.MAX)"#, "[[1]]"),
    (r#"[1].windows(-1)"#, "!windows of -1"),
    (r#"[1].windows(int.MAX)"#, "[]"),
    (r#"[1, 2].step_by(int.MAX)"#, "[1]"),
    (r#"[1, 2].step_by(0)"#, "!a step of 0"),
    (r#"[[1, 2], []].transpose()"#, "[]"),
    (r#"list.build(-5, |i| i)"#, "[]"),
    (r#"list.range(5, int.MIN)"#, "[]"),
    (r#"[1].sort_with(|_, _| true)"#, "[1]"),
    (r#"list.range(0, 100).sort_with(|_, _| true).len()"#, "100"),
    // Numbers.
    (r#"int.MIN.abs()"#, "!overflow"),
    (r#"int.MIN.gcd(-1)"#, "1"),
    (r#"int.MIN.gcd(0)"#, "!overflow"),
    (r#"int.MIN.lcm(-1)"#, "!overflow"),
    (r#"int.MIN.div_floor(-1)"#, "!overflow"),
    (r#"5.mod_floor(0)"#, "!division by zero"),
    (r#"5.pow(int.MAX)"#, "!overflow"),
    (r#"1.pow(int.MAX)"#, "1"),
    (r#"2.pow(-1)"#, "!negative exponent"),
    (r#"int.MAX.isqrt()"#, "3037000499"),
    (r#"5.to_radix(1)"#, "!no base"),
    (r#"5.shift_right_zero(64)"#, "!shift by 64"),
    (r#"int.MIN.digits().len()"#, "19"),
    (r#"int.MIN.checked_mul(-1)"#, "None"),
    (r#"int.MIN.checked_div(-1)"#, "None"),
    (r#""9223372036854775808".parse_int()"#, "None"),
    (r#""-9223372036854775808".parse_int()"#, "Some(-9223372036854775808)"),
    (r#""-9223372036854775809".parse_radix(10)"#, "None"),
    (r#""z".repeat(1 << 16).parse_radix(36)"#, "None"),
    (r#""1".repeat(1 << 16).parse_int()"#, "None"),
    (r#""-".parse_radix(10)"#, "None"),
    (r#""1e999".parse_float()"#, "Some(inf)"),
    (r#""nan".parse_float()"#, "None"),
    (r#"1.5.fixed(101)"#, "!101 is no count of digits"),
    (r#"1.5.fixed(-1)"#, "!-1 is no count of digits"),
    (r#"float.infinity().truncate()"#, "!inf does not fit"),
    (r#"float.nan().round()"#, "!NaN does not fit"),
    (r#"1e300.floor()"#, "!does not fit"),
    (r#"(1.0).clamp(float.nan(), 2.0)"#, "!empty range"),
    (r#"math.powi(2.0, int.MIN)"#, "0.0"),
    (r#"math.median([])"#, "NaN"),
    // Formats.
    (r#"format.significant(1.0, 0)"#, "!no count of digits"),
    (r#"format.significant(float.nan(), 3)"#, "NaN"),
    (r#"format.grouped("1e300", ",")"#, "1e300"),
    (r#"format.grouped("-inf", ",")"#, "-inf"),
    (r#"format.zeros("-7", int.MIN)"#, "-7"),
    (r#"format.bytes(int.MIN)"#, "-8.0 EiB"),
    (r#"format.table([])"#, ""),
    // Random numbers.
    (r#"random.seeded(1).next_range(5, 5)"#, "!no number in 5..5"),
    (r#"random.seeded(1).next_range(6, 5)"#, "!no number in 6..5"),
    (r#"random.seeded(1).next_range(int.MIN, int.MAX) < int.MAX"#, "true"),
    (r#"random.seeded(1).next_range(int.MIN, int.MIN + 1) == int.MIN"#, "true"),
    (r#"random.seeded(int.MIN).next_range(-1, int.MAX) >= -1"#, "true"),
    // Time.
    (r#"time.format(int.MAX)"#, "292278994-08-17T07:12:55.807Z"),
    (r#"time.format(int.MIN)"#, "-292275055-05-16T16:47:04.192Z"),
    (r#"time.show(int.MIN)"#, "-106751991167 d 7 h"),
    (r#"time.from_days(int.MAX)"#, "!overflow"),
    (r#"time.Date(int.MAX, 1, 1).to_days()"#, "!overflow"),
    (r#"time.Date(int.MAX, 1, 1).add_months(1)"#, "!overflow"),
    (r#"time.weekday_name(0)"#, "!out of range"),
    (r#"time.days_in_month(2024, 13)"#, "!no month"),
    (r#"time.parse("9999-12-31T23:59:60Z")"#, "None"),
    (r#"time.parse("2024-02-30")"#, "None"),
    (r#"time.parse("٢٠٢٤-٠١-٠١")"#, "None"),
    // Separators that none can be.
    (r#"csv.parse_with("a", "é").is_ok()"#, "!can't separate fields"),
    (r#"csv.parse_with("a", "").is_ok()"#, "!can't separate fields"),
    // Paths.
    (r#"path.normalise("")"#, "."),
    (r#"path.normalise("/../..")"#, "/"),
    (r#"path.relative("../..", "a")"#, "../../a"),
    (r#"path.file_name("..")"#, "None"),
    (r#"path.parts("/".repeat(1 << 20))"#, "[]"),
];

const MODULES: &[&str] =
    &["bytes", "csv", "float", "format", "int", "list", "math", "path", "random", "time"];

/// A program that shows the case of the number that it is given.
fn source() -> String {
    let mut source = String::new();
    MODULES.iter().for_each(|module| writeln!(source, "use {module}").unwrap());
    source += "fn main(args: List[Str]) -> Result[Str, Str] {\n  match args[0] {\n";
    for (index, (expression, _)) in CASES.iter().enumerate() {
        writeln!(source, "    \"{index}\" -> Ok(to_str({expression}))").unwrap();
    }
    source + "    _ -> Err(\"there is no such case\")\n  }\n}\n"
}

#[test]
fn hostile_arguments_give_what_is_documented() {
    let program = Engine::new().compile("hostile.mob", &source()).unwrap();
    let wrong = CASES.iter().enumerate().filter_map(|(index, (expression, wanted))| {
        let mut agent = Agent::start(&program, &[&index.to_string()]).unwrap();
        let found = agent.finish::<Result<String, String>>(FUEL_MAX);
        let is_right = match (wanted.strip_prefix('!'), &found) {
            (Some(message), Err(trap)) => trap.to_string().contains(message),
            (None, Ok(shown)) => shown.as_deref() == Ok(*wanted),
            _ => false,
        };
        (!is_right).then(|| format!("{expression}: wanted {wanted}, found {found:?}"))
    });
    let wrong = wrong.collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Links that lead in a circle make endless paths out of one folder.
#[cfg(unix)]
#[test]
fn walks_come_to_an_end_where_links_lead_in_a_circle() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::write(folder.path().join("sub/a.txt"), "").unwrap();
    for (to, name) in
        [(".", "here"), ("sub", "again"), ("..", "sub/up"), ("sub/a.txt", "file"), ("none", "lost")]
    {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    }
    let mut engine = Engine::new();
    engine.allow_folder(folder.path()).unwrap();
    let source = "use fs\nfn main() -> Result[Str, Str] { fs.walk(\".\").map(|x| x.join(\" \")).map_err(|e| e.message()) }";
    let program = engine.compile("walk.mob", source).unwrap();
    let walked = Agent::start(&program, &[]).unwrap().finish::<Result<String, String>>(FUEL_MAX).unwrap();
    assert_eq!(walked.as_deref(), Ok("file lost sub/a.txt"));
}
