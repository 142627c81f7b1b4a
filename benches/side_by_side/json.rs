//! The results as JSON.

use serde_json::{Map, Value, json};

use super::engine::REFERENCE;
use super::results::{MEANS, Results, Row};

/// Times in milliseconds, ratios to the reference, and the ratios' geometric means. What is missing is left out.
pub(crate) fn render(results: &Results) -> String {
    let means = MEANS
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), by_engine(results, |engine| results.mean(*kind, engine))));
    let value = json!({
        "runs": results.runs,
        "reference": REFERENCE,
        "programs": results.rows.iter().map(|row| program(results, row)).collect::<Vec<_>>(),
        "means": means.collect::<Map<_, _>>(),
    });
    format!("{value:#}\n")
}

fn program(results: &Results, row: &Row) -> Value {
    json!({
        "name": row.program.name,
        "size": row.program.size,
        "user_ms": by_engine(results, |engine| Some(row.times[engine]?.as_secs_f64() * 1e3)),
        "ratio": by_engine(results, |engine| results.ratio(row, engine)),
    })
}

/// A number of each engine that has it, to three digits after the point.
fn by_engine(results: &Results, number: impl Fn(usize) -> Option<f64>) -> Value {
    let numbers = results.engines.iter().enumerate().filter_map(|(engine, name)| {
        let rounded = (number(engine)? * 1e3).round() / 1e3;
        Some(((*name).to_owned(), json!(rounded)))
    });
    Value::Object(numbers.collect())
}
