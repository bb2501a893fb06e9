//! `track`: where we stand.

use headway_analytics::{NoOdds, NoSignal, SignalWord, TargetOdds, odds};
use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::plan::Method;
use headway_delivery::model::{Grade, Level, StudentGroup};
use headway_delivery::track::{SeriesSelection, TrackRow};

use crate::CommandAnswer;
use crate::args::{OutputFormat, TrackArgs};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, number_cell, print_line, status_cell, text_cell};

/// How many rows a table shows before it says how to see the rest.
const SHOWN: usize = 200;

pub(crate) async fn run_track(context: &CommandContext, args: &TrackArgs) -> anyhow::Result<CommandAnswer> {
    let selection = SeriesSelection {
        agency: args.agency.clone(),
        measure: args.measure.clone(),
        place: args.place.clone(),
        within: args.within.clone(),
        level: args.level.as_deref().map(parse_level).transpose()?,
        group: args.group.clone(),
        method: args.method.as_deref().map(parse_method).transpose()?,
    };
    let (snapshot, rows) = context.open_workspace().await?.track_selection(context.asked_day(), &selection).await?;
    // One measure that is asked for by its name ends with an error when it can't be read.
    let troubles = match selection.measure {
        None => snapshot.measure_troubles(selection.agency.as_deref()).await?,
        Some(_) => Vec::new(),
    };
    for trouble in &troubles {
        output::print_aside(format_args!("Left out: {trouble}."))?;
    }
    match context.format {
        OutputFormat::Json => output::print_json(&rows)?,
        OutputFormat::Csv => output::print_csv(&TITLES, rows.iter().map(csv_row))?,
        OutputFormat::Table if rows.is_empty() && troubles.is_empty() => print_line(
            "Nothing to show: no plan is loaded, or nothing fits the selection. `headway measures` and `headway places` list what \
             there is.",
        )?,
        OutputFormat::Table if rows.is_empty() => {}
        OutputFormat::Table => print_track(context, &rows)?,
    }
    // A program that reads the answer must not take a part of it for the whole.
    Ok(if troubles.is_empty() { CommandAnswer::Done } else { CommandAnswer::No })
}

const TITLES: [&str; 33] = [
    "measure",
    "place",
    "group",
    "grade",
    "period",
    "value",
    "numerator",
    "denominator",
    "state",
    "baseline",
    "target",
    "target_period",
    "expected",
    "distance",
    "status",
    "method",
    "pace_needed",
    "signal",
    "signal_q",
    "no_signal",
    "odds",
    "odds_naive",
    "odds_at_most",
    "odds_calibrated",
    "odds_method",
    "no_odds",
    "latest_period",
    "latest_value",
    "missing_period",
    "reached_period",
    "verdict",
    "dropped_in",
    "latest_strict",
];

/// The columns of the CSV form; figures in full, empty where nothing is known.
fn csv_row(row: &TrackRow) -> Vec<String> {
    let json = serde_json::to_value(row).expect("a row has text keys and finite numbers");
    let field = |name: &str| match name {
        "signal" => &json["signal"]["word"],
        "signal_q" => &json["signal"]["q"],
        "odds" => &json["odds"]["chance"],
        "odds_naive" => &json["odds"]["naive"],
        "odds_at_most" => &json["odds"]["at_most"],
        "odds_calibrated" => &json["odds"]["calibrated"],
        "odds_method" => &json["odds"]["method"],
        plain => &json[plain],
    };
    let text = |name: &&str| match field(name) {
        // As `show` has it: a bound that is itself excluded is another word.
        _ if *name == "state" => row.standing.kind_id().unwrap_or_default().to_owned(),
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(ends) => format!("{}..{}", bound_text(&ends["lo"]), bound_text(&ends["hi"])),
        other => other.to_string(),
    };
    TITLES.iter().map(text).collect()
}

/// The chance with what must be said of it, or why there is none.
fn chance_text(odds: TargetOdds) -> String {
    match odds.short_caution() {
        caution if caution.is_empty() => odds.chance_text(),
        caution => format!("{} ({caution})", odds.chance_text()),
    }
}

fn moved_word(word: SignalWord) -> &'static str {
    match word {
        SignalWord::High => "higher",
        SignalWord::Low => "lower",
        SignalWord::None => "within noise",
    }
}

