//! The `mvm` command.

mod cli;

use std::process::ExitCode;

/// The compiler makes and drops many small things, and takes a fifth longer on the usual allocators of C libraries.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
