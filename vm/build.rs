//! Tells the interpreter whether it may pass from instruction to instruction by calls in tail position.
//!
//! Rust does not promise that such a call takes no stack, but LLVM makes it a jump when it optimises and all arguments
//! fit into registers. Where that is not sure, a loop does the same.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(tail_calls)");
    let is = |name: &str, values: &[&str]| env::var(name).is_ok_and(|value| values.contains(&value.as_str()));
    let optimised = is("OPT_LEVEL", &["2", "3"]) && env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none();
    let registers =
        is("CARGO_CFG_TARGET_ARCH", &["x86_64", "aarch64"]) && env::var_os("CARGO_CFG_UNIX").is_some();
    if optimised && registers {
        println!("cargo::rustc-cfg=tail_calls");
    }
}
