//! A place's page: every measure beside the agency's own result, and its student groups.

use headway_model::status::TargetAssessment;
use headway_model::{ALL, Period, StudentGroup};
use headway_parts::{
    GridColumn, GridColumnKind, ResponsiveTable, dropped_note, headline_told, parts_text, period_text, told_status,
};
use headway_release::{PublishedRow, ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, format, measure_unit};
use maud::{Markup, html};

use super::book::{PublicMeasure, ReleaseView};
use super::promised::PublicTarget;
use super::{parts, words};
use crate::Error;

/// Periods in the tables by student group: the latest.
const PERIODS: usize = 5;

/// The page.
pub(super) fn place_page(book: &ReleaseView<'_>, place: &str) -> Result<Markup, Error> {
    let (mut here, mut lines): (Vec<(&PublicMeasure<'_>, &ReleaseMeasure)>, Vec<PublicTarget<'_>>) =
        (Vec::new(), Vec::new());
    for entry in &book.measures {
        let promised = book.promised_at(entry, place)?;
        let whole = entry.whole.filter(|m| !m.series(ALL, ALL, place).is_empty());
        here.extend(whole.map(|whole| (entry, whole)));
        // The result of all students stands first, with a target or without.
        if whole.is_some() && promised.iter().all(|line| line.words.is_some()) {
            lines.push(book.line_of_series(entry, (ALL, ALL), place, None)?);
        }
        lines.extend(promised);
    }
    let name = book.release.place_name(place);
    // A target of a measure that no edition in force names is told below, and counts as none.
    let in_force = lines.iter().filter(|line| line.entry.dropped.is_none());
    let targets = in_force.flat_map(|line| line.status_tally().0).collect();
    let below = book.places_below(place);
    Ok(html! {
        p.crumbs {
            a href="../places.html" { "Places" }
            @for above in book.places_above(place) { " › " a href={ (book.page_name(above)) ".html" } { (book.place_name(above)) } }
        }
        h1 { (name) }
        p.meta { @if let Some(level) = book.level(place) { (level.place_nouns().0) ", " } "id " code { (place) } }
        @if lines.is_empty() { p { "No measure has a result for all students here." } } @else {
            p.lede { (headline_told(&targets, None)) "." }
            (measures_table(book, &lines, place))
            @for (entry, whole) in &here { (by_group(book, entry, whole, place)?) }
        }
        @if !below.is_empty() {
            h2 { (format::count_with_noun(below.len(), "place", "places")) " below it" }
            ul.columns { @for child in below { li { a href={ (book.page_name(child)) ".html" } { (book.place_name(child)) } } } }
        }
    })
}

fn measures_table(book: &ReleaseView<'_>, lines: &[PublicTarget<'_>], place: &str) -> Markup {
    let home = book.home_place().filter(|home| *home != place);
    let mut columns = vec![
        ("Measure", GridColumnKind::Words),
        ("Status", GridColumnKind::Plain),
        ("Latest", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
        ("Students", GridColumnKind::Figure),
    ];
    columns.extend(home.map(|_| ("Whole agency", GridColumnKind::Figure)));
    let line = |PublicTarget { entry, words: whom, rows, standing, .. }: &PublicTarget<'_>| {
        let unit = measure_unit(entry.plan);
        let latest = words::latest_row(rows);
        let mut cells = vec![
            html! { a href={ "../measure/" (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } @if let Some(whom) = whom { " " span.note { (whom) } } (dropped_note(entry.dropped)) },
            told_status(standing.status),
            latest_cell(&unit, entry, rows, standing),
            html! { (period_text(latest.map(|row| row.period))) },
            html! { (words::students_text(&unit, latest)) },
        ];
        cells.extend(home.map(|home| {
            let of_group = |row: &PublishedRow| {
                let own = entry.whole.map_or(&[][..], |whole| whole.series(&row.group, &row.grade, home));
                words::of_period(own, row.period)
            };
            let same = latest.and_then(of_group);
            words::figure_cell(&unit, same, &standing.rounding_marks())
        }));
        cells
    };
    let caption = html! { "Where " (book.release.place_name(place)) " stands, all students where the line names no other" @if home.is_some() { ", beside the agency’s own result of the same period" } };
    html! {
        h2 { "Every measure" }
        (ResponsiveTable { label: "Measures", caption, columns: &columns, rows: lines.iter().map(line).collect() }.table_markup())
    }
}

/// The latest result, and the one that is judged where that is another; a compound measure has results of its parts alone.
fn latest_cell(
    unit: &MeasureUnit,
    entry: &PublicMeasure<'_>,
    rows: &[PublishedRow],
    standing: &TargetAssessment,
) -> Markup {
    let parts = entry.plan.parts.len();
    if rows.is_empty() && parts > 0 {
        return html! { span.note { (parts_text(parts)) } };
    }
    html! { (words::figure_cell(unit, words::latest_row(rows), &standing.rounding_marks())) (parts::judged_result(unit, rows, standing)) }
}

/// The student groups over the latest periods.
fn by_group(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    place: &str,
) -> Result<Markup, Error> {
    let unit: MeasureUnit = measure_unit(entry.plan);
    let all = whole.series(ALL, ALL, place);
    let periods: Vec<Period> = all[all.len().saturating_sub(PERIODS)..].iter().map(|row| row.period).collect();
    let groups = entry.groups_at(place);
    let titles: Vec<String> = periods.iter().map(|p| format::period_text(*p)).collect();
    let of_periods = titles.iter().map(|title| (title.as_str(), GridColumnKind::Figure));
    let columns: Vec<GridColumn<'_>> = [("Group", GridColumnKind::Words)]
        .into_iter()
        .chain(of_periods)
        .chain([("Students, latest", GridColumnKind::Figure)])
        .collect();
    let line = |group: &&str| -> Result<Vec<Markup>, Error> {
        let rows = whole.series(group, ALL, place);
        let marks = book.standing_at(entry, (group, ALL), place)?.rounding_marks();
        let figures = periods.iter().map(|p| words::figure_cell(&unit, words::of_period(rows, *p), &marks));
        let students = words::students_text(&unit, periods.last().and_then(|p| words::of_period(rows, *p)));
        let name = html! { (StudentGroup::name_of(group)) };
        Ok([name].into_iter().chain(figures).chain([html! { (students) }]).collect())
    };
    let caption = html! { "By student group" };
    let rows = groups.iter().map(line).collect::<Result<_, Error>>()?;
    Ok(html! {
        h2 { (entry.plan.name) }
        div.matrix { (ResponsiveTable { label: &entry.plan.name, caption, columns: &columns, rows }.table_markup()) }
    })
}
