//! A place's page: every measure beside the agency's own result, and its student groups.

use headway_model::{ALL, Period, StudentGroup};
use headway_parts::{GridColumn, GridColumnKind, ResponsiveTable, dropped, headline_told, period};
use headway_release::{PublishedRow, ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, format, unit};
use maud::{Markup, html};

use super::book::{PublicMeasure, ReleaseView};
use super::promised::PublicTarget;
use super::{parts, words};
use crate::Error;

/// Periods in the tables by student group: the latest.
const PERIODS: usize = 5;

/// The page.
pub(super) fn content(book: &ReleaseView<'_>, place: &str) -> Result<Markup, Error> {
    let (mut here, mut lines): (Vec<(&PublicMeasure<'_>, &ReleaseMeasure)>, Vec<PublicTarget<'_>>) =
        (Vec::new(), Vec::new());
    for entry in &book.measures {
        let promised = book.promised_at(entry, place)?;
        let whole = entry.whole.filter(|m| !m.series(ALL, ALL, place).is_empty());
        here.extend(whole.map(|whole| (entry, whole)));
        // The result of all students stands first, with a target or without.
        if whole.is_some() && promised.iter().all(|line| line.words.is_some()) {
            lines.push(book.line(entry, (ALL, ALL), place, None)?);
        }
        lines.extend(promised);
    }
    let name = book.release.place_name(place);
    let targets = lines.iter().flat_map(|line| line.stand().0).collect();
    let below = book.below(place);
    Ok(html! {
        p.crumbs {
            a href="../places.html" { "Places" }
            @for above in book.above(place) { " › " a href={ (book.file(above)) ".html" } { (book.name(above)) } }
        }
        h1 { (name) }
        p.meta { @if let Some(level) = book.level(place) { (level.nouns().0) ", " } "id " code { (place) } }
        @if lines.is_empty() { p { "No measure has a result for all students here." } } @else {
            p.lede { (headline_told(&targets, None)) "." }
            (measures(book, &lines, place))
            @for (entry, whole) in &here { (by_group(entry, whole, place)) }
        }
        @if !below.is_empty() {
            h2 { (format::counted(below.len(), "place", "places")) " below it" }
            ul.columns { @for child in below { li { a href={ (book.file(child)) ".html" } { (book.name(child)) } } } }
        }
    })
}

fn measures(book: &ReleaseView<'_>, lines: &[PublicTarget<'_>], place: &str) -> Markup {
    let home = book.home().filter(|home| *home != place);
    let mut columns = vec![
        ("Measure", GridColumnKind::Words),
        ("Status", GridColumnKind::Plain),
        ("Latest", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
        ("Students", GridColumnKind::Figure),
    ];
    columns.extend(home.map(|_| ("Whole agency", GridColumnKind::Figure)));
    let line = |PublicTarget { entry, words: whom, rows, standing, .. }: &PublicTarget<'_>| {
        let unit = unit(entry.plan);
        let latest = words::latest(rows);
        let mut cells = vec![
            html! { a href={ "../measure/" (file_name(&entry.plan.id)) ".html" } { (entry.plan.name) } @if let Some(whom) = whom { " " span.note { (whom) } } (dropped(entry.dropped)) },
            parts::status(rows, standing),
            html! { (words::cell(&unit, latest, &standing.marks())) (parts::judged(&unit, rows, standing)) },
            html! { (period(latest.map(|row| row.period))) },
            html! { (words::students(latest)) },
        ];
        cells.extend(home.map(|home| {
            let of_group = |row: &PublishedRow| {
                let own = entry.whole.map_or(&[][..], |whole| whole.series(&row.group, &row.grade, home));
                words::of_period(own, row.period)
            };
            let same = latest.and_then(of_group);
            words::cell(&unit, same, &standing.marks())
        }));
        cells
    };
    let caption = html! { "Where " (book.release.place_name(place)) " stands, all students where the line names no other" @if home.is_some() { ", beside the agency’s own result of the same period" } };
    html! {
        h2 { "Every measure" }
        (ResponsiveTable { label: "Measures", caption, columns: &columns, rows: lines.iter().map(line).collect() }.table())
    }
}

/// The student groups over the latest periods.
fn by_group(entry: &PublicMeasure<'_>, whole: &ReleaseMeasure, place: &str) -> Markup {
    let unit: MeasureUnit = unit(entry.plan);
    let all = whole.series(ALL, ALL, place);
    let periods: Vec<Period> = all[all.len().saturating_sub(PERIODS)..].iter().map(|row| row.period).collect();
    let groups = entry.groups(place);
    let titles: Vec<String> = periods.iter().map(|p| format::period(*p)).collect();
    let of_periods = titles.iter().map(|title| (title.as_str(), GridColumnKind::Figure));
    let columns: Vec<GridColumn<'_>> = [("Group", GridColumnKind::Words)]
        .into_iter()
        .chain(of_periods)
        .chain([("Students, latest", GridColumnKind::Figure)])
        .collect();
    let line = |group: &&str| {
        let rows = whole.series(group, ALL, place);
        let figures = periods.iter().map(|p| words::cell(&unit, words::of_period(rows, *p), &[]));
        let students = words::students(periods.last().and_then(|p| words::of_period(rows, *p)));
        [html! { (StudentGroup::name_of(group)) }].into_iter().chain(figures).chain([html! { (students) }]).collect()
    };
    let caption = html! { "By student group" };
    let rows = groups.iter().map(line).collect();
    html! {
        h2 { (entry.plan.name) }
        div.matrix { (ResponsiveTable { label: &entry.plan.name, caption, columns: &columns, rows }.table()) }
    }
}
