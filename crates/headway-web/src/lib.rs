//! Pages: rendered on the server, small, readable without JavaScript, with every choice in the address.
//!
//! The router below is the table of contents.

mod ask;
mod assets;
mod dress;
mod error;
mod ground;
mod hosts;
mod keep;
mod layout;
mod link;
mod pages;
mod parts;
mod serve;
mod viewer;
mod whose;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use headway_delivery::ServedWorkspace;
use jiff::civil::Date;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub use headway_parts::{GridColumnKind, ResponsiveTable};
pub use hosts::AllowedHosts;
use keep::{KeptAnswers, no_answers};
pub use layout::plain_page;
pub use serve::{PeerAddress, ServeLimits, serve_router};
pub use viewer::PageViewer;

/// Today's date, asked at every request. The clock comes in as an argument (invariant 1).
pub type TodayClock = Arc<dyn Fn() -> Date + Send + Sync>;

/// What every page is made from.
#[derive(Clone)]
pub(crate) struct SiteState {
    pub(crate) headway: ServedWorkspace,
    pub(crate) today: TodayClock,
    pub(crate) kept: Arc<KeptAnswers>,
    /// Turns to draw a picture: it takes a core for a while.
    pub(crate) drawing: Arc<Semaphore>,
}

/// The web application of a workspace, under the names that are allowed. Nobody is asked who they are.
pub fn build_router(headway: impl Into<ServedWorkspace>, today: TodayClock, hosts: AllowedHosts) -> Router {
    guard_browsers(pages(headway, today), hosts)
}

/// What every answer carries so that browsers keep to it, and under which names there are answers at all.
pub fn guard_browsers(router: Router, hosts: AllowedHosts) -> Router {
    let header = |name: &'static str, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    // No script but our own file, no frame, nothing from elsewhere. Charts carry presentation attributes and need style.
    let policy = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
                  img-src 'self' data:; \
                  form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    router
        .layer(header("content-security-policy", policy))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("referrer-policy", "same-origin"))
        .layer(header("cross-origin-resource-policy", "same-origin"))
        // Nothing here is public: no browser and no proxy keeps it. What is cached for good says so itself.
        .layer(header("cache-control", "no-store"))
        .layer(from_fn_with_state(hosts, hosts::check_host))
}

/// The pages alone, for whoever a [`PageViewer`] in the request names.
pub fn pages(headway: impl Into<ServedWorkspace>, today: TodayClock) -> Router {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // A picture of dots is small already.
    let worth_it = SizeAbove::new(1024).and(NotForContentType::const_new("image/png"));
    let headway = headway.into();
    let site = SiteState { headway, today, kept: Arc::new(no_answers()), drawing: Arc::new(Semaphore::new(cores)) };
    Router::new()
        .route("/", get(pages::start::start_page))
        .route("/search", get(pages::search::search_page))
        .route("/about", get(pages::about::about_page))
        .route("/health", get(|| async { "ok\n" }))
        .route("/static/style.css", get(assets::serve_style))
        .route("/static/headway.js", get(assets::serve_script))
        .route("/favicon.svg", get(assets::serve_icon))
        .route("/a/{agency}", get(pages::home::home_page))
        .route("/a/{agency}/plan", get(pages::plan::plan_page))
        .route("/a/{agency}/plan/summary", get(pages::summary::summary_page))
        .route("/a/{agency}/milestones", get(pages::milestones::milestones_page))
        .route("/a/{agency}/strategy/{strategy}", get(pages::strategy::strategy_page))
        .route("/a/{agency}/program/{program}", get(pages::program::program_page))
        .route("/a/{agency}/owner/{owner}", get(pages::owner::owner_page))
        .route("/a/{agency}/measures", get(pages::measures::measures_page))
        .route("/a/{agency}/measure/{measure}", get(pages::measure::measure_page))
        .route("/a/{agency}/measure/{measure}/chart.svg", get(pages::measure::chart_svg))
        .route("/a/{agency}/measure/{measure}/chart.png", get(pages::measure::chart_png))
        .route("/a/{agency}/measure/{measure}/values.csv", get(pages::measure::values_csv))
        .route("/a/{agency}/measure/{measure}/places.csv", get(pages::measure::places_csv))
        .route("/a/{agency}/measure/{measure}/backtest", get(pages::backtest::backtest_page))
        .route("/a/{agency}/bright-spots", get(pages::bright_spots::bright_spots_page))
        .route("/a/{agency}/bright-spots.csv", get(pages::bright_spots::bright_spots_csv))
        .route("/a/{agency}/places", get(pages::places::places_page))
        .route("/a/{agency}/places.json", get(pages::places::places_json))
        .route("/a/{agency}/place/{place}", get(pages::place::place_page))
        .route("/a/{agency}/groups", get(pages::groups::groups_page))
        .route("/a/{agency}/gaps.csv", get(pages::groups::gaps_csv))
        .route("/a/{agency}/data", get(pages::data::data_page))
        .route("/a/{agency}/import/{import}", get(pages::import::import_page))
        // Said here, so that it stays dressed where the server adds routes of its own.
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(60)))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(site.clone(), dress::dress_errors))
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(from_fn_with_state(site.clone(), keep::keep_answers))
        .with_state(site)
}
