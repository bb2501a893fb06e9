//! A measure's page: the agency's own result against its target, by student group, by place.

use headway_model::status::{StatusTally, TargetAssessment};
use headway_model::{ALL, Direction, Level, StudentGroup};
use headway_parts::{GridColumnKind, ResponsiveTable, distance, figure, headline_told, period};
use headway_release::{PublishedRow, ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, format, interval, unit};
use maud::{Markup, html};

use super::book::{PublicMeasure, ReleaseView, places_of};
use super::chart::PublishedSeries;
use super::parts::stands;
use super::promised::{PublicTarget, has_target};
use super::{chart, parts, places, words};
use crate::Error;

/// The page.
pub(super) fn content(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    promised: &[PublicTarget<'_>],
) -> Result<Markup, Error> {
    let home = book.home().unwrap_or_default();
    let standing = book.standing(entry, (ALL, ALL), home)?;
    let unit = unit(entry.plan);
    let rows = entry.whole.map_or(&[][..], |m| m.series(ALL, ALL, home));
    let targets = book.targets(entry, (ALL, ALL), home);
    let for_some: Vec<&PublicTarget<'_>> = promised.iter().filter(|line| line.words.is_some()).collect();
    let seen = PublishedSeries { rows, standing: &standing, targets: &targets, place: book.name(home) };
    let measure = entry.plan;
    Ok(html! {
        p.crumbs { a href="../index.html" { "Measures" } }
        h1 { (measure.name) }
        @if for_some.is_empty() || has_target(&standing) {
            p.lede { (parts::status(rows, &standing)) " – " (chart::sentence(rows, &standing)) }
        }
        @if !for_some.is_empty() { p.lede { (counted(&for_some)) "." } }
        p.meta { (book.name(home)) ", all students." @if let Some(edition) = entry.dropped { " No longer in the plan: edition " (edition) " dropped it." } }
        @if !rows.is_empty() { (figure(&chart::trajectory("trajectory", measure, &unit, &seen))) }
        @for chart in &chart::part_by_part("parts", entry, &standing, home, book.name(home)) { (figure(chart)) }
        @for (part, results) in &entry.parts {
            @let unit = MeasureUnit::of_plan(part.unit.as_deref().or(measure.unit.as_deref()));
            @let marks: Vec<f64> = standing.parts.iter().filter(|p| p.part == part.id).flat_map(|p| p.standing.marks()).collect();
            (results_table(&unit, &part.name, results.series(ALL, ALL, home), &marks))
        }
        h2 #targets { "Targets" }
        @if !for_some.is_empty() { dl.facts { @for line in &for_some { (target(line, &unit)) } } }
        (facts(entry, &unit, &standing, rows))
        @if let Some(whole) = entry.whole { (by_group(book, entry, whole, &unit)?) (by_place(book, whole, &unit)) }
        h2 { "The data" }
        (data(entry))
    })
}

/// How the targets for student groups and places stand, in one sentence.
fn counted(for_some: &[&PublicTarget<'_>]) -> String {
    let others: StatusTally = for_some.iter().flat_map(|line| line.stand().0).collect();
    headline_told(&StatusTally::default(), Some(&others))
}

/// A target for some places or students: for whom, how it stands, what is to be reached.
fn target(line: &PublicTarget<'_>, unit: &MeasureUnit) -> Markup {
    html! {
        dt { @if let Some(words) = &line.words { "Target " (words) } }
        dd {
            (stands(line))
            @if let Some((target, by)) = line.target() { " – " (interval(unit, target)) " by " (format::period(by)) }
        }
    }
}

fn facts(entry: &PublicMeasure<'_>, unit: &MeasureUnit, standing: &TargetAssessment, rows: &[PublishedRow]) -> Markup {
    let measure = entry.plan;
    let better = measure.direction.map(|direction| match direction {
        _ if standing.outside_band(0.0).is_some() => "nearer to the band",
        Direction::Increase => "more",
        Direction::Decrease => "less",
        Direction::Maintain => "staying where it is",
    });
    html! {
        dl.facts {
            @if let Some(text) = &measure.definition { dt { "What is counted" } dd { (text) } }
            @if let Some(word) = better { dt { "Better is" } dd { (word) } }
            @if !standing.target.is_none() { dt { "Target" } dd { (interval(unit, standing.target)) " by " (period(standing.target_period)) } }
            @if let Some(baseline) = words::baseline(unit, standing, rows) { dt { "Baseline" } dd { (baseline) ", " (period(standing.baseline_period)) } }
            @if !standing.expected.is_none() { dt { "The path asks for" } dd { (interval(unit, standing.expected)) } }
            @if standing.distance.exact().is_some() { dt { "To the path" } dd { (distance(unit, standing)) } }
            @for part in &standing.parts {
                dt { (part.name) } dd { (headway_parts::status(part.standing.status)) " – " (part.standing.sentence()) }
            }
            @if let Some(text) = &measure.goal_text { dt { "In the plan’s words" } dd { (text) } }
            @if let Some(text) = &measure.note { dt { "Note" } dd { (text) } }
        }
        (parts::rests_on(standing))
    }
}

/// Every result of a part, newest first.
fn results_table(unit: &MeasureUnit, name: &str, rows: &[PublishedRow], marks: &[f64]) -> Markup {
    html! { @if !rows.is_empty() {
        h2 { (name) }
        div.scroll tabindex="0" role="region" aria-label=(name) { table.values {
            caption { "Every result, newest first" }
            thead { tr { th scope="col" { "Period" } th.n scope="col" { "Result" } th.n scope="col" { "Students" } } }
            tbody { @for row in rows.iter().rev() { tr {
                th.p scope="row" { (format::period(row.period)) } td.n { (words::cell(unit, Some(row), marks)) } td.n { (words::students(Some(row))) }
            } } }
        } }
    } }
}

fn by_group(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    whole: &ReleaseMeasure,
    unit: &MeasureUnit,
) -> Result<Markup, Error> {
    let home = book.home().unwrap_or_default();
    let name = book.name(home);
    let groups = entry.groups(home);
    let lines: Vec<(&str, &[PublishedRow])> = groups.iter().map(|g| (*g, whole.series(g, ALL, home))).collect();
    let standings = groups
        .iter()
        .map(|g| book.standing(entry, (g, ALL), home))
        .collect::<Result<Vec<TargetAssessment>, Error>>()?;
    let mut columns = vec![
        ("Group", GridColumnKind::Words),
        ("Latest", GridColumnKind::Figure),
        ("For", GridColumnKind::Short),
        ("Students", GridColumnKind::Figure),
    ];
    let targets = standings.iter().any(has_target);
    if targets {
        columns.extend([
            ("Target", GridColumnKind::Figure),
            ("By", GridColumnKind::Short),
            ("Status", GridColumnKind::Words),
        ]);
    }
    let line = |((code, rows), standing): (&(&str, &[PublishedRow]), &TargetAssessment)| {
        let latest = words::latest(rows);
        let mut cells = vec![
            html! { (StudentGroup::name_of(code)) },
            words::cell(unit, latest, &standing.marks()),
            html! { (period(latest.map(|row| row.period))) },
            html! { (words::students(latest)) },
        ];
        if targets {
            cells.push(html! { (interval(unit, standing.target)) });
            cells.push(html! { (period(standing.target_period)) });
            cells.push(html! { @if has_target(standing) { (parts::status(rows, standing)) } });
        }
        cells
    };
    let caption = html! { "The latest result of each student group, " (name) };
    let rows = lines.iter().zip(&standings).map(line).collect();
    Ok(html! { @if lines.len() > 1 {
        h2 #groups { "By student group" }
        (figure(&chart::groups("groups", entry.plan, unit, &lines, name)))
        (ResponsiveTable { label: "Student groups", caption, columns: &columns, rows }.table())
    } })
}

/// The level that lies below the agency's own place, drawn; every level as lists of its own.
fn by_place(book: &ReleaseView<'_>, whole: &ReleaseMeasure, unit: &MeasureUnit) -> Markup {
    let own = book.home().and_then(|home| book.level(home));
    let levels = Level::ALL.into_iter().filter(|level| own.is_none_or(|own| *level > own));
    let levels: Vec<(Level, Vec<&str>)> =
        levels.map(|level| (level, places_of(book, whole, level))).filter(|(_, places)| !places.is_empty()).collect();
    let Some((first, places)) = levels.first() else { return html! {} };
    let newest = places.iter().filter_map(|p| words::latest(whole.series(ALL, ALL, p))).map(|row| row.period).max();
    let drawn = newest.and_then(|period| {
        let row = |place: &&str| words::of_period(whole.series(ALL, ALL, place), period);
        let values: Vec<(&str, Option<&PublishedRow>)> =
            places.iter().map(|place| (book.name(place), row(place))).collect();
        chart::distribution("places-chart", &whole.plan, unit, (*first, period), &values)
    });
    html! {
        h2 #places { "By place" }
        @if let Some(chart) = &drawn { (figure(chart)) }
        (parts::search())
        ul { @for (level, places) in &levels {
            li { a href=(places::address(whole, *level, 0)) { "All " (format::count(places.len())) " " (level.nouns().1) } }
        } }
    }
}

fn data(entry: &PublicMeasure<'_>) -> Markup {
    if entry.all().next().is_none() {
        return html! { p { "No result of this measure is published yet." } };
    }
    html! {
        p { "Every published figure of this measure, for every place, student group, grade and period:" }
        ul { @for measure in entry.all() {
            @let name = file_name(&measure.id);
            li { a href={ "../data/" (name) ".csv" } { (measure.name) " as CSV" } ", " a href={ "../data/" (name) ".json" } { "as JSON" } }
        } }
        p.note { "Identifier: " code { (entry.plan.id) } ". " a href="../data.html" { "What the columns mean" } "." }
    }
}
