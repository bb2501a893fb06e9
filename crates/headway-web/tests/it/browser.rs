//! Pages in a real Chromium: accessibility rules, the keyboard, the width of a phone.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::site::{ERRORS, PAGES, address};

/// Chromium driven by its own driver; both end with the test.
pub(crate) struct Browser {
    _driver: Driver,
    pub(crate) client: Client,
    _profile: tempfile::TempDir,
}

/// Our own chromedriver: it ends with the test, also with one that fails; Chromium goes with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // A driver that is gone already needs no end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Browser {
    /// `None`, said clearly, where browser tests are not wanted.
    pub(crate) async fn open() -> Option<Self> {
        if std::env::var_os("HEADWAY_TEST_BROWSER").is_none() {
            println!("left out: HEADWAY_TEST_BROWSER is not set (./check sets it)");
            return None;
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let driver = Driver(
            Command::new("chromedriver")
                .arg(format!("--port={port}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("chromedriver is installed (./check does it)"),
        );
        let profile = tempfile::TempDir::new().expect("a temporary folder");
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ];
        let mut args: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({ "goog:chromeOptions": { "args": args } });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                return Some(Self { _driver: driver, client, _profile: profile });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }

    pub(crate) async fn go(&self, path: &str, width: u32) {
        self.client.set_window_size(width, 900).await.expect("a window has a size");
        self.client.goto(&format!("{}{path}", address())).await.expect("the page opens");
    }

    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("the session ends");
    }
}

/// The violations of axe-core's rules on the page that is open, in words.
pub(crate) async fn violations(client: &Client, axe: &str) -> Vec<String> {
    client.execute(axe, vec![]).await.expect("axe-core loads");
    // What can be opened is looked at too; the rule for the size of targets is off unless it is asked for.
    // Over a picture axe measures no contrast: a scrolled table is given the darkest ground that its shadow makes, in one color.
    let run = "const done = arguments[arguments.length - 1];
        document.head.append(Object.assign(document.createElement('style'), { textContent: '.scroll { background: #ebebeb !important }' }));
        document.querySelectorAll('details').forEach(part => part.open = true);
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: { 'target-size': { enabled: true } } })
           .then(result => done(result.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).slice(0, 3).join('; '))))
           .catch(error => done(['axe failed: ' + error]));";
    let found = client.execute_async(run, vec![]).await.expect("axe-core runs");
    found.as_array().expect("a list").iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
}

