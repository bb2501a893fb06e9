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
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, chart_figure, interval_text};

/// Places that a page lists.
const LISTED: usize = 20;
/// Places on the map of persistence.
const MAPPED: usize = 30;

/// `GET /{agency}/bright-spots`
pub(crate) async fn bright_spots_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let measures = comparable_measures(&agency, &ground).await?;
    let measure = ask.chosen_value("measure").or(measures.first().map(|m| m.0.as_str()));
    let content = match measure {
        None => {
            html! { h1 { "Bright spots" } p { "No measure has results of places enough to say what is expected of each." } }
        }
        Some(measure) => {
            let view = ground.snapshot.bright_view(measure, &panel_choice(&ask)?).await?;
            render_content(&agency, &ground, &measures, &view)
        }
    };
    Ok(ground.html_answer(&agency, NavSection::BrightSpots, "Bright spots", &content))
}

/// `GET /{agency}/bright-spots.csv?measure=`: every place with its result, its size and whether it stands out.
pub(crate) async fn bright_spots_csv(
    State(site): State<SiteState>,
    Path(_): Path<String>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.load_ground(&ask).await?;
    let measure = ask
        .chosen_value("measure")
        .ok_or_else(|| PageError::BadChoice("Say which measure: ?measure=ID.".to_owned()))?;
    let view = ground.snapshot.bright_view(measure, &panel_choice(&ask)?).await?;
    let funnel = match view.found.as_ref() {
        Ok(found) => picture::funnel_chart("funnel", &view, found),
        Err(_) => None,
    };
    let nothing = || PageError::NotFound(format!("The measure “{measure}” has no places to compare."));
    let table = funnel.ok_or_else(nothing)?.data_table();
    let name = "attachment; filename=\"bright-spots.csv\"".to_owned();
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], table.to_csv()))
}

fn panel_choice(ask: &QueryParams) -> Result<PanelChoice, PageError> {
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen_value(name).map(str::to_owned));
    Ok(PanelChoice { level: ask.chosen_level()?, group, grade, at_least: None })
}

/// Id and name of the measures that have places enough.
async fn comparable_measures(agency: &str, ground: &PageContext) -> Result<Vec<(MeasureId, String)>, PageError> {
    let mut found = Vec::new();
    for planned in &ground.snapshot.agency(agency)?.measures {
        let measure = &planned.measure;
        if ground.snapshot.has_bright_level(&measure.id).await? {
            found.push((measure.id.clone(), measure.name.clone()));
        }
    }
    Ok(found)
}

fn render_content(agency: &str, ground: &PageContext, measures: &[(MeasureId, String)], view: &BrightView) -> Markup {
    let measure = &view.planned.measure;
    let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
    let levels: Vec<_> = view.levels.iter().map(|l| (l.id().to_owned(), l.place_nouns().1.to_owned())).collect();
    let level = view.level.map_or("", |l| l.id());
    let plain = view.levels.first().map_or("", |l| l.id());
    html! {
        p.question { "Bright spots: who does better than expected, and can be learned from?" }
        h1 { (bright_headline(view)) }
        (ChoiceForm::new(PageLink::for_agency(agency, "bright-spots"))
            .add_select("measure", "Measure", measures, &measure.id, "")
            .add_select("level", "Places", &levels, level, plain)
            .add_select("group", "Student group", &groups, &view.group, ALL)
            .with_kept(&ground.kept)
            .render_form())
        @match view.found.as_ref() {
            Err(why) => p { "Nothing can be said: " (why.reason_text()) "." },
            Ok(found) => (places_section(agency, ground, view, found)),
        }
    }
}

/// How many places do better than expected.
fn bright_headline(view: &BrightView) -> String {
    let (one, many) = view.level.map_or(("place", "places"), |level| level.place_nouns());
    let Ok(found) = view.found.as_ref() else { return "Bright spots".to_owned() };
    found.headline_text((one, many))
}

