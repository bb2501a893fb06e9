//! Every route x every role x own or other agency, own or other place: who gets it and who does not.

use axum::http::Method;
use headway_delivery::access::{AccessArea, PersonRole};

use crate::office::{Answer, Office, agency, on_both, place, program};

/// Every route of the server and of the pages, with its methods, from the files that say them: a new one is tried too.
fn routes() -> Vec<(Method, &'static str)> {
    let files = [include_str!("../../src/lib.rs"), include_str!("../../../headway-web/src/lib.rs")];
    let mut found = Vec::new();
    for part in files.into_iter().flat_map(|file| file.split(".route(\"").skip(1)) {
        let (route, rest) = part.split_once("\", ").expect("a route has a handler");
        let handler = rest.lines().next().unwrap_or_default();
        if handler.starts_with("get(") {
            found.push((Method::GET, route));
        }
        if handler.starts_with("post(") || handler.contains(").post(") {
            found.push((Method::POST, route));
        }
    }
    found
}

/// Somebody, and what she was granted.
struct Somebody {
    name: String,
    role: Option<PersonRole>,
    area: Option<AccessArea>,
    cookie: Option<String>,
}

/// What stands in a path.
struct Target {
    agency: &'static str,
    place: &'static str,
    program: &'static str,
}

const TARGETS: [Target; 3] = [
    Target { agency: "a", place: "0001", program: "pr-a" },
    Target { agency: "a", place: "0002", program: "pr-x" },
    Target { agency: "b", place: "0001", program: "pr-b" },
];

fn filled(route: &str, target: &Target) -> String {
    let own = [
        ("{agency}", target.agency),
        ("{place}", target.place),
        ("{program}", target.program),
        ("{strategy}", "s-a"),
        ("{measure}", "attendance"),
        ("{owner}", "lead"),
        ("{import}", "1"),
        ("{number}", "1"),
        ("{person}", "p1"),
        ("{token}", "none"),
    ];
    own.iter().fold(route.to_owned(), |path, (name, text)| path.replace(name, text))
}

/// The rule, said once more in other words: what a person who is signed in may open.
fn may_open(who: &Somebody, route: &str, target: &Target) -> bool {
    let area = who.area.as_ref();
    let reads_agency = |id: &str| match area {
        Some(AccessArea::Workspace) => true,
        Some(AccessArea::Agency { agency }) => *agency == *id,
        _ => false,
    };
    let reads_any = matches!(area, Some(AccessArea::Workspace | AccessArea::Agency { .. }));
    if route.starts_with("/a/") {
        let own_place = route == "/a/{agency}/place/{place}" && area == Some(&place(target.agency, target.place));
        let own_program =
            route == "/a/{agency}/program/{program}" && area == Some(&program(target.agency, target.program));
        return reads_agency(target.agency) || own_place || own_program;
    }
    match route {
        "/search" => reads_any,
        "/" => area.is_some(),
        _ if route.starts_with("/admin") => matches!(who.role, Some(PersonRole::Admin | PersonRole::District)),
        _ => true,
    }
}

/// Pages that anybody gets, and those for signing in.
fn is_open(route: &str) -> bool {
    let open = ["/health", "/static/style.css", "/static/headway.js", "/favicon.svg"];
    open.contains(&route) || ["/sign-in", "/sign-in/demo", "/invitation/{token}"].contains(&route)
}

async fn everybody(office: &Office) -> Vec<Somebody> {
    let mut all = vec![Somebody { name: "nobody".to_owned(), role: None, area: None, cookie: None }];
    let mut granted: Vec<(PersonRole, AccessArea)> = Vec::new();
    for role in PersonRole::ALL {
        let areas = [agency("a"), agency("b"), place("a", "0001"), program("a", "pr-a"), AccessArea::Workspace];
        granted.extend(areas.into_iter().filter(|area| role.fits(area)).map(|area| (role, area)));
    }
    for (number, (role, area)) in granted.into_iter().enumerate() {
        let cookie = office.member(&format!("{role}{number}@a.gov"), role, area.clone()).await;
        all.push(Somebody {
            name: format!("{role} of {area}"),
            role: Some(role),
            area: Some(area),
            cookie: Some(cookie),
        });
    }
    let cookie = office.member("left@a.gov", PersonRole::Viewer, agency("a")).await;
    let member = office.team.members(&crate::office::operator(), office.now()).await.expect("read");
    let left = member.into_iter().find(|member| member.person.name == "left").expect("there").person.id;
    let number = office.team.belongings(&crate::office::operator(), &left).await.expect("read").grants[0].number;
    office.team.end_role(&crate::office::operator(), office.now(), number).await.expect("ended");
    all.push(Somebody { name: "somebody without a role".to_owned(), role: None, area: None, cookie: Some(cookie) });
    all
}

