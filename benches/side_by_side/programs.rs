//! The programs, and how large they are made.

/// A program of `benches/programs`.
#[derive(Debug)]
pub(crate) struct Program {
    /// The name of its files, without the languages' endings.
    pub(crate) name: &'static str,
    /// Its argument: how large or how often. Lua takes about a second for it.
    pub(crate) size: u32,
    /// What it is an example of.
    pub(crate) kind: Kind,
}

/// Programs that have a mean of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Numbers, lists of them and calls: what WebAssembly text can be written for by hand.
    Numeric,
    /// Objects, strings, maps and closures.
    Data,
}

/// All programs, in the order of the table.
pub(crate) const PROGRAMS: &[Program] = &[
    numeric("fib", 36),
    numeric("nbody", 500_000),
    numeric("spectral_norm", 700),
    numeric("fannkuch", 10),
    numeric("mandelbrot", 1_200),
    numeric("n_queens", 13),
    numeric("sieve", 2_000_000),
    numeric("matrix", 300),
    numeric("quicksort", 1_000_000),
    data("binary_trees", 14),
    data("word_count", 2_000_000),
    data("k_nucleotide", 600_000),
    data("int_map", 1_500_000),
    data("closures", 1_500),
];

const fn numeric(name: &'static str, size: u32) -> Program {
    Program { name, size, kind: Kind::Numeric }
}

const fn data(name: &'static str, size: u32) -> Program {
    Program { name, size, kind: Kind::Data }
}
