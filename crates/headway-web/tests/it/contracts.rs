//! Pages as text: what a reader of each page of the demo reads, and where its links lead. `INSTA_UPDATE=always` writes the texts
//! anew; the difference is what to read before it is committed.

use std::fmt::Write as _;

use crate::site::{ERRORS, PAGES, get};

/// Tags that begin a line of their own.
const BLOCKS: [&str; 23] = [
    "p", "h1", "h2", "h3", "h4", "li", "ul", "ol", "dl", "dt", "dd", "div", "section", "nav", "header", "footer",
    "main", "table", "caption", "tr", "figure", "details", "form",
];
/// So many rows of a table are kept.
const ROWS: usize = 6;

/// What is read of a page, a line a block; cells stand beside each other, links are followed by where they lead.
fn as_text(page: &str) -> String {
    let body = page.find("<body").map_or(page, |at| &page[at..]);
    let (mut text, mut rest, mut rows, mut link) = (String::new(), body, 0, String::new());
    while let Some(at) = rest.find('<') {
        if rows <= ROWS {
            text.push_str(&rest[..at]);
        }
        let tag = &rest[at + 1..];
        let end = tag.find('>').unwrap_or(tag.len() - 1);
        let (head, after) = (&tag[..end], &tag[end + 1..]);
        let name = head.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        rest = after;
        match name {
            "svg" | "script" | "style" => {
                let close = format!("</{name}>");
                rest = after.find(&close).map_or("", |at| &after[at + close.len()..]);
                let label = head.split("aria-label=\"").nth(1).and_then(|label| label.split('"').next());
                if let Some(label) = label.filter(|_| rows <= ROWS) {
                    let _ = write!(text, " [picture: {label}] ");
                }
            }
            "table" if head.starts_with('/') => {
                if rows > ROWS {
                    let _ = write!(text, "\n… {} rows more\n", rows - ROWS);
                }
                (rows, text) = (0, text + "\n");
            }
            "a" if rows > ROWS => {}
            "a" if head.starts_with('/') => {
                let _ = write!(text, " <{link}>");
            }
            "a" => link = head.split("href=\"").nth(1).and_then(|l| l.split('"').next()).unwrap_or_default().to_owned(),
            "td" | "th" if head.starts_with('/') && rows <= ROWS => text.push_str(" | "),
            "tr" if !head.starts_with('/') => {
                rows += 1;
                text.push('\n');
            }
            _ if BLOCKS.contains(&name) && rows <= ROWS => text.push('\n'),
            _ => {}
        }
    }
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `/a/simulated/places?level=school` as the name of a file.
fn name_of(path: &str) -> String {
    let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("page{name}")
}

#[tokio::test]
async fn every_page_reads_as_it_did() {
    for path in PAGES.iter().chain(&ERRORS) {
        let (status, _, body) = get(path).await;
        insta::assert_snapshot!(name_of(path), format!("{status}\n{}", as_text(&body)));
    }
}

#[test]
fn a_page_becomes_text() {
    let page = "<html><body><h1>Title</h1><p>See <a href=\"/x\">there</a>.</p><svg aria-label=\"A line\"><path/></svg>\
                <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>";
    assert_eq!(as_text(page), "Title\nSee there </x>.\n[picture: A line]\nA | B |\n1 | 2 |");
}