/// A command of Chromium's own, beside those of WebDriver.
#[derive(Debug)]
struct Emulate(Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Emulate {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        let body = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": self.0 } });
        (axum::http::Method::POST, Some(body.to_string()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_system_chooses_the_colors_charts_keep_theirs_on_their_own_ground() {
    let Some(browser) = Browser::open().await else { return };
    let client = browser.client.clone();
    let forced =
        json!([{ "name": "forced-colors", "value": "active" }, { "name": "prefers-color-scheme", "value": "dark" }]);
    client.issue_cmd(Emulate(forced)).await.expect("Chromium emulates it");
    let mut wrong = Vec::new();
    for path in [
        "/a/simulated/measure/sim-g3-reading",
        "/a/simulated",
        "/a/simulated/groups",
        "/a/simulated/bright-spots?measure=sim-g3-reading",
    ] {
        browser.go(path, 1200).await;
        let script = "if (!matchMedia('(forced-colors: active)').matches) return ['no forced colors'];
            const shown = [...document.querySelectorAll('main svg')].filter(svg => svg.getClientRects().length);
            if (!shown.length) return ['no picture'];
            return shown.map(svg => getComputedStyle(svg)).filter(s => s.forcedColorAdjust !== 'none' || s.backgroundColor !== 'rgb(255, 255, 255)')
                .map(s => s.forcedColorAdjust + ' on ' + s.backgroundColor);";
        let found = client.execute(script, vec![]).await.expect("it looks");
        wrong.extend(found.as_array().expect("a list").iter().map(|v| format!("{path}: {v}")));
    }
    browser.close().await;
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrow_key_in_a_choice_leaves_no_page() {
    let Some(browser) = Browser::open().await else { return };
    let client = browser.client.clone();
    for (path, field) in
        [("/a/simulated/bright-spots?measure=sim-g3-reading", "#choose-level"), ("/a/simulated", "#through")]
    {
        browser.go(path, 1200).await;
        let before = client.current_url().await.expect("an address");
        let open = "document.querySelectorAll('details.when').forEach(part => part.open = true)";
        client.execute(open, vec![]).await.expect("it opens");
        let select = client.find(Locator::Css(field)).await.expect("a choice");
        let value = "return document.querySelector(arguments[0]).value";
        let was = client.execute(value, vec![json!(field)]).await.expect("a value");
        select.send_keys(&fantoccini::key::Key::Down.to_string()).await.expect("a key can be pressed");
        tokio::time::sleep(Duration::from_millis(600)).await;
        let is = client.execute(value, vec![json!(field)]).await.expect("a value");
        assert_ne!(was, is, "{path}: the choice moved");
        assert_eq!(client.current_url().await.expect("an address"), before, "{path}: the page stayed");
        let button = "document.querySelector(arguments[0]).form.querySelector('button').click()";
        client.execute(button, vec![json!(field)]).await.expect("the form has a button");
        let changed = client.wait().for_element(Locator::Css("main h1")).await;
        changed.expect("a page");
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_ne!(client.current_url().await.expect("an address"), before, "{path}: the button sends it");
    }
    browser.close().await;
}

/// By how many pixels the page that is open is wider than its window.
pub(crate) async fn wider(client: &Client) -> i64 {
    let script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    client.execute(script, vec![]).await.expect("it measures").as_i64().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_breaks_a_rule_of_accessibility_or_is_wider_than_a_phone() {
    let Some(browser) = Browser::open().await else { return };
    let axe = std::env::var("HEADWAY_TEST_AXE").expect("./check says where axe-core is");
    let axe = std::fs::read_to_string(axe).expect("axe-core is there");
    let mut wrong = Vec::new();
    for path in PAGES.into_iter().chain(ERRORS) {
        for width in [1200, 390] {
            browser.go(path, width).await;
            wrong
                .extend(violations(&browser.client, &axe).await.into_iter().map(|v| format!("{path} at {width}: {v}")));
            let pixels = wider(&browser.client).await;
            if pixels > 0 {
                wrong.push(format!("{path} at {width}: {pixels} pixels wider than the window"));
            }
        }
    }
    browser.close().await;
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_finds_a_measure_and_a_place_by_clicking_and_by_keys() {
    let Some(browser) = Browser::open().await else { return };
    let client = browser.client.clone();
    browser.go("/a/simulated", 1200).await;
    let link = client.find(Locator::LinkText("Grade 3 students who meet the reading standard")).await;
    link.expect("home names the measure").click().await.expect("it can be clicked");
    let headline = client.find(Locator::Css("h1")).await.expect("a headline").text().await.expect("it has text");
    assert_eq!(headline, "Grade 3 students who meet the reading standard");
    client
        .find(Locator::Css("table tbody th a[href*='/place/']"))
        .await
        .expect("it lists places")
        .click()
        .await
        .expect("it can be clicked");
    assert!(client.current_url().await.expect("an address").path().contains("/place/"));

    browser.go("/a/simulated", 1200).await;
    let tab = "return document.activeElement.className + ' ' + document.activeElement.textContent";
    let body = client.find(Locator::Css("body")).await.expect("a page");
    body.send_keys("\u{e004}").await.expect("Tab can be pressed");
    let first = client.execute(tab, vec![]).await.expect("something has the focus");
    assert!(first.as_str().unwrap_or_default().contains("Skip to content"), "{first}");
    body.send_keys("/").await.expect("a key can be pressed");
    let focus = client.execute("return document.activeElement.id", vec![]).await.expect("something has the focus");
    assert_ne!(focus, json!("q"), "no single key moves the focus");
    browser.close().await;
}
