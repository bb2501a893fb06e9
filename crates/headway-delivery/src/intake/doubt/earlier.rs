//! What the last import of the same kind had and this one has not: levels, groups, grades, and many places.

use std::collections::{BTreeMap, BTreeSet};

use headway_import::ReportSlice;
use headway_model::{GradeCode, GroupCode, Level, MeasureId, StudentGroup, VintageId};
use headway_store::CatalogImport;
use serde_json::Value;

use super::exchanged::{ExchangesByLevel, PlaceExchange};
use super::{DoubtKind, ImportDoubt, count_text, gather_doubts};

/// Fewer places than this share of those of the last import are told; some close every year.
const FEWER: f64 = 0.95;

/// Level, group and grade -> how many figures, of the latest period.
type FiguresBySlice = BTreeMap<(Level, String, String), u64>;

/// The last import of the same kind, by its stored report.
pub(in crate::intake) struct LastOfKind {
    import: VintageId,
    file: String,
    slices: Vec<StoredSlice>,
}

impl LastOfKind {
    pub(in crate::intake) fn from_import(import: &CatalogImport, report: &Value) -> Self {
        let slices = report.pointer("/report/slices").map(stored_slices).unwrap_or_default();
        Self { import: import.vintage.id, file: import.vintage.file.clone(), slices }
    }

    /// Its number.
    pub(super) fn import_id(&self) -> VintageId {
        self.import
    }

    /// Whether it has any of the measures of an import.
    pub(in crate::intake) fn is_about(&self, slices: &[ReportSlice]) -> bool {
        let own: BTreeSet<&str> = self.slices.iter().map(|slice| slice.measure.as_str()).collect();
        slices.iter().any(|slice| own.contains(slice.measure.as_str()))
    }

    /// The periods of a measure that it has.
    pub(super) fn measure_periods<'a>(&'a self, measure: &'a str) -> impl Iterator<Item = &'a str> {
        self.slices.iter().filter(move |slice| slice.measure == measure).map(|slice| slice.period.as_str())
    }
}

/// Compares the import's slices and places with those of the last import of its kind.
pub(in crate::intake) fn missing_doubts(
    slices: &[ReportSlice],
    last: &LastOfKind,
    exchanged: &ExchangesByLevel,
) -> Vec<ImportDoubt> {
    let measures: BTreeSet<&str> = slices.iter().map(|slice| slice.measure.as_str()).collect();
    let mut doubts = Vec::new();
    for measure in measures {
        let new = slices.iter().filter(|s| s.measure == measure);
        let new = new.map(|s| (s.level, s.group.as_str(), s.grade.as_str(), s.period.as_str(), s.cells.values().sum()));
        let old = last.slices.iter().filter(|s| s.measure == measure);
        let old = old.map(|s| (s.level, s.group.as_str(), s.grade.as_str(), s.period.as_str(), s.count));
        let (Some((period, new)), Some((before, old))) = (latest_shape(new), latest_shape(old)) else { continue };
        let places = |level: Level| exchanged.get(&(measure.to_owned(), level));
        let (words, count) = missing_parts(&new, &old, period != before, &places);
        if words.is_empty() {
            continue;
        }
        doubts.push(ImportDoubt {
            kind: DoubtKind::Missing,
            measures: vec![measure.into()],
            cause: format!("not in this file, but in import {} ({}): {}", last.import, last.file, words.join("; ")),
            count,
            of: None,
            first: String::new(),
            advice: String::new(),
            until: None,
        });
    }
    gather_doubts(doubts)
}

/// What became of the places of a level of which some are not there any more, in words, and how many those are: where they are
/// more than close in a year, or their ids alone changed.
fn exchanged_places(exchange: &PlaceExchange, level: Level, another_period: bool) -> Option<(String, u64)> {
    let (one, many) = level.place_nouns();
    let (gone, new) = (exchange.gone.count, exchange.new.count);
    let all = exchange.both + gone;
    let zeros = exchange.by_zeros();
    let more_than_close = (exchange.both as f64) < FEWER * all as f64;
    // A list of corrections has fewer places, and no others.
    if zeros == 0 && !(more_than_close && (another_period || 2 * new >= gone)) {
        return None;
    }
    let mut words = format!("{} of {} {}", count_text(gone), count_text(all), if all == 1 { one } else { many });
    if zeros == gone {
        words += " that are here with more or fewer zeros at the beginning of their ids: say `digits` in the profile";
    } else if zeros > 0 {
        words += &format!(
            ", {} of which {} here with more or fewer zeros at the beginning of {}: say `digits` in the profile",
            count_text(zeros),
            if zeros == 1 { "is" } else { "are" },
            if zeros == 1 { "its id" } else { "their ids" },
        );
    } else if new > 0 {
        words += &format!("; {} new {} here instead", count_text(new), if new == 1 { "one is" } else { "ones are" });
    }
    (gone > 0).then_some((words, gone))
}

