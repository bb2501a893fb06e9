//! Pages: rendered on the server, small, readable without JavaScript, with every choice in the address.
//!
//! The router below is the table of contents.

mod ask;
mod assets;
mod dress;
mod error;
mod ground;
mod layout;
mod link;
mod pages;
mod parts;
pub mod public;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use headway_delivery::Headway;
use jiff::civil::Date;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Today's date, asked at every request. The clock comes in as an argument (invariant 1).
pub type Today = Arc<dyn Fn() -> Date + Send + Sync>;

/// What every page is made from.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) headway: Headway,
    pub(crate) today: Today,
}

/// The web application of a workspace.
pub fn router(headway: Headway, today: Today) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    // No script but our own file, no frame, nothing from elsewhere. Charts carry presentation attributes and need style.
    let policy = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
                  img-src 'self' data:; \
                  form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let site = Site { headway, today };
    Router::new()
        .route("/", get(pages::start::page))
        .route("/search", get(pages::search::page))
        .route("/about", get(pages::about::page))
        .route("/health", get(|| async { "ok\n" }))
        .route("/static/style.css", get(assets::style))
        .route("/static/headway.js", get(assets::script))
        .route("/favicon.svg", get(assets::icon))
        .route("/{agency}", get(pages::home::page))
        .route("/{agency}/plan", get(pages::plan::page))
        .route("/{agency}/plan/summary", get(pages::summary::page))
        .route("/{agency}/strategy/{id}", get(pages::strategy::page))
        .route("/{agency}/program/{id}", get(pages::program::page))
        .route("/{agency}/measures", get(pages::measures::page))
        .route("/{agency}/measure/{id}", get(pages::measure::page))
        .route("/{agency}/measure/{id}/chart.svg", get(pages::measure::chart_svg))
        .route("/{agency}/measure/{id}/chart.png", get(pages::measure::chart_png))
        .route("/{agency}/measure/{id}/values.csv", get(pages::measure::values_csv))
        .route("/{agency}/measure/{id}/places.csv", get(pages::measure::places_csv))
        .route("/{agency}/measure/{id}/backtest", get(pages::backtest::page))
        .route("/{agency}/bright-spots", get(pages::bright_spots::page))
        .route("/{agency}/bright-spots.csv", get(pages::bright_spots::csv))
        .route("/{agency}/places", get(pages::places::page))
        .route("/{agency}/places.json", get(pages::places::suggest))
        .route("/{agency}/place/{id}", get(pages::place::page))
        .route("/{agency}/groups", get(pages::groups::page))
        .route("/{agency}/gaps.csv", get(pages::groups::csv))
        .route("/{agency}/data", get(pages::data::page))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(60)))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(site.clone(), dress::dress))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(1024)))
        .layer(header("content-security-policy", policy))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .with_state(site)
}

/// Serves the application on a listener until `stop` resolves; requests under way are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}
