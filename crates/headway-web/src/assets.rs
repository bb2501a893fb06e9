//! The style sheet and the little script: in the binary, cached for good under a name that changes with the content.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

pub(crate) const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/headway.js");
/// The script of a public site.
pub(crate) const SITE_SCRIPT: &str = include_str!("../assets/site.js");

/// Address of the style sheet, with a mark of its content.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| format!("/static/style.css?{:08x}", mark(STYLE)));
/// Address of the script, with a mark of its content.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| format!("/static/headway.js?{:08x}", mark(SCRIPT)));

/// The icon: three rising steps and a path above them, drawn.
pub(crate) const ICON: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b57a4"/>"##,
    r##"<path d="M6 24l7-6 5 3 8-11" fill="none" stroke="#fff" stroke-width="3" stroke-linejoin="round"/>"##,
    r##"<path d="M6 18L26 6" stroke="#ffb38a" stroke-width="2" stroke-dasharray="4 3"/></svg>"##
);

/// `GET /static/style.css`
pub(crate) async fn style() -> impl IntoResponse {
    lasting("text/css; charset=utf-8", STYLE)
}

/// `GET /static/headway.js`
pub(crate) async fn script() -> impl IntoResponse {
    lasting("text/javascript; charset=utf-8", SCRIPT)
}

/// `GET /favicon.svg`
pub(crate) async fn icon() -> impl IntoResponse {
    lasting("image/svg+xml", ICON)
}

fn lasting(kind: &'static str, body: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], body)
}

/// FNV-1a: enough to tell one edition of a file from the next.
fn mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
