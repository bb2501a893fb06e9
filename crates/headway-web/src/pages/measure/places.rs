//! The measure place by place.

use headway_delivery::chart;
use headway_delivery::model::{ALL, Level};
use headway_delivery::view::PlaceLine;
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use super::MeasurePage;
use crate::link::PageLink;
use crate::parts::{
    GridColumn, GridColumnKind, ResponsiveTable, chart_figure, distance_words, judged_note, observed_beside,
    page_links, period_text, row_verdict, status_label, tally_list,
};

const COLUMNS: [GridColumn<'static>; 5] = [
    ("Place", GridColumnKind::Words),
    ("Where it stands", GridColumnKind::Verdict),
    ("Latest", GridColumnKind::Figure),
    ("For", GridColumnKind::Short),
    ("To the path", GridColumnKind::Figure),
];

/// How many places a page of the list has.
const PLACES_A_PAGE: usize = headway_delivery::view::PLACES_A_PAGE;

impl MeasurePage<'_> {
    pub(super) fn places_section(&self) -> Markup {
        let (place, view) = (self.measure_unit(), self.view);
        let Some(level) = view.level else { return html! {} };
        let words = level.place_nouns().1;
        let pages = view.tally.total().div_ceil(PLACES_A_PAGE);
        let csv = self.group_link("places.csv", &view.series.row.group).with_choice("level", level.id());
        let caption =
            html! { (format::count_text(view.tally.total())) " " (words) ", those that most need attention first" };
        let rows = view.places.iter().map(|line| self.place_row(&place, line)).collect();
        html! {
            h2 #places { "By place" }
            @if view.levels.len() > 1 { p.tabs { @for l in &view.levels {
                @if *l == level { strong { (capitalize_first(l.place_nouns().1)) } } @else { a href={ (self.current_link().with_choice("level", l.id())) "#places" } { (capitalize_first(l.place_nouns().1)) } } " "
            } } }
            @if let Some(chart) = chart::distribution_chart("places-chart", view, self.home_value(level)) { (chart_figure(&chart)) }
            (tally_list(&view.tally))
            p.links { a href=(self.bright_spots(level)) { "Bright spots among these " (words) } " " a href=(csv) { "All " (words) " as CSV" } }
            (ResponsiveTable { label: "Places", caption, columns: &COLUMNS, rows }.table_markup())
            (page_links(view.page, pages, |page| self.current_link().with_choice("level", level.id()).with_choice("page", &page.to_string())))
        }
    }

    fn place_row(&self, unit: &MeasureUnit, line: &PlaceLine) -> Vec<Markup> {
        let row = self.view.rows.get(&line.place.id);
        let marks =
            row.map_or_else(|| self.view.series.row.standing.rounding_marks(), |row| row.standing.rounding_marks());
        let before = row.and_then(|row| row.judged_before(line.latest.as_slice()));
        vec![
            html! { a href=(self.place_link(&line.place.id)) { (line.place.name) } },
            html! { @match row { Some(row) => (row_verdict(row, || self.plain_link())), None => (status_label(line.status)) } },
            html! { (observed_beside(unit, line.latest.as_ref(), &marks)) (judged_note(unit, before, &marks)) },
            html! { (period_text(line.latest.map(|o| o.period))) },
            html! { @if let Some(distance) = line.distance { (distance_words(unit, distance)) } },
        ]
    }

    fn bright_spots(&self, level: Level) -> PageLink {
        let link =
            PageLink::for_agency(self.agency, "bright-spots").with_choice("measure", &self.view.planned.measure.id);
        link.with_choice("level", level.id())
            .with_unless("group", &self.view.series.row.group, ALL)
            .with_kept(&self.ground.kept)
    }

    /// A place's page, for the same student group.
    fn place_link(&self, id: &str) -> PageLink {
        let link = PageLink::for_agency(self.agency, "place").with_id(id);
        link.with_unless("group", &self.view.series.row.group, ALL).with_kept(&self.ground.kept)
    }

    /// The agency's own value in the period of the distribution.
    fn home_value(&self, level: Level) -> Option<(String, f64)> {
        let row = &self.view.series.row;
        let own = row.place.level.is_some_and(|l| l < level);
        let same = self.view.series.observed.iter().find(|o| Some(o.period) == self.view.places_period)?;
        own.then_some((row.place.name.clone(), same.value.exact_number()?))
    }
}

fn capitalize_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
