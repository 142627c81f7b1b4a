//! The matrix of patterns, and how it is solved.

use foldhash::{HashMap, HashMapExt};

use super::super::body::Body;
use super::super::types::T;
use super::constructor::{Constructor, Constructors};
use super::lower::{ANY, Pat};

/// How many patterns are looked at for one match before it is given up.
const STEPS_MAX: usize = 1_000_000;

/// How many columns are split one inside of the other at most.
const DEPTH_MAX: usize = 400;

/// How many missing cases are named.
const MISSING_MAX: usize = 3;

/// An arm, or what of it is still to be looked at. The next column is the last.
pub(super) struct Row<'p> {
    pub(super) columns: Vec<&'p Pat>,
    pub(super) arm: usize,
    /// A guard may say no even if the pattern matches.
    pub(super) guarded: bool,
}

/// What came of it.
pub(super) enum Outcome {
    /// There are too many patterns.
    TooComplex,
    Solved {
        /// Some of the cases that no arm covers, as patterns.
        missing: Vec<String>,
        /// For each arm, whether it is reached.
        reached: Vec<bool>,
    },
}

/// Cases that are not covered: for each, a text for each column, the next one last.
type Missing = Vec<Vec<String>>;

struct TooComplex;

/// Solves one match.
pub(super) struct Matrix<'b, 'c, 's> {
    body: &'b mut Body<'c, 's>,
    reached: Vec<bool>,
    steps: usize,
}

impl<'b, 'c, 's> Matrix<'b, 'c, 's> {
    pub(super) fn new(body: &'b mut Body<'c, 's>, arms: usize) -> Self {
        Self { body, reached: vec![false; arms], steps: 0 }
    }

    /// Looks for cases of a value of type `t` that the rows, of one column each, don't cover.
    pub(super) fn solve(mut self, rows: Vec<Row<'_>>, t: T) -> Outcome {
        match self.missing(rows, vec![t], 0) {
            Ok(missing) => {
                let missing = missing.into_iter().filter_map(|mut columns| columns.pop()).collect();
                Outcome::Solved { missing, reached: self.reached }
            }
            Err(TooComplex) => Outcome::TooComplex,
        }
    }

    fn missing(
        &mut self,
        rows: Vec<Row<'_>>,
        mut types: Vec<T>,
        depth: usize,
    ) -> Result<Missing, TooComplex> {
        self.steps += 1 + rows.iter().map(|row| row.columns.len()).sum::<usize>();
        if self.steps > STEPS_MAX || depth > DEPTH_MAX {
            return Err(TooComplex);
        }
        let Some(t) = types.pop() else { return Ok(self.last(&rows)) };
        let rows = without_or(rows);
        if rows.iter().all(|row| matches!(row.columns.last(), Some(Pat::Any) | None)) {
            return self.skip(rows, types, depth);
        }
        let splits = match Constructors::of(self.body, t) {
            Constructors::Lengths => by_length(&rows),
            Constructors::Endless => by_constructor(rows, None),
            Constructors::These(all) => by_constructor(rows, Some(all)),
        };
        let mut missing = Missing::new();
        for Split { constructors, rows } in splits {
            let first = constructors.first();
            let fields = first.map(|first| first.fields(self.body, t)).unwrap_or_default();
            let count = fields.len();
            let mut inner = types.clone();
            inner.extend(fields.into_iter().rev());
            for case in self.missing(rows, inner, depth + 1)? {
                self.add(&mut missing, case, &constructors, count, t);
            }
        }
        Ok(missing)
    }

    /// All columns are looked at: the first row takes the value, unless its guard says no.
    fn last(&mut self, rows: &[Row<'_>]) -> Missing {
        for row in rows {
            self.reached[row.arm] = true;
            if !row.guarded {
                return Missing::new();
            }
        }
        vec![Vec::new()]
    }

    /// No row asks about the next column.
    fn skip(&mut self, mut rows: Vec<Row<'_>>, types: Vec<T>, depth: usize) -> Result<Missing, TooComplex> {
        for row in &mut rows {
            row.columns.pop();
        }
        let mut missing = self.missing(rows, types, depth)?;
        for case in &mut missing {
            case.push("_".to_owned());
        }
        Ok(missing)
    }

    /// Puts a constructor before its fields in a case that is missing, once for each of the constructors.
    fn add(
        &self,
        missing: &mut Missing,
        mut case: Vec<String>,
        constructors: &[Constructor],
        count: usize,
        t: T,
    ) {
        let mut fields = case.split_off(case.len().saturating_sub(count));
        fields.reverse();
        let texts: Vec<_> = match constructors {
            [] => vec!["_".to_owned()],
            _ => constructors.iter().take(MISSING_MAX).map(|c| self.text(c, &fields, t)).collect(),
        };
        for text in texts {
            if missing.len() < MISSING_MAX {
                let mut case = case.clone();
                case.push(text);
                missing.push(case);
            }
        }
    }

    fn text(&self, constructor: &Constructor, fields: &[String], t: T) -> String {
        let any;
        let fields = match constructor {
            // Missing constructors are looked at together, without their fields.
            Constructor::Variant(_) if fields.is_empty() => {
                any = vec!["_".to_owned(); self.arity(constructor, t)];
                &any
            }
            _ => fields,
        };
        constructor.text(self.body, t, fields)
    }

    fn arity(&self, constructor: &Constructor, t: T) -> usize {
        match (constructor, self.body.kind(t)) {
            (Constructor::Variant(tag), super::super::types::Kind::Enum(id, _)) => {
                self.body.cx.items.variant(*id, *tag).constructor.params.len()
            }
            _ => 0,
        }
    }
}

/// The rows that a value can match which begins with one of these constructors; none for one that no row names.
struct Split<'p> {
    constructors: Vec<Constructor>,
    rows: Vec<Row<'p>>,
}

