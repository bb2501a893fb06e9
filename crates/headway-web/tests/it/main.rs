//! The pages: as bytes over loopback, and in a real browser.

#![expect(clippy::print_stdout, reason = "tests say what they leave out")]

mod agree;
mod browser;
mod choices;
mod contracts;
mod fuzz;
mod milestones;
mod pages;
mod promised;
mod public;
mod reading;
mod said;
mod serving;
mod site;
mod small;
mod truth;
mod unread;
mod whose;
mod work;