struct StoredSlice {
    measure: MeasureId,
    level: Level,
    group: GroupCode,
    grade: GradeCode,
    period: String,
    count: u64,
}

fn stored_slices(slices: &Value) -> Vec<StoredSlice> {
    let text = |slice: &Value, name: &str| slice[name].as_str().map(str::to_owned);
    let one = |slice: &Value| {
        Some(StoredSlice {
            measure: text(slice, "measure")?.into(),
            level: Level::of_id(slice["level"].as_str()?)?,
            group: StudentGroup::canonical_code(&text(slice, "group")?).into_owned().into(),
            grade: text(slice, "grade")?.into(),
            period: text(slice, "period")?,
            count: slice["cells"].as_object()?.values().filter_map(Value::as_u64).sum(),
        })
    };
    slices.as_array().into_iter().flatten().filter_map(one).collect()
}

/// The latest period, and what there is of it.
fn latest_shape<'a>(
    slices: impl Iterator<Item = (Level, &'a str, &'a str, &'a str, u64)>,
) -> Option<(&'a str, FiguresBySlice)> {
    let slices: Vec<_> = slices.collect();
    let period = slices.iter().map(|slice| slice.3).max()?;
    let mut shape = FiguresBySlice::new();
    for (level, group, grade, _, count) in slices.into_iter().filter(|slice| slice.3 == period) {
        *shape.entry((level, group.to_owned(), grade.to_owned())).or_default() += count;
    }
    Some((period, shape))
}

/// What is not there, in words, and how many figures that is.
fn missing_parts<'e>(
    new: &FiguresBySlice,
    old: &FiguresBySlice,
    another_period: bool,
    exchanged: &dyn Fn(Level) -> Option<&'e PlaceExchange>,
) -> (Vec<String>, u64) {
    let levels = |shape: &FiguresBySlice| -> BTreeMap<Level, u64> {
        let mut most: BTreeMap<Level, u64> = BTreeMap::new();
        for ((level, ..), count) in shape {
            let known = most.entry(*level).or_default();
            *known = (*known).max(*count);
        }
        most
    };
    let texts = |shape: &FiguresBySlice, group: bool| -> BTreeSet<String> {
        shape.keys().map(|(_, g, grade)| if group { g.clone() } else { grade.clone() }).collect()
    };
    let (mut words, mut count) = (Vec::new(), 0);
    let (new_levels, old_levels) = (levels(new), levels(old));
    for (level, places) in &old_levels {
        let (one, many) = level.place_nouns();
        if let Some(exchange) = exchanged(*level).filter(|_| new_levels.contains_key(level)) {
            if let Some((text, gone)) = exchanged_places(exchange, *level, another_period) {
                words.push(text);
                count += gone;
            }
            continue;
        }
        match new_levels.get(level) {
            None if *places == 1 => words.push(format!("the {one}")),
            None => words.push(format!("all {} {many}", count_text(*places))),
            Some(now) if another_period && (*now as f64) < FEWER * *places as f64 => {
                words.push(format!("{} of {} {many}", count_text(places - now), count_text(*places)));
                count += places - now;
            }
            Some(_) => {}
        }
    }
    let groups: Vec<String> = texts(old, true).difference(&texts(new, true)).cloned().collect();
    let grades: Vec<String> = texts(old, false).difference(&texts(new, false)).cloned().collect();
    words.extend(names_text("group", groups.iter().map(|g| StudentGroup::name_of(g).into_owned())));
    words.extend(names_text("grade", grades.iter().cloned()));
    let mut lone: BTreeMap<Level, Vec<String>> = BTreeMap::new();
    for (key @ (level, group, grade), figures) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        count += figures;
        if new_levels.contains_key(level) && !groups.contains(group) && !grades.contains(grade) {
            let name = StudentGroup::name_of(&key.1);
            let text = if grade == headway_model::ALL { name.into_owned() } else { format!("{name} in grade {grade}") };
            lone.entry(*level).or_default().push(text);
        }
    }
    for (level, texts) in lone {
        words.extend(names_text("", texts.into_iter()).map(|text| format!("{text} of {}", level.place_nouns().1)));
    }
    (words, count)
}

