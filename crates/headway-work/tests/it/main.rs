//! People, invitations, sign-in and roles: each test on SQLite and, where `HEADWAY_TEST_POSTGRES` names a server, PostgreSQL.
#![allow(clippy::print_stderr, reason = "a test that is left out says so")]

mod invitations;
mod people;
mod sessions;
mod support;
