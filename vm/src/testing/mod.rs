//! What the engine's own tests share: modules written as text, and sample programs.

mod asm;
mod golden;
mod mutants;
mod post;
mod run;
mod samples;

pub(crate) use asm::Build;
pub(crate) use post::post;
pub(crate) use run::{Disturbance, ROOMY, SMALL, outcome, run, run_code, started};
pub(crate) use samples::{SAMPLES, everything, tables, tables_of};
