//! The binary as its users meet it: commands, answers, exit codes.

#![expect(clippy::disallowed_methods, reason = "tests wait for processes by the wall clock")]

mod answers;
mod attacker;
mod contracts;
mod crash;
mod damaged;
mod disk;
mod exposure;
mod job;
mod kills;
mod lake;
mod milestones;
mod outputs;
mod plans;
mod real_files;
mod releases;
mod tool;