/// The last figure that is known, where the status speaks of another result: one that is hidden, or that of the target's own
/// period.
fn last_figure(row: &TrackRow) -> String {
    let s = &row.standing;
    let unit = MeasureUnit::of_plan(row.measure.unit.as_deref());
    match (s.latest_period, s.missing_period) {
        (_, Some(missing)) => format!("none for {missing}"),
        (Some(latest), None) if s.period != Some(latest) => {
            format!("{} ({latest})", chart::latest_text(&unit, s))
        }
        _ => String::new(),
    }
}

/// An end of a range, as `show` writes it; empty where it is open.
fn bound_text(value: &serde_json::Value) -> String {
    value.as_f64().map(|end| end.to_string()).unwrap_or_default()
}

fn print_track(context: &CommandContext, rows: &[TrackRow]) -> anyhow::Result<()> {
    let unplanned = rows.iter().all(|row| row.standing.target.is_none() && row.measure.direction.is_none());
    if let Some(row) = rows.first().filter(|_| unplanned) {
        print_line(format_args!("No plan names “{}”, so nothing is promised; these are its results.", row.measure.id))?;
    }
    let titles = [
        "measure",
        "place",
        "group",
        "latest",
        "for",
        "last figure",
        "status",
        "to the path",
        "target",
        "by",
        "due",
        "pace/year",
        "signal",
        "odds",
        "if nothing moves",
    ];
    let table = rows.iter().take(SHOWN).map(|row| {
        let unit = MeasureUnit::of_plan(row.measure.unit.as_deref());
        let s = &row.standing;
        let group = if row.grade == "all" {
            StudentGroup::name_of(&row.group).into_owned()
        } else {
            format!("{}, {}", StudentGroup::name_of(&row.group), Grade::in_words(&row.grade))
        };
        vec![
            text_cell(row.measure_title()),
            text_cell(&row.place.name),
            text_cell(group),
            number_cell(row.observed.map(|o| chart::said_beside(&unit, &o, &s.rounding_marks())).unwrap_or_default()),
            text_cell(s.period.map(|p| p.to_string()).unwrap_or_default()),
            text_cell(last_figure(row)),
            status_cell(context, s.status),
            number_cell(s.distance.exact_number().map(|d| unit.difference_text(d)).unwrap_or_default()),
            number_cell(chart::interval_text(&unit, s.target)),
            text_cell(s.target_period.map(|p| p.to_string()).unwrap_or_default()),
            text_cell(
                s.target_due.filter(|due| *due > context.asked_day()).map(|due| due.to_string()).unwrap_or_default(),
            ),
            number_cell(s.pace_to_go().map(|p| unit.difference_text(p)).unwrap_or_default()),
            text_cell(row.signal.map_or_else(NoSignal::short_reason, |signal| moved_word(signal.word).to_owned())),
            text_cell(row.odds.map_or_else(NoOdds::short_reason, chance_text)),
            text_cell(row.odds.ok().and_then(|odds| odds.naive).map(odds::chance_text).unwrap_or_default()),
        ]
    });
    output::print_table(&titles, table.collect())?;
    if rows.len() > SHOWN {
        let more = rows.len() - SHOWN;
        print_line(format_args!(
            "{more} more: choose with --measure, --place, --level or --group, or take all with --format csv."
        ))?;
    }
    if rows.iter().any(|row| row.odds.is_ok_and(|odds| odds.read_from.is_some_and(|from| from.calibrated))) {
        print_line(
            "Odds “from its districts” (or schools): one series can't be calibrated; read from how they move, whose odds are (`headway backtest MEASURE`).",
        )?;
    }
    print_line(
        "Plus is the good side, whatever the direction; due is when the target's result can be expected. `headway show MEASURE` has one series in full.",
    )?;
    Ok(())
}

pub(crate) fn parse_level(text: &str) -> Result<Level, WrongUse> {
    let known = || WrongUse(format!("“{text}” is no level: nation, state, region, district or school"));
    Level::of_id(text).ok_or_else(known)
}

fn parse_method(text: &str) -> Result<Method, WrongUse> {
    let known = |_| WrongUse(format!("“{text}” is no method of status: trajectory, gpra, cagr or trend"));
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(known)
}
