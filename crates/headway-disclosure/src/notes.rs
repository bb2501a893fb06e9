//! What somebody should know of a release before it goes out, one line a cause.

use std::collections::BTreeMap;

use headway_model::{MeasureId, Period};
use jiff::civil::Date;

use super::atlas::CodeNumbers;
use super::figures::{CountKind, MeasureFigures};
use super::formulas::{KnownSums, SumOrigin, measure_of};
use super::links::{UnsoundSum, UnsoundTreatment};
use super::reading::{ReleaseFigures, is_result};
use super::stay::RevisionCounts;
use super::step::StepDecisions;

/// What was left out, and results without a number of students.
pub(super) fn of_reading(read: &ReleaseFigures) -> Vec<String> {
    let left_out = |id: &String| format!("{id} is left out on purpose (--without {id})");
    let mut notes: Vec<String> = read.without.iter().map(left_out).collect();
    for (measure, count) in &read.unfinished {
        notes.push(format!(
            "{measure}: {count} results of a period that is not over, or was not when they became known, are left out (`publish --unfinished` takes them in)"
        ));
    }
    for (m, figures) in read.figures[..read.own].iter().enumerate() {
        let without = figures.rows.iter().filter(|f| is_result(f.value) && f.n.is_none()).count();
        if without == 0 || !figures.rule.people {
            continue;
        }
        let id = &figures.id;
        if figures.rule.uncounted {
            notes.push(format!(
                "{id}: {without} results without a number of students are told as their source published them"
            ));
            continue;
        }
        let say = match read.could_count(m) {
            Some(other) => format!("If “{other}” counts these students, say `publishing: {{ students: {other} }}`"),
            None => "Name the measure that counts them (`publishing: { students: MEASURE }`)".to_owned(),
        };
        notes.push(format!(
            "{id}: the number of students is not known for {without} results, and they are hidden. {say}; where the source has \
             published them already, say `publishing: {{ uncounted: tell }}`"
        ));
    }
    notes
}

/// Figures that the plan states of results that are hidden: one line a measure.
pub(super) fn of_stated(withheld: &[(MeasureId, usize)]) -> Vec<String> {
    let line = |(id, count): &(MeasureId, usize)| {
        let (figures, are) = if *count == 1 { ("figure", "is") } else { ("figures", "are") };
        format!(
            "{id}: {count} {figures} of the plan (baseline or path) {are} not told, as their results are hidden. A plan that is \
             public already may give them away; so may its texts, which nobody checks"
        )
    };
    withheld.iter().map(line).collect()
}

/// That a release with newer figures is out already.
pub(super) fn of_an_earlier_day(day: Date, newest: Option<(u32, Date)>) -> Option<String> {
    let (number, as_of) = newest.filter(|(_, as_of)| *as_of > day)?;
    Some(format!(
        "release {number} told figures as known on {as_of}; this one goes back to {day}. Figures revised in between stand as they \
         were then, and nothing new is told that both together would give away"
    ))
}

/// What is said in one line: the measure, what is added up, what is made of it.
type NoteCause<'a> = (usize, &'a str, UnsoundTreatment);
/// Ordinal of a period, and how many.
type CountByPeriod = BTreeMap<i32, u64>;

/// Sums that do not add up: one line a measure and kind of sum, with how many in each period and the first of them.
pub(super) fn of_sums(unsound: &[(usize, UnsoundSum)], figures: &[MeasureFigures], atlas: &CodeNumbers) -> Vec<String> {
    let mut causes: BTreeMap<NoteCause<'_>, (CountByPeriod, UnsoundSum)> = BTreeMap::new();
    for &(m, sum) in unsound {
        let (periods, _) = causes.entry((m, sum.of, sum.taken)).or_insert((CountByPeriod::new(), sum));
        *periods.entry(sum.total.period).or_default() += 1;
    }
    let all = figures.len();
    let line = |((m, of, taken), (periods, first)): (NoteCause<'_>, (CountByPeriod, UnsoundSum))| {
        let (figures, total) = (&figures[m], first.total);
        // A mean times its students, in thousandths, is no count.
        let mean = figures.shape == CountKind::Mean && (total.table as usize) < all;
        let number = |x: i64| if mean { format!("{}", x as f64 / 1000.0) } else { x.to_string() };
        let what = if mean { " (value times students)" } else { "" };
        let period = |ordinal: i32| Period { kind: figures.kind, ordinal };
        let counts: Vec<String> = periods.iter().map(|(at, count)| format!("{count} in {}", period(*at))).collect();
        let treated = match taken {
            UnsoundTreatment::Far => "they are off by more than a tenth and taken for no sums",
            UnsoundTreatment::AsSum => "they are treated as if they did",
            UnsoundTreatment::Missing => "a few students are in no part, and are protected",
        };
        format!(
            "{}: sums of {of} do not add up ({}), {treated}; the first is {} {} {} in {}: {} in all, {} by its parts{what}",
            figures.id,
            counts.join(", "),
            atlas.places.text_by_number(total.place),
            atlas.groups.text_by_number(total.group),
            atlas.grades.text_by_number(total.grade),
            period(total.period),
            number(first.said),
            number(first.parts)
        )
    };
    causes.into_iter().map(line).collect()
}

