//! Measures: every one that any edition names.

use axum::extract::{Path, Query, State};
use axum::response::Html;
use maud::html;

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::layout::Section;
use crate::parts::measure_table;

/// `GET /{agency}/measures`
pub(crate) async fn page(
    State(site): State<Site>,
    Path(agency): Path<String>,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let view = ground.snapshot.home(&agency).await?;
    let content = html! {
        p.question { "What do we count, and where does it stand?" }
        h1 { "Measures" }
        (measure_table(&agency, ground.as_of, "m", "Measures of the plans in force, those that most need attention first", &view.measures))
        @if !view.dropped.is_empty() {
            h2 { "From earlier editions" }
            (measure_table(&agency, ground.as_of, "d", "Measures that only earlier editions name", &view.dropped))
        }
    };
    Ok(Html(ground.page(&agency, Section::Track, "Measures", &content).into_string()))
}
