//! A measure's chart and figures as files, for the choices in the address.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use headway_delivery::chart;
use headway_render::Chart;

use super::measure_choice;
use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;

/// Width of the chart as a file, in pixels.
const WIDTH: f64 = 840.0;

/// `GET /{agency}/measure/{id}/chart.svg`: the chosen series.
pub(crate) async fn chart_svg(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let svg = drawn_chart(&site, &agency, &id, &ask).await?.to_svg(WIDTH);
    Ok(([(CONTENT_TYPE, "image/svg+xml")], svg))
}

/// `GET /{agency}/measure/{id}/chart.png`: the same for slides, at twice the size.
pub(crate) async fn chart_png(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let chart = drawn_chart(&site, &agency, &id, &ask).await?;
    // Tens of milliseconds of pure computing: not on the threads that answer requests.
    let turn = site.drawing.acquire().await.expect("turns to draw are not taken away");
    let png = tokio::task::spawn_blocking(move || headway_render::svg_to_png(&chart.to_svg(WIDTH), 2.0));
    let png = png.await.expect("drawing does not panic");
    drop(turn);
    let png = png.map_err(|error| PageError::Failed(headway_delivery::Error::Refused(error.to_string())))?;
    Ok(([(CONTENT_TYPE, "image/png")], png))
}

/// `GET /{agency}/measure/{id}/values.csv`: every observation of the chosen series, with its counts and its source.
pub(crate) async fn values_csv(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let series = ground.snapshot.series_of(&id, &measure_choice(&ground, &agency, &ask)?).await?;
    let table = ground.snapshot.values_table(&series);
    Ok(csv_response(&id, "values", table.to_csv()))
}

/// `GET /{agency}/measure/{id}/places.csv`: every place of the level, as published.
pub(crate) async fn places_csv(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<impl IntoResponse, PageError> {
    let ground = site.ground_of(&ask, &id).await?;
    let table = ground.snapshot.places_table(&id, &measure_choice(&ground, &agency, &ask)?).await?;
    let nothing = || PageError::NotFound(format!("The measure “{id}” has no list of places."));
    Ok(csv_response(&id, "places", table.ok_or_else(nothing)?.to_csv()))
}

/// The chart of the series that is asked for. A compound measure has one for each unit of its parts: `chart` is its number.
async fn drawn_chart(
    site: &SiteState,
    agency: &str,
    id: &str,
    ask: &QueryParams,
) -> Result<Box<dyn Chart + Send>, PageError> {
    let ground = site.ground_of(ask, id).await?;
    let series = ground.snapshot.series_of(id, &measure_choice(&ground, agency, ask)?).await?;
    let (_, planned) = ground.snapshot.measure(id)?;
    let number = ask.chosen_value("chart").unwrap_or("0");
    let nothing = || PageError::NotFound(format!("“{}” has no results to draw here.", planned.measure.name));
    let asked: usize =
        number.parse().map_err(|_| PageError::BadChoice(format!("“{number}” is no number of a chart: 0, 1, 2 ...")))?;
    chart::of_series("chart", &planned.measure, &series).into_iter().nth(asked).ok_or_else(nothing)
}

fn csv_response(id: &str, what: &str, text: String) -> impl IntoResponse + use<> {
    let id = id.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let name = format!("attachment; filename=\"{id}-{what}.csv\"");
    ([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], text)
}
