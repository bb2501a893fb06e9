//! Measure: one promise in full, by student group and by place.

use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use headway_delivery::chart;
use headway_delivery::model::status::Standing;
use headway_delivery::model::{ALL, Group, Level};
use headway_delivery::view::{MeasureChoice, MeasureView, SeriesView};
use headway_render::{Chart, Unit, format};
use maud::{Markup, html};

use crate::Site;
use crate::ask::{Ask, Ground, chosen};
use crate::error::PageError;
use crate::layout::Section;
use crate::link::Link;
use crate::parts::{Choose, distance, figure, observed, odds, pager, period, signal, status, status_note, tally};

/// `GET /{agency}/measure/{id}`
pub(crate) async fn page(
    State(site): State<Site>,
    Path((agency, id)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.measure_view(&id, &choice(&ask)?).await?;
    let page = Page { agency: &agency, ground: &ground, view: &view };
    let title = view.planned.measure.name.clone();
    Ok(Html(ground.page(&agency, Section::Track, &title, &page.content()).into_string()))
}

/// `GET /{agency}/measure/{id}/chart.svg`: the chosen series as a file.
pub(crate) async fn chart(
    State(site): State<Site>,
    Path((_, id)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground(&ask).await?;
    let [group, grade] = [&ask.group, &ask.grade].map(|c| chosen(c).unwrap_or(ALL));
    let series = ground.snapshot.series(&id, chosen(&ask.unit), group, grade).await?;
    let (_, planned) = ground.snapshot.measure(&id)?;
    let svg = chart::trajectory("chart", &planned.measure, &series).svg(840.0);
    Ok(([(CONTENT_TYPE, "image/svg+xml")], svg))
}

/// `GET /{agency}/measure/{id}/places.csv`: every place of the level, as published.
pub(crate) async fn places_csv(
    State(site): State<Site>,
    Path((_, id)): Path<(String, String)>,
    Query(ask): Query<Ask>,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground(&ask).await?;
    let mut choice = choice(&ask)?;
    choice.page = 0;
    let view = ground.snapshot.measure_view(&id, &choice).await?;
    let Some(table) = chart::places_table(&view) else {
        return Err(PageError::NotFound(format!("The measure “{id}” has no list of places.")));
    };
    let name = format!("attachment; filename=\"{}-places.csv\"", id.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], table.csv()))
}

