//! Preliminary figures that come in after final ones of the same cells.

use headway_model::SeriesRows;
use headway_model::{ValueFlags, ValueState};

use super::walk::{CheckedMeasure, PeriodRows, number_text};
use super::{DoubtKind, ImportDoubt};

/// Preliminary figures beside final ones that were known.
#[derive(Default)]
pub(super) struct PreliminaryCheck {
    /// Those that hold from now on, and those that do not.
    holds: PreliminaryCases,
    stays: PreliminaryCases,
}

#[derive(Default)]
struct PreliminaryCases {
    count: u64,
    first: Option<PreliminaryExample>,
}

struct PreliminaryExample {
    series: [String; 3],
    period: i32,
    known: Option<f64>,
    new: Option<f64>,
}

impl PreliminaryCheck {
    pub(super) fn take_series(&mut self, about: &CheckedMeasure<'_>, series: &SeriesRows<'_>, cells: &[PeriodRows]) {
        let early = |row: usize| series.flags_at(row).has_all(ValueFlags::PROVISIONAL);
        let exact = |row: usize| (series.state_at(row) == ValueState::Exact).then_some(series.lo[row]);
        let order = about.ground.order;
        for cell in cells {
            let (Some(new), Some(known)) = (cell.new, cell.known) else { continue };
            if !early(new) || early(known) {
                continue;
            }
            let wins = order.rank_of(about.ground.number) > order.rank_of(series.vintage[known]);
            let found = if wins { &mut self.holds } else { &mut self.stays };
            found.count += 1;
            found.first.get_or_insert_with(|| PreliminaryExample {
                series: [series.place, series.group, series.grade].map(str::to_owned),
                period: cell.period,
                known: exact(known),
                new: exact(new),
            });
        }
    }

    pub(super) fn into_doubts(self, about: &CheckedMeasure<'_>) -> Vec<ImportDoubt> {
        let day = about.ground.known_from;
        let holds = format!(
            "The preliminary ones hold from {day} on, since they became known later. If they are older, say so \
                             with --known-from"
        );
        let stays = format!("The final ones hold, which were known on {day} too");
        let of = |found: PreliminaryCases, advice: String| {
            let PreliminaryExample { series: [place, group, grade], period, known, new } = found.first?;
            let said = |figure: Option<f64>| figure.map_or_else(|| "no figure".to_owned(), number_text);
            Some(ImportDoubt {
                kind: DoubtKind::Early,
                measures: vec![about.measure.into()],
                cause: "preliminary figures come in after final ones".to_owned(),
                count: found.count,
                of: None,
                first: format!(
                    "{}, {}: final {}, preliminary {}",
                    about.series_label(&place, &group, &grade),
                    about.period_at(period),
                    said(known),
                    said(new)
                ),
                advice,
                until: None,
            })
        };
        of(self.holds, holds).into_iter().chain(of(self.stays, stays)).collect()
    }
}
