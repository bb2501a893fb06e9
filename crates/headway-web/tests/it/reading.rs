//! Pages as they are used in a real Chromium: printed, without a mouse, a place chosen by its name.

use fantoccini::Locator;
use fantoccini::key::Key;
use fantoccini::wd::PrintConfigurationBuilder;
use serde_json::Value;

use crate::browser::Browser;

/// How many pages a PDF has: one `/Type /Page` each.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type /Page").count() - text.matches("/Type /Pages").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_on_one_page_prints_on_one_page() {
    let Some(browser) = Browser::open().await else { return };
    let mut printed = Vec::new();
    for (path, most) in [
        ("/a/simulated/plan/summary", 1),
        ("/a/ma-dese/plan/summary?plan=delivery&edition=2012-12", 1),
        ("/a/ma-dese/plan/summary?plan=delivery&edition=2014-01-13", 1),
        ("/a/simulated", 3),
    ] {
        browser.go(path, 1200).await;
        let configuration = PrintConfigurationBuilder::default().build().expect("usual paper");
        let pdf = browser.client.print(configuration).await.expect("it prints");
        printed.push((path, pages(&pdf), most));
    }
    browser.close().await;
    for (path, n, most) in printed {
        assert!((1..=most).contains(&n), "{path} prints on {n} pages");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_table_is_scrolled_with_the_arrow_keys() {
    let Some(browser) = Browser::open().await else { return };
    browser.go("/a/simulated/groups", 390).await;
    let focus = "document.querySelectorAll('details').forEach(part => part.open = true);
        const box = [...document.querySelectorAll('.scroll')].find(b => b.scrollWidth > b.clientWidth);
        box.focus(); return [document.activeElement === box, getComputedStyle(box).outlineStyle, box.scrollLeft];";
    let before = browser.client.execute(focus, vec![]).await.expect("a table wider than the screen");
    let table = browser.client.active_element().await.expect("it has the focus");
    for _ in 0..8 {
        table.send_keys(&Key::Right.to_string()).await.expect("a key can be pressed");
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let moved = browser.client.execute("return document.activeElement.scrollLeft", vec![]).await.expect("it measures");
    browser.close().await;
    assert_eq!(before[0], Value::Bool(true), "the table takes the focus");
    assert!(moved.as_f64().unwrap_or(0.0) > 0.0, "it moved: {moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_chosen_by_its_name() {
    let Some(browser) = Browser::open().await else { return };
    let client = browser.client.clone();
    browser.go("/a/simulated/measure/sim-g3-reading?group=lep", 1200).await;
    let field = client.find(Locator::Css("#choose-place")).await.expect("a field for the place");
    field.clear().await.expect("it can be emptied");
    field.send_keys("District 7 (simulated)").await.expect("it takes text");
    let suggested = "const done = arguments[0]; setTimeout(() => done(document.querySelectorAll('#places-named option').length), 700)";
    let suggested = client.execute_async(suggested, vec![]).await.expect("the script ran");
    field.send_keys(&Key::Enter.to_string()).await.expect("it can be sent");
    client.wait().for_element(Locator::Css("option[value='lep'][selected]")).await.expect("the group stays chosen");
    let (address, lede) = (client.current_url().await.expect("an address"), client.find(Locator::Css("p.meta")).await);
    let words = lede.expect("it says of whom it speaks").text().await.expect("text");
    browser.close().await;
    assert!(suggested.as_i64().unwrap_or(0) >= 1, "names are suggested: {suggested}");
    assert!(address.query().unwrap_or_default().contains("unit=00007000"), "{address}");
    assert!(words.contains("District 7"), "{words}");
}
