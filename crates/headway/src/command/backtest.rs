//! `backtest`: whether forecasts and odds of a measure held what they said.

use headway_analytics::backtest::PanelBacktest;
use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::StudentGroup;
use headway_delivery::picture;
use headway_delivery::view::BacktestView;
use serde_json::json;

use super::bright_spots::of_which;
use crate::CommandAnswer;
use crate::args::{OutputFormat, PanelArgs};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_backtest(context: &CommandContext, args: &PanelArgs) -> anyhow::Result<CommandAnswer> {
    let (_, snapshot) = context.load_snapshot().await?;
    let view = snapshot.backtest_view(&args.measure, &args.panel_choice()?).await?;
    let found = match view.found.as_ref() {
        Ok(found) => found,
        Err(why) => anyhow::bail!("{}{}: {}", args.measure, of_which(view.level, &view.group), why.reason_text()),
    };
    match context.format {
        OutputFormat::Json => output::print_json(&json!({
            "measure": view.planned.measure.id, "level": view.level.map(|l| l.id()), "group": view.group, "grade": view.grade,
            "backtest": found,
        }))?,
        OutputFormat::Csv => {
            let titles = ["method", "n", "mae", "cover80", "cover95", "interval_score95", "brier"];
            let rows = found.methods.iter().map(|m| {
                let figures = [m.mae, m.cover80, m.cover95, m.interval_score95, m.brier].map(|x| x.to_string());
                [m.method.to_owned(), m.n.to_string()].into_iter().chain(figures).collect()
            });
            output::print_csv(&titles, rows)?;
        }
        OutputFormat::Table => print_backtest(&view, found)?,
    }
    if let Some(file) = &args.chart {
        match picture::reliability_chart("chart", &view, found) {
            Some(picture) => chart::write_chart(&picture, file)?,
            None => anyhow::bail!("no forecast could be judged"),
        }
    }
    Ok(CommandAnswer::Done)
}

fn print_backtest(view: &BacktestView, found: &PanelBacktest) -> anyhow::Result<()> {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let places = view.level.map_or("places", |l| l.place_nouns().1);
    print_line(format_args!("{}, {}", view.planned.measure.name, StudentGroup::name_of(&view.group)))?;
    print_line(format_args!(
        "{} {places}, {} to {}, 1 to {} periods ahead; each held against its own last result.\n",
        found.series, found.from, found.to, found.horizon
    ))?;
    let share = |x: f64| number_cell(format!("{:.1}%", 100.0 * x));
    let rows = found.methods.iter().map(|m| {
        vec![
            text_cell(m.method),
            number_cell(m.n),
            number_cell(unit.difference_text(m.mae).trim_start_matches('+')),
            share(m.cover80),
            share(m.cover95),
            number_cell(format!("{:.2}", m.interval_score95)),
            number_cell(format!("{:.3}", m.brier)),
        ]
    });
    let titles = ["method", "forecasts", "mean error", "in 80% interval", "in 95% interval", "interval score", "Brier"];
    output::print_table(&titles, rows.collect())?;
    if let Some(own) = found.methods.first() {
        let tenths =
            own.reliability.iter().filter(|t| t.n > 0).map(|t| {
                vec![number_cell(t.n), share(t.chance.unwrap_or_default()), share(t.reached.unwrap_or_default())]
            });
        print_line("")?;
        output::print_table(&["forecasts", "chance that was said", "came true"], tenths.collect())?;
    }
    print_line(found.headline_text() + ".")?;
    Ok(())
}
