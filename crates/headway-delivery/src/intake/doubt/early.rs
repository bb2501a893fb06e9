//! Preliminary figures that come in after final ones of the same cells.

use headway_model::SeriesRows;
use headway_model::{Flags, State};

use super::walk::{Cell, Measured, number};
use super::{Doubt, DoubtKind};

/// Preliminary figures beside final ones that were known.
#[derive(Default)]
pub(super) struct Early {
    /// Those that hold from now on, and those that do not.
    holds: Found,
    stays: Found,
}

#[derive(Default)]
struct Found {
    count: u64,
    first: Option<First>,
}

struct First {
    series: [String; 3],
    period: i32,
    known: Option<f64>,
    new: Option<f64>,
}

impl Early {
    pub(super) fn take(&mut self, about: &Measured<'_>, series: &SeriesRows<'_>, cells: &[Cell]) {
        let early = |row: usize| series.flags(row).has(Flags::PROVISIONAL);
        let exact = |row: usize| (series.state(row) == State::Exact).then_some(series.lo[row]);
        let order = about.ground.order;
        for cell in cells {
            let (Some(new), Some(known)) = (cell.new, cell.known) else { continue };
            if !early(new) || early(known) {
                continue;
            }
            let wins = order.rank(about.ground.number) > order.rank(series.vintage[known]);
            let found = if wins { &mut self.holds } else { &mut self.stays };
            found.count += 1;
            found.first.get_or_insert_with(|| First {
                series: [series.place, series.group, series.grade].map(str::to_owned),
                period: cell.period,
                known: exact(known),
                new: exact(new),
            });
        }
    }

    pub(super) fn doubt(self, about: &Measured<'_>) -> Vec<Doubt> {
        let day = about.ground.known_from;
        let holds = format!(
            "The preliminary ones hold from {day} on, since they became known later. If they are older, say so \
                             with --known-from"
        );
        let stays = format!("The final ones hold, which were known on {day} too");
        let of = |found: Found, advice: String| {
            let First { series: [place, group, grade], period, known, new } = found.first?;
            let said = |figure: Option<f64>| figure.map_or_else(|| "no figure".to_owned(), number);
            Some(Doubt {
                kind: DoubtKind::Early,
                measures: vec![about.measure.into()],
                cause: "preliminary figures come in after final ones".to_owned(),
                count: found.count,
                of: None,
                first: format!(
                    "{}, {}: final {}, preliminary {}",
                    about.series(&place, &group, &grade),
                    about.period(period),
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