fn places_section(agency: &str, ground: &PageContext, view: &BrightView, found: &BrightAnalysis) -> Markup {
    let many = view.level.map_or("places", |level| level.place_nouns().1);
    let bright: Vec<(&BrightPlace, &PlaceRef)> =
        found.places.iter().zip(&view.names).filter(|(p, _)| p.bright).collect();
    html! {
        @if !bright.is_empty() { (bright_table(agency, ground, view, &bright)) }
        @if let Some(map) = picture::persistence_chart("persistence", view, MAPPED) {
            h2 { "Year after year, or once?" }
            p { "Every place that stood out as better in a year counts here. A bright spot (★) lies, over the years, as far above expectation as is said below." }
            (chart_figure(&map))
            (chance_table(view))
        }
        h2 { "Every place by its size" }
        @if let Some(funnel) = picture::funnel_chart("funnel", view, found) {
            (chart_figure(&funnel))
            p { a href=(csv_link(agency, ground, view)) { "Every place as CSV" } }
        } @else { p { "No funnel: numbers of students are not known." } }
        h2 { "How we know" }
        @for said in found.model_words(many, &MeasureUnit::of_plan(view.planned.measure.unit.as_deref())) { p { (said) } }
        @if !found.intake.is_empty() { p.note { "Intake: " (group_names(&found.intake)) "." } }
        p.note { "A place is worth a visit when it stands out in more than one year. Standing out is no proof of good work: it says where to look." }
    }
}

fn bright_table(agency: &str, ground: &PageContext, view: &BrightView, bright: &[(&BrightPlace, &PlaceRef)]) -> Markup {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let link = |id: &str| {
        PageLink::for_agency(agency, "place").with_id(id).with_unless("group", &view.group, ALL).with_kept(&ground.kept)
    };
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
            html! { @if let Some(value) = p.value { (unit.value_text(value)) } },
            html! { (unit.value_text(p.expected)) },
            html! { (unit.difference_text(p.distance)) },
            html! { (interval_text(&unit, p.interval.0, p.interval.1)) },
            html! { @if p.in_all_years() { "all " (p.better_years()) " years" } @else { (p.better_years()) " of " (years) " years" } },
            html! { (yes_or_no(p.without_intake)) },
            html! { (yes_or_no(p.progress)) },
        ]
    };
    let caption = html! {
        "The furthest from expectation first" @if bright.len() > LISTED { ": the first " (LISTED) " of " (bright.len()) }
        ". The map below shows the years."
    };
    html! {
        (ResponsiveTable { label: "Bright spots", caption, columns: &columns, rows: bright.iter().take(LISTED).map(line).collect() }.table_markup())
    }
}

/// How many places stood out how often, beside what chance alone would do.
fn chance_table(view: &BrightView) -> Markup {
    let counts = view.persistence.as_ref().map(|map| map.counts.as_slice()).unwrap_or_default();
    html! {
        div.scroll tabindex="0" role="region" aria-label="How often places stood out" { table.values {
            caption { "How often places stood out as better, beside what would come of each year’s flags falling on its places at random" }
            thead { tr { th.n scope="col" { "Years" } th.n scope="col" { "Places" } th.n scope="col" { "By chance" } } }
            tbody { @for (years, (places, chance)) in counts.iter().enumerate() { tr {
                th.n scope="row" { (years) } td.n { (format::count_text(*places)) } td.n { (format::number_text(*chance, 1)) }
            } } }
        } }
    }
}

fn csv_link(agency: &str, ground: &PageContext, view: &BrightView) -> PageLink {
    let link = PageLink::for_agency(agency, "bright-spots.csv").with_choice("measure", &view.planned.measure.id);
    let link = link.with_unless("group", &view.group, ALL).with_kept(&ground.kept);
    match view.level {
        Some(level) => link.with_choice("level", level.id()),
        None => link,
    }
}

fn yes_or_no(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}
