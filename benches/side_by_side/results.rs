//! What was measured, and how it relates to the reference.

use std::time::Duration;

use super::engine::REFERENCE;
use super::programs::{Kind, Program};

/// All that was measured in one session.
#[derive(Debug)]
pub(crate) struct Results {
    /// The names of the engines that took part.
    pub(crate) engines: Vec<&'static str>,
    /// How often each engine ran each program.
    pub(crate) runs: u32,
    pub(crate) rows: Vec<Row>,
}

/// The least time of each engine on one program.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) program: &'static Program,
    /// One for each engine; none where there is no such program in its language.
    pub(crate) times: Vec<Option<Duration>>,
}

/// The means that are shown: over which programs, and what they are called.
pub(crate) const MEANS: [(&str, Option<Kind>); 3] =
    [("numeric", Some(Kind::Numeric)), ("data", Some(Kind::Data)), ("all", None)];

impl Results {
    /// An engine's time in parts of the reference's; none if either is missing.
    pub(crate) fn ratio(&self, row: &Row, engine: usize) -> Option<f64> {
        let reference = self.engines.iter().position(|name| *name == REFERENCE)?;
        let (time, reference) = (row.times[engine]?, row.times[reference]?);
        Some(time.as_secs_f64() / reference.as_secs_f64())
    }

    /// The geometric mean of an engine's ratios over the programs of a kind, or over all; none unless it has all of
    /// them.
    pub(crate) fn mean(&self, kind: Option<Kind>, engine: usize) -> Option<f64> {
        let rows = self.rows.iter().filter(|row| kind.is_none_or(|kind| row.program.kind == kind));
        let ratios = rows.map(|row| self.ratio(row, engine)).collect::<Option<Vec<_>>>()?;
        let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
        (!ratios.is_empty()).then(|| (logarithms / ratios.len() as f64).exp())
    }
}
