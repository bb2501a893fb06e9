//! The first start in a real Chromium: the operator's link, five people, roles, why, and an account that closes. By keyboard and mouse,
//! on a desk and on a phone, with the rules of axe.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use headway_delivery::access::{AccessArea, PersonRole};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::office::{Office, PASSWORD};

/// Our own chromedriver: it ends with the test, also with one that fails; Chromium goes with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that is gone already needs no end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Browser {
    client: Client,
    address: String,
    axe: String,
    wrong: Vec<String>,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

impl Browser {
    async fn open(address: String) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Driver(command.spawn().expect("chromedriver is installed (./check does it)"));
        let profile = tempfile::TempDir::new().expect("a temporary folder");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let args =
            ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", &folder];
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": args }));
        let axe = std::env::var("HEADWAY_TEST_AXE").expect("./check says where axe-core is");
        let axe = std::fs::read_to_string(axe).expect("axe-core is there");
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                return Self { client, address, axe, wrong: Vec::new(), _driver: driver, _profile: profile };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }

    async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.address)).await.expect("the page opens");
    }

    async fn write(&self, field: &str, text: &str) {
        let found = self.client.find(Locator::Css(field)).await.unwrap_or_else(|error| panic!("{field}: {error}"));
        found.clear().await.expect("it can be cleared");
        found.send_keys(text).await.expect("it can be written");
    }

    async fn choose(&self, field: &str, value: &str) {
        let found = self.client.find(Locator::Css(field)).await.unwrap_or_else(|error| panic!("{field}: {error}"));
        found.select_by_value(value).await.unwrap_or_else(|error| panic!("{field} {value}: {error}"));
    }

    async fn press(&self, button: &str) {
        let path = format!("//button[normalize-space()='{button}']");
        let found = self.client.find(Locator::XPath(&path)).await.unwrap_or_else(|error| panic!("{button}: {error}"));
        found.click().await.unwrap_or_else(|error| panic!("{button}: {error}"));
        // The form leads to another page, whose main part is new.
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.client.wait().for_element(Locator::Css("main h1")).await.expect("a page");
    }

    async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await.expect("a page");
        body.text().await.expect("it has text")
    }

    /// Looks at the page that is open as a desk and a phone show it.
    async fn look(&mut self, what: &str) {
        for width in [1200, 390] {
            self.client.set_window_size(width, 900).await.expect("a window has a size");
            let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wider = self.client.execute(script, vec![]).await.expect("it measures").as_i64().unwrap_or(0);
            if wider > 0 {
                self.wrong.push(format!("{what} at {width}: {wider} pixels wider than the window"));
            }
            self.client.execute(&self.axe, vec![]).await.expect("axe-core loads");
            let run = "const done = arguments[arguments.length - 1];
                document.querySelectorAll('details').forEach(part => part.open = true);
                axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                   .then(result => done(result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).slice(0, 3).join('; '))))
                   .catch(error => done(['axe failed: ' + error]));";
            let found = self.client.execute_async(run, vec![]).await.expect("axe-core runs");
            let found = found.as_array().expect("a list").iter().map(|v| format!("{what} at {width}: {v}"));
            self.wrong.extend(found);
        }
        self.client.set_window_size(1200, 900).await.expect("a window has a size");
    }

    /// Accepts the invitation of a link.
    async fn accept(&mut self, link: &str) {
        self.client.goto(link).await.expect("the link opens");
        self.look("invitation").await;
        self.write("#password", PASSWORD).await;
        self.write("#again", PASSWORD).await;
        self.press("Accept the invitation").await;
    }

    /// Asks somebody in; the link that is shown once.
    async fn invite(&mut self, (name, role): (&str, &str), agency: &str, place: &str) -> String {
        self.go("/admin").await;
        self.write("#name", name).await;
        self.write("#mail", &format!("{role}@a.gov")).await;
        self.choose("#role", role).await;
        self.choose("#agency", agency).await;
        self.write("#place", place).await;
        self.press("Make the invitation").await;
        let link = self.client.find(Locator::Css("#link")).await.expect("a link is shown");
        link.text().await.expect("it has text")
    }

    async fn sign_out(&self) {
        self.go("/account").await;
        self.press("Sign out").await;
    }

    async fn sign_in(&self, mail: &str) {
        self.go("/sign-in").await;
        self.write("#mail", mail).await;
        // The Enter key sends the form.
        self.write("#password", &format!("{PASSWORD}\u{e007}")).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start() {
    if std::env::var_os("HEADWAY_TEST_BROWSER").is_none() {
        println!("left out: HEADWAY_TEST_BROWSER is not set (./check sets it)");
        return;
    }
    let office = Office::open(None, false).await;
    let (_, token) = office.invite("first@a.gov", PersonRole::Admin, AccessArea::Workspace).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let limits = headway_web::ServeLimits::default();
    tokio::spawn(headway_web::serve_router(listener, office.router.clone(), limits, std::future::pending()));
    let mut browser = Browser::open(address.clone()).await;

    browser.go("/a/a").await;
    assert!(browser.text().await.contains("Sign in"), "nobody reads before");
    browser.look("sign in").await;
    browser.accept(&format!("{address}/invitation/{}", token.reveal())).await;
    let people = [("Dee Lead", "delivery"), ("Data Lee", "data"), ("Lou Chief", "leader"), ("Vic View", "viewer")];
    let mut links = Vec::new();
    for person in people {
        links.push(browser.invite(person, "a", "").await);
    }
    links.push(browser.invite(("Sue Perintendent", "district"), "a", "0001").await);
    browser.look("link").await;
    browser.go("/admin").await;
    browser.look("people").await;
    assert_eq!(browser.text().await.matches("invited, until").count(), 5);

    browser.client.find(Locator::LinkText("Vic View")).await.expect("listed").click().await.expect("it opens");
    browser.choose("#role", "reviewer").await;
    browser.choose("#agency", "a").await;
    browser.press("Grant the role").await;
    browser.choose("#why-agency", "a").await;
    browser.press("Explain").await;
    let text = browser.text().await;
    assert!(text.contains("She can see the pages of agency a by:") && text.contains("reviewer"), "{text}");
    browser.look("person").await;
    browser.sign_out().await;

    browser.accept(&links[4]).await;
    let text = browser.text().await;
    assert!(text.contains("Alder"), "the district begins at its own place: {text}");
    browser.look("place of a district").await;
    browser.go("/a/a").await;
    browser.look("refused").await;
    assert!(browser.text().await.contains("not yours to open"));
    browser.sign_out().await;
    browser.accept(&links[3]).await;
    browser.go("/account").await;
    browser.look("account").await;
    assert!(browser.text().await.contains("reviewer"));
    browser.sign_out().await;

    browser.sign_in("first@a.gov").await;
    browser.go("/admin").await;
    assert!(browser.text().await.contains("active, accepted"), "the inviter sees who accepted");
    browser.client.find(Locator::LinkText("Vic View")).await.expect("listed").click().await.expect("it opens");
    browser.client.find(Locator::Css("summary")).await.expect("it is there").click().await.expect("it opens");
    browser.press("Close the account of Vic View").await;
    let text = browser.text().await;
    assert!(text.contains("What was hers, to hand over") && text.contains("reviewer"), "{text}");
    browser.look("closed").await;
    browser.sign_out().await;
    browser.sign_in("viewer@a.gov").await;
    assert!(browser.text().await.contains("do not belong together"), "who left does not come in");
    let Browser { client, wrong, .. } = browser;
    client.close().await.expect("the session ends");
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}
