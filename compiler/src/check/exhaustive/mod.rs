//! Whether patterns leave out a case, and whether each can be reached.
//!
//! The arms are rows of a matrix. A column is split by the constructors that its patterns begin with, and the rows that
//! can match each of them are looked at further; a constructor that none begins with is left to the rows that match
//! anything. What is left without a row is a missing case; a row that is never first is not reached. Splitting is
//! exponential in the worst case, so there is a limit.

mod constructor;
mod lower;
mod matrix;

use constructor::Constructor;
use lower::{Pat, lower};
use matrix::{Matrix, Outcome, Row};

use super::body::{Body, Expr, Pattern};
use super::types::T;
use crate::diagnostic::{Code, DIAGNOSTICS_MAX, Diagnostic};
use crate::source::Span;
use crate::typed::Arm;

/// How many arms are looked at for the one that covers another.
const COVERING_TRIED_MAX: usize = 200;

impl Body<'_, '_> {
    /// Checks that the arms of a match miss no case and that each is reached.
    pub(super) fn check_match(&mut self, value: &Expr, arms: &[Arm], span: Span) {
        let ty = self.shallow(value.ty);
        if ty == T::ERROR || ty == T::NEVER {
            return;
        }
        let pats: Vec<_> = arms.iter().map(|arm| lower(self, &arm.pattern)).collect();
        let rows = pats.iter().zip(arms).enumerate().map(|(arm, (pat, typed))| Row {
            columns: vec![pat],
            arm,
            guarded: typed.guard.is_some(),
        });
        match Matrix::new(self, arms.len()).solve(rows.collect(), ty) {
            Outcome::TooComplex => self.report_too_complex(span),
            Outcome::Solved { missing, reached } => {
                if !missing.is_empty() {
                    self.report_missing_cases(&missing, value, span);
                }
                let hidden = reached.iter().enumerate().filter(|(arm, reached)| {
                    !**reached && arms.get(*arm).is_some_and(|arm| has_text(&arm.pattern))
                });
                for arm in hidden.map(|(arm, _)| arm).take(DIAGNOSTICS_MAX).collect::<Vec<_>>() {
                    self.warn_unreachable_arm(arms, &pats, arm, ty);
                }
            }
        }
    }

    /// Warns of an arm that is never reached, with the one arm before it that takes all of its values, if one does so
    /// alone.
    fn warn_unreachable_arm(&mut self, arms: &[Arm], pats: &[Pat], arm: usize, ty: T) {
        let alone = |body: &mut Self, before: usize| {
            let rows = [(before, 0), (arm, 1)]
                .into_iter()
                .filter_map(|(at, arm)| Some(Row { columns: vec![pats.get(at)?], arm, guarded: false }));
            let outcome = Matrix::new(body, 2).solve(rows.collect(), ty);
            matches!(outcome, Outcome::Solved { reached, .. } if reached.get(1) == Some(&false))
        };
        let unguarded = (0..arm).filter(|before| arms.get(*before).is_some_and(|arm| arm.guard.is_none()));
        let mut tried = unguarded.take(COVERING_TRIED_MAX);
        let covering = tried.find(|before| alone(self, *before)).and_then(|before| arms.get(before));
        let Some(hidden) = arms.get(arm) else { return };
        let diagnostic = Diagnostic::warning(Code::UnreachableArm, "this arm is never reached");
        self.cx.report(match covering {
            Some(covering) => diagnostic
                .primary(hidden.pattern.span, "")
                .secondary(covering.pattern.span, "this one matches all that it does"),
            None => {
                diagnostic.primary(hidden.pattern.span, "the arms before it together match all that it does")
            }
        });
    }

    /// Checks that a pattern always matches, where there is no other case.
    pub(super) fn check_irrefutable(&mut self, pattern: &Pattern, what: &str) {
        let ty = self.shallow(pattern.ty);
        if ty == T::ERROR || ty == T::NEVER {
            return;
        }
        let pat = lower(self, pattern);
        if matches!(pat, Pat::Any) {
            return;
        }
        let rows = vec![Row { columns: vec![&pat], arm: 0, guarded: false }];
        match Matrix::new(self, 1).solve(rows, ty) {
            Outcome::TooComplex => self.report_too_complex(pattern.span),
            Outcome::Solved { missing, .. } => {
                let Some(case) = missing.first() else { return };
                let message = format!("this pattern doesn't always match: `{case}` is left out");
                let diagnostic = Diagnostic::error(Code::RefutablePattern, message)
                    .primary(pattern.span, format!("the pattern of a {what} must match whatever comes"));
                let help = match what {
                    "`let`" => "add `else { … }` for the other cases, or use `match`",
                    _ => "take a name here, and use `match` inside",
                };
                self.cx.report(diagnostic.help(help));
            }
        }
    }

    fn report_missing_cases(&mut self, missing: &[String], value: &Expr, span: Span) {
        let (cases, each) = match missing {
            [case] => (format!("the case `{case}`"), "an arm for it"),
            _ => (format!("the cases {}", super::arguments::listed(missing)), "arms for them"),
        };
        let message = format!("this match misses {cases}");
        let keyword = Span::new(span.file, span.start, value.span.end);
        let diagnostic = Diagnostic::error(Code::MissingCase, message)
            .primary(keyword, format!("this is `{}`", self.show(value.ty)))
            .help(format!("add {each}, or `_ -> …` for all others"));
        self.cx.report(diagnostic);
    }

    fn report_too_complex(&mut self, span: Span) {
        let message = "these patterns are too many to check within the limit";
        let diagnostic = Diagnostic::error(Code::MatchTooComplex, message).primary(span, "");
        self.cx.report(diagnostic.help("split the match in two, or match fewer values at once"));
    }
}

/// Whether a pattern was written, and not made by the checker.
fn has_text(pattern: &Pattern) -> bool {
    pattern.span.start < pattern.span.end
}
