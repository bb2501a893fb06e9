//! Sources in few words: a label that fits a table, and the address to link it to.

use crate::Vintage;

/// Kinds of addresses that a page may lead to. Others can be a script.
const LINKED: [&str; 3] = ["https", "http", "mailto"];

/// How long the last part of an address, or what stands behind it, may be.
const LONGEST: usize = 60;

/// A source in few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceCitation<'a> {
    /// What to call it.
    pub label: String,
    /// Its address, where it has one.
    pub url: Option<&'a str>,
}

/// Whether an address may become a link: one of the web, or of mail.
pub fn is_link(address: &str) -> bool {
    address.split_once(':').is_some_and(|(kind, _)| LINKED.iter().any(|linked| kind.eq_ignore_ascii_case(linked)))
}

/// The documents that an import names as its source: one a line. Which of several a figure is from, the import doesn't say.
pub fn source_documents(source: &str) -> Vec<&str> {
    source.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The source of one figure of an import, in full: its document, or that it is one of several, and which.
pub fn of_figure(vintage: &Vintage) -> String {
    match source_documents(&vintage.source).as_slice() {
        [] => vintage.file.clone(),
        [only] => (*only).to_owned(),
        many => format!("one of {} documents: {}", many.len(), many.join("; ")),
    }
}

/// The same in few words, with the import and since when it is known.
pub fn source_line(vintage: &Vintage) -> String {
    let (id, from) = (vintage.id, vintage.known_from);
    match source_documents(&vintage.source).as_slice() {
        [] => format!("Source: {}; import {id}, known from {from}", vintage.file),
        [only] => format!("Source: {}; import {id}, known from {from}", cite_source(only).label),
        many => format!("Source: one of {} documents of import {id}, known from {from}", many.len()),
    }
}

/// An import of several documents is cited by their number. Else: what an import says of its source is often an address, with or without words around it: the words are the label; without
/// words it is the host and the last part of the path.
pub fn cite_source(source: &str) -> SourceCitation<'_> {
    let many = source_documents(source).len();
    if many > 1 {
        return SourceCitation { label: format!("{many} documents"), url: None };
    }
    let Some(at) = ["https://", "http://"].iter().filter_map(|scheme| source.find(scheme)).min() else {
        return SourceCitation { label: source.to_owned(), url: None };
    };
    let end = source[at..].find(char::is_whitespace).map_or(source.len(), |length| at + length);
    let url = source[at..end].trim_end_matches([',', ';', ')']);
    let before = source[..at].trim().trim_end_matches([',', ':', ';', '(']).trim_end();
    let after = source[end..].trim();
    let mut label = if before.is_empty() { shorten_url(url) } else { before.to_owned() };
    if before.is_empty() && !after.is_empty() {
        label = format!("{label} {}", truncate_text(after));
    }
    SourceCitation { label, url: Some(url) }
}

/// `https://www.doe.mass.edu/infoservices/reports/gradrates/06state.html` is `doe.mass.edu/…/06state.html`.
fn shorten_url(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = bare.split(['?', '#']).next().unwrap_or(bare).trim_end_matches('/');
    let mut parts = path.split('/');
    let host = parts.next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let parts: Vec<&str> = parts.collect();
    match parts.as_slice() {
        [] => host.to_owned(),
        [only] => format!("{host}/{}", truncate_text(only)),
        [.., last] => format!("{host}/…/{}", truncate_text(last)),
    }
}

fn truncate_text(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, label: &str, url: Option<&str>) {
        assert_eq!(cite_source(source), SourceCitation { label: label.to_owned(), url }, "{source}");
    }

    #[test]
    fn sources_as_they_come() {
        check("State agency, attendance report", "State agency, attendance report", None);
        check("", "", None);
        let long = "http://www.doe.mass.edu/infoservices/reports/gradrates/06state.html";
        check(long, "doe.mass.edu/…/06state.html", Some(long));
        check("https://a.gov/", "a.gov", Some("https://a.gov/"));
        let query = "https://profiles.doe.mass.edu/grad/grad_report.aspx?fycode=2021";
        check(&format!("{query}\n{long}\n\nA report on paper\n"), "3 documents", None);
        check("Kids Count (https://k.org/co)", "Kids Count", Some("https://k.org/co"));
        check(
            "https://github.com/n/open data/schools.json (copy of DESE open data)",
            "github.com/…/open data/schools.json (copy of DESE open data)",
            Some("https://github.com/n/open"),
        );
    }

    #[test]
    fn a_figure_of_several_documents_is_of_one_of_them_and_of_none_in_particular() {
        let check = |source: &str, full: &str, short: &str| {
            let vintage = Vintage {
                id: 65,
                file: "results.csv".to_owned(),
                sha256: String::new(),
                profile: "p".to_owned(),
                source: source.to_owned(),
                known_from: jiff::civil::date(2022, 7, 1),
                provisional: false,
                loaded_at: jiff::Timestamp::UNIX_EPOCH,
                undone_at: None,
            };
            assert_eq!((of_figure(&vintage).as_str(), source_line(&vintage).as_str()), (full, short), "{source}");
        };
        check("", "results.csv", "Source: results.csv; import 65, known from 2022-07-01");
        check(
            "https://a.gov/r/one.csv",
            "https://a.gov/r/one.csv",
            "Source: a.gov/…/one.csv; import 65, known from 2022-07-01",
        );
        check(
            "https://a.gov/r/one.csv\nReport two",
            "one of 2 documents: https://a.gov/r/one.csv; Report two",
            "Source: one of 2 documents of import 65, known from 2022-07-01",
        );
    }
}
