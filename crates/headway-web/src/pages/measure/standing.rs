//! How the status came about, in full.

use headway_analytics::{SeriesObservation, odds};
use headway_delivery::model::status::{PartAssessment, TargetAssessment};
use headway_delivery::model::{ALL, Level};
use headway_delivery::track::SignalAndOdds;
use headway_delivery::view::AwaitedResult;
use headway_delivery::{chart, picture};
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use super::MeasurePage;
use crate::link::PageLink;
use crate::parts::{
    GridColumnKind, ResponsiveTable, chart_figure, distance_cell, observed_beside, period_text, planned_source,
    status_label, status_note, verdict_of,
};

/// Under so many comparable histories a count of those that kept a pace says nothing.
const LEAST_HISTORIES: u64 = 5;

impl MeasurePage<'_> {
    pub(super) fn standing_section(&self, standing: &TargetAssessment) -> Markup {
        let place = self.measure_unit();
        let figure = |value| chart::interval_text(&place, value);
        html! {
            h2 { "How we know" }
            dl.facts {
                dt { "Status" } dd { (status_label(standing.status)) }
                (self.result_facts())
                @if !standing.target.is_none() { dt { "Target" } dd { (figure(standing.target)) " by " (period_text(standing.target_period)) @if let Some(due) = standing.target_due { ", its result due from " (due) } (self.target_origin()) } }
                @if !standing.baseline.is_none() { dt { "Baseline" } dd { (figure(standing.baseline)) ", " (period_text(standing.baseline_period)) } }
                @if standing.is_to_be_kept() { dt { "To be kept" } dd { (figure(standing.target)) } }
                @else if !standing.expected.is_none() { dt { "The path asks for" } dd { (chart::expected_text(&place, standing)) @if let Some(tolerance) = standing.tolerance { " (near: within " (unsigned_text(&place, tolerance)) ")" } } }
                @if standing.distance.exact_number().is_some() { dt { "To the path" } dd { (distance_cell(&place, standing)) } }
                (self.pace_facts(standing.pace_to_go()))
                (self.odds_fact())
                dt { "Signal" } dd { (self.signal_fact()) }
                (self.next_result_fact())
            }
            (status_note(standing))
            (self.shared_changes())
            (self.process_details())
        }
    }

    /// The document that states the target, and its edition where that is an earlier one than names the measure.
    fn target_origin(&self) -> Markup {
        let (planned, edition) = (&self.view.planned, self.view.series.row.target_edition.as_deref());
        let earlier = edition.filter(|edition| *edition != planned.edition);
        html! {
            @if let Some(source) = &self.view.target_source { "; from " (planned_source(source)) }
            @if let Some(edition) = earlier { "; stated by edition " (edition) ", and not taken back: edition " (planned.edition) " names the measure without this figure" }
        }
    }

    /// The result that is judged, and the latest where that is another.
    fn result_facts(&self) -> Markup {
        let (place, series) = (self.measure_unit(), &self.view.series);
        let line = |name: &str, result: &SeriesObservation| {
            html! { dt { (name) } dd { (observed_beside(&place, Some(result), &series.row.standing.rounding_marks())) ", " (period_text(Some(result.period))) @if let Some(n) = result.denominator { " (of " (format::number_text(n, 0)) ")" } } }
        };
        let judged = series.row.observed.as_ref();
        let latest = series.latest_result().filter(|latest| judged.is_none_or(|judged| judged.period < latest.period));
        html! {
            @if let Some(judged) = judged { (line(if latest.is_none() { "Latest result" } else { "Result that is judged" }, judged)) }
            @if let Some(latest) = latest { (line("Latest result", latest)) }
        }
    }

    /// What all places moved by together: a question to whoever knows the data, and what answers it in the plan.
    fn shared_changes(&self) -> Markup {
        html! { @for found in &self.view.moves {
            p.note {
                (found.move_sentence(&self.measure_unit()))
                @if let Some(mark) = found.break_proposal() { " If results can’t be compared, say so in the plan: " code { (mark) } "." }
            }
        } }
    }

    fn pace_facts(&self, pace: Option<f64>) -> Markup {
        let (unit, row) = (self.measure_unit(), &self.view.series.row);
        html! {
            @if let Some(speed) = self.view.series.recent_speed() {
                dt { "Recent pace" } dd { (unit.difference_text(speed.a_year)) " a year: a straight line through the last " (speed.results) " results" }
            }
            @if let Some(pace) = pace { dt { "Pace needed" } dd { (unit.difference_text(pace)) " a year"
                @if let Some(p) = row.precedent.filter(|p| p.of >= LEAST_HISTORIES) {
                    "; " (format::count_text(p.kept as usize)) " of " (format::count_text(p.of as usize)) " comparable histories ever kept such a pace for as long"
                }
            } }
        }
    }

    fn signal_fact(&self) -> Markup {
        let (unit, series) = (self.measure_unit(), &self.view.series);
        html! { @match series.row.signal {
            Err(why) => { "Can’t be said: " (why.reason_text()) "." }
            Ok(s) => {
                @if series.latest_result().is_some_and(|latest| s.period < latest.period) { "The last exact result, of " (period_text(Some(s.period))) ", is " } @else { "The latest result is " }
                (s.word.label_text()) ". "
                span.note { "Change from the mean of the results before: " (unit.difference_text(s.change)) "; " (if s.kin > 1 { "false discovery rate among comparable series " } else { "probability by chance alone " }) (format::number_text(if s.kin > 1 { s.q } else { s.p }, 2)) " (" a href="/about#moderated-t" { "moderated test" } ")." }
            }
        } }
    }

    /// The chance that the target is met: in words, with the naive chance and what must be said of both.
    fn odds_fact(&self) -> Markup {
        html! {
            @match self.view.series.row.odds {
                Ok(odds) => {
                    dt { "Odds" } dd {
                        "The target will be met with a chance of " strong { (odds.chance_text()) }
                        @if odds.at_most.is_some() { " (" (odds.bounds_words()) ")" }
                        @if let Some(naive) = odds.naive { "; if only the last result stood: " (odds::chance_text(naive)) }
                        ". " span.note { "Method " a href={ "/about#" (odds.method) } { (odds.method) } ", version " (odds.version) @if !odds.caution_text().is_empty() { "; " (odds.caution_text()) } ". " a href=(self.backtest_link()) { "How good they have been" } }
                    }
                }
                Err(why) => { dt { "Odds" } dd { "Can’t be said: " (why.reason_text()) "." } }
            }
        }
    }

    fn backtest_link(&self) -> PageLink {
        let row = &self.view.series.row;
        let link =
            PageLink::for_agency(self.agency, "measure").with_id(&self.view.planned.measure.id).with_word("backtest");
        let link = link.with_unless("group", &row.group, ALL).with_unless("grade", &row.grade, ALL);
        let below = row.odds.ok().and_then(|odds| odds.read_from).map(|from| from.level);
        let level = below.or(row.place.level.filter(|level| *level > Level::State)).map_or("", |level| level.id());
        link.with_unless("level", level, "").with_kept(&self.ground.kept)
    }

    /// The chart's own signals: each result against the natural limits of the series.
    fn process_details(&self) -> Markup {
        let chart = picture::process_chart("process", &self.view.planned.measure, &self.view.series);
        html! { @if let Some(chart) = chart { details { summary { "Against the natural limits of its own past" } (chart_figure(&chart)) } } }
    }

    /// What is overdue, else what comes next; nothing of a measure that no edition in force names: nobody waits for it.
    fn next_result_fact(&self) -> Markup {
        if !self.view.planned.current {
            return html! {};
        }
        html! { @match self.view.series.awaited_result() {
            AwaitedResult::Overdue(overdue) => { dt { "Overdue" } dd { (overdue.to_sentence()) } }
            AwaitedResult::Next(next, due) => { dt { "Next result" } dd { (period_text(Some(next))) ", due from " (due) } }
            AwaitedResult::Stopped(stopped) => { dt { "Next result" } dd { (stopped.to_sentence()) } }
            AwaitedResult::Nothing => {}
        } }
    }

    pub(super) fn parts_section(&self, standing: &TargetAssessment) -> Markup {
        let columns = [
            ("Part", GridColumnKind::Words),
            ("Where it stands", GridColumnKind::Verdict),
            ("Target", GridColumnKind::Figure),
            ("Latest", GridColumnKind::Figure),
            ("For", GridColumnKind::Short),
        ];
        let line = |(part, judged): (&PartAssessment, &SignalAndOdds)| {
            let (standing, unit) = (&part.standing, MeasureUnit::of_plan(part.standing.measured_in.as_deref()));
            let latest = chart::result_text(&unit, standing);
            vec![
                html! { (part.name) },
                verdict_of(standing, judged.signal, judged.odds, || self.plain_link()),
                html! { (chart::interval_text(&unit, standing.target)) },
                html! { (latest) },
                html! { (period_text(standing.period)) },
            ]
        };
        let caption = html! { "The parts of this target; the whole is as its worst part" };
        let rows = standing.parts.iter().zip(&self.view.series.row.parts).map(line).collect();
        html! {
            h2 { "Its parts: all must be met" }
            (ResponsiveTable { label: "Parts", caption, columns: &columns, rows }.table_markup())
        }
    }
}

fn unsigned_text(unit: &MeasureUnit, amount: f64) -> String {
    unit.difference_text(amount).trim_start_matches('+').to_owned()
}