fn check(who: &Somebody, method: &Method, route: &str, (path, answer): (&str, &Answer), may: bool) {
    let told = format!("{} {method} {path}: {} {}", who.name, answer.status, answer.location);
    if who.cookie.is_none() {
        match (is_open(route), method == Method::GET) {
            (true, _) => assert!(![401, 403].contains(&answer.status) || route == "/sign-in", "{told}"),
            (false, true) => assert!(answer.status == 303 && answer.location.starts_with("/sign-in"), "{told}"),
            (false, false) => assert_eq!(answer.status, 401, "{told}"),
        }
    } else if may || is_open(route) {
        assert_ne!(answer.status, 403, "{told}");
        assert!(!answer.location.starts_with("/sign-in") || route == "/sign-out", "{told}");
    } else {
        assert_eq!(answer.status, 403, "{told}");
        assert!(!answer.body.contains("Measure of") && !answer.body.contains("Alder"), "{told}: shows something");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_for_every_role() {
    let routes = routes();
    assert!(routes.len() > 45, "{routes:?}");
    on_both(async |office| {
        for who in &everybody(office).await {
            for (method, route) in &routes {
                for target in &TARGETS {
                    let may = may_open(who, route, target);
                    // What may be done here changes who is there: it is tried in tests of its own.
                    if method == Method::POST && may && who.cookie.is_some() && !is_open(route) {
                        continue;
                    }
                    let path = filled(route, target);
                    let answer = office.ask(method.clone(), &path, who.cookie.as_deref(), &[]).await;
                    check(who, method, route, (&path, &answer), may);
                    if !route.contains('{') {
                        break;
                    }
                }
            }
        }
    })
    .await;
}

/// Whoever reads one agency finds no trace of the other: not in the frame, not by searching, not in what is refused.
#[tokio::test(flavor = "multi_thread")]
async fn another_agency_is_not_even_named() {
    on_both(async |office| {
        let viewer = office.member("viewer@a.gov", PersonRole::Viewer, agency("b")).await;
        let both = office.member("both@a.gov", PersonRole::Viewer, AccessArea::Workspace).await;
        for path in [
            "/a/b",
            "/search?q=measure",
            "/search?q=alder",
            "/a/b/measure/attendance",
            "/a/b/program/pr-a",
            "/a/b/place/0001",
            "/a/b/import/1",
            "/nowhere",
            "/about",
        ] {
            // The page was made for somebody who reads both before.
            let wide = office.get(path, Some(&both)).await;
            let narrow = office.get(path, Some(&viewer)).await;
            assert!(wide.body.contains("Agency a"), "{path}: {}", wide.body);
            for trace in ["Agency a", "Measure of a", "Program of a", "Alder", "href=\"/a/a"] {
                assert!(!narrow.body.contains(trace), "{path} names {trace}: {}", narrow.body);
            }
        }
        let found = office.get("/search?q=measure", Some(&viewer)).await;
        assert!(found.body.contains("Measure of b"), "{}", found.body);
        assert_eq!(office.get("/", Some(&viewer)).await.location, "/a/b");
    })
    .await;
}

/// A district's own place, and nothing else; the first page leads there.
#[tokio::test(flavor = "multi_thread")]
async fn a_district_sees_its_own_place() {
    on_both(async |office| {
        let cookie = office.member("super@d.us", PersonRole::District, place("a", "0001")).await;
        assert_eq!(office.get("/", Some(&cookie)).await.location, "/a/a/place/0001");
        let own = office.get("/a/a/place/0001", Some(&cookie)).await;
        assert!(own.status == 200 && own.body.contains("Alder"), "{} {}", own.status, own.body);
        assert!(
            !own.body.contains("aria-label=\"Main\"") && !own.body.contains("role=\"search\""),
            "nothing leads astray"
        );
        for path in
            ["/a/a/place/0002", "/a/a/place/ST", "/a/b/place/0001", "/a/a", "/a/a/places.json", "/search?q=birch"]
        {
            assert_eq!(office.get(path, Some(&cookie)).await.status, 403, "{path}");
        }
        let other = office.get("/a/a/place/%30002", Some(&cookie)).await;
        assert_eq!(other.status, 403, "however it is written");
    })
    .await;
}

/// Without people pages are read as before, and nothing of people is there.
#[tokio::test(flavor = "multi_thread")]
async fn without_people_pages_are_read_and_nothing_else() {
    on_both(async |office| {
        assert_eq!(office.get("/a/a", None).await.status, 200);
        for path in ["/sign-in", "/account", "/admin", "/invitation/x"] {
            assert_eq!(office.get(path, None).await.status, 404, "{path}");
        }
        for path in ["/sign-out", "/admin/invite", "/sign-in/demo"] {
            assert_eq!(office.post(path, None, &[]).await.status, 404, "{path}");
        }
        office.invite("first@a.gov", PersonRole::Admin, AccessArea::Workspace).await;
        let asked = office.get("/a/a/measures?as_of=2026-01-01", None).await;
        assert_eq!(asked.location, "/sign-in?next=%2Fa%2Fa%2Fmeasures%3Fas_of%3D2026-01-01");
        assert_eq!(office.get("/health", None).await.body, "ok\n");
    })
    .await;
}
