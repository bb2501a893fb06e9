//! The promises of a measure on its page: which there are, and where each stands. The page shows one series; others may be promised.

use headway_delivery::view::MeasureSummary;
use maud::{Markup, html};

use super::Page;
use crate::parts::{Grid, Kind, finding, headline_of, measure_link, stands, stands_of, target_cells};

/// So many promises are named in the sentence.
const NAMED: usize = 3;

impl Page<'_> {
    /// What is found: of the series where it has a promise; else first how the promises stand that there are.
    pub(super) fn lede(&self) -> Markup {
        let standing = &self.view.series.row.standing;
        let own = finding(standing.status, &standing.sentence());
        let promised = !standing.target.is_none() || !standing.parts.is_empty();
        html! { @if promised || self.promises.is_empty() { p.lede { (own) } } @else {
            p.lede { (headline_of(self.promises.iter().map(stands_of))) (self.named()) "." }
            p { (own) }
        } }
    }

    /// For whom the first promises are that have one status; those for several places the sentence names itself.
    fn named(&self) -> String {
        let one: Vec<&str> = self.promises.iter().filter(|m| m.many().is_none()).filter_map(|m| m.for_whom()).collect();
        match one.len() {
            0 => String::new(),
            n if n > NAMED => format!(": {}; and {} more", one[..NAMED].join("; "), n - NAMED),
            _ => format!(": {}", one.join("; ")),
        }
    }

    /// Every promise in a line, where the series shown is not the only one.
    pub(super) fn promised(&self) -> Markup {
        let standing = &self.view.series.row.standing;
        let own = !standing.target.is_none() || !standing.parts.is_empty();
        let columns = [
            ("For whom", Kind::Words),
            ("Where it stands", Kind::Verdict),
            ("Target", Kind::Figure),
            ("By", Kind::Short),
        ];
        let unit = self.unit();
        let line = |m: &MeasureSummary| {
            let link = || measure_link(self.agency, m).keep(&self.ground.kept);
            let whom = html! { a href=(link()) { (m.for_whom().unwrap_or("for all students")) } };
            [whom, stands(m, link)].into_iter().chain(target_cells(&unit, m)).collect()
        };
        html! { @if self.promises.len() > usize::from(own) {
            h2 { "What is promised" }
            (Grid { label: "Promises", caption: html! { "Every target in force" }, columns: &columns, rows: self.promises.iter().map(line).collect() }.table())
        } }
    }
}
