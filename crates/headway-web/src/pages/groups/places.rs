//! One gap place by place: where a group is clearly further behind than in the whole agency, and where clearly less.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use headway_analytics::PlaceRef;
use headway_analytics::gaps::{GapComparison, GapPlaces, PlaceGap};
use headway_delivery::model::{ALL, StudentGroup};
use headway_delivery::view::{GapPlacesView, GroupsView, PanelChoice};
use headway_delivery::{chart, picture};
use headway_render::format;
use maud::{Markup, html};

use super::GroupsPage;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::link::PageLink;
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, chart_figure, interval_text};

/// Places that the page lists on each side.
const LISTED: usize = 12;

/// The gap that is asked for, or the first that can be compared; none on another place's page.
pub(super) async fn load_gap_view(
    ground: &PageContext,
    groups: &GroupsView,
    agency: &str,
    ask: &QueryParams,
) -> Result<Option<GapPlacesView>, PageError> {
    if ground.snapshot.agency(agency)?.agency.place.as_deref() != Some(groups.place.as_str()) {
        return Ok(None);
    }
    let choice = panel_choice(ask)?;
    if let Some(measure) = ask.chosen_value("measure") {
        return Ok(Some(ground.snapshot.gap_places_view(measure, &choice).await?));
    }
    for (measure, _, _) in &groups.rows {
        let view = ground.snapshot.gap_places_view(&measure.id, &choice).await?;
        if view.found.is_ok() {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// `GET /{agency}/gaps.csv?measure=&group=&level=`: every place's gap beside the agency's own.
pub(crate) async fn gaps_csv(
    State(site): State<SiteState>,
    Path(_): Path<String>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.load_ground(&ask).await?;
    let measure = ask
        .chosen_value("measure")
        .ok_or_else(|| PageError::BadChoice("Say which measure: ?measure=ID.".to_owned()))?;
    let view = ground.snapshot.gap_places_view(measure, &panel_choice(&ask)?).await?;
    let table = match view.found.as_ref() {
        Ok(found) => picture::gap_places_table(&view, found),
        Err(why) => return Err(PageError::NotFound(format!("Nothing can be compared: {}.", why.reason_text()))),
    };
    let name = "attachment; filename=\"gaps.csv\"".to_owned();
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], table.to_csv()))
}

fn panel_choice(ask: &QueryParams) -> Result<PanelChoice, PageError> {
    Ok(PanelChoice {
        level: ask.chosen_level()?,
        group: ask.chosen_value("group").map(str::to_owned),
        grade: None,
        at_least: None,
    })
}

/// The section of the page.
pub(super) fn places_section(page: &GroupsPage<'_>, view: &GapPlacesView) -> Markup {
    let measures: Vec<_> = page.view.rows.iter().map(|(m, _, _)| (m.id.clone(), m.name.clone())).collect();
    let groups: Vec<_> = view.groups.iter().map(|g| (g.clone(), StudentGroup::name_of(g).into_owned())).collect();
    let levels: Vec<_> = view.levels.iter().map(|l| (l.id().to_owned(), l.place_nouns().1.to_owned())).collect();
    html! {
        h2 #places { "Place by place" }
        (ChoiceForm::new(PageLink::for_agency(page.agency, "groups").with_fragment("places"))
            .add_select("measure", "Measure", &measures, &view.planned.measure.id, "")
            .add_select("group", "Student group", &groups, &view.group, "")
            .add_select("level", "Places", &levels, view.level.map_or("", |l| l.id()), "")
            .with_kept(&page.ground.kept)
            .render_form())
        @match view.found.as_ref() {
            Err(why) => p { "Nothing can be compared: " (why.reason_text()) "." },
            Ok(found) => (comparison_section(page, view, found)),
        }
    }
}

