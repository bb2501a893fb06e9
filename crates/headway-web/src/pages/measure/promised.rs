//! The targets of a measure on its page: which there are, and where each stands. The page shows one series; others may have targets.

use headway_delivery::model::status::{StatusTally, ValueInterval};
use headway_delivery::view::{TargetScope, TargetSummary};
use maud::{Markup, html};

use super::MeasurePage;
use crate::parts::{
    GridColumnKind, ResponsiveTable, headline_of, row_verdict, status_finding, tally_list, target_cells, target_link,
};

/// So many targets are named in the sentence.
const NAMED: usize = 3;

impl MeasurePage<'_> {
    /// What is found: of the series where it has a target; else first how the targets stand that there are.
    pub(super) fn lede_section(&self) -> Markup {
        let standing = &self.view.series.row.standing;
        let own = status_finding(standing.status, &standing.to_sentence());
        html! { @if self.has_target() || self.targets.is_empty() { p.lede { (own) } } @else {
            p.lede { (self.targets_sentence()) (self.named_targets()) "." }
            p { (own) }
        } }
    }

    /// Whether the series shown has a target.
    fn has_target(&self) -> bool {
        let standing = &self.view.series.row.standing;
        !standing.target.is_none() || !standing.parts.is_empty()
    }

    /// How the targets stand, in one sentence.
    fn targets_sentence(&self) -> String {
        let (own, others): (Vec<_>, Vec<_>) = self.targets.iter().partition(|target| target.whom == TargetScope::Own);
        let [own, rest] = [&own, &others].map(|of| of.iter().flat_map(|target| stand_of(target).0).collect());
        headline_of(&own, (!others.is_empty()).then_some(&rest))
    }

    /// For whom the first targets are that one place keeps.
    fn named_targets(&self) -> String {
        let one: Vec<&str> = self
            .targets
            .iter()
            .filter(|target| target.many_places().is_none())
            .filter_map(|target| target.for_whom())
            .collect();
        match one.len() {
            0 => String::new(),
            n if n > NAMED => format!(": {}; and {} more", one[..NAMED].join("; "), n - NAMED),
            _ => format!(": {}", one.join("; ")),
        }
    }

    /// Every target in a line, where the series shown is not the only one.
    pub(super) fn targets_section(&self) -> Markup {
        let columns = [
            ("For whom", GridColumnKind::Words),
            ("Where it stands", GridColumnKind::Verdict),
            ("Target", GridColumnKind::Figure),
            ("By", GridColumnKind::Short),
        ];
        let rows = self.targets.iter().map(|target| self.target_row(target)).collect();
        html! { @if self.targets.len() > usize::from(self.has_target()) {
            h2 #targets { "Targets" }
            (ResponsiveTable { label: "Targets", caption: html! { "Every target in force" }, columns: &columns, rows }.table_markup())
        } }
    }

    fn target_row(&self, target: &TargetSummary) -> Vec<Markup> {
        let link = || target_link(self.plain_link(), target);
        let whom = html! { a href=(link()) { (target.for_whom().unwrap_or("for all students")) } };
        let standing = &target.row.standing;
        let (stand, figure, by) = match target.many_places() {
            None => (row_verdict(&target.row, link), standing.target, standing.target_period),
            Some(places) => {
                let none = places.stand.total() == 0;
                let stand = if none {
                    html! { span.note { "no result yet" } }
                } else {
                    tally_list(&places.stand)
                };
                let (figure, by) = places.target.map_or((ValueInterval::NONE, None), |(figure, by)| (figure, Some(by)));
                (stand, figure, by)
            }
        };
        [whom, stand].into_iter().chain(target_cells(&self.measure_unit(), figure, by)).collect()
    }
}

/// How a target stands: one status, or those of several places.
fn stand_of(target: &TargetSummary) -> StatusTally {
    match target.many_places() {
        Some(places) => places.stand.clone(),
        None => std::iter::once(target.row.standing.status).collect(),
    }
}
