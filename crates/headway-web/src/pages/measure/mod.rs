//! Measure: one promise in full, by student group and by place.

mod places;
mod standing;
mod values;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use headway_delivery::chart;
use headway_delivery::model::{ALL, Group};
use headway_delivery::view::{MeasureChoice, MeasureView, Which};
use headway_render::{Chart, Unit, format};
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::{Kept, Link};
use crate::parts::{Choose, distance, figure, group_words, observed, odds, period, signal, status};

/// `GET /{agency}/measure/{id}`
pub(crate) async fn page(
    State(site): State<Site>,
    Path((agency, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Html<String>, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let view = ground.snapshot.measure_view(&id, &choice(&ground, &agency, &ask)?).await?;
    let page = Page { agency: &agency, ground: &ground, view: &view };
    let title = view.planned.measure.name.clone();
    Ok(Html(ground.page(&agency, Section::Track, &title, &page.content()).into_string()))
}

/// `GET /{agency}/measure/{id}/chart.svg`: the chosen series as a file.
pub(crate) async fn chart(
    State(site): State<Site>,
    Path((agency, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let series = ground.snapshot.series_of(&id, &choice(&ground, &agency, &ask)?).await?;
    let (_, planned) = ground.snapshot.measure(&id)?;
    let svg = chart::trajectory("chart", &planned.measure, &series).svg(840.0);
    Ok(([(CONTENT_TYPE, "image/svg+xml")], svg))
}

/// `GET /{agency}/measure/{id}/places.csv`: every place of the level, as published.
pub(crate) async fn places_csv(
    State(site): State<Site>,
    Path((agency, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let table = ground.snapshot.places_table(&id, &choice(&ground, &agency, &ask)?).await?;
    let Some(table) = table else {
        return Err(PageError::NotFound(format!("The measure “{id}” has no list of places.")));
    };
    let name = format!("attachment; filename=\"{}-places.csv\"", id.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], table.csv()))
}

fn choice(ground: &Ground, agency: &str, ask: &Ask) -> Result<MeasureChoice, PageError> {
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen(name).map(str::to_owned));
    Ok(MeasureChoice { unit: ground.place(agency)?, group, grade, level: ask.level()?, page: ask.page()? })
}

struct Page<'a> {
    agency: &'a str,
    ground: &'a Ground,
    view: &'a MeasureView,
}

impl Page<'_> {
    fn unit(&self) -> Unit {
        chart::unit(&self.view.planned.measure)
    }

    /// A page of this measure for another student group, other choices as they are.
    fn link(&self, word: &str, group: &str) -> Link {
        let row = &self.view.series.row;
        let link = Link::agency(self.agency, "measure").id(&self.view.planned.measure.id);
        let link = if word.is_empty() { link } else { link.extend(word) };
        let link =
            link.with("unit", &row.place.id).with_unless("group", group, ALL).with_unless("grade", &row.grade, ALL);
        link.keep(&self.ground.kept)
    }

    /// This page with the choices made.
    fn here(&self) -> Link {
        self.link("", &self.view.series.row.group)
    }

    fn content(&self) -> Markup {
        let measure = &self.view.planned.measure;
        let (series, row) = (&self.view.series, &self.view.series.row);
        html! {
            p.crumbs { a href=(Link::agency(self.agency, "measures").keep(&self.ground.kept)) { "Measures" } }
            h1 { (measure.name) }
            p.lede { (status(row.standing.status)) " – " (row.standing.sentence()) }
            p.meta { (self.whom()) "." @if !self.view.planned.current { " No longer in the plan: edition " (self.view.planned.edition) " was the last to name it." } }
            (self.choose())
            @if !series.observed.is_empty() { (self.trajectory()) }
            (self.standing(&row.standing))
            @if !row.standing.parts.is_empty() { (self.parts(&row.standing)) }
            @if self.view.by_group.len() > 1 { (self.groups()) }
            @if self.view.level.is_some() { (self.places()) }
            (self.values())
            (self.definition())
        }
    }

    /// Which place, group and grade the page speaks of.
    fn whom(&self) -> String {
        let row = &self.view.series.row;
        let mut words = format!("{}, {}", self.ground.snapshot.full_name(&row.place.id), group_words(&row.group));
        if row.grade != ALL {
            words += &format!(", grade {}", row.grade);
        }
        words
    }

    /// The sentence that the chart shows stands above it already.
    fn trajectory(&self) -> Markup {
        let mut chart = chart::trajectory("trajectory", &self.view.planned.measure, &self.view.series);
        chart.frame.heading = false;
        figure(&chart)
    }

    fn choose(&self) -> Markup {
        let (view, row) = (self.view, &self.view.series.row);
        let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), Group::name_of(g).into_owned())).collect();
        let grade = |g: &String| (g.clone(), if g == ALL { "All grades".to_owned() } else { format!("Grade {g}") });
        let grades: Vec<_> = view.grades.iter().map(grade).collect();
        let latest = (String::new(), "The latest".to_owned());
        let periods = view.periods.iter().skip(1).map(|p| (p.to_string(), format::period(*p)));
        let periods: Vec<_> = std::iter::once(latest).chain(periods).collect();
        let through = view.through.map(|p| p.to_string()).unwrap_or_default();
        let as_of = Kept { as_of: self.ground.kept.as_of, period: None };
        // A name that several places share would not lead back here: then the field holds the id.
        let named = self.ground.snapshot.which_place(self.agency, &row.place.name);
        let named = matches!(named, Ok(Which::One(id)) if id == row.place.id);
        let place = if named { &row.place.name } else { &row.place.id };
        Choose::new(Link::agency(self.agency, "measure").id(&view.planned.measure.id))
            .place(place, &Link::agency(self.agency, "places.json"))
            .select("group", "Student group", &groups, &row.group, ALL)
            .select("grade", "Grade", &grades, &row.grade, ALL)
            .select("period", "Judged through", &periods, &through, "")
            .keep(&as_of)
            .form()
    }

    fn groups(&self) -> Markup {
        let (unit, measure) = (self.unit(), &self.view.planned.measure);
        let place = &self.view.series.row.place.name;
        html! {
            h2 { "By student group" }
            (figure(&chart::groups("groups", measure, &self.view.by_group, place)))
            div.scroll tabindex="0" role="region" aria-label="Student groups" { table {
                caption { "Student groups in " (place) }
                thead { tr { th scope="col" { "Group" } th scope="col" { "Status" } th.n scope="col" { "Latest" } th scope="col" { "For" } th.n scope="col" { "To the path" } th scope="col" { "Signal" } th scope="col" { "Odds" } } }
                tbody { @for line in &self.view.by_group { tr {
                    @let latest = line.row.observed.as_ref().or(line.observed.last());
                    th scope="row" { a href=(self.link("", &line.code)) { (line.name) } }
                    td { (status(line.row.standing.status)) }
                    td.n { (observed(&unit, latest)) }
                    td.p { (period(latest.map(|o| o.period))) }
                    td.n { (distance(&unit, &line.row.standing)) }
                    td.odds { (signal(line.row.signal)) }
                    td.odds { (odds(line.row.odds)) }
                } } }
            } }
        }
    }
}
