//! The standard library's parsers against all kinds of text: what they write they read, JSON agrees with another
//! implementation, and no text makes them trap.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use mvm::{Agent, Engine, Program};
use proptest::prelude::*;
use serde_json::Value;

const FUEL_MAX: u64 = 50_000_000;

fn program(source: &str) -> Program {
    Engine::new().compile("formats.mob", source).unwrap()
}

/// What `main` makes of a text.
fn run(program: &Program, text: &str) -> Result<String, String> {
    Agent::start(program, &[text]).unwrap().finish::<Result<String, String>>(FUEL_MAX).unwrap()
}

static JSON: LazyLock<Program> = LazyLock::new(|| {
    program(
        "use json
         fn main(args: List[Str]) -> Result[Str, Str] {
           match json.parse(args[0]) {
             Ok(value) -> {
               assert(json.parse(value.pretty()) == Ok(value))
               Ok(value.encode())
             }
             Err(error) -> Err(error.to_text())
           }
         }",
    )
});

static CSV: LazyLock<Program> = LazyLock::new(|| {
    program(
        "use csv
         fn main(args: List[Str]) -> Result[Str, Str] {
           match csv.parse(args[0]) {
             Ok(records) -> {
               assert(csv.parse(csv.write(records)) == Ok(records))
               Ok(csv.write_with(records, \",\", \"\\n\"))
             }
             Err(error) -> Err(error.to_text())
           }
         }",
    )
});

static TIME: LazyLock<Program> = LazyLock::new(|| {
    program(
        "use time
         fn main(args: List[Str]) -> Result[Str, Str] {
           time.parse(args[0]).map(|ms| time.format(ms)).ok_or(\"none\")
         }",
    )
});

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |x| x.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Whether two values are the same, but for a number's last bits: not every reader rounds them right.
fn is_near(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= a.abs() * 1e-14
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_near(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| is_near(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Text that is nearly JSON.
fn near_json() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec(
        (any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\u0-9eE+.\\-tfn \n\u{1}é]"),
        0..4,
    );
    (json_value(), changes).prop_map(|(value, changes)| {
        let mut chars: Vec<char> = value.to_string().chars().collect();
        for (place, change) in changes {
            let place = place.index(chars.len());
            chars[place] = change.chars().next().unwrap();
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn json_comes_back(value in json_value()) {
        let written = run(&JSON, &serde_json::to_string_pretty(&value).unwrap()).unwrap();
        let back: Value = serde_json::from_str(&written).unwrap();
        prop_assert!(is_near(&value, &back), "{value}\n{back}");
    }

    #[test]
    fn json_is_what_others_take_for_it(text in near_json()) {
        let ours = run(&JSON, &text);
        match serde_json::from_str::<Value>(&text) {
            Ok(theirs) => {
                let ours: Value = serde_json::from_str(&ours.unwrap()).unwrap();
                prop_assert!(is_near(&theirs, &ours), "{theirs}\n{ours}");
            }
            Err(error) => prop_assert!(ours.is_err(), "{error}: {text}"),
        }
    }

    #[test]
    fn any_text_is_csv_or_an_error(text in "[a,\"\r\né ]{0,40}") {
        if let Ok(written) = run(&CSV, &text) {
            prop_assert_eq!(run(&CSV, &written), Ok(written));
        }
    }

    #[test]
    fn moments_come_back(ms in 0_i64..253_402_300_800_000, text in "[0-9T:+Z. -]{0,30}") {
        let shown = run(&TIME, "1970-01-01").unwrap();
        prop_assert_eq!(shown, "1970-01-01T00:00:00Z");
        let seconds = ms / 1000;
        let (day, clock) = (seconds / 86_400, seconds % 86_400);
        let moment = format!("{}T{:02}:{:02}:{:02}Z", date(day), clock / 3600, clock / 60 % 60, clock % 60);
        prop_assert_eq!(run(&TIME, &moment), Ok(moment));
        // It may be one or none, and must not trap.
        let _ = run(&TIME, &text);
        let _ = run(&TIME, &format!("2026-11-21{text}"));
    }
}

/// The date so many days after 1 January 1970, counted out year by year and month by month.
fn date(mut day: i64) -> String {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    while day >= 365 + i64::from(is_leap(year)) {
        day -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, day + 1)
}

#[test]
fn hostile_json_is_refused_in_little_time() {
    let deep = |open: &str, n: usize| open.repeat(n);
    for text in [
        deep("[", 1_000_000),
        deep("{\"a\":", 200_000),
        format!("{}{}", deep("[", 1_000_000), deep("]", 1_000_000)),
        format!("[{}", deep("1,", 100_000)),
        format!("1{}", "0".repeat(1_000_000)),
        format!("0.{}", "1".repeat(1_000_000)),
        format!("1e{}", "9".repeat(1_000)),
        format!("\"{}", "\\u0041".repeat(100_000)),
        "\n".repeat(1_000_000),
        "\u{feff}1".to_owned(),
    ] {
        assert!(run(&JSON, &text).is_err(), "{}", &text[..20.min(text.len())]);
    }
}

#[test]
fn json_that_is_cut_off_anywhere_is_an_error() {
    let text = r#" {"a": [1, -2.5e+3, true, false, null], "é\u00e9\ud834\udd1e\n": {"": "\\\""}} "#;
    assert!(run(&JSON, text).is_ok());
    let end = text.trim_end().len();
    for at in (0..end).filter(|at| text.is_char_boundary(*at)) {
        assert!(run(&JSON, &text[..at]).is_err(), "{}", &text[..at]);
    }
}

#[test]
fn json_that_looks_almost_right_is_an_error() {
    for text in [
        "01",
        "-",
        "-01",
        "+1",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
        "tru",
        "nul",
        "True",
        "'a'",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1]]",
        "1 2",
        "// 1",
        "\"\t\"",
        "\"\x00\"",
        r#""\x41""#,
        r#""\u12""#,
        r#""\u12G4""#,
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\ud800""#,
        r#""\ud800x""#,
        r#""\ud800\n""#,
        r#""\"#,
        "\u{2028}1",
        "1e400",
        "-1e400",
    ] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert!(run(&JSON, text).is_err(), "{text}");
    }
}
