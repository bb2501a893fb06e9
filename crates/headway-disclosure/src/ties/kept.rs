//! Ties as a release keeps them.

use headway_model::{MeasureId, StudentGroup};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::atlas::CodeNumbers;
use super::super::formulas::{SumOrigin, amount_of, measure_of, students_of};
use super::{Column, CountTie, PeriodSpan, Up};

/// Whether it counts results, measure, group, grade, periods back and coefficient.
type KeptTerm = (bool, String, Option<String>, Option<String>, i32, i32);

/// A tie as a release keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    terms: Vec<KeptTerm>,
    origin: SumOrigin,
    /// Older programs knew no other.
    #[serde(default = "default_per")]
    per: i32,
    /// Of which places the terms are; empty where all are the row's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    up: Vec<Up>,
    /// Older programs knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<PeriodSpan>,
}

fn default_per() -> i32 {
    1
}

/// As a release keeps them.
pub(crate) fn ties_to_json(ties: &[CountTie], atlas: &CodeNumbers, measures: &[MeasureId]) -> Json {
    let term = |&(column, k): &(Column, i32)| {
        let (measure, amount) = measure_of(column.term);
        let group = column.group.map(|group| atlas.groups.text_by_number(group).to_owned());
        let grade = column.grade.map(|grade| atlas.grades.text_by_number(grade).to_owned());
        (amount, measures[measure].to_string(), group, grade, column.back, k)
    };
    let kept = |tie: &CountTie| {
        let up = tie.terms.iter().map(|(column, _)| column.up);
        let up = if up.clone().all(|up| up == Up::Own) { Vec::new() } else { up.collect() };
        Kept { terms: tie.terms.iter().map(term).collect(), origin: tie.origin, per: tie.per, up, within: tie.within }
    };
    serde_json::json!(ties.iter().map(kept).collect::<Vec<Kept>>())
}

/// Reads what [`keep`] wrote; nothing where an older program kept none. Ties of measures that nobody knows any more are left
/// out.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn ties_from_json(
    value: &Json,
    atlas: &mut CodeNumbers,
    measure: &dyn Fn(&str) -> Option<usize>,
) -> Result<Vec<CountTie>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let kept: Vec<Kept> = Vec::deserialize(value).map_err(|e| format!("ties: {e}"))?;
    let mut ties = Vec::new();
    for Kept { terms, origin, per, up, within } in kept {
        let term = |(at, (amount, id, group, grade, back, k)): (usize, KeptTerm)| {
            let up = up.get(at).copied().unwrap_or_default();
            let measure = measure(&id)?;
            let term = if amount { amount_of(measure) } else { students_of(measure) };
            let group = group.map(|code| atlas.groups.intern_text(&StudentGroup::canonical_code(&code)));
            let grade = grade.map(|code| atlas.grades.intern_text(&code));
            Some((Column { term, group, grade, back, up }, k))
        };
        let terms: Option<Vec<(Column, i32)>> = terms.into_iter().enumerate().map(term).collect();
        ties.extend(terms.map(|terms| CountTie { terms, origin, per, within }));
    }
    Ok(ties)
}
