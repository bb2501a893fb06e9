//! Home at a glance: how the targets of each strategy stand, what the latest results changed, which results come next.

use std::collections::BTreeMap;

use headway_analytics::SeriesObservation;
use headway_delivery::chart;
use headway_delivery::model::plan::Strategy;
use headway_delivery::model::status::{Status, TargetAssessment};
use headway_delivery::model::{Direction, MeasureId, Period, breaks_between};
use headway_delivery::view::{AwaitedResult, MeasureSummary, StoppedResults};
use headway_render::format;
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::data::stopped_words;
use super::HomePage;
use crate::parts::{
    GridColumn, GridColumnKind, ResponsiveTable, TARGETS, measure_link, measure_targets, parts_text, period_text,
    status_label,
};

/// How many measures are named where more wait for the same thing.
const NAMED: usize = 3;

/// Each strategy with its targets; those without one are named below.
pub(super) fn strategies_section(page: &HomePage<'_>, targets: &[&MeasureSummary]) -> Markup {
    let of = |ids: &[MeasureId]| -> Vec<&MeasureSummary> {
        targets.iter().copied().filter(|m| ids.contains(&m.planned.measure.id)).collect()
    };
    let link = |id: &str, name: &str| html! { a href=(page.agency_link("strategy").with_id(id).with_kept(&page.ground.kept)) { (name) } };
    let (with, without): (Vec<_>, Vec<_>) =
        page.view.strategies.iter().map(|(s, ids)| (s, of(ids))).partition(|(_, of)| !of.is_empty());
    let line = |(strategy, measures): &(&Strategy, Vec<&MeasureSummary>)| {
        [link(&strategy.id, &strategy.name)].into_iter().chain(measure_targets(measures)).collect()
    };
    let columns: Vec<GridColumn<'_>> = [("Strategy", GridColumnKind::Words)].into_iter().chain(TARGETS).collect();
    let caption = html! { "The strategies of the plans in force with the targets that serve them" };
    html! { @if !targets.is_empty() && !page.view.strategies.is_empty() {
        h2 { "Strategy by strategy" }
        @if with.is_empty() { p { "No target serves a strategy of the plans in force." } } @else { (ResponsiveTable { label: "Strategies", caption, columns: &columns, rows: with.iter().map(line).collect() }.table_markup()) }
        @if !without.is_empty() {
            p.note { "Without a target: " @for (i, (s, _)) in without.iter().enumerate() { @if i > 0 { "; " } (link(&s.id, &s.name)) } "." }
        }
    } }
}

/// What the latest results changed: in one sentence, and those that stand elsewhere than before.
pub(super) fn changes_section(page: &HomePage<'_>, targets: &[&MeasureSummary]) -> Markup {
    let moved: Vec<LatestMove<'_>> = targets.iter().filter_map(|m| LatestMove::from_summary(m)).collect();
    // A result that did not come changed a status, but is no result.
    let by_result = |m: &&LatestMove<'_>| {
        let is = m.measure.row.standing.status;
        m.was.status != is && is != Status::NotReporting
    };
    let changed: Vec<&LatestMove<'_>> = moved.iter().filter(by_result).collect();
    let count = |side: MoveSide| moved.iter().filter(|m| m.side == side).count();
    // A compound measure has results of its parts alone: its status can change all the same.
    let results = moved.iter().filter(|m| m.results.is_some()).count();
    let columns = [
        ("Measure", GridColumnKind::Words),
        ("Was", GridColumnKind::Words),
        ("Is", GridColumnKind::Words),
        ("Before", GridColumnKind::Figure),
        ("Latest", GridColumnKind::Figure),
        ("Change", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
    ];
    let caption = html! { "Measures with another status than the result before gave them" };
    html! { @if !moved.is_empty() {
        h2 { "What the latest results changed" }
        p { (in_words(results, count(MoveSide::Better), count(MoveSide::Worse), changed.len())) }
        @if !changed.is_empty() {
            (ResponsiveTable { label: "Changes", caption, columns: &columns, rows: changed.iter().map(|m| m.table_row(page)).collect() }.table_markup())
        }
    } }
}

