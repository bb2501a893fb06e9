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
use crate::parts::{ChoiceForm, GridColumnKind, ResponsiveTable, chart_figure, period_text};

/// `GET /{agency}/measure/{id}/backtest`
pub(crate) async fn backtest_page(
    State(site): State<SiteState>,
    Path((agency, id)): Path<(String, String)>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let [group, grade] = ["group", "grade"].map(|name| ask.chosen_value(name).map(str::to_owned));
    let view = ground
        .snapshot
        .backtest_view(&id, &PanelChoice { level: ask.chosen_level()?, group, grade, at_least: None })
        .await?;
    let title = format!("Backtest: {}", view.planned.measure.name);
    Ok(ground.html_answer(&agency, NavSection::Track, &title, &render_content(&agency, &ground, &view)))
}

fn render_content(agency: &str, ground: &PageContext, view: &BacktestView) -> Markup {
    let measure = &view.planned.measure;
    let levels: Vec<_> = view.levels.iter().map(|l| (l.id().to_owned(), l.place_nouns().1.to_owned())).collect();
    let (level, plain) = (view.level.map_or("", |l| l.id()), view.levels.first().map_or("", |l| l.id()));
    let back = PageLink::for_agency(agency, "measure").with_id(&measure.id);
    html! {
        p.crumbs { a href=(back.clone().with_kept(&ground.kept)) { (measure.name) } }
        p.question { "How good have the odds been?" }
        h1 { (backtest_headline(view)) }
        p { "Each year of the past is taken as today: the methods see the results up to it, and what they say is held against what came. " (StudentGroup::name_of(&view.group)) "." }
        (ChoiceForm::new(back.with_word("backtest")).add_select("level", "Places", &levels, level, plain).add_hidden("group", &view.group, ALL).with_kept(&ground.kept).render_form())
        @match view.found.as_ref() {
            Err(why) => p { "There is no backtest, so the odds of this measure are not calibrated: " (why.reason_text()) "." },
            Ok(found) => (scores_section(view, found)),
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

fn backtest_headline(view: &BacktestView) -> String {
    match view.found.as_ref() {
        Ok(found) => found.headline_text(),
        Err(_) => "The odds could not be tested".to_owned(),
    }
}

fn scores_section(view: &BacktestView, found: &PanelBacktest) -> Markup {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let percent = |share: f64| format::number_text(100.0 * share, 1) + "%";
    let places = view.level.map_or("places", |l| l.place_nouns().1);
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
            html! { (format::count_text(m.n as usize)) },
            html! { (unit.difference_text(m.mae).trim_start_matches('+')) },
            html! { (percent(m.cover80)) },
            html! { (percent(m.cover95)) },
            html! { (format::number_text(m.interval_score95, 2)) },
            html! { (format::number_text(m.brier, 3)) },
        ]
    };
    let caption = html! { (format::count_text(found.series)) " " (places) ", " (period_text(Some(found.from))) " to " (period_text(Some(found.to))) ", up to " (found.horizon) " periods ahead. Less is better for error, interval score and Brier score; each series is held against its own last result." };
    html! {
        @if let Some(chart) = picture::reliability_chart("reliability", view, found) { (chart_figure(&chart)) }
        (ResponsiveTable { label: "Methods", caption, columns: &columns, rows: found.methods.iter().map(line).collect() }.table_markup())
    }
}
