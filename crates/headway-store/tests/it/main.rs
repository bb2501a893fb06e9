//! Every test runs on SQLite and, where `HEADWAY_TEST_POSTGRES` names a server, on PostgreSQL too
//! (`scripts/postgres.sh start` brings one up and prints what to put there).
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

mod backup;
mod catalog;
mod kill;
mod open;
mod places;
mod plan;
mod releases;
mod sample;
mod segments;
mod settings;
mod statements;
mod support;
mod write;
