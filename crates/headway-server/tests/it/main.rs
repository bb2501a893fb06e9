//! The server with accounts: each test on SQLite and, where `HEADWAY_TEST_POSTGRES` names a server, PostgreSQL; in a real
//! browser where `HEADWAY_TEST_BROWSER` is set.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a test that is left out says so")]

mod browser;
mod forms;
mod managing;
mod office;
mod routes;
mod sessions;
