//! Answers kept by the state that they were made from: a page or picture that was made once is not made again until something
//! new is known. An answer depends on that state and on its address, on nothing else.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::response::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headway_delivery::Snapshot;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tokio::runtime::Handle;

use crate::SiteState;
use crate::ask::QueryParams;
use crate::ground::PageContext;

/// Bytes of all answers that are kept.
const MOST_BYTES: u64 = 64 << 20;
/// About how many that is.
const ANSWERS: usize = 4096;
/// Parts of the cache with a lock each; an answer larger than a part is not kept.
const LOCKS: usize = 8;
/// About what an answer takes besides its address and body.
const HEAD_BYTES: usize = 1 << 10;

/// The answers that are kept. Whoever asks for one that is being made waits for it, so that a new state of the data is not made
/// into the same page by every reader at once. What was asked for least goes first; nobody asks for answers of an older state.
pub(crate) type KeptAnswers = Cache<AnswerKey, CachedAnswer, AnswerBytes>;

/// No answers yet.
pub(crate) fn no_answers() -> KeptAnswers {
    let options = OptionsBuilder::new()
        .estimated_items_capacity(ANSWERS)
        .weight_capacity(MOST_BYTES)
        .shards(LOCKS)
        .build()
        .expect("both capacities are given");
    Cache::with_options(options, AnswerBytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

/// What an answer is made from: the state, path and choices, whether it is compressed, what the frame says of the state\'s age, and
/// how much was learned of the state: a page that waits for chances is made again when they are known.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct AnswerKey {
    state: StateKey,
    address: String,
    compressed: bool,
    newer: bool,
    stuck: Option<Arc<str>>,
    learned: usize,
    /// Whom it is made for: the frame names what they may read.
    audience: Option<Arc<str>>,
}

/// A state by its place in memory, which no other state gets while this is held.
#[derive(Clone)]
struct StateKey(Weak<Snapshot>);

impl PartialEq for StateKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl Eq for StateKey {}

impl Hash for StateKey {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.as_ptr().hash(hasher);
    }
}

#[derive(Clone)]
pub(crate) struct CachedAnswer {
    head: Parts,
    body: Bytes,
}

/// Weighs an answer by the memory that it takes.
#[derive(Clone)]
pub(crate) struct AnswerBytes;

impl Weighter<AnswerKey, CachedAnswer> for AnswerBytes {
    fn weight(&self, question: &AnswerKey, answer: &CachedAnswer) -> u64 {
        (HEAD_BYTES + question.address.len() + answer.body.len()) as u64
    }
}

/// Answers from what is kept, or keeps what is answered.
pub(crate) async fn keep_answers(
    State(site): State<SiteState>,
    ask: QueryParams,
    request: Request,
    next: Next,
) -> Response {
    let plain = request.method() == Method::GET && ask.is_routed();
    // An address that is refused finds nothing to keep either: its page says why.
    let ground = if plain { site.known_ground(&ask).await.ok() } else { None };
    let Some(ground) = ground else { return run_aside(next, request).await };
    let place = match site.kept.get_value_or_guard_async(&AnswerKey::of_request(&request, &ground, &ask)).await {
        Ok(answer) => return answer.build_response(),
        Err(place) => place,
    };
    let (head, body) = run_aside(next, request).await.into_parts();
    // Our own answers are in memory as a whole: reading them can't fail but for a handler that broke off.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let answer = CachedAnswer { head, body };
    if answer.head.status == StatusCode::OK {
        // Refused where the place was emptied meanwhile: then the next who asks makes it anew.
        let _ = place.insert(answer.clone());
    }
    answer.build_response()
}

/// Makes an answer on a thread of its own: judging may take seconds, and the threads that serve connections go on meanwhile.
async fn run_aside(next: Next, request: Request) -> Response {
    let runtime = Handle::current();
    match tokio::task::spawn_blocking(move || runtime.block_on(next.run(request))).await {
        Ok(response) => response,
        // As if it had broken off here: the layer outside says so.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

impl CachedAnswer {
    fn build_response(self) -> Response {
        Response::from_parts(self.head, Body::from(self.body))
    }
}

impl AnswerKey {
    fn of_request(request: &Request, ground: &PageContext, ask: &QueryParams) -> Self {
        let accepted = request.headers().get_all(header::ACCEPT_ENCODING);
        let compressed = accepted.iter().any(|value| value.to_str().is_ok_and(takes_gzip));
        let address = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let state = StateKey(Arc::downgrade(&ground.snapshot));
        let learned = ground.snapshot.outlooks_learned();
        let audience = ask.viewer.audience().map(Arc::from);
        Self { state, address, compressed, newer: ground.newer, stuck: ground.stuck.clone(), learned, audience }
    }
}

/// Whether the compression layer would compress for a client that accepts this.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).is_some_and(|q: f64| q <= 0.0);
        matches!(name.trim(), "gzip" | "x-gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::takes_gzip;

    #[test]
    fn what_is_compressed_for_whom() {
        let check = |accepted: &str, takes: bool| assert_eq!(takes_gzip(accepted), takes, "{accepted}");
        check("gzip", true);
        check("br, gzip;q=0.5", true);
        check("gzip;q=0", false);
        check("identity", false);
        check("*", true);
        check("", false);
    }
}
