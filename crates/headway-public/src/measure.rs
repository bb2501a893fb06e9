//! A measure's page: the agency's own result against its target, by student group, by place.

use headway_model::status::{StatusTally, TargetAssessment};
use headway_model::{ALL, Direction, Level, StudentGroup};
use headway_parts::{
    GridColumnKind, ResponsiveTable, chart_figure, distance_cell, headline_told, period_text, told_status,
};
use headway_release::{PublishedRow, ReleaseMeasure, file_name};
use headway_render::{MeasureUnit, expected_text, format, interval_text, measure_unit};
use maud::{Markup, html};

use super::book::{PublicMeasure, ReleaseView, places_of};
use super::chart::PublishedSeries;
use super::parts::target_status;
use super::promised::{PublicTarget, has_target};
use super::{chart, parts, places, words};
use crate::Error;

/// The page.
pub(super) fn measure_page(
    book: &ReleaseView<'_>,
    entry: &PublicMeasure<'_>,
    promised: &[PublicTarget<'_>],
) -> Result<Markup, Error> {
    let home = book.home_place().unwrap_or_default();
    let standing = book.standing_at(entry, (ALL, ALL), home)?;
    let unit = measure_unit(entry.plan);
    let rows = entry.whole.map_or(&[][..], |m| m.series(ALL, ALL, home));
    let targets = book.targets_at(entry, (ALL, ALL), home);
    let for_some: Vec<&PublicTarget<'_>> = promised.iter().filter(|line| line.words.is_some()).collect();
    let seen = PublishedSeries { rows, standing: &standing, targets: &targets, place: book.place_name(home) };
    let measure = entry.plan;
    Ok(html! {
        p.crumbs { a href="../index.html" { "Measures" } }
        h1 { (measure.name) }
        @if for_some.is_empty() || has_target(&standing) {
            p.lede { (told_status(standing.status)) " – " (chart::status_sentence(rows, &standing)) }
        }
        @if !for_some.is_empty() { p.lede { (targets_sentence(&for_some)) "." } }
        p.meta { (book.place_name(home)) ", all students." @if let Some(edition) = entry.dropped { " No longer in the plan: edition " (edition) " dropped it." } }
        @if !rows.is_empty() { (chart_figure(&chart::trajectory_chart("trajectory", measure, &unit, &seen))) }
        @for chart in &chart::part_by_part("parts", entry, &standing, home, book.place_name(home)) { (chart_figure(chart)) }
        @for (part, results) in &entry.parts {
            @let unit = MeasureUnit::of_plan(part.unit.as_deref().or(measure.unit.as_deref()));
            @let marks: Vec<f64> = standing.parts.iter().filter(|p| p.part == part.id).flat_map(|p| p.standing.rounding_marks()).collect();
            (results_table(&unit, &part.name, results.series(ALL, ALL, home), &marks))
        }
        h2 #targets { "Targets" }
        @if !for_some.is_empty() { dl.facts { @for line in &for_some { (target_entry(line, &unit)) } } }
        (measure_facts(entry, &unit, &standing, home))
        @if let Some(whole) = entry.whole { (by_group(book, entry, whole, &unit)?) (by_place(book, whole, &unit, &standing.rounding_marks())) }
        h2 { "The data" }
        (data_links(entry))
    })
}

/// How the targets for student groups and places stand, in one sentence.
fn targets_sentence(for_some: &[&PublicTarget<'_>]) -> String {
    let others: StatusTally = for_some.iter().flat_map(|line| line.status_tally().0).collect();
    headline_told(&StatusTally::default(), Some(&others))
}

/// A target for some places or students: for whom, how it stands, what is to be reached.
fn target_entry(line: &PublicTarget<'_>, unit: &MeasureUnit) -> Markup {
    html! {
        dt { @if let Some(words) = &line.words { "Target " (words) } }
        dd {
            (target_status(line))
            @if let Some((target, by)) = line.target_and_period() { " – " (interval_text(unit, target)) " by " (format::period_text(by)) }
        }
    }
}

fn measure_facts(entry: &PublicMeasure<'_>, unit: &MeasureUnit, standing: &TargetAssessment, home: &str) -> Markup {
    let measure = entry.plan;
    let rows = entry.whole.map_or(&[][..], |m| m.series(ALL, ALL, home));
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
            @if !standing.target.is_none() { dt { "Target" } dd { (interval_text(unit, standing.target)) " by " (period_text(standing.target_period)) } }
            @if let Some(baseline) = words::baseline_text(unit, standing, rows) { dt { "Baseline" } dd { (baseline) ", " (period_text(standing.baseline_period)) } }
            @if standing.is_to_be_kept() { dt { "To be kept" } dd { (interval_text(unit, standing.target)) } }
            @else if !standing.expected.is_none() { dt { "The path asks for" } dd { (expected_text(unit, standing)) } }
            @if standing.distance.exact_number().is_some() { dt { "To the path" } dd { (distance_cell(unit, standing)) } }
            @for part in &standing.parts {
                @let results = entry.parts.iter().find(|(own, _)| own.id == part.part).map_or(&[][..], |(_, m)| m.series(ALL, ALL, home));
                dt { (part.name) } dd { (told_status(part.standing.status)) " – " (chart::status_sentence(results, &part.standing)) }
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
                th.p scope="row" { (format::period_text(row.period)) } td.n { (words::figure_cell(unit, Some(row), marks)) } td.n { (words::students_text(unit, Some(row))) }
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
    let home = book.home_place().unwrap_or_default();
    let name = book.place_name(home);
    let groups = entry.groups_at(home);
    let lines: Vec<(&str, &[PublishedRow])> = groups.iter().map(|g| (*g, whole.series(g, ALL, home))).collect();
    let standings = groups
        .iter()
        .map(|g| book.standing_at(entry, (g, ALL), home))
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
        let latest = words::latest_row(rows);
        let mut cells = vec![
            html! { (StudentGroup::name_of(code)) },
            words::figure_cell(unit, latest, &standing.rounding_marks()),
            html! { (period_text(latest.map(|row| row.period))) },
            html! { (words::students_text(unit, latest)) },
        ];
        if targets {
            cells.push(html! { (interval_text(unit, standing.target)) });
            cells.push(html! { (period_text(standing.target_period)) });
            cells.push(html! { @if has_target(standing) { (told_status(standing.status)) } });
        }
        cells
    };
    let caption = html! { "The latest result of each student group, " (name) };
    let drawn: Vec<chart::GroupResults<'_>> =
        lines.iter().zip(&standings).map(|((code, rows), s)| (*code, *rows, s.rounding_marks())).collect();
    let rows = lines.iter().zip(&standings).map(line).collect();
    Ok(html! { @if lines.len() > 1 {
        h2 #groups { "By student group" }
        (chart_figure(&chart::group_chart("groups", entry.plan, unit, &drawn, name)))
        (ResponsiveTable { label: "Student groups", caption, columns: &columns, rows }.table_markup())
    } })
}

/// The level that lies below the agency's own place, drawn; every level as lists of its own.
fn by_place(book: &ReleaseView<'_>, whole: &ReleaseMeasure, unit: &MeasureUnit, marks: &[f64]) -> Markup {
    let own = book.home_place().and_then(|home| book.level(home));
    let levels = Level::ALL.into_iter().filter(|level| own.is_none_or(|own| *level > own));
    let levels: Vec<(Level, Vec<&str>)> =
        levels.map(|level| (level, places_of(book, whole, level))).filter(|(_, places)| !places.is_empty()).collect();
    let Some((first, places)) = levels.first() else { return html! {} };
    let newest = places.iter().filter_map(|p| words::latest_row(whole.series(ALL, ALL, p))).map(|row| row.period).max();
    let drawn = newest.and_then(|period| {
        let row = |place: &&str| words::of_period(whole.series(ALL, ALL, place), period);
        let values: Vec<(&str, Option<&PublishedRow>)> =
            places.iter().map(|place| (book.place_name(place), row(place))).collect();
        chart::distribution_chart("places-chart", &whole.plan, unit, (*first, period), &values, marks)
    });
    html! {
        h2 #places { "By place" }
        @if let Some(chart) = &drawn { (chart_figure(chart)) }
        (parts::search_field())
        ul { @for (level, places) in &levels {
            li { a href=(places::list_address(whole, *level, 0)) { "All " (format::count_text(places.len())) " " (level.place_nouns().1) } }
        } }
    }
}

fn data_links(entry: &PublicMeasure<'_>) -> Markup {
    if entry.release_measures().next().is_none() {
        return html! { p { "No result of this measure is published yet." } };
    }
    html! {
        p { "Every published figure of this measure, for every place, student group, grade and period:" }
        ul { @for measure in entry.release_measures() {
            @let name = file_name(&measure.id);
            li { a href={ "../data/" (name) ".csv" } { (measure.name) " as CSV" } ", " a href={ "../data/" (name) ".json" } { "as JSON" } }
        } }
        p.note { "Identifier: " code { (entry.plan.id) } ". " a href="../data.html" { "What the columns mean" } "." }
    }
}
