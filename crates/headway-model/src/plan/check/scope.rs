//! For whom a target holds: grades and levels that data can have.

use super::{FindingCode, FindingList};
use crate::plan::Measure;
use crate::{Grade, Level};

/// Words that mean a level and are the id of none, with the level that is meant; plurals and capitals come on top.
const LEVELS: [(&str, &str); 13] = [
    ("country", "nation"),
    ("national", "nation"),
    ("federal", "nation"),
    ("sea", "state"),
    ("statewide", "state"),
    ("county", "region"),
    ("regional", "region"),
    ("lea", "district"),
    ("school district", "district"),
    ("school system", "district"),
    ("division", "district"),
    ("campus", "school"),
    ("building", "school"),
];

pub(super) fn check_scope(measure: &Measure, place: &str, found: &mut FindingList) {
    for (j, target) in measure.targets.iter().enumerate() {
        let place = format!("{place}.targets[{j}]");
        if Grade::from_spelling(&target.grade).is_none() {
            let message = format!(
                "“{}” is no grade that files are read with, so no result of measure “{}” can meet it: write it like 3, k, \
                 3-8, high or all",
                target.grade, measure.id
            );
            found.add_warning(FindingCode::UnknownGrade, format!("{place}.grade"), message);
        }
        let near = || {
            near_level(&target.place)
                .map(|level| format!("did you mean {level}? For every place of a level write its id"))
        };
        if let Some(advice) = meant_level(&target.place)
            .map(|level| format!("for every place of a level write its id, {level}"))
            .or_else(near)
        {
            let message = format!("“{}” is read as the id of a place; {advice}", target.place);
            found.add_warning(FindingCode::UnknownLevel, format!("{place}.place"), message);
        }
    }
}

/// The level that a word means without being its id.
fn meant_level(place: &str) -> Option<&'static str> {
    if Level::of_id(place).is_some() {
        return None;
    }
    let word = place.trim().to_lowercase();
    let single = |many: &str| many.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let is =
        |known: &str| word == known || word.strip_suffix('s') == Some(known) || single(&word).as_deref() == Some(known);
    let level = Level::ALL.into_iter().map(Level::id).find(|id| is(id));
    level.or_else(|| LEVELS.iter().find(|(known, _)| is(known)).map(|(_, level)| *level))
}

/// The level whose id a word misses by one letter: one too many, one too few, another, or two that changed places.
fn near_level(place: &str) -> Option<&'static str> {
    if Level::of_id(place).is_some() {
        return None;
    }
    let word: Vec<char> = place.trim().to_lowercase().chars().collect();
    let off = |known: &str| one_letter_off(&word, &known.chars().collect::<Vec<char>>());
    Level::ALL.into_iter().map(Level::id).find(|id| off(id) || off(&format!("{id}s")))
}

fn one_letter_off(a: &[char], b: &[char]) -> bool {
    let same = std::iter::zip(a, b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, rest @ ..], b) if rest == b => true,
        (a, [_, rest @ ..]) if a == rest => true,
        ([_, x @ ..], [_, y @ ..]) if x == y => true,
        ([a, b, x @ ..], [c, d, y @ ..]) => (a, b, x) == (d, c, y),
        _ => false,
    }
}
