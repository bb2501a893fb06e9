//! What all places of a level moved by together in one period, beyond the usual: told, so that somebody looks whether it was the
//! definition, the scale or a fault, and proposed as a mark in the plan.

use std::sync::Arc;

use headway_model::{Level, Period};
use headway_render::{MeasureUnit, format};
use headway_stats::shock::{self, SharedShock, ShockKind};

use super::PeerKey;
use crate::MeasureAssessment;

/// A move that all places shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedMove {
    /// The places.
    pub level: Option<Level>,
    /// The first period that is off.
    pub period: Period,
    /// The last that is off.
    pub until: Period,
    /// What was found.
    pub shock: SharedShock,
    /// When the places moved the other way soon after: the new level did not stay.
    pub back: Option<Period>,
}

/// A move the other way within so many periods undoes a new level, at least in part.
const SOON: usize = 2;

/// Moves in the order of time, each with the period of the opposite one that followed soon: both are one story.
fn pair_moves(found: &[SharedShock]) -> Vec<(&SharedShock, Option<usize>)> {
    let stays = |shock: &SharedShock| matches!(shock.kind, ShockKind::Level | ShockKind::Open);
    let undone_by = |at: usize| {
        let next = found.get(at + 1).filter(|next| stays(&found[at]) && stays(next))?;
        let soon = next.period - found[at].period <= SOON;
        (soon && next.size * found[at].size < 0.0).then_some(next.period)
    };
    let (mut told, mut at) = (Vec::new(), 0);
    while at < found.len() {
        let back = undone_by(at);
        told.push((&found[at], back));
        at += if back.is_some() { 2 } else { 1 };
    }
    told
}

impl MeasureAssessment {
    /// The moves that a level's places shared in a group and grade and that no mark in the plan explains, in the order of time.
    pub fn shared_moves(&self, level: Option<Level>, group: &str, grade: &str) -> Vec<SharedMove> {
        let key = PeerKey { level, group: group.into(), grade: grade.into(), part: None };
        let kin = self.kin_for(&key);
        let find = || {
            let broken = kin.breaks.contains(&true).then_some(&kin.breaks[..]);
            shock::find_shocks(&kin.values, kin.periods, broken)
        };
        let found: Arc<Vec<SharedShock>> = self.judged.shocks.get(key.clone(), find);
        let kind = self.period_kind();
        let told = |(shock, back): (&SharedShock, Option<usize>)| SharedMove {
            level,
            period: kin.period_of_cell(shock.period, kind),
            until: kin.period_of_cell(shock.until, kind),
            shock: *shock,
            back: back.map(|back| kin.period_of_cell(back, kind)),
        };
        pair_moves(&found).into_iter().map(told).collect()
    }
}

impl SharedMove {
    /// In one sentence, with the question it leaves.
    pub fn move_sentence(&self, unit: &MeasureUnit) -> String {
        let (one, many) = self.level.map_or(("place", "places"), Level::place_nouns);
        let SharedShock { moved, series, size, kind, .. } = self.shock;
        let who = if moved == series {
            format!("All {}", format::count_with_noun(series, one, many))
        } else {
            format!("{} of {}", format::count_text(moved), format::count_with_noun(series, one, many))
        };
        let size = unit.difference_text(size);
        let (when, until) = (format::period_text(self.period), format::period_text(self.until));
        if let Some(back) = self.back {
            return format!(
                "{who} moved together in {when}, median {size} beyond the usual change, and moved back at least in part in {}: was it \
                 the definition, the scale or a fault?",
                format::period_text(back)
            );
        }
        match kind {
            ShockKind::Passing if self.period == self.until => {
                format!(
                    "{who} moved together in {when}, median {size}, and moved back: was it the definition, the scale or a fault?"
                )
            }
            ShockKind::Passing => {
                format!(
                    "{who} moved together from {when} to {until}, median {size}, and moved back: was it the definition, the scale or a fault?"
                )
            }
            ShockKind::Level => format!(
                "{who} moved together in {when}, median {size} beyond the usual change, and the new level stayed: was it the \
                 definition, the scale or a fault?"
            ),
            ShockKind::Open => format!(
                "{who} moved together in {when}, median {size} beyond the usual change: was it the definition, the scale or a fault?"
            ),
            ShockKind::Slope => format!("{who} changed their pace together from {when} on, median {size} a year."),
        }
    }

    /// What could be written into the plan's `breaks` of the measure; `None` where a mark would not help.
    pub fn break_proposal(&self) -> Option<String> {
        let mark = |period: Period, kind: &str| format!("{{ period: \"{period}\", kind: {kind} }}");
        match self.shock.kind {
            _ if self.back.is_some() => None,
            ShockKind::Slope => None,
            ShockKind::Level | ShockKind::Open => Some(format!("breaks: [{}]", mark(self.period, "break"))),
            ShockKind::Passing => {
                let off = self.until.ordinal - self.period.ordinal;
                let marks: Vec<String> = (0..=off).map(|i| mark(self.period.plus_periods(i), "missing")).collect();
                Some(format!("breaks: [{}]", marks.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_was_undone_soon_is_one_story() {
        let shock = |period: usize, kind: ShockKind, size: f64| SharedShock {
            period,
            until: period,
            kind,
            size,
            moved: 9,
            series: 10,
            uneven: 1.0,
        };
        let check = |found: &[SharedShock], told: &[(usize, Option<usize>)]| {
            let stories: Vec<_> = pair_moves(found).into_iter().map(|(shock, back)| (shock.period, back)).collect();
            assert_eq!(stories, told);
        };
        let fell = shock(3, ShockKind::Level, -6.9);
        check(&[fell, shock(4, ShockKind::Level, 2.6)], &[(3, Some(4))]);
        check(&[fell, shock(5, ShockKind::Open, 2.6), shock(8, ShockKind::Level, 1.0)], &[(3, Some(5)), (8, None)]);
        check(&[fell, shock(6, ShockKind::Level, 2.6)], &[(3, None), (6, None)]);
        check(&[fell, shock(4, ShockKind::Level, -2.6)], &[(3, None), (4, None)]);
        check(&[fell, shock(4, ShockKind::Slope, 2.6)], &[(3, None), (4, None)]);
    }
}
