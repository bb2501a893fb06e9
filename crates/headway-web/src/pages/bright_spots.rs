//! Bright spots: who does better than expected, year after year.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use headway_analytics::PlaceRef;
use headway_analytics::bright::{BrightAnalysis, BrightPlace};
use headway_delivery::model::{ALL, MeasureId, StudentGroup};
use headway_delivery::picture;
use headway_delivery::view::{BrightView, PanelChoice, group_names};
use headway_render::{Chart, MeasureUnit, format};
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, between, figure};

/// Places that a page lists.
const LISTED: usize = 20;
/// Places on the map of persistence.
const MAPPED: usize = 30;

/// `GET /{agency}/bright-spots`
pub(crate) async fn page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let measures = measures(&agency, &ground).await?;
    let measure = ask.chosen("measure").or(measures.first().map(|m| m.0.as_str()));
    let content = match measure {
        None => {
            html! { h1 { "Bright spots" } p { "No measure has results of places enough to say what is expected of each." } }
        }
        Some(measure) => {
            let view = ground.snapshot.bright_view(measure, &choice(&ask)?).await?;
            content(&agency, &ground, &measures, &view)
        }
    };
    Ok(ground.answer(&agency, NavSection::BrightSpots, "Bright spots", &content))
}

/// `GET /{agency}/bright-spots.csv?measure=`: every place with its result, its size and whether it stands out.
pub(crate) async fn csv(
    State(site): State<SiteState>,
    Path(_): Path<String>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground(&ask).await?;
    let measure =
        ask.chosen("measure").ok_or_else(|| PageError::BadChoice("Say which measure: ?measure=ID.".to_owned()))?;
    let view = ground.snapshot.bright_view(measure, &choice(&ask)?).await?;
    let funnel = match view.found.as_ref() {
        Ok(found) => picture::funnel("funnel", &view, found),
        Err(_) => None,
    };
    let nothing = || PageError::NotFound(format!("The measure “{measure}” has no places to compare."));
    let table = funnel.ok_or_else(nothing)?.table();
    let name = "attachment; filename=\"bright-spots.csv\"".to_owned();
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], table.csv()))
}

fn choice(ask: &QueryParams) -> Result<PanelChoice, PageError> {
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen(name).map(str::to_owned));
    Ok(PanelChoice { level: ask.level()?, group, grade, at_least: None })
}

/// Id and name of the measures that have places enough.
async fn measures(agency: &str, ground: &PageContext) -> Result<Vec<(MeasureId, String)>, PageError> {
    let mut found = Vec::new();
    for planned in &ground.snapshot.agency(agency)?.measures {
        let measure = &planned.measure;
        if ground.snapshot.has_bright_level(&measure.id).await? {
            found.push((measure.id.clone(), measure.name.clone()));
        }
    }
    Ok(found)
}

fn content(agency: &str, ground: &PageContext, measures: &[(MeasureId, String)], view: &BrightView) -> Markup {
    let measure = &view.planned.measure;
    let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
    let levels: Vec<_> = view.levels.iter().map(|l| (l.id().to_owned(), l.nouns().1.to_owned())).collect();
    let level = view.level.map_or("", |l| l.id());
    let plain = view.levels.first().map_or("", |l| l.id());
    html! {
        p.question { "Bright spots: who does better than expected, and can be learned from?" }
        h1 { (headline(view)) }
        (ChoiceForm::new(PageLink::agency(agency, "bright-spots"))
            .select("measure", "Measure", measures, &measure.id, "")
            .select("level", "Places", &levels, level, plain)
            .select("group", "Student group", &groups, &view.group, ALL)
            .keep(&ground.kept)
            .form())
        @match view.found.as_ref() {
            Err(why) => p { "Nothing can be said: " (why.words()) "." },
            Ok(found) => (list(agency, ground, view, found)),
        }
    }
}

/// How many places do better than expected.
fn headline(view: &BrightView) -> String {
    let (one, many) = view.level.map_or(("place", "places"), |level| level.nouns());
    let Ok(found) = view.found.as_ref() else { return "Bright spots".to_owned() };
    found.headline((one, many))
}

