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
use headway_delivery::model::{ALL, Grade, StudentGroup};
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
    ChoiceForm, GridColumnKind, ResponsiveTable, beside, distance, figure, group_words, latest, read_from, verdict,
};

/// `GET /{agency}/measure/{id}`
pub(crate) async fn page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let view = ground.snapshot.measure_view(&id, &choice(&ground, &agency, &ask)?).await?;
    let targets = ground.snapshot.targets_of(&view.planned).await?;
    let page = MeasurePage { agency: &agency, ground: &ground, view: &view, targets: &targets };
    let title = view.planned.measure.name.clone();
    Ok(ground.answer(&agency, NavSection::Track, &title, &page.content()))
}

fn choice(ground: &PageContext, agency: &str, ask: &QueryParams) -> Result<MeasureChoice, PageError> {
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen(name).map(str::to_owned));
    Ok(MeasureChoice { place: ground.place(agency)?, group, grade, level: ask.level()?, page: ask.page()? })
}

struct MeasurePage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a MeasureView,
    /// Every target of the measure, this series' own and others.
    targets: &'a [TargetSummary],
}

impl MeasurePage<'_> {
    fn unit(&self) -> MeasureUnit {
        chart::unit(&self.view.planned.measure)
    }

    /// A page of this measure for another student group, other choices as they are.
    fn link(&self, word: &str, group: &str) -> PageLink {
        let row = &self.view.series.row;
        let link = PageLink::agency(self.agency, "measure").id(&self.view.planned.measure.id);
        let link = if word.is_empty() { link } else { link.extend(word) };
        let link =
            link.with("unit", &row.place.id).with_unless("group", group, ALL).with_unless("grade", &row.grade, ALL);
        link.keep(&self.ground.kept)
    }

    /// The page of this measure, without choices.
    fn plain(&self) -> PageLink {
        PageLink::agency(self.agency, "measure").id(&self.view.planned.measure.id).keep(&self.ground.kept)
    }

    /// This page with the choices made.
    fn here(&self) -> PageLink {
        self.link("", &self.view.series.row.group)
    }

    fn content(&self) -> Markup {
        let measure = &self.view.planned.measure;
        let (series, row) = (&self.view.series, &self.view.series.row);
        html! {
            p.crumbs { a href=(PageLink::agency(self.agency, "measures").keep(&self.ground.kept)) { "Measures" } }
            h1 { (measure.name) }
            (self.lede())
            (beside(row, || self.plain()))
            p.meta { (self.whom()) "." @if !self.view.planned.current { " No longer in the plan: edition " (self.view.planned.edition) " was the last to name it" @if let Some(dropped) = &self.view.planned.dropped { ", edition " (dropped) " dropped it" } "." } }
            (self.work())
            (self.choose())
            @if !series.observed.is_empty() { (self.trajectory()) }
            (self.part_charts())
            (self.targets())
            (self.standing(&row.standing))
            @if !row.standing.parts.is_empty() { (self.parts(&row.standing)) }
            @if self.view.by_group.len() > 1 { (self.groups()) }
            @if self.view.level.is_some() { (self.places()) }
            (self.values())
            (self.definition())
        }
    }

    /// Who works on it.
    fn work(&self) -> Markup {
        let work = self.ground.snapshot.measure_work(&self.view.planned.measure.id).unwrap_or_default();
        html! { p.meta {
            "Owner: " @if let Some(owner) = &work.owner { (self.link_to("owner", owner)) } @else { "the plan names none" } ". "
            @if !work.strategies.is_empty() { "Serves: " (self.list_of("strategy", &work.strategies)) ". " }
            @if !work.programs.is_empty() { "Programs: " (self.list_of("program", &work.programs)) "." }
        } }
    }

    /// Which place, group and grade the page speaks of.
    fn whom(&self) -> String {
        let row = &self.view.series.row;
        let mut words = format!("{}, {}", self.ground.snapshot.full_name(&row.place.id), group_words(&row.group));
        if row.grade != ALL {
            words += &format!(", {}", Grade::in_words(&row.grade));
        }
        words
    }

    /// The sentence that the chart shows stands above it already.
    fn trajectory(&self) -> Markup {
        let mut chart = chart::trajectory("trajectory", &self.view.planned.measure, &self.view.series);
        chart.frame.heading = false;
        let group = &self.view.series.row.group;
        html! {
            (figure(&chart))
            (self.files(group, 0))
        }
    }

    /// The parts of a compound measure, a panel each; a chart for each unit.
    fn part_charts(&self) -> Markup {
        let mut charts = chart::parts("parts", &self.view.planned.measure, &self.view.series);
        charts.iter_mut().for_each(|chart| chart.frame.heading = false);
        html! { @for (i, chart) in charts.iter().enumerate() {
            (figure(chart))
            (self.files(&self.view.series.row.group, i))
        } }
    }

    /// A link to the page of something of the agency.
    fn link_to(&self, page: &str, (id, name): &(impl AsRef<str>, String)) -> Markup {
        html! { a href=(PageLink::agency(self.agency, page).id(id.as_ref()).keep(&self.ground.kept)) { (name) } }
    }

    fn list_of(&self, page: &str, items: &[(impl AsRef<str>, String)]) -> Markup {
        html! { @for (i, item) in items.iter().enumerate() { @if i > 0 { "; " } (self.link_to(page, item)) } }
    }

    /// The chart as files: `chart` is its number where there are several.
    fn files(&self, group: &str, chart: usize) -> Markup {
        let link = |file: &str| self.link(file, group).with_unless("chart", &chart.to_string(), "0");
        html! { p.files { "Take along: " a href=(link("chart.svg")) { "chart as SVG" } ", " a href=(link("chart.png")) { "as PNG" } ", " a href=(link("values.csv")) { "values as CSV" } } }
    }

    fn choose(&self) -> Markup {
        let (view, row) = (self.view, &self.view.series.row);
        let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
        let grades: Vec<_> = view.grades.iter().map(|g| (g.clone(), Grade::name_of(g))).collect();
        let latest = (String::new(), "The latest".to_owned());
        let periods = view.periods.iter().skip(1).map(|p| (p.to_string(), format::period(*p)));
        let periods: Vec<_> = std::iter::once(latest).chain(periods).collect();
        let through = view.through.map(|p| p.to_string()).unwrap_or_default();
        let as_of = StickyParams { as_of: self.ground.kept.as_of, period: None };
        // A name that several places share would not lead back here: then the field holds the id.
        let named = self.ground.snapshot.which_place(self.agency, &row.place.name);
        let named = matches!(named, Ok(PlaceMatch::One(id)) if id == row.place.id);
        let place = if named { row.place.name.as_str() } else { row.place.id.as_str() };
        ChoiceForm::new(PageLink::agency(self.agency, "measure").id(&view.planned.measure.id))
            .place(place, &PageLink::agency(self.agency, "places.json"))
            .select("group", "Student group", &groups, &row.group, ALL)
            .select("grade", "Grade", &grades, &row.grade, ALL)
            .select("period", "Judged through", &periods, &through, "")
            .keep(&as_of)
            .form()
    }

    fn groups(&self) -> Markup {
        let (place_id, measure) = (self.unit(), &self.view.planned.measure);
        let place = &self.view.series.row.place.name;
        let line = |line: &GroupLine| {
            let [figure, of] = latest(&place_id, &line.row, &line.observed);
            vec![
                html! { a href=(self.link("", &line.code)) { (line.name) } },
                verdict(&line.row, || self.plain()),
                figure,
                of,
                distance(&place_id, &line.row.standing),
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
            (figure(&chart::groups("groups", measure, &self.view.by_group, place)))
            (ResponsiveTable { label: "Student groups", caption, columns: &columns, rows }.table())
            (read_from(self.view.by_group.iter().map(|line| line.row.odds)))
        }
    }
}
