//! A place's page: every measure beside the agency's own result, and its student groups.

use headway_delivery::Error;
use headway_delivery::chart::{nouns, unit};
use headway_delivery::model::status::{Standing, Tone};
use headway_delivery::model::{ALL, Group, Period};
use headway_delivery::publish::ReleaseMeasure;
use headway_render::{Unit, format};
use maud::{Markup, html};

use super::book::{Book, Entry};
use super::folder::named;
use super::{parts, words};
use crate::parts::{headline, period};

/// Periods in the tables by student group: the latest.
const PERIODS: usize = 5;

/// The page.
pub(super) fn content(book: &Book<'_>, place: &str) -> Result<Markup, Error> {
    let mut here: Vec<(&Entry<'_>, &ReleaseMeasure, Standing)> = Vec::new();
    for entry in &book.measures {
        let Some(whole) = entry.whole.filter(|m| !m.series(ALL, ALL, place).is_empty()) else { continue };
        here.push((entry, whole, book.standing(entry, ALL, place)?));
    }
    let name = book.release.place_name(place);
    let promises = here.iter().map(|(_, _, s)| s.status).filter(|status| status.tone() != Tone::Open);
    let below = book.below(place);
    Ok(html! {
        p.crumbs {
            a href="../places.html" { "Places" }
            @for above in book.above(place) { " › " a href={ (named(above)) ".html" } { (book.name(above)) } }
        }
        h1 { (name) }
        p.meta { @if let Some(level) = book.level(place) { (nouns(level).0) ", " } "id " code { (place) } }
        @if here.is_empty() { p { "No measure has a result for all students here." } } @else {
            p.lede { (headline(promises)) "." }
            (measures(book, &here, place))
            @for (entry, whole, _) in &here { (by_group(entry, whole, place)) }
        }
        @if !below.is_empty() {
            h2 { (format::counted(below.len(), "place", "places")) " below it" }
            ul.columns { @for child in below { li { a href={ (named(child)) ".html" } { (book.name(child)) } } } }
        }
    })
}

fn measures(book: &Book<'_>, here: &[(&Entry<'_>, &ReleaseMeasure, Standing)], place: &str) -> Markup {
    let home = book.home().filter(|home| *home != place);
    html! {
        h2 { "Every measure, all students" }
        div.scroll tabindex="0" role="region" aria-label="Measures" { table.measures {
            caption { "Where " (book.release.place_name(place)) " stands" @if home.is_some() { ", beside the agency’s own result of the same period" } }
            thead { tr {
                th scope="col" { "Measure" } th scope="col" { "Status" } th.n scope="col" { "Latest" } th scope="col" { "For" } th.n scope="col" { "Students" }
                @if home.is_some() { th.n scope="col" { "Whole agency" } }
            } }
            tbody { @for (entry, whole, standing) in here {
                @let unit = unit(entry.plan);
                @let rows = whole.series(ALL, ALL, place);
                @let latest = words::latest(rows);
                tr {
                    th scope="row" { a href={ "../measure/" (named(&entry.plan.id)) ".html" } { (entry.plan.name) } }
                    td { (parts::status(rows, standing)) }
                    td.n { (words::cell(&unit, latest)) }
                    td.p { (period(latest.map(|row| row.period))) }
                    td.n { (words::students(latest)) }
                    @if let Some(home) = home {
                        @let same = latest.and_then(|row| words::of_period(whole.series(ALL, ALL, home), row.period));
                        td.n { (words::cell(&unit, same)) }
                    }
                }
            } }
        } }
    }
}

/// The student groups over the latest periods.
fn by_group(entry: &Entry<'_>, whole: &ReleaseMeasure, place: &str) -> Markup {
    let unit: Unit = unit(entry.plan);
    let all = whole.series(ALL, ALL, place);
    let periods: Vec<Period> = all[all.len().saturating_sub(PERIODS)..].iter().map(|row| row.period).collect();
    let groups = entry.groups(place);
    html! {
        h2 { (entry.plan.name) }
        div.scroll tabindex="0" role="region" aria-label=(entry.plan.name) { table.matrix {
            caption { "By student group" }
            thead { tr { th scope="col" { "Group" } @for p in &periods { th.n scope="col" { (format::period(*p)) } } th.n scope="col" { "Students, latest" } } }
            tbody { @for group in groups {
                @let rows = whole.series(group, ALL, place);
                tr {
                    th scope="row" { (Group::name_of(group)) }
                    @for p in &periods { td.n { (words::cell(&unit, words::of_period(rows, *p))) } }
                    td.n { (words::students(periods.last().and_then(|p| words::of_period(rows, *p)))) }
                }
            } }
        } }
    }
}