/// `the groups White, Asian and 3 more`; `None` of none.
fn names_text(what: &str, names: impl Iterator<Item = String>) -> Option<String> {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.collect();
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match (what, names.len()) {
        (_, 0) => None,
        ("", _) => Some(format!("{shown}{more}")),
        (_, 1) => Some(format!("the {what} {shown}")),
        _ => Some(format!("the {what}s {shown}{more}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(slices: &[(Level, &str, &str, u64)]) -> FiguresBySlice {
        let one =
            |(level, group, grade, n): &(Level, &str, &str, u64)| ((*level, (*group).into(), (*grade).into()), *n);
        slices.iter().map(one).collect()
    }

    #[test]
    fn what_is_missing_is_named() {
        use Level::{District, School, State};
        let old = shape(&[
            (State, "all", "all", 1),
            (District, "all", "all", 115),
            (District, "mwh", "all", 100),
            (School, "all", "all", 2000),
            (School, "mwh", "all", 1500),
            (School, "all", "10", 300),
        ]);
        let check = |new: &[(Level, &str, &str, u64)], want: &[&str]| {
            assert_eq!(missing_parts(&shape(new), &old, true, &|_| None).0, want, "{new:?}");
        };
        let all: Vec<_> = old.iter().map(|((l, g, d), n)| (*l, g.as_str(), d.as_str(), *n)).collect();
        check(&all, &[]);
        check(
            &[(School, "all", "all", 1990), (School, "mwh", "all", 1500), (School, "all", "10", 300)],
            &["the state", "all 115 districts"],
        );
        let less: Vec<_> = all.iter().filter(|s| s.1 == "all" && s.2 == "all").copied().collect();
        check(&less, &["the group White", "the grade 10"]);
        let lone: Vec<_> = all.iter().filter(|s| (s.0, s.1) != (District, "mwh")).copied().collect();
        check(&lone, &["White of districts"]);
        let fewer: Vec<_> = all.iter().map(|s| (s.0, s.1, s.2, if s.0 == School { s.3 / 2 } else { s.3 })).collect();
        check(&fewer, &["1,000 of 2,000 schools"]);
    }

    #[test]
    fn places_are_compared_one_by_one() {
        let check = |exchange: &PlaceExchange, another_period: bool, want: Option<&str>| {
            let told = exchanged_places(exchange, Level::District, another_period).map(|(words, _)| words);
            assert_eq!(told.as_deref(), want, "{exchange:?}");
        };
        check(&PlaceExchange::of_sets(20, &[], &[]), true, None);
        check(&PlaceExchange::of_sets(97, &["0001", "0002", "0003"], &["0101"]), true, None);
        check(
            &PlaceExchange::of_sets(3, &["0001", "0002"], &["9001", "9002"]),
            true,
            Some("2 of 5 districts; 2 new ones are here instead"),
        );
        check(
            &PlaceExchange::of_sets(3, &["0001", "0002"], &["9001", "9002"]),
            false,
            Some("2 of 5 districts; 2 new ones are here instead"),
        );
        check(&PlaceExchange::of_sets(3, &["0001", "0002"], &[]), false, None);
        let zeros = "1 of 100 districts that are here with more or fewer zeros at the beginning of their ids: say `digits` in the profile";
        check(&PlaceExchange::of_sets(99, &["0001"], &["1"]), false, Some(zeros));
        let zeros = "2 of 100 districts, 1 of which is here with more or fewer zeros at the beginning of its id: say `digits` in the profile";
        check(&PlaceExchange::of_sets(98, &["0001", "0002"], &["1"]), false, Some(zeros));
    }
}
