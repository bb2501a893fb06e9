//! The server: who is there, what she may open, and the router of routers.
//!
//! Only this crate knows sessions. Pages get a [`PageViewer`](headway_web::PageViewer) and services get permits; [`guard`] stands
//! before every route, and a route that [`need`] does not list is opened by nobody.

mod answer;
mod client;
mod cookie;
mod guard;
mod need;
mod pages;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use headway_delivery::ServedWorkspace;
use headway_web::{AllowedHosts, TodayClock};
use headway_work::{SecretToken, TeamService};
use jiff::Timestamp;
use tower_http::csrf::CsrfLayer;

/// Forms are short.
const LARGEST_FORM: usize = 16 << 10;
/// How soon the first person is noticed who is added while the server runs.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What comes from outside: the clock and random bytes (invariant 1), and how the server is reached.
#[derive(Clone)]
pub struct ServerInputs {
    /// Today's date.
    pub today: TodayClock,
    /// The time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// 32 random bytes that nobody can guess, others each time.
    pub random: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
    /// A proxy stands before the server: it speaks TLS to browsers and names the client's address.
    pub behind_proxy: bool,
}

/// The server of a workspace. Clones share everything.
#[derive(Clone)]
pub struct WebServer {
    pub(crate) headway: ServedWorkspace,
    team: TeamService,
    pub(crate) inputs: ServerInputs,
    /// Whether anybody was ever asked in: from then on everybody signs in.
    people_are_there: Arc<AtomicBool>,
}

impl WebServer {
    /// The server of a workspace.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn open(headway: impl Into<ServedWorkspace>, inputs: ServerInputs) -> headway_work::Result<Self> {
        let headway = headway.into();
        let team = TeamService::new(headway.current().operations().clone());
        let people_are_there = Arc::new(AtomicBool::new(team.has_people().await?));
        Ok(Self { headway, team, inputs, people_are_there })
    }

    /// Whether everybody has to sign in.
    pub fn asks_to_sign_in(&self) -> bool {
        self.people_are_there.load(Ordering::Relaxed)
    }

    /// The people of the workspace that is served now: after another one came in its place, nobody is signed in by the first.
    pub(crate) fn team(&self) -> TeamService {
        self.team.on_store(self.headway.current().operations().clone())
    }

    /// Looks every second whether the first person was added, until one was. To be run beside the server.
    pub async fn watch_people(self) {
        while !self.asks_to_sign_in() {
            tokio::time::sleep(LOOK_EVERY).await;
            // While the database does not answer, what was known stays.
            if self.team().has_people().await.unwrap_or(false) {
                self.people_are_there.store(true, Ordering::Relaxed);
            }
        }
    }

    /// All pages, behind the guard.
    pub fn router(&self, hosts: AllowedHosts) -> Router {
        let own = Router::new()
            .route("/sign-in", get(pages::sign_in::show_form).post(pages::sign_in::sign_in))
            .route("/sign-in/demo", post(pages::sign_in::demo_sign_in))
            .route("/sign-out", post(pages::account::sign_out))
            .route("/invitation/{token}", get(pages::invitation::show_form).post(pages::invitation::accept))
            .route("/account", get(pages::account::show_account))
            .route("/account/password", post(pages::account::change_password))
            .route("/account/session/{number}/end", post(pages::account::end_session))
            .route("/admin", get(pages::people::show_people))
            .route("/admin/invite", post(pages::people::invite_person))
            .route("/admin/person/{person}", get(pages::person::show_person))
            .route("/admin/person/{person}/role", post(pages::person::grant_role))
            .route("/admin/person/{person}/role/{number}/end", post(pages::person::end_role))
            .route("/admin/person/{person}/invite", post(pages::person::invite_again))
            .route("/admin/person/{person}/close", post(pages::person::close_account))
            .layer(DefaultBodyLimit::max(LARGEST_FORM))
            .with_state(self.clone());
        let pages = headway_web::pages(self.headway.clone(), Arc::clone(&self.inputs.today));
        let guarded = pages.merge(own).layer(from_fn_with_state(self.clone(), guard::guard)).layer(CsrfLayer::new());
        headway_web::guard_browsers(guarded, hosts)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inputs.now)()
    }

    pub(crate) fn random(&self) -> [u8; 32] {
        (self.inputs.random)()
    }

    pub(crate) fn new_token(&self) -> SecretToken {
        SecretToken::from_random(self.random())
    }
}