fn list(agency: &str, ground: &PageContext, view: &BrightView, found: &BrightAnalysis) -> Markup {
    let many = view.level.map_or("places", |level| level.nouns().1);
    let bright: Vec<(&BrightPlace, &PlaceRef)> =
        found.places.iter().zip(&view.names).filter(|(p, _)| p.bright).collect();
    html! {
        @if !bright.is_empty() { (table(agency, ground, view, &bright)) }
        @if let Some(map) = picture::persistence("persistence", view, MAPPED) {
            h2 { "Year after year, or once?" }
            p { "Every place that stood out as better in a year counts here. A bright spot (★) lies, over the years, as far above expectation as is said below." }
            (figure(&map))
            (chance(view))
        }
        h2 { "Every place by its size" }
        @if let Some(funnel) = picture::funnel("funnel", view, found) {
            (figure(&funnel))
            p { a href=(csv_link(agency, ground, view)) { "Every place as CSV" } }
        } @else { p { "No funnel: numbers of students are not known." } }
        h2 { "How we know" }
        @for said in found.model_words(many, &MeasureUnit::of_plan(view.planned.measure.unit.as_deref())) { p { (said) } }
        @if !found.intake.is_empty() { p.note { "Intake: " (group_names(&found.intake)) "." } }
        p.note { "A place is worth a visit when it stands out in more than one year. Standing out is no proof of good work: it says where to look." }
    }
}

fn table(agency: &str, ground: &PageContext, view: &BrightView, bright: &[(&BrightPlace, &PlaceRef)]) -> Markup {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let link =
        |id: &str| PageLink::agency(agency, "place").id(id).with_unless("group", &view.group, ALL).keep(&ground.kept);
    let columns = [
        ("Place", GridColumnKind::Words),
        ("Latest", GridColumnKind::Figure),
        ("Expected", GridColumnKind::Figure),
        ("Lasting distance", GridColumnKind::Figure),
        ("95% interval", GridColumnKind::Short),
        ("Stood out in", GridColumnKind::Short),
        ("Without intake too", GridColumnKind::Short),
        ("Given its last year too", GridColumnKind::Short),
    ];
    let line = |(p, name): &(&BrightPlace, &PlaceRef)| {
        let years = p.years.iter().flatten().count();
        vec![
            html! { a href=(link(&name.id)) { (name.name) } },
            html! { @if let Some(value) = p.value { (unit.value(value)) } },
            html! { (unit.value(p.expected)) },
            html! { (unit.difference(p.distance)) },
            html! { (between(&unit, p.interval.0, p.interval.1)) },
            html! { @if p.in_all_years() { "all " (p.better()) " years" } @else { (p.better()) " of " (years) " years" } },
            html! { (yes(p.without_intake)) },
            html! { (yes(p.progress)) },
        ]
    };
    let caption = html! {
        "The furthest from expectation first" @if bright.len() > LISTED { ": the first " (LISTED) " of " (bright.len()) }
        ". The map below shows the years."
    };
    html! {
        (ResponsiveTable { label: "Bright spots", caption, columns: &columns, rows: bright.iter().take(LISTED).map(line).collect() }.table())
    }
}

/// How many places stood out how often, beside what chance alone would do.
fn chance(view: &BrightView) -> Markup {
    let counts = view.persistence.as_ref().map(|map| map.counts.as_slice()).unwrap_or_default();
    html! {
        div.scroll tabindex="0" role="region" aria-label="How often places stood out" { table.values {
            caption { "How often places stood out as better, beside what would come of each year’s flags falling on its places at random" }
            thead { tr { th.n scope="col" { "Years" } th.n scope="col" { "Places" } th.n scope="col" { "By chance" } } }
            tbody { @for (years, (places, chance)) in counts.iter().enumerate() { tr {
                th.n scope="row" { (years) } td.n { (format::count(*places)) } td.n { (format::number(*chance, 1)) }
            } } }
        } }
    }
}

fn csv_link(agency: &str, ground: &PageContext, view: &BrightView) -> PageLink {
    let link = PageLink::agency(agency, "bright-spots.csv").with("measure", &view.planned.measure.id);
    let link = link.with_unless("group", &view.group, ALL).keep(&ground.kept);
    match view.level {
        Some(level) => link.with("level", level.id()),
        None => link,
    }
}

fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}