fn comparison_section(page: &GroupsPage<'_>, view: &GapPlacesView, found: &GapPlaces) -> Markup {
    let unit = chart::measure_unit(&view.planned.measure);
    let places: Vec<(&PlaceGap, &PlaceRef)> = found.places.iter().zip(&view.names).collect();
    let of = |than: GapComparison| places.iter().filter(move |(gap, _)| gap.than == Some(than)).copied();
    let (larger, mut smaller): (Vec<_>, Vec<_>) =
        (of(GapComparison::Larger).collect(), of(GapComparison::Smaller).collect());
    smaller.reverse();
    let csv = PageLink::for_agency(page.agency, "gaps.csv")
        .with_choice("measure", &view.planned.measure.id)
        .with_choice("group", &view.group);
    let csv = csv.with_unless("level", view.level.map_or("", |l| l.id()), "").with_kept(&page.ground.kept);
    let whole = found.whole.interval.map(|(lo, hi)| format!(" (95% interval {})", interval_text(&unit, lo, hi)));
    html! {
        @if let Some(chart) = picture::gap_places("gap-places", view, found) { (chart_figure(&chart)) }
        p { (view.home.name) ": " (StudentGroup::name_of(&view.group)) " are " (unit.difference_text(found.whole.behind.abs()).trim_start_matches('+')) " " (found.whole.side_words()) " " (picture::reference_words(&found.whole.reference)) (whole.unwrap_or_default()) ", " (found.whole.full_course_text()) ". " (if found.whole.has_sides() { "Plus is behind, whatever the direction." } else { "Plus is lower; neither side is better." }) }
        @for (than, list) in [(GapComparison::Larger, larger), (GapComparison::Smaller, smaller)] {
            @if !list.is_empty() { (gap_table(page, view, than, &list)) }
        }
        p.note {
            "Larger and smaller are said at a false discovery rate of 5% over all places, from sampling error; a place’s own part in the whole is taken into account. "
            @if found.left_out > 0 { (format::count_text(found.left_out)) " more have no exact result of both groups in this period. " }
            a href=(csv) { "Every place as CSV" }
        }
    }
}

fn gap_table(
    page: &GroupsPage<'_>,
    view: &GapPlacesView,
    than: GapComparison,
    list: &[(&PlaceGap, &PlaceRef)],
) -> Markup {
    let unit = chart::measure_unit(&view.planned.measure);
    let sides = list.iter().any(|(gap, _)| gap.line.has_sides());
    let title = match (than, sides) {
        (GapComparison::Larger, true) => "further behind",
        (_, true) => "less behind",
        (GapComparison::Larger, false) => "further below the reference",
        (_, false) => "less far below the reference",
    };
    let link = |id: &str| {
        PageLink::for_agency(page.agency, "measure").with_id(&view.planned.measure.id).with_choice("unit", id)
    };
    let columns = [
        ("Place", GridColumnKind::Words),
        (if sides { "Behind" } else { "Lower by" }, GridColumnKind::Figure),
        ("95% interval", GridColumnKind::Short),
        ("Beyond the whole’s", GridColumnKind::Figure),
        ("95% interval of that", GridColumnKind::Short),
        ("Course", GridColumnKind::Words),
    ];
    let interval =
        |ends: Option<(f64, f64)>| html! { @if let Some((lo, hi)) = ends { (interval_text(&unit, lo, hi)) } };
    let line = |(gap, place): &(&PlaceGap, &PlaceRef)| {
        let link = link(&place.id).with_unless("group", &view.group, ALL).with_kept(&page.ground.kept);
        vec![
            html! { a href=(link) { (place.name) } },
            html! { (unit.difference_text(gap.line.behind)) },
            interval(gap.line.interval),
            html! { (unit.difference_text(gap.beyond)) },
            interval(gap.beyond_interval),
            html! { (gap.line.full_course_text()) },
        ]
    };
    let caption = html! { "Clearly " (title) " than in " (view.home.name) @if list.len() > LISTED { ": the first " (LISTED) " of " (list.len()) } };
    let rows = list.iter().take(LISTED).map(line).collect();
    ResponsiveTable { label: &format!("Clearly {title}"), caption, columns: &columns, rows }.table_markup()
}