fn choice(ask: &Ask) -> Result<MeasureChoice, PageError> {
    let [unit, group, grade] = [&ask.unit, &ask.group, &ask.grade].map(|c| chosen(c).map(str::to_owned));
    Ok(MeasureChoice { unit, group, grade, period: None, level: ask.level()?, page: ask.page.unwrap_or(0) })
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

    /// This page with the choices made.
    fn here(&self) -> Link {
        let row = &self.view.series.row;
        let link = Link::agency(self.agency, "measure").id(&self.view.planned.measure.id);
        link.with("unit", &row.place.id)
            .with_unless("group", &row.group, ALL)
            .with_unless("grade", &row.grade, ALL)
            .as_of(self.ground.as_of)
    }

    fn content(&self) -> Markup {
        let measure = &self.view.planned.measure;
        let row = &self.view.series.row;
        html! {
            p.crumbs { a href=(Link::agency(self.agency, "measures").as_of(self.ground.as_of)) { "Measures" } }
            h1 { (measure.name) }
            p.lede { (status(row.standing.status)) " – " (row.place.name) ", " (Group::name_of(&row.group)) ": " (row.standing.sentence()) }
            @if !self.view.planned.current { p.note { "No longer in the plan: edition " (self.view.planned.edition) " was the last to name it." } }
            (self.choose())
            @if !self.view.series.observed.is_empty() || !self.view.series.targets.is_empty() {
                (figure(&chart::trajectory("trajectory", measure, &self.view.series)))
            }
            (self.standing(&row.standing))
            @if !row.standing.parts.is_empty() { (self.parts(&row.standing)) }
            @if self.view.by_group.len() > 1 { (self.groups()) }
            @if self.view.level.is_some() { (self.places()) }
            (self.values(&self.view.series))
            (self.definition())
        }
    }

    fn choose(&self) -> Markup {
        let row = &self.view.series.row;
        let groups: Vec<_> = self.view.groups.iter().map(|g| (g.clone(), Group::name_of(g).into_owned())).collect();
        let grades: Vec<_> = self
            .view
            .grades
            .iter()
            .map(|g| (g.clone(), if g == ALL { "All grades".to_owned() } else { format!("Grade {g}") }))
            .collect();
        Choose::new(Link::agency(self.agency, "measure").id(&self.view.planned.measure.id))
            .text("unit", "Place (its id)", &row.place.id)
            .select("group", "Student group", &groups, &row.group, ALL)
            .select("grade", "Grade", &grades, &row.grade, ALL)
            .as_of(self.ground.as_of)
            .form()
    }

    fn standing(&self, standing: &Standing) -> Markup {
        let (unit, row) = (self.unit(), &self.view.series.row);
        html! {
            h2 { "How we know" }
            dl.facts {
                dt { "Status" } dd { (status(standing.status)) }
                @if let Some(latest) = &row.observed { dt { "Latest result" } dd { (observed(&unit, Some(latest))) ", " (period(Some(latest.period))) @if let Some(n) = latest.denominator { " (" (format::number(n, 0)) " students)" } } }
                @if !standing.target.is_none() { dt { "Target" } dd { (chart::interval(&unit, standing.target)) " by " (period(standing.target_period)) @if let Some(due) = standing.target_due { ", its result due from " (due) } } }
                @if !standing.baseline.is_none() { dt { "Baseline" } dd { (chart::interval(&unit, standing.baseline)) ", " (period(standing.baseline_period)) } }
                @if !standing.expected.is_none() { dt { "The path asks for" } dd { (chart::interval(&unit, standing.expected)) @if let Some(tolerance) = standing.tolerance { " (near: within " (unit.difference(tolerance).trim_start_matches('+')) ")" } } }
                @if !standing.distance.is_none() { dt { "To the path" } dd { (distance(&unit, standing)) " (plus is the good side)" } }
                @if let Some(pace) = standing.pace_needed.exact() { dt { "Pace needed" } dd { (unit.difference(pace)) " a year"
                    @if let Some(p) = row.precedent { "; " (format::counted(p.kept as usize, "history", "histories")) " of " (format::count(p.of as usize)) " comparable ever kept such a pace for as long" } } }
                (self.odds())
                dt { "Signal" } dd { "The latest result is " (signal(row.signal)) "."
                    @if let Some(s) = row.signal { " " span.note { "Change from the mean of the results before: " (unit.difference(s.change)) "; false discovery rate among its kin " (format::number(s.q, 2)) " (" a href="/about#moderated-t" { "moderated test" } ")." } } }
                @if let Some(next) = standing.next_due { dt { "Next result" } dd { (period(standing.next_period)) ", due from " (next) } }
            }
            (status_note(standing))
            (self.process())
        }
    }

    /// The chance that the target is met: in words, with the naive chance and what must be said of both.
    fn odds(&self) -> Markup {
        html! {
            @match self.view.series.row.odds {
                Ok(odds) => {
                    dt { "Odds" } dd {
                        "The target will be met with a chance of " strong { (odds.words()) }
                        @if let Some(naive) = odds.naive { "; if only the last result stood: " (headway_delivery::judgement::odds::words(naive)) }
                        ". " span.note { "Method " (odds.method) ", version " (odds.version) @if !odds.caution().is_empty() { "; " (odds.caution()) } ". " a href=(self.backtest_link()) { "How good they have been" } }
                    }
                }
                Err(why) => @if !self.view.series.row.standing.target.is_none() { dt { "Odds" } dd { "None: " (why.words()) "." } }
            }
        }
    }

    fn backtest_link(&self) -> Link {
        let row = &self.view.series.row;
        let link = Link::agency(self.agency, "measure").id(&self.view.planned.measure.id).extend("backtest");
        let link = link.with_unless("group", &row.group, ALL).with_unless("grade", &row.grade, ALL);
        let level = row.place.level.filter(|level| *level > Level::State).map_or("", |level| level.id());
        link.with_unless("level", level, "").as_of(self.ground.as_of)
    }

    /// The chart's own signals: each result against the natural limits of the series.
    fn process(&self) -> Markup {
        let chart =
            headway_delivery::judgement::picture::process("process", &self.view.planned.measure, &self.view.series);
        html! { @if let Some(chart) = chart { details { summary { "Against the natural limits of its own past" } (figure(&chart)) } } }
    }

    fn parts(&self, standing: &Standing) -> Markup {
        html! {
            h2 { "Its parts: all must be met" }
            div.scroll tabindex="0" role="region" aria-label="Parts" { table {
                caption { "The parts of this target; the whole is as its worst part" }
                thead { tr { th scope="col" { "Part" } th scope="col" { "Status" } th.n scope="col" { "Target" } th scope="col" { "Latest" } th scope="col" { "For" } } }
                tbody { @for part in &standing.parts {
                    @let unit = Unit::of_plan(part.standing.measured_in.as_deref());
                    tr {
                        th scope="row" { (part.name) }
                        td { (status(part.standing.status)) }
                        td.n { (chart::interval(&unit, part.standing.target)) }
                        td { (chart::interval(&unit, part.standing.value)) }
                        td { (period(part.standing.period)) }
                    }
                } }
            } }
        }
    }

    fn groups(&self) -> Markup {
        let (unit, measure) = (self.unit(), &self.view.planned.measure);
        let place = &self.view.series.row.place.name;
        html! {
            h2 { "By student group" }
            (figure(&chart::groups("groups", measure, &self.view.by_group, place)))
            div.scroll tabindex="0" role="region" aria-label="Student groups" { table {
                caption { "Student groups in " (place) }
                thead { tr { th scope="col" { "Group" } th scope="col" { "Status" } th.n scope="col" { "Latest" } th scope="col" { "For" } th.n scope="col" { "To the path" } th scope="col" { "Odds" } } }
                tbody { @for line in &self.view.by_group { tr {
                    th scope="row" { a href=(self.here_for_group(&line.code)) { (line.name) } }
                    td { (status(line.row.standing.status)) }
                    td.n { (observed(&unit, line.row.observed.as_ref().or(line.observed.last()))) }
                    td { (period(line.row.observed.as_ref().or(line.observed.last()).map(|o| o.period))) }
                    td.n { (distance(&unit, &line.row.standing)) }
                    td { (odds(&line.row)) }
                } } }
            } }
        }
    }

    fn here_for_group(&self, group: &str) -> Link {
        let row = &self.view.series.row;
        Link::agency(self.agency, "measure")
            .id(&self.view.planned.measure.id)
            .with("unit", &row.place.id)
            .with_unless("group", group, ALL)
            .with_unless("grade", &row.grade, ALL)
            .as_of(self.ground.as_of)
    }

    fn places(&self) -> Markup {
        let (unit, view) = (self.unit(), self.view);
        let Some(level) = view.level else { return html! {} };
        let words = chart::nouns(level).1;
        let pages = view.tally.total().div_ceil(50);
        let csv = Link::agency(self.agency, "measure").id(&view.planned.measure.id).extend("places.csv");
        let csv =
            csv.with("level", level.id()).with_unless("group", &view.series.row.group, ALL).as_of(self.ground.as_of);
        html! {
            h2 #places { "By place" }
            @if view.levels.len() > 1 { p { @for l in &view.levels { @if *l == level { strong { (capital(chart::nouns(*l).1)) } } @else { a href={ (self.here().with("level", l.id())) "#places" } { (capital(chart::nouns(*l).1)) } } " " } } }
            @if let Some(chart) = chart::distribution("places-chart", view, self.home_value(level)) { (figure(&chart)) }
            (tally(&view.tally))
            p.links { a href=(Link::agency(self.agency, "bright-spots").with("measure", &view.planned.measure.id).with("level", level.id()).with_unless("group", &view.series.row.group, ALL).as_of(self.ground.as_of)) { "Bright spots among these " (words) } }
            div.scroll tabindex="0" role="region" aria-label="Places" { table {
                caption { (view.tally.total()) " " (words) ", those that most need attention first. " a href=(csv) { "All as CSV" } }
                thead { tr { th scope="col" { "Place" } th scope="col" { "Status" } th.n scope="col" { "Latest" } th scope="col" { "For" } } }
                tbody { @for line in &view.places { tr {
                    th scope="row" { a href=(Link::agency(self.agency, "place").id(&line.place.id).as_of(self.ground.as_of)) { (line.place.name) } }
                    td { (status(line.status)) }
                    td.n { (observed(&unit, line.latest.as_ref())) }
                    td { (period(line.latest.map(|o| o.period))) }
                } } }
            } }
            (pager(view.page, pages, |page| self.here().with("level", level.id()).with("page", &page.to_string())))
        }
    }

    /// The agency's own value in the period of the distribution.
    fn home_value(&self, level: Level) -> Option<(String, f64)> {
        let row = &self.view.series.row;
        let own = row.place.level.is_some_and(|l| l < level);
        let same = self.view.series.observed.iter().find(|o| Some(o.period) == self.view.places_period)?;
        own.then_some((row.place.name.clone(), same.value.exact()?))
    }

    fn values(&self, series: &SeriesView) -> Markup {
        let unit = self.unit();
        html! {
            h2 { "Values and where they came from" }
            @if series.observed.is_empty() { p.note { "No result has come in." } } @else {
                div.scroll tabindex="0" role="region" aria-label="Values" { table {
                    caption { "Every result of " (series.row.place.name) ", newest first" }
                    thead { tr { th scope="col" { "Period" } th.n scope="col" { "Value" } th.n scope="col" { "Numerator" } th.n scope="col" { "Students" } th.n scope="col" { "Import" } } }
                    tbody { @for o in series.observed.iter().rev() { tr {
                        th scope="row" { (period(Some(o.period))) }
                        td.n { (observed(&unit, Some(o))) }
                        td.n { @if let Some(k) = o.numerator { (format::number(k, 0)) } }
                        td.n { @if let Some(n) = o.denominator { (format::number(n, 0)) } }
                        td.n { (o.vintage) }
                    } } }
                } }
                ul { @for i in &series.imports { li.note { "Import " (i.vintage.id) ": " (i.vintage.source) " (" (i.vintage.file) "), known from " (i.vintage.known_from) } } }
            }
        }
    }

    fn definition(&self) -> Markup {
        let measure = &self.view.planned.measure;
        html! {
            h2 { "Definition" }
            dl.facts {
                dt { "Id" } dd { code { (measure.id) } }
                @if let Some(text) = &measure.definition { dt { "What is counted" } dd { (text) } }
                @if let Some(text) = &measure.unit { dt { "Unit" } dd { (text) } }
                @if let Some(d) = measure.direction { dt { "Better is" } dd { @match d { headway_delivery::model::Direction::Increase => "more", headway_delivery::model::Direction::Decrease => "less", headway_delivery::model::Direction::Maintain => "staying" } } }
                @if let Some(text) = &measure.audience { dt { "For" } dd { (text) } }
                dt { "Plan" } dd { (self.view.planned.plan) ", edition " (self.view.planned.edition) }
                @if let Some(text) = &measure.goal_text { dt { "In the plan’s words" } dd { (text) } }
                @if let Some(text) = &measure.note { dt { "Note" } dd { (text) } }
                @for s in &self.view.sources { dt { "Source" } dd { @if let Some(url) = &s.url { a href=(url) rel="noreferrer" { (s.title) } } @else { (s.title) } } }
            }
            p.links { a href=(self.chart_link()) { "The chart as SVG" } }
        }
    }

    fn chart_link(&self) -> Link {
        let row = &self.view.series.row;
        Link::agency(self.agency, "measure")
            .id(&self.view.planned.measure.id)
            .extend("chart.svg")
            .with("unit", &row.place.id)
            .with_unless("group", &row.group, ALL)
            .with_unless("grade", &row.grade, ALL)
            .as_of(self.ground.as_of)
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
