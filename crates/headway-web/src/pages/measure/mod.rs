//! Measure: one measure in full, by student group and by place.

mod files;
mod places;
mod promised;
mod standing;
mod values;

pub(crate) use files::{chart_png, chart_svg, places_csv, values_csv};

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::chart;
use headway_delivery::model::{ALL, Grade, Level, StudentGroup};
use headway_delivery::view::{GroupLine, MeasureChoice, MeasureView, PlaceMatch, TargetSummary};
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::{PageLink, StickyParams};
use crate::parts::{
    ChoiceForm, GridColumnKind, ResponsiveTable, chart_figure, distance_cell, group_words, read_from, result_cells,
    row_verdict, verdict_below,
};

/// `GET /{agency}/measure/{id}`
pub(crate) async fn measure_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let view = ground.snapshot.measure_view(&id, &measure_choice(&ground, &agency, &ask)?).await?;
    let targets = ground.snapshot.targets_of(&view.planned).await?;
    let page = MeasurePage { agency: &agency, ground: &ground, view: &view, targets: &targets };
    let title = view.planned.measure.name.clone();
    Ok(ground.html_answer(&agency, NavSection::Track, &title, &page.render_content()))
}

fn measure_choice(ground: &PageContext, agency: &str, ask: &QueryParams) -> Result<MeasureChoice, PageError> {
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen_value(name).map(str::to_owned));
    Ok(MeasureChoice {
        place: ground.chosen_place(agency)?,
        group,
        grade,
        level: ask.chosen_level()?,
        page: ask.page_number()?,
    })
}

struct MeasurePage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a MeasureView,
    /// Every target of the measure, this series' own and others.
    targets: &'a [TargetSummary],
}