/// “Of 6 latest results 5 are better than the one before and 1 is worse. One status changed.”
fn in_words(all: usize, better: usize, worse: usize, changed: usize) -> String {
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let moved = match (better, worse) {
        _ if all == 0 => "Latest results of parts came in".to_owned(),
        _ if all == 1 => {
            let word = if better == 1 {
                "better than"
            } else if worse == 1 {
                "worse than"
            } else {
                "the same as"
            };
            format!("The one latest result is {word} the one before")
        }
        (0, 0) => format!("Of {all} latest results none differs from the one before"),
        (b, 0) if b == all => format!("All {all} latest results are better than those before"),
        (0, w) if w == all => format!("All {all} latest results are worse than those before"),
        (b, w) => {
            let said = [(b, "better"), (w, "worse")].into_iter().filter(|(n, _)| *n > 0);
            let said: Vec<String> = said.map(|(n, word)| format!("{n} {} {word}", is(n))).collect();
            format!("Of {all} latest results {} than the one before", said.join(", "))
        }
    };
    match changed {
        0 => format!("{moved}. No status changed."),
        1 => format!("{moved}. One status changed."),
        n => format!("{moved}. {n} statuses changed."),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MoveSide {
    Better,
    Worse,
    Neither,
}

/// The latest two results of a measure, of the agency's own place.
struct LatestMove<'a> {
    measure: &'a MeasureSummary,
    was: &'a TargetAssessment,
    /// The result before, the latest, and the change; none of a compound measure.
    results: Option<(SeriesObservation, SeriesObservation, f64)>,
    /// The period of the latest.
    period: Period,
    side: MoveSide,
}

impl<'a> LatestMove<'a> {
    /// `None` where one of the two is not an exact figure, or the series breaks between them.
    fn from_summary(measure: &'a MeasureSummary) -> Option<Self> {
        let before = measure.before.as_ref().filter(|_| measure.own)?;
        let (period, was) = (before.latest, &before.standing);
        let Some(before) = &before.result else {
            return Some(Self { measure, was, results: None, period, side: MoveSide::Neither });
        };
        let latest = *SeriesObservation::latest_result(&measure.observed)?;
        if measure.observed.iter().any(|o| o.starts && breaks_between(&o.period, &before.period, &latest.period)) {
            return None;
        }
        let change = latest.value.exact_number()? - before.value.exact_number()?;
        let up = measure.planned.measure.direction.and_then(Direction::sign);
        let off = |o: &SeriesObservation| measure.row.standing.outside_band(o.value.exact_number()?);
        // Nearer to a band is better, whatever the direction.
        let gain = match (off(before), off(&latest)) {
            (Some(was), Some(is)) => was - is,
            _ => up.map_or(0.0, |up| up * change),
        };
        let side = match gain {
            x if x > 0.0 => MoveSide::Better,
            x if x < 0.0 => MoveSide::Worse,
            _ => MoveSide::Neither,
        };
        Some(Self { measure, was, results: Some((*before, latest, change)), period, side })
    }

    fn table_row(&self, page: &HomePage<'_>) -> Vec<Markup> {
        let measure = &self.measure.planned.measure;
        let (unit, marks) = (chart::measure_unit(measure), self.measure.row.standing.rounding_marks());
        let figure = |of: &SeriesObservation| unit.published_beside(of.value, false, &marks);
        vec![
            linked_name(page, self.measure),
            status_label(self.was.status),
            status_label(self.measure.row.standing.status),
            html! { @match &self.results { Some((before, ..)) => (figure(before)), None => span.note { (parts_text(measure.parts.len())) } } },
            html! { @if let Some((_, latest, _)) = &self.results { (figure(latest)) } },
            html! { @if let Some((.., change)) = self.results { (unit.difference_text(change)) } },
            html! { (period_text(Some(self.period))) },
        ]
    }
}

/// The results that were due and are not in, and those that come next, measure by measure; what comes on one day together.
pub(super) fn due_section(page: &HomePage<'_>, targets: &[&MeasureSummary]) -> Markup {
    let mut days: BTreeMap<(Date, Period), Vec<&MeasureSummary>> = BTreeMap::new();
    for m in targets {
        if let AwaitedResult::Next(next, day) = m.awaited_result() {
            days.entry((day, next)).or_default().push(m);
        }
    }
    // What is only watched can be late too: what is said here is said on the data page.
    let late: Vec<Markup> = page.view.measures.iter().filter_map(|m| owed_results(page, m)).collect();
    let stopped: Vec<(&MeasureSummary, StoppedResults)> =
        page.view.measures.iter().filter_map(|m| Some((m, m.awaited_result().stopped_results()?))).collect();
    html! { @if !days.is_empty() || !late.is_empty() || !stopped.is_empty() {
        h2 { (late_words(page, late.len())) @if !stopped.is_empty() { "; " (stopped_words(stopped.len())) } }
        ul {
            @for owed in &late { li { span.status.s-bad { "overdue" } " " (owed) } }
            @for (m, stopped) in &stopped { li { span.status.s-none { "ended?" } " " (linked_name(page, m)) ", " (stopped.to_sentence()) } }
            @for ((day, next), measures) in &days { li {
            "From " (day) ": " (period_text(Some(*next))) " of "
            @for (i, m) in measures.iter().take(NAMED).enumerate() { @if i > 0 { ", " } (linked_name(page, m)) }
            @if measures.len() > NAMED { " and " (format::count_with_noun(measures.len() - NAMED, "more measure", "more measures")) }
        } } }
    } }
}

/// Whose results are overdue: of those with a target, and of those that are only watched.
fn late_words(page: &HomePage<'_>, late: usize) -> String {
    let is_late = |m: &&MeasureSummary| m.awaited_result().overdue_results().is_some();
    let watched = page.view.measures.iter().filter(is_late).filter(|m| m.targets.is_empty()).count();
    let words = match late {
        0 => return "No result is overdue".to_owned(),
        1 => "One measure’s results are overdue".to_owned(),
        n => format!("The results of {n} measures are overdue"),
    };
    match watched {
        0 => words,
        n if n == late => format!("{words}, watched without a target"),
        n => format!("{words}, {n} of them watched without a target"),
    }
}

/// Which result of a measure is owed, and how many of its targets lack theirs; nothing where none is.
fn owed_results(page: &HomePage<'_>, m: &MeasureSummary) -> Option<Markup> {
    let words = m.awaited_result().overdue_results()?.to_sentence();
    let late: Vec<(String, usize, usize)> = m
        .other_targets()
        .iter()
        .filter(|line| line.late_results() > 0)
        .map(|line| (line.reach.label_text(), line.late_results(), line.stand.total()))
        .collect();
    Some(html! {
        (linked_name(page, m)) ", " (words)
        @for (whom, late, of) in &late { "; " (whom) ": " (format::count_text(*late)) " of " (format::count_text(*of)) }
    })
}

fn linked_name(page: &HomePage<'_>, m: &MeasureSummary) -> Markup {
    html! { a href=(measure_link(page.agency, m).with_kept(&page.ground.kept)) { (m.planned.measure.name) } }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn what_the_latest_results_changed_is_counted() {
        let check = |counts: [usize; 4], words: &str| {
            assert_eq!(in_words(counts[0], counts[1], counts[2], counts[3]), words);
        };
        check([6, 6, 0, 0], "All 6 latest results are better than those before. No status changed.");
        check([1, 0, 1, 1], "The one latest result is worse than the one before. One status changed.");
        check([6, 4, 1, 2], "Of 6 latest results 4 are better, 1 is worse than the one before. 2 statuses changed.");
        check([0, 0, 0, 1], "Latest results of parts came in. One status changed.");
        check([2, 0, 0, 0], "Of 2 latest results none differs from the one before. No status changed.");
    }
}
