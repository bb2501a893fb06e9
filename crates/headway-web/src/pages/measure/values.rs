//! Every value with the import that brought it, and what the measure is.

use headway_analytics::SeriesObservation;
use headway_delivery::model::Direction;
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use super::MeasurePage;
use crate::link::PageLink;
use crate::parts::{observed_beside, period_text, planned_source, source_link};

impl MeasurePage<'_> {
    pub(super) fn values_section(&self) -> Markup {
        let series = &self.view.series;
        let parts = &self.view.planned.measure.parts;
        let nothing = series.observed.is_empty() && series.parts.iter().all(|(_, o)| o.is_empty());
        html! {
            h2 { "Values and where they came from" }
            @if nothing { p.note { "No result has come in." } }
            @if !series.observed.is_empty() { (self.values_table(&self.measure_unit(), &self.series_label(), &series.observed)) }
            @for (id, values) in series.parts.iter().filter(|(_, o)| !o.is_empty()) {
                @let part = parts.iter().find(|p| p.id == *id);
                @let unit = part.and_then(|p| p.unit.as_deref()).map_or_else(|| self.measure_unit(), |u| MeasureUnit::of_plan(Some(u)));
                (self.values_table(&unit, part.map_or(id.as_str(), |p| &p.name), values))
            }
            @if !series.imports.is_empty() {
                ul.any { @for i in &series.imports { li.note { (self.import_link(i.vintage.id, "Import ")) ": " (source_link(&self.ground.snapshot, &i.vintage.source)) " (" (i.vintage.file) "), known from " (i.vintage.known_from) } } }
            }
        }
    }

    pub(super) fn definition_section(&self) -> Markup {
        let measure = &self.view.planned.measure;
        let banded = self.view.series.row.standing.outside_band(0.0).is_some();
        let better = measure.direction.map(|d| match d {
            _ if banded => "nearer to the band",
            Direction::Increase => "more",
            Direction::Decrease => "less",
            Direction::Maintain => "staying",
        });
        html! {
            h2 { "Definition" }
            dl.facts {
                dt { "Id" } dd { code { (measure.id) } }
                @if let Some(text) = &measure.definition { dt { "What is counted" } dd { (text) } }
                @if let Some(text) = &measure.unit { dt { "Unit" } dd { (text) } }
                @if let Some(word) = better { dt { "Better is" } dd { (word) } }
                @if let Some(text) = &measure.audience { dt { "For" } dd { (text) } }
                dt { "Plan" } dd { (self.plan_link()) ", edition " (self.view.planned.edition) }
                @if let Some(text) = &measure.goal_text { dt { "In the plan’s words" } dd { (text) } }
                @if let Some(text) = &measure.note { dt { "Note" } dd { (text) } }
                @for s in &self.view.sources { dt { "Source" } dd { (planned_source(s)) } }
            }
        }
    }

    /// The plan that the measure is described in, by its name, leading to the edition.
    fn plan_link(&self) -> Markup {
        let (id, edition) = (&self.view.planned.plan, &self.view.planned.edition);
        let link = PageLink::for_agency(self.agency, "plan")
            .with_choice("plan", id)
            .with_choice("edition", edition)
            .with_kept(&self.ground.kept);
        let found = self.ground.snapshot.plan_view(self.agency, Some(id), Some(edition));
        let name = found.ok().and_then(|view| view.plan.plan.name.clone()).unwrap_or_else(|| id.to_string());
        html! { a href=(link) { (name) } }
    }

    /// Every result, newest first; columns that nothing is known for are left out.
    fn values_table(&self, unit: &MeasureUnit, whose: &str, values: &[SeriesObservation]) -> Markup {
        let counted = values.iter().any(|o| o.numerator.is_some());
        let of = values.iter().any(|o| o.denominator.is_some());
        html! {
            div.scroll tabindex="0" role="region" aria-label={ "Values: " (whose) } { table.values {
                caption { "Every result, newest first: " (whose) }
                thead { tr {
                    th scope="col" { "Period" } th.n scope="col" { "Value" }
                    @if counted { th.n scope="col" { "Counted" } }
                    @if of { th.n scope="col" { "Of" } }
                    th.n scope="col" { "Import" }
                } }
                tbody { @for o in values.iter().rev() { tr {
                    th.p scope="row" { (period_text(Some(o.period))) }
                    td.n { (observed_beside(unit, Some(o), &self.view.series.row.standing.rounding_marks())) }
                    @if counted { td.n { @if let Some(k) = o.numerator { (format::number_text(k, 0)) } } }
                    @if of { td.n { @if let Some(n) = o.denominator { (format::number_text(n, 0)) } } }
                    td.n { (self.import_link(o.vintage, "")) }
                } } }
            } }
        }
    }

    /// The number of an import, leading to its page.
    fn import_link(&self, number: i64, before: &str) -> Markup {
        let link =
            PageLink::for_agency(self.agency, "import").with_id(&number.to_string()).with_kept(&self.ground.kept);
        html! { a href=(link) { (before) (number) } }
    }
}
