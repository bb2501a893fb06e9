//! The style sheet and the little script: in the binary, cached for good under a name that changes with the content.

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use headway_parts::{ICON, STYLE};

const SCRIPT: &str = include_str!("../assets/headway.js");

/// Address of the style sheet, with a mark of its content.
pub(crate) static STYLE_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/style.css?{:08x}", content_mark(STYLE)));
/// Address of the script, with a mark of its content.
pub(crate) static SCRIPT_PATH: LazyLock<String> =
    LazyLock::new(|| format!("/static/headway.js?{:08x}", content_mark(SCRIPT)));

/// `GET /static/style.css`
pub(crate) async fn serve_style() -> impl IntoResponse {
    cached_response("text/css; charset=utf-8", STYLE)
}

/// `GET /static/headway.js`
pub(crate) async fn serve_script() -> impl IntoResponse {
    cached_response("text/javascript; charset=utf-8", SCRIPT)
}

/// `GET /favicon.svg`
pub(crate) async fn serve_icon() -> impl IntoResponse {
    cached_response("image/svg+xml", ICON)
}

fn cached_response(kind: &'static str, body: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], body)
}

/// FNV-1a: enough to tell one edition of a file from the next.
fn content_mark(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
