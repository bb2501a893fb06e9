//! Cargo looks at build-dependencies only where there is a build script: see `[build-dependencies]` in Cargo.toml.
#![allow(clippy::print_stdout, reason = "how a build script answers cargo")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}