/// Each alternative of an `a | b` in the next column as a row of its own.
fn without_or(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    let mut flat = Vec::with_capacity(rows.len());
    for row in rows {
        let mut waiting = vec![row];
        while let Some(row) = waiting.pop() {
            match row.columns.split_last() {
                Some((Pat::Or(alternatives), others)) => {
                    waiting.extend(alternatives.iter().rev().map(|alternative| Row {
                        columns: others.iter().copied().chain([alternative]).collect(),
                        arm: row.arm,
                        guarded: row.guarded,
                    }));
                }
                _ => flat.push(row),
            }
        }
    }
    flat
}

/// Splits by the constructors that the rows name, and the others together. `all` are those of the type, if they can
/// be listed.
fn by_constructor<'p>(rows: Vec<Row<'p>>, all: Option<Vec<Constructor>>) -> Vec<Split<'p>> {
    let mut splits: Vec<Split<'p>> = Vec::new();
    let mut places: HashMap<Constructor, usize> = HashMap::new();
    let mut others: Vec<Row<'p>> = Vec::new();
    for row in rows {
        match row.columns.last() {
            Some(Pat::Of(constructor, fields)) => {
                let place = *places.entry(constructor.clone()).or_insert_with(|| {
                    // What matches anything and stands before matches this constructor too.
                    let rows =
                        others.iter().map(|row| with_fields(row, std::iter::repeat_n(&ANY, fields.len())));
                    splits.push(Split { constructors: vec![constructor.clone()], rows: rows.collect() });
                    splits.len() - 1
                });
                splits[place].rows.push(with_fields(&row, fields.iter()));
            }
            _ => {
                for split in &mut splits {
                    let count =
                        split.rows.first().map_or(0, |first| first.columns.len() + 1 - row.columns.len());
                    split.rows.push(with_fields(&row, std::iter::repeat_n(&ANY, count)));
                }
                others.push(row);
            }
        }
    }
    let rest = all.map(|all| all.into_iter().filter(|c| !places.contains_key(c)).collect::<Vec<_>>());
    if rest.as_ref().is_none_or(|rest| !rest.is_empty()) {
        let rows = others.iter().map(|row| with_fields(row, std::iter::empty())).collect();
        splits.insert(0, Split { constructors: rest.unwrap_or_default(), rows });
    }
    splits
}

/// The row with its next column replaced by columns for what that holds.
fn with_fields<'p>(row: &Row<'p>, fields: impl DoubleEndedIterator<Item = &'p Pat>) -> Row<'p> {
    let others = row.columns.split_last().map_or(&[][..], |(_, others)| others);
    let columns = others.iter().copied().chain(fields.rev()).collect();
    Row { columns, arm: row.arm, guarded: row.guarded }
}

/// Splits lists by the lengths that the rows tell apart, and those that are longer together.
fn by_length<'p>(rows: &[Row<'p>]) -> Vec<Split<'p>> {
    let longest = rows.iter().map(|row| match row.columns.last() {
        Some(Pat::Of(Constructor::Length(length), _)) => *length,
        Some(Pat::Rest(front, back)) => (front.len() + back.len()).saturating_sub(1),
        _ => 0,
    });
    let longest = longest.max().unwrap_or(0);
    let split = |length| {
        let constructor =
            if length > longest { Constructor::Longer(length) } else { Constructor::Length(length) };
        let rows = rows.iter().filter_map(|row| of_length(row, length));
        Split { constructors: vec![constructor], rows: rows.collect() }
    };
    (0..=longest + 1).map(split).collect()
}

/// The row for lists of this length; none if it doesn't match them.
fn of_length<'p>(row: &Row<'p>, length: usize) -> Option<Row<'p>> {
    match row.columns.last() {
        Some(Pat::Of(Constructor::Length(own), elements)) => {
            (*own == length).then(|| with_fields(row, elements.iter()))
        }
        Some(Pat::Rest(front, back)) => {
            let between = length.checked_sub(front.len() + back.len())?;
            let elements: Vec<_> =
                front.iter().chain(std::iter::repeat_n(&ANY, between)).chain(back).collect();
            Some(with_fields(row, elements.into_iter()))
        }
        _ => Some(with_fields(row, std::iter::repeat_n(&ANY, length))),
    }
}
