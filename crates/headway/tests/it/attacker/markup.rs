//! HTML and SVG as a reader with a script sees them: tags, attributes, texts.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

/// The pieces of a page in order. What is in scripts and style sheets is text too.
pub(crate) fn pieces(page: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        push_text(&mut found, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").unwrap_or(comment.len());
            push_text(&mut found, &comment[..end]);
            rest = comment.get(end + 3..).unwrap_or_default();
            continue;
        }
        let end = tag_end(rest);
        let tag = rest[1..end].trim_end_matches('/');
        rest = rest.get(end + 1..).unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            found.push(Piece::Close(name.trim().to_lowercase()));
        } else if !tag.starts_with('!') {
            let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            found.push(Piece::Open(name.to_lowercase(), read_attributes(attributes)));
        }
    }
    push_text(&mut found, rest);
    found
}

/// Where the tag at the start of the text ends: the first `>` outside of quotes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn read_attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start();
        let end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
        if end == 0 {
            return found;
        }
        let name = text[..end].to_lowercase();
        text = text[end..].trim_start();
        let Some(value) = text.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        found.push((name, decoded(value)));
        text = after;
    }
}

fn push_text(found: &mut Vec<Piece>, text: &str) {
    if !text.trim().is_empty() {
        found.push(Piece::Text(decoded(text)));
    }
}

fn decoded(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// A table of a page: the heading and the caption above it, its titles, and its rows of texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) heading: String,
    pub(crate) caption: String,
    pub(crate) titles: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Every table of a page.
pub(crate) fn tables(pieces: &[Piece]) -> Vec<Table> {
    let mut found: Vec<Table> = Vec::new();
    let (mut row, mut cell): (Vec<String>, Option<String>) = (Vec::new(), None);
    let (mut in_head, mut in_caption, mut in_table) = (false, false, false);
    for (heading, piece) in under_headings(pieces) {
        match piece {
            Piece::Open(name, _) => match name.as_str() {
                "table" => {
                    found.push(Table { heading, ..Table::default() });
                    in_table = true;
                }
                "thead" => in_head = true,
                "caption" => in_caption = true,
                "tr" => row.clear(),
                "td" | "th" => cell = Some(String::new()),
                _ => {}
            },
            Piece::Close(name) => match (name.as_str(), found.last_mut()) {
                ("td" | "th", _) => row.extend(cell.take().map(|text| text.trim().to_owned())),
                ("tr", Some(table)) if in_head => table.titles = std::mem::take(&mut row),
                ("tr", Some(table)) if in_table => table.rows.push(std::mem::take(&mut row)),
                ("thead", _) => in_head = false,
                ("caption", _) => in_caption = false,
                ("table", _) => in_table = false,
                _ => {}
            },
            Piece::Text(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(text);
                } else if let (true, Some(table)) = (in_caption, found.last_mut()) {
                    table.caption.push_str(text);
                }
            }
        }
    }
    found
}

/// Every sentence of a page that somebody may read or hear (text, alternatives, tooltips), with the heading above it.
pub(crate) fn sentences(pieces: &[Piece]) -> Vec<(String, String)> {
    let spoken = ["title", "alt", "aria-label", "aria-description", "content", "placeholder", "value"];
    let of = |(heading, piece): (String, &Piece)| match piece {
        Piece::Text(text) => vec![(heading, text.clone())],
        Piece::Open(_, attributes) => {
            let said = |(name, _): &&(String, String)| spoken.contains(&name.as_str()) || name.starts_with("data-");
            attributes.iter().filter(said).map(|(_, value)| (heading.clone(), value.clone())).collect()
        }
        Piece::Close(_) => Vec::new(),
    };
    under_headings(pieces).into_iter().flat_map(of).collect()
}

/// Each piece with the heading that it stands under.
fn under_headings(pieces: &[Piece]) -> Vec<(String, &Piece)> {
    let (mut heading, mut inside) = (String::new(), false);
    let mut found = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Open(name, _) if matches!(name.as_str(), "h1" | "h2" | "h3") => {
                heading.clear();
                inside = true;
            }
            Piece::Close(name) if matches!(name.as_str(), "h1" | "h2" | "h3") => inside = false,
            Piece::Text(text) if inside => heading.push_str(text),
            _ => {}
        }
        found.push((heading.clone(), piece));
    }
    found
}
