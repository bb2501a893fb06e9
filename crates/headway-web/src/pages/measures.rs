//! Measures: every one that any edition names.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_delivery::view::MeasureSummary;
use maud::html;

use super::home::split_by_target;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::layout::NavSection;
use crate::parts::{MeasureTable, measure_table, target_headline, target_outlook};

/// `GET /{agency}/measures`
pub(crate) async fn measures_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let view = ground.snapshot.home_view(&agency).await?;
    let (targets, watched, named) = split_by_target(&view.measures);
    let (kept, old_watched, old_named) = split_by_target(&view.dropped);
    let table = |name, title: &str, caption, targets: bool, measures: Vec<&MeasureSummary>| {
        let table = MeasureTable { agency: &agency, kept: &ground.kept, name, caption, targets };
        html! { @if !measures.is_empty() { h2 { (title) } (measure_table(&table, &measures)) } }
    };
    let unfigured: Vec<&MeasureSummary> = named.into_iter().chain(old_named).collect();
    let content = html! {
        p.question { "What do we count, and where does it stand?" }
        h1 { (target_headline(&targets)) }
        (target_outlook(&targets))
        (table("p", "With a target", "Measures with a target in the plans in force, those that most need attention first", true, targets))
        (table("w", "Without a target", "Measures with results and no target", false, watched))
        (table("d", "Of earlier editions", "Measures with a target that only earlier editions name", true, kept))
        (table("e", "Of earlier editions, without a target", "Measures with results that only earlier editions name", false, old_watched))
        (table("n", "Without any figure", "Measures that a plan names, with no target figure and no result", false, unfigured))
    };
    Ok(ground.html_answer(&agency, NavSection::Track, "Measures", &content))
}
