//! Answers kept by the state that they were made from: a page or picture that was made once is not made again until something
//! new is known. An answer depends on that state and on its address, on nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::response::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use headway_delivery::Snapshot;
use tokio::runtime::Handle;

use crate::Site;
use crate::ask::Ask;
use crate::ground::Ground;

/// Bytes of all answers that are kept.
const MOST: usize = 64 << 20;
/// Bytes of one that is.
const LARGEST: usize = 2 << 20;
/// How many are kept.
const ANSWERS: usize = 4096;

/// What an answer is made from: path and choices, whether it is compressed, what the frame says of the state's age, and how much
/// was learned of the state: a page that waits for chances is made again when they are known.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    address: String,
    compressed: bool,
    newer: bool,
    stuck: Option<Arc<str>>,
    learned: usize,
}

#[derive(Clone)]
struct Answer {
    of: Weak<Snapshot>,
    head: Parts,
    body: Bytes,
    used: u64,
}

/// The answers that are kept, and those that are being made: who asks for one of these waits for it, so that a new state of the
/// data is not made into the same page by every reader at once.
#[derive(Default)]
pub(crate) struct KeptAnswers {
    kept: Mutex<Kept>,
    making: Mutex<HashMap<Question, Weak<Turn>>>,
}

/// Held by the one who makes an answer, and what he made, for those who wait: it may be too large to be kept.
type Turn = tokio::sync::Mutex<Option<Answer>>;

#[derive(Default)]
struct Kept {
    answers: HashMap<Question, Answer>,
    bytes: usize,
    clock: u64,
}

/// Answers from what is kept, or keeps what is answered.
pub(crate) async fn keep(State(site): State<Site>, ask: Ask, request: Request, next: Next) -> Response {
    let plain = request.method() == Method::GET && ask.is_routed();
    // An address that is refused finds nothing to keep either: its page says why.
    let ground = if plain { site.known(&ask).await.ok() } else { None };
    let Some(ground) = ground else { return run_aside(next, request).await };
    let question = Question::of(&request, &ground);
    if let Some(known) = site.kept.get(&question, &ground.snapshot) {
        return known;
    }
    let turn = site.kept.turn(&question);
    let mut made = turn.lock().await;
    if let Some(answer) = made.as_ref().filter(|answer| answer.is_of(&ground.snapshot)) {
        return answer.response();
    }
    let (head, body) = run_aside(next, request).await.into_parts();
    // Our own answers are in memory as a whole: reading them can't fail but for a handler that broke off.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let answer = Answer { of: Arc::downgrade(&ground.snapshot), head, body, used: 0 };
    let response = answer.response();
    if answer.head.status == StatusCode::OK && answer.body.len() <= LARGEST {
        site.kept.put(question, answer.clone());
    }
    *made = Some(answer);
    response
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

impl Answer {
    fn is_of(&self, snapshot: &Arc<Snapshot>) -> bool {
        std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(snapshot))
    }

    fn response(&self) -> Response {
        Response::from_parts(self.head.clone(), Body::from(self.body.clone()))
    }
}

impl Question {
    fn of(request: &Request, ground: &Ground) -> Self {
        let accepted = request.headers().get_all(header::ACCEPT_ENCODING);
        let compressed = accepted.iter().any(|value| value.to_str().is_ok_and(takes_gzip));
        let address = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let learned = ground.snapshot.outlooks_learned();
        Self { address, compressed, newer: ground.newer, stuck: ground.stuck.clone(), learned }
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

impl KeptAnswers {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn to make an answer; it ends with the last one who waits for it.
    fn turn(&self, question: &Question) -> Arc<Turn> {
        let mut making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = making.get(question).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        making.insert(question.clone(), Arc::downgrade(&turn));
        turn
    }

    fn get(&self, question: &Question, of: &Arc<Snapshot>) -> Option<Response> {
        let mut kept = self.kept();
        kept.clock += 1;
        let now = kept.clock;
        let answer = kept.answers.get_mut(question).filter(|answer| answer.is_of(of))?;
        answer.used = now;
        Some(answer.response())
    }

    fn put(&self, question: Question, answer: Answer) {
        let mut kept = self.kept();
        // What no page stands on any more goes first, then what was asked for longest ago.
        kept.answers.retain(|_, answer| answer.of.strong_count() > 0);
        kept.clock += 1;
        let used = kept.clock;
        kept.answers.insert(question, Answer { used, ..answer });
        kept.bytes = kept.answers.values().map(|answer| answer.body.len()).sum();
        while kept.bytes > MOST || kept.answers.len() > ANSWERS {
            let oldest =
                kept.answers.iter().min_by_key(|(_, answer)| answer.used).map(|(question, _)| question.clone());
            let Some(gone) = oldest.and_then(|question| kept.answers.remove(&question)) else { break };
            kept.bytes -= gone.body.len();
        }
    }
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
