//! `bright-spots`: places that do better than expected of them, year after year.

use headway_analytics::bright::{BrightAnalysis, BrightPlace, ExpectationSide};
use headway_delivery::chart::{self, MeasureUnit};
use headway_delivery::model::{Level, StudentGroup};
use headway_delivery::picture;
use headway_delivery::view::{BrightView, PanelChoice, group_names};
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{BrightSpots, OutputFormat, PanelArgs};
use crate::context::CommandContext;
use crate::output::{self, number_cell, print_line, text_cell};

pub(crate) async fn run_bright_spots(
    context: &CommandContext,
    BrightSpots { panel: args, at_least }: &BrightSpots,
) -> anyhow::Result<CommandAnswer> {
    let (_, snapshot) = context.load_snapshot().await?;
    let choice = PanelChoice { at_least: *at_least, ..args.panel_choice()? };
    let view = snapshot.bright_view(&args.measure, &choice).await?;
    let found = match view.found.as_ref() {
        Ok(found) => found,
        Err(why) => anyhow::bail!("{}{}: {}", args.measure, of_which(view.level, &view.group), why.reason_text()),
    };
    match context.format {
        OutputFormat::Json => output::print_json(&as_json(&view, found))?,
        OutputFormat::Csv => output::print_csv(&TITLES, csv_rows(&view, found))?,
        OutputFormat::Table => print_bright_spots(&view, found)?,
    }
    if let Some(file) = &args.chart {
        match picture::funnel_chart("chart", &view, found) {
            Some(funnel) => chart::write_chart(&funnel, file)?,
            None => anyhow::bail!("there is no funnel: numbers of students are not known"),
        }
    }
    Ok(CommandAnswer::Done)
}

/// Which panel was looked at, behind the measure's id.
pub(super) fn of_which(level: Option<Level>, group: &str) -> String {
    let places = level.map_or("any level of places", |level| level.place_nouns().1);
    format!(", {places}, {}", StudentGroup::name_of(group))
}

impl PanelArgs {
    /// The panel that is asked for.
    pub(crate) fn panel_choice(&self) -> Result<PanelChoice, crate::context::WrongUse> {
        let level = self.level.as_deref().map(super::track::parse_level).transpose()?;
        Ok(PanelChoice {
            level,
            group: Some(self.students.group.clone()),
            grade: Some(self.students.grade.clone()),
            at_least: None,
        })
    }
}

fn as_json(view: &BrightView, found: &BrightAnalysis) -> serde_json::Value {
    let place = |(p, name): (&BrightPlace, &headway_analytics::PlaceRef)| {
        json!({
            "place": name.id, "unit": name.id, "name": name.name, "value": p.value, "denominator": p.count, "expected": p.expected,
            "distance": p.distance, "interval": p.interval, "q": p.q, "years": p.years,
            "yearly": p.yearly, "bright": p.bright,
            "without_intake": p.without_intake, "progress": p.progress,
        })
    };
    json!({
        "measure": view.planned.measure.id,
        "level": view.level.map(|l| l.id()),
        "group": view.group,
        "grade": view.grade,
        "years": found.years.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "intake": found.intake,
        "places_without_published_shares": found.filled,
        "counted": found.counted,
        "explained": found.explained,
        "lasts": found.lasts,
        "flagged_by_chance_a_year": found.by_chance,
        "at_least": found.least,
        "listed_but_nearer": found.nearer,
        "method": headway_analytics::bright::METHOD,
        "method_version": headway_analytics::bright::VERSION,
        "places": found.places.iter().zip(&view.names).map(place).collect::<Vec<_>>(),
    })
}

const TITLES: [&str; 12] = [
    "place",
    "name",
    "value",
    "students",
    "expected",
    "distance",
    "lo95",
    "hi95",
    "q",
    "years_better",
    "bright",
    "without_intake",
];

fn csv_rows<'a>(view: &'a BrightView, found: &'a BrightAnalysis) -> impl Iterator<Item = Vec<String>> + 'a {
    let figure = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
    found.places.iter().zip(&view.names).map(move |(p, name)| {
        vec![
            name.id.to_string(),
            name.name.clone(),
            figure(p.value),
            figure(p.count),
            p.expected.to_string(),
            p.distance.to_string(),
            p.interval.0.to_string(),
            p.interval.1.to_string(),
            p.q.to_string(),
            format!("{} of {}", p.better_years(), p.years.iter().flatten().count()),
            p.bright.to_string(),
            p.without_intake.to_string(),
        ]
    })
}

fn print_bright_spots(view: &BrightView, found: &BrightAnalysis) -> anyhow::Result<()> {
    let unit = MeasureUnit::of_plan(view.planned.measure.unit.as_deref());
    let nouns = view.level.map_or(("place", "places"), |level| level.place_nouns());
    let list: Vec<_> = found.places.iter().zip(&view.names).filter(|(p, _)| p.bright).collect();
    print_line(format_args!("{}, {}", view.planned.measure.name, StudentGroup::name_of(&view.group)))?;
    print_line(format_args!(
        "{} of {} {} do better than expected, year after year.\n",
        list.len(),
        found.places.len(),
        nouns.1
    ))?;
    let mark = |side: &Option<ExpectationSide>| match side {
        Some(ExpectationSide::Better) => '+',
        Some(ExpectationSide::Within) => '=',
        Some(ExpectationSide::Worse) => '-',
        None => '.',
    };
    let yes = |truth: bool| text_cell(if truth { "yes" } else { "" });
    let table = list.iter().map(|(p, name)| {
        vec![
            text_cell(&name.name),
            number_cell(p.value.map(|v| unit.value_text(v)).unwrap_or_default()),
            number_cell(unit.value_text(p.expected)),
            number_cell(unit.difference_text(p.distance)),
            text_cell(output::interval_text(&unit, p.interval.0, p.interval.1)),
            text_cell(p.years.iter().map(mark).collect::<String>()),
            number_cell(format!("{:.3}", p.q)),
            yes(p.in_all_years()),
            yes(p.without_intake),
            yes(p.progress),
        ]
    });
    if !list.is_empty() {
        let titles = [
            "place",
            "latest",
            "expected",
            "lasting distance",
            "95% interval",
            "years",
            "q",
            "every year",
            "also without intake",
            "also given its last year",
        ];
        output::print_table(&titles, table.collect())?;
    }
    for said in found.model_words(nouns.1, &unit) {
        print_line(said)?;
    }
    if !found.intake.is_empty() {
        print_line(format_args!("Intake: {}.", group_names(&found.intake)))?;
    }
    print_line("Years: + better than expected, = as expected, - worse, . no result; oldest first.")?;
    Ok(())
}