/// What follows already from what was told before.
pub(super) fn of_past(
    decided: &StepDecisions,
    figures: &[MeasureFigures],
    atlas: &CodeNumbers,
    first: bool,
) -> Option<String> {
    let count = decided.audit.exposed;
    let name = |&(m, row): &(usize, usize)| {
        let (figures, figure) = (&figures[m], &figures[m].rows[row]);
        format!(
            "{} {} {} {} in {}",
            figures.id,
            atlas.places.text_by_number(figure.place),
            atlas.groups.text_by_number(figure.group),
            atlas.grades.text_by_number(figure.grade),
            Period { kind: figures.kind, ordinal: figure.period }
        )
    };
    let named = decided.exposed.first().map(name).map(|first| format!("; the first is {first}")).unwrap_or_default();
    let from = if first { "figures of which no less can be told" } else { "what earlier releases told" };
    (count > 0).then(|| format!("{count} hidden figures follow from {from}, whatever is hidden now{named}"))
}

/// Figures that are not told as they may be made of hidden ones, one line a measure: what to write where they are not.
pub(super) fn of_made_of(decided: &StepDecisions, figures: &[MeasureFigures]) -> Vec<String> {
    let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
    decided.made_of.iter().for_each(|&(m, _)| *counts.entry(m).or_default() += 1);
    let line = |(m, count): (usize, u64)| {
        format!(
            "{}: {count} figures are hidden, as they have no count of their own and may be made of figures that are hidden at the \
             same place. If they are of their own (a test score), say `publishing: {{ made_of: [] }}`; if they are made of some \
             measures only, name these: `publishing: {{ made_of: [MEASURE] }}`",
            figures[m].id
        )
    };
    counts.into_iter().map(line).collect()
}

/// Figures that earlier releases told, and that may be made of counts hidden now.
pub(super) fn of_told_before(count: usize, first: Option<String>) -> Option<String> {
    let first = first?;
    Some(format!(
        "{count} figures that earlier releases told may be made of counts that are hidden now; what is out can't be taken back. The \
         first is {first}"
    ))
}

/// New figures by which hidden counts may follow from figures that earlier releases told.
pub(super) fn of_held_back(held: bool, count: usize) -> Option<String> {
    let words = match (count, held) {
        (0, _) => return None,
        (n, true) => format!(
            "{n} new figures are held back (`hold_back`), as hidden counts may follow from them and from figures that earlier releases told. `made_of` says what those are made of"
        ),
        (n, false) => format!(
            "hidden counts may follow from new figures and from those that earlier releases told: `publishing: {{ hold_back: true }}` in the agency holds {n} new figures back"
        ),
    };
    Some(words)
}

/// Figures that stay as they were told.
pub(super) fn of_stayed(RevisionCounts { few, totals, open }: RevisionCounts, below: u64) -> Option<String> {
    let totals = match totals {
        0 => String::new(),
        n => format!("; so do {n} totals of them that differ by as few"),
    };
    let open = match open {
        0 => String::new(),
        n => format!(
            ". A total of {n} of them changed by more and is told as it is now: less its other parts it can show the figure that stays"
        ),
    };
    (few > 0).then(|| {
        format!(
            "{few} revised figures of fewer than {below} students (`late_below`) stay as they were in the release before, as they differ by fewer students than the n-size{totals}{open}"
        )
    })
}

/// Wholes and sums over periods that were found and that the plan could state: what is stated holds also where too few figures
/// show it.
pub(super) fn of_found(formulas: &KnownSums, figures: &[MeasureFigures]) -> Vec<String> {
    let found = |origin: &SumOrigin| matches!(origin, SumOrigin::Found { .. });
    let own = |terms: &[u32]| terms.iter().all(|&term| measure_of(term).0 < figures.len());
    let id = |term: u32| figures[measure_of(term).0].id.as_str();
    let mut notes = Vec::new();
    for formula in formulas.measures.iter().filter(|f| found(&f.origin)) {
        let terms: Vec<u32> = formula.terms.iter().map(|&(term, _)| term).collect();
        let Some((&total, parts)) = terms.split_last().filter(|_| own(&terms)) else { continue };
        let results = parts.len() > 1 && parts.iter().all(|&term| measure_of(term).1) && !measure_of(total).1;
        if results && formula.terms.iter().rev().skip(1).all(|(_, k)| *k == 1) {
            let ids: Vec<&str> = parts.iter().map(|&term| id(term)).collect();
            notes.push(format!(
                "{} make one whole in the data: if that is so by definition, say `publishing: {{ whole: WORD }}` in each of them",
                ids.join(", ")
            ));
        }
    }
    for tie in formulas.ties.iter().filter(|tie| found(&tie.origin) && tie.over_periods()) {
        let terms: Vec<u32> = tie.terms.iter().map(|(column, _)| column.term).collect();
        let Some((&total, parts)) = terms.split_last().filter(|_| own(&terms)) else { continue };
        let single = parts[0];
        let pooled = parts.len() > 1 && parts.iter().all(|&part| part == single) && !measure_of(total).1;
        if pooled && tie.terms.iter().rev().skip(1).all(|(_, k)| *k == 1) {
            notes.push(format!(
                "{} is {} periods of {} in the data: if that is so by definition, say `publishing: {{ sums: {{ measure: {}, \
                 periods: {} }} }}` in it",
                id(total),
                parts.len(),
                id(single),
                id(single),
                parts.len()
            ));
        }
    }
    notes
}
