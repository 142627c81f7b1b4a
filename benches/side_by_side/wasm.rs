//! One run of one WebAssembly program in wasmi, in a process of its own as with the other engines.
//!
//! A program exports `run`, which is called with its size, and imports what prints: `int` and `float` of `print`, each
//! a line.

use std::path::Path;

use wasmi::{Config, Engine, Error, Linker, Module, Store};

/// Runs a program, with fuel that it can't use up.
pub(crate) fn run(file: &Path, size: &str) -> Result<(), String> {
    let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let size = size.parse().map_err(|error| format!("the size {size}: {error}"))?;
    execute(&text, size).map_err(|error| format!("{}: {error}", file.display()))
}

fn execute(text: &[u8], size: i64) -> Result<(), Error> {
    let engine = Engine::new(Config::default().consume_fuel(true));
    let module = Module::new(&engine, text)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(u64::MAX)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("print", "int", |n: i64| println!("{n}"))?;
    linker.func_wrap("print", "float", |x: f64| println!("{x:.9}"))?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    instance.get_typed_func::<i64, ()>(&store, "run")?.call(&mut store, size)
}
