//! Signing in and accepting an invitation, as browsers and others send it.

use axum::body::Body;
use axum::http::{Request, header};
use headway_delivery::access::{AccessArea, PersonRole};

use crate::office::{Office, PASSWORD, agency, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_looked_at_is_not_used() {
    on_both(async |office| {
        let (_, token) = office.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let path = format!("/invitation/{}", token.reveal());
        for method in [axum::http::Method::GET, axum::http::Method::HEAD, axum::http::Method::GET] {
            let page = office.ask(method, &path, None, &[]).await;
            assert!(page.status == 200 && page.cookie.is_none(), "{}", page.status);
        }
        let page = office.get(&path, None).await;
        assert!(page.body.contains("Accept the invitation") && page.body.contains("lee@a.gov"), "{}", page.body);
        let differ = office.post(&path, None, &[("password", PASSWORD), ("again", "another one here")]).await;
        assert!(differ.status == 422 && differ.body.contains("differ"), "{}", differ.body);
        let short = office.post(&path, None, &[("password", "short"), ("again", "short")]).await;
        assert!(short.status == 422 && short.body.contains("at least 12"), "{}", short.body);
        let accepted = office.post(&path, None, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!((accepted.status, accepted.location.as_str()), (303, "/"));
        let cookie = accepted.cookie.expect("signed in at once");
        assert_eq!(office.get("/a/a", Some(&cookie)).await.status, 200);
        assert_eq!(office.get(&path, None).await.status, 410, "used");
        let again = office.post(&path, None, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(again.status, 410);
        assert_eq!(office.get("/invitation/none", None).await.status, 410);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_back_and_never_out() {
    on_both(async |office| {
        office.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        for (next, want) in [("/a/a/data", "/a/a/data"), ("//evil.example", "/"), ("https://evil.example", "/")] {
            let fields = [("mail", " LEE@a.gov"), ("password", PASSWORD), ("next", next)];
            let answer = office.post("/sign-in", None, &fields).await;
            assert_eq!((answer.status, answer.location.as_str()), (303, want));
        }
        let wrong = office.post("/sign-in", None, &[("mail", "lee@a.gov"), ("password", "not it at all")]).await;
        let unknown = office.post("/sign-in", None, &[("mail", "kim@a.gov"), ("password", "not it at all")]).await;
        assert_eq!((wrong.status, unknown.status), (401, 401));
        assert_eq!(wrong.body.replace("lee@", "kim@"), unknown.body, "which of them is wrong is not said");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_stopped() {
    on_both(async |office| {
        office.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let attempt =
            async |password| office.post("/sign-in", None, &[("mail", "lee@a.gov"), ("password", password)]).await;
        for _ in 0..10 {
            assert_eq!(attempt("not it at all").await.status, 401);
        }
        let stopped = attempt(PASSWORD).await;
        assert!(stopped.status == 429 && stopped.body.contains("15 minutes"), "{} {}", stopped.status, stopped.body);
        office.wait(15 * 60);
        assert_eq!(attempt(PASSWORD).await.status, 303);
    })
    .await;
}

/// A form that another site sends with the reader's cookie is refused, whatever says so: the browser's own word, or the origin.
#[tokio::test(flavor = "multi_thread")]
async fn other_sites_send_nothing() {
    on_both(async |office| {
        let cookie = office.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let send = async |name: &'static str, value: &'static str| {
            let request = Request::builder().method("POST").uri("/sign-out").header(header::HOST, "localhost");
            let request = request.header(header::COOKIE, &cookie).header(name, value);
            office.send(request.body(Body::empty()).expect("a request")).await.status
        };
        assert_eq!(send("sec-fetch-site", "cross-site").await, 403);
        assert_eq!(send("sec-fetch-site", "same-site").await, 403);
        assert_eq!(send("origin", "https://evil.example").await, 403);
        assert_eq!(send("origin", "null").await, 403);
        assert_eq!(office.get("/account", Some(&cookie)).await.status, 200, "nothing was done");
        assert_eq!(send("sec-fetch-site", "same-origin").await, 303);
        assert_eq!(office.get("/account", Some(&cookie)).await.status, 303, "signed out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_cookie_is_for_tls_alone() {
    let office = Office::open(None, true).await;
    office.invite("first@a.gov", PersonRole::Admin, AccessArea::Workspace).await;
    let (_, token) = office.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
    let path = format!("/invitation/{}", token.reveal());
    let accepted = office.post(&path, None, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    let cookie = accepted.cookie.expect("a session");
    assert!(cookie.starts_with("__Host-headway="), "{cookie}");
    assert_eq!(office.get("/a/a", Some(&cookie)).await.status, 200);
    let plain = cookie.replace("__Host-", "");
    assert_eq!(office.get("/a/a", Some(&plain)).await.status, 303, "by that name only");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_demo_has_buttons() {
    on_both(async |office| {
        let (person, _) = office.invite("lee@a.gov", PersonRole::Admin, agency("a")).await;
        assert!(!office.get("/sign-in", None).await.body.contains("demo"));
        let refused = office.post("/sign-in/demo", None, &[("person", person.as_str())]).await;
        assert!(refused.cookie.is_none() && refused.status == 409, "{}", refused.status);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_has_a_button_for_each_role_and_for_nobody_else() {
    on_both(async |office| {
        let places = (&"a".into(), &"0001".into());
        let random = || [3; 32];
        let seq = std::sync::atomic::AtomicU8::new(10);
        let random = || {
            let mut bytes = random();
            bytes[0] = seq.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            bytes
        };
        office.team.lay_out_people(&crate::office::operator(), office.now(), places, &random).await.expect("laid out");
        let (real, _) = office.invite("real@a.gov", PersonRole::Viewer, agency("a")).await;
        let page = office.get("/sign-in", None).await.body;
        assert_eq!(page.matches("name=\"person\"").count(), 9, "{page}");
        assert!(page.contains("made up") && page.contains("Delivery lead"), "{page}");
        let refused = office.post("/sign-in/demo", None, &[("person", real.as_str())]).await;
        assert!(refused.cookie.is_none(), "real people have passwords");
        for seat in office.team.demo_people().await.expect("read") {
            let answer = office.post("/sign-in/demo", None, &[("person", seat.id.as_str())]).await;
            let cookie = answer.cookie.expect("a session");
            let first = office.get("/", Some(&cookie)).await;
            let want = if seat.name == "Superintendent" { (303, "/a/a/place/0001") } else { (200, "") };
            assert_eq!((first.status, first.location.as_str()), want, "{}", seat.name);
        }
    })
    .await;
}
