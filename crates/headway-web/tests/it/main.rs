//! The pages: as bytes over loopback, and in a real browser.

#![expect(clippy::disallowed_methods, reason = "tests wait for processes by the wall clock")]

mod browser;
mod pages;
mod site;
