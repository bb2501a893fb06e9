//! Backtest: whether a measure's odds meant what they said.

use axum::extract::{Path, State};
use axum::response::Html;
use headway_analytics::backtest::{MethodScore, PanelBacktest};
use headway_delivery::model::{ALL, StudentGroup};
use headway_delivery::picture;
use headway_delivery::view::{BacktestView, PanelChoice};
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, figure, period};

/// `GET /{agency}/measure/{id}/backtest`
pub(crate) async fn page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen(name).map(str::to_owned));
    let view =
        ground.snapshot.backtest_view(&id, &PanelChoice { level: ask.level()?, group, grade, at_least: None }).await?;
    let title = format!("Backtest: {}", view.planned.measure.name);
    Ok(ground.answer(&agency, NavSection::Track, &title, &content(&agency, &ground, &view)))
}

fn content(agency: &str, ground: &PageContext, view: &BacktestView) -> Markup {
    let measure = &view.planned.measure;
    let levels: Vec<_> = view.levels.iter().map(|l| (l.id().to_owned(), l.nouns().1.to_owned())).collect();
    let (level, plain) = (view.level.map_or("", |l| l.id()), view.levels.first().map_or("", |l| l.id()));
    let back = PageLink::agency(agency, "measure").id(&measure.id);
    html! {
        p.crumbs { a href=(back.clone().keep(&ground.kept)) { (measure.name) } }
        p.question { "How good have the odds been?" }
        h1 { (headline(view)) }
        p { "Each year of the past is taken as today: the methods see the results up to it, and what they say is held against what came. " (StudentGroup::name_of(&view.group)) "." }
        (ChoiceForm::new(back.extend("backtest")).select("level", "Places", &levels, level, plain).carry("group", &view.group, ALL).keep(&ground.kept).form())
        @match view.found.as_ref() {
            Err(why) => p { "There is no backtest, so the odds of this measure are not calibrated: " (why.words()) "." },
            Ok(found) => (scores(view, found)),
        }
    }
}

/// What a method says of the years to come.
fn in_words(method: &str) -> &'static str {
    match method {
        "panel-damped-trend" => "what Headway says",
        "naive" => "the last result stays",
        "drift" => "the average change so far goes on",
        "ols" => "a straight line through all results",
        "theta" => "half of that line, from a smoothed level",
        _ => "",
    }
}

fn headline(view: &BacktestView) -> String {
    match view.found.as_ref() {
        Ok(found) => found.headline(),
        Err(_) => "The odds could not be tested".to_owned(),
    }
}

fn scores(view: &BacktestView, found: &PanelBacktest) -> Markup {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let percent = |share: f64| format::number(100.0 * share, 1) + "%";
    let places = view.level.map_or("places", |l| l.nouns().1);
    let columns = [
        ("Method", GridColumnKind::Words),
        ("Forecasts", GridColumnKind::Figure),
        ("Mean error", GridColumnKind::Figure),
        ("In 80% interval", GridColumnKind::Figure),
        ("In 95% interval", GridColumnKind::Figure),
        ("Interval score", GridColumnKind::Figure),
        ("Brier score", GridColumnKind::Figure),
    ];
    let line = |m: &MethodScore| {
        vec![
            html! { (m.method) br; span.note { (in_words(m.method)) } },
            html! { (format::count(m.n as usize)) },
            html! { (unit.difference(m.mae).trim_start_matches('+')) },
            html! { (percent(m.cover80)) },
            html! { (percent(m.cover95)) },
            html! { (format::number(m.interval_score95, 2)) },
            html! { (format::number(m.brier, 3)) },
        ]
    };
    let caption = html! { (format::count(found.series)) " " (places) ", " (period(Some(found.from))) " to " (period(Some(found.to))) ", up to " (found.horizon) " periods ahead. Less is better for error, interval score and Brier score; each series is held against its own last result." };
    html! {
        @if let Some(chart) = picture::reliability("reliability", view, found) { (figure(&chart)) }
        (ResponsiveTable { label: "Methods", caption, columns: &columns, rows: found.methods.iter().map(line).collect() }.table())
    }
}
