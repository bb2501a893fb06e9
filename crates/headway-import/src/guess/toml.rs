//! Lines of TOML.

use std::fmt::Write;

/// Text in TOML: single quotes keep backslashes as they are.
pub(super) fn quote_text(text: &str) -> String {
    if text.contains('\'') || text.contains('\n') { format!("{text:?}") } else { format!("'{text}'") }
}

pub(super) fn write_line(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("a text takes what is written");
    out.push('\n');
}

macro_rules! line {
    ($out:expr, $($arg:tt)*) => { $crate::guess::toml::write_line($out, format_args!($($arg)*)) };
}
pub(super) use line;

/// A hole of a template.
pub(super) fn hole_text(name: &str) -> String {
    format!("{{{name}}}")
}