impl MeasurePage<'_> {
    fn measure_unit(&self) -> MeasureUnit {
        chart::measure_unit(&self.view.planned.measure)
    }

    /// A page of this measure for another student group, other choices as they are.
    fn group_link(&self, word: &str, group: &str) -> PageLink {
        let row = &self.view.series.row;
        let link = PageLink::for_agency(self.agency, "measure").with_id(&self.view.planned.measure.id);
        let link = if word.is_empty() { link } else { link.with_word(word) };
        let link = link
            .with_choice("unit", &row.place.id)
            .with_unless("group", group, ALL)
            .with_unless("grade", &row.grade, ALL);
        link.with_kept(&self.ground.kept)
    }

    /// The level of the list of places, where it is another than the page shows by itself.
    fn level_id(&self) -> &'static str {
        let plain = self.view.levels.first();
        self.view.level.filter(|level| Some(level) != plain).map_or("", Level::id)
    }

    /// The page of this measure, without choices.
    fn plain_link(&self) -> PageLink {
        PageLink::for_agency(self.agency, "measure").with_id(&self.view.planned.measure.id).with_kept(&self.ground.kept)
    }

    /// This page with the choices made.
    fn current_link(&self) -> PageLink {
        self.group_link("", &self.view.series.row.group)
    }

    fn render_content(&self) -> Markup {
        let measure = &self.view.planned.measure;
        let (series, row) = (&self.view.series, &self.view.series.row);
        html! {
            p.crumbs { a href=(PageLink::for_agency(self.agency, "measures").with_kept(&self.ground.kept)) { "Measures" } }
            h1 { (measure.name) }
            (self.lede_section())
            (verdict_below(row, || self.plain_link()))
            p.meta { (self.series_label()) "." @if !self.view.planned.current { " No longer in the plan: edition " (self.view.planned.edition) " was the last to name it" @if let Some(dropped) = &self.view.planned.dropped { ", edition " (dropped) " dropped it" } "." } }
            (self.work_section())
            (self.choice_form())
            @if !series.observed.is_empty() { (self.trajectory_section()) }
            (self.part_charts())
            (self.targets_section())
            (self.standing_section(&row.standing))
            @if !row.standing.parts.is_empty() { (self.parts_section(&row.standing)) }
            @if self.view.by_group.len() > 1 { (self.groups_section()) }
            @if self.view.level.is_some() { (self.places_section()) }
            (self.values_section())
            (self.definition_section())
        }
    }

    /// Who works on it.
    fn work_section(&self) -> Markup {
        let work = self.ground.snapshot.measure_work(&self.view.planned.measure.id).unwrap_or_default();
        html! { p.meta {
            "Owner: " @if let Some(owner) = &work.owner { (self.link_to("owner", owner)) } @else { "the plan names none" } ". "
            @if !work.strategies.is_empty() { "Serves: " (self.list_of("strategy", &work.strategies)) ". " }
            @if !work.programs.is_empty() { "Programs: " (self.list_of("program", &work.programs)) "." }
        } }
    }

    /// Which place, group and grade the page speaks of.
    fn series_label(&self) -> String {
        let row = &self.view.series.row;
        let mut words = format!("{}, {}", self.ground.snapshot.full_name(&row.place.id), group_words(&row.group));
        if row.grade != ALL {
            words += &format!(", {}", Grade::in_words(&row.grade));
        }
        words
    }

    /// The sentence that the chart shows stands above it already.
    fn trajectory_section(&self) -> Markup {
        let mut chart = chart::trajectory_chart("trajectory", &self.view.planned.measure, &self.view.series);
        chart.frame.heading = false;
        let group = &self.view.series.row.group;
        html! {
            (chart_figure(&chart))
            (self.file_links(group, 0))
        }
    }

    /// The parts of a compound measure, a panel each; a chart for each unit.
    fn part_charts(&self) -> Markup {
        let mut charts = chart::part_charts("parts", &self.view.planned.measure, &self.view.series);
        charts.iter_mut().for_each(|chart| chart.frame.heading = false);
        html! { @for (i, chart) in charts.iter().enumerate() {
            (chart_figure(chart))
            (self.file_links(&self.view.series.row.group, i))
        } }
    }

    /// A link to the page of something of the agency.
    fn link_to(&self, page: &str, (id, name): &(impl AsRef<str>, String)) -> Markup {
        html! { a href=(PageLink::for_agency(self.agency, page).with_id(id.as_ref()).with_kept(&self.ground.kept)) { (name) } }
    }

    fn list_of(&self, page: &str, items: &[(impl AsRef<str>, String)]) -> Markup {
        html! { @for (i, item) in items.iter().enumerate() { @if i > 0 { "; " } (self.link_to(page, item)) } }
    }

    /// The chart as files: `chart` is its number where there are several.
    fn file_links(&self, group: &str, chart: usize) -> Markup {
        let link = |file: &str| self.group_link(file, group).with_unless("chart", &chart.to_string(), "0");
        html! { p.files { "Take along: " a href=(link("chart.svg")) { "chart as SVG" } ", " a href=(link("chart.png")) { "as PNG" } ", " a href=(link("values.csv")) { "values as CSV" } } }
    }

    fn choice_form(&self) -> Markup {
        let (view, row) = (self.view, &self.view.series.row);
        let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
        let grades: Vec<_> = view.grades.iter().map(|g| (g.clone(), Grade::name_of(g))).collect();
        let latest = (String::new(), "The latest".to_owned());
        let periods = view.periods.iter().skip(1).map(|p| (p.to_string(), format::period_text(*p)));
        let mut periods: Vec<_> = std::iter::once(latest).chain(periods).collect();
        // A period without a result of this series can be chosen elsewhere, and stays chosen here.
        let chosen = view.through.filter(|p| periods.iter().all(|(id, _)| *id != p.to_string()));
        if let Some(through) = chosen {
            let at = 1 + view.periods.iter().skip(1).take_while(|p| **p > through).count();
            periods.insert(at.min(periods.len()), (through.to_string(), format::period_text(through)));
        }
        let through = view.through.map(|p| p.to_string()).unwrap_or_default();
        let as_of = StickyParams { as_of: self.ground.kept.as_of, period: None };
        // A name that several places share would not lead back here: then the field holds the id.
        let named = self.ground.snapshot.which_place(self.agency, &row.place.name);
        let named = matches!(named, Ok(PlaceMatch::One(id)) if id == row.place.id);
        let place = if named { row.place.name.as_str() } else { row.place.id.as_str() };
        ChoiceForm::new(PageLink::for_agency(self.agency, "measure").with_id(&view.planned.measure.id))
            .add_place(place, &PageLink::for_agency(self.agency, "places.json"))
            .add_select("group", "Student group", &groups, &row.group, ALL)
            .add_select("grade", "Grade", &grades, &row.grade, ALL)
            .add_select("period", "Judged through", &periods, &through, "")
            .add_hidden("level", self.level_id(), "")
            .with_kept(&as_of)
            .render_form()
    }

    fn groups_section(&self) -> Markup {
        let (place_id, measure) = (self.measure_unit(), &self.view.planned.measure);
        let place = &self.view.series.row.place.name;
        let line = |line: &GroupLine| {
            let [figure, of] = result_cells(&place_id, &line.row, &line.observed);
            vec![
                html! { a href=(self.group_link("", &line.code).with_unless("level", self.level_id(), "")) { (line.name) } },
                row_verdict(&line.row, || self.plain_link()),
                figure,
                of,
                distance_cell(&place_id, &line.row.standing),
            ]
        };
        let columns = [
            ("Group", GridColumnKind::Words),
            ("Where it stands", GridColumnKind::Verdict),
            ("Latest", GridColumnKind::Figure),
            ("For", GridColumnKind::Short),
            ("To the path", GridColumnKind::Figure),
        ];
        let caption = html! { "Student groups in " (place) };
        let rows = self.view.by_group.iter().map(line).collect();
        html! {
            h2 { "By student group" }
            (chart_figure(&chart::groups_chart("groups", measure, &self.view.by_group, place)))
            (ResponsiveTable { label: "Student groups", caption, columns: &columns, rows }.table_markup())
            (read_from(self.view.by_group.iter().map(|line| line.row.odds)))
        }
    }
}
