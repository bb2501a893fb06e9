//! A register against itself: rows that can't both be right.

use headway_model::Names;
use jiff::civil::Date;

use crate::hash::FastMap;
use crate::read::PlaceMention;

/// A table and a row of it.
type RowPosition = (usize, u64);

/// What the rows of registers say, as far as others can contradict it.
#[derive(Default)]
pub(super) struct RegisterCheck {
    /// By place and the day (or period) from which on it is said: the row, name and parent.
    met: FastMap<(u32, StatementStart), RegisterStatement>,
    /// By place, when it opened and closed.
    lives: FastMap<u32, [Option<(Date, RowPosition)>; 2]>,
    parents: RowClashes,
    lifetimes: RowClashes,
}

/// The row of a place, its name and its parent.
type RegisterStatement = (RowPosition, Option<u32>, Option<u32>);

/// The first day of what is said, or the period; nothing where neither is.
type StatementStart = (Option<Date>, Option<i32>);

/// Pairs of rows that contradict each other: how many, and the first.
#[derive(Default)]
struct RowClashes {
    count: u64,
    first: Option<([RowPosition; 2], u32, ClashExample)>,
}

enum ClashExample {
    Parents(u32, u32),
    Days(Date, Date),
}

/// Rows of registers that contradict each other in one way.
pub(crate) struct RegisterClash {
    pub(crate) count: u64,
    /// The first two.
    pub(crate) tables: [usize; 2],
    pub(crate) rows: [u64; 2],
    pub(crate) cause: &'static str,
    /// What the two say.
    pub(crate) example: String,
}

impl RegisterCheck {
    /// Takes what a row says; whether another row has not said it already.
    pub(super) fn is_new(&mut self, told: &PlaceMention, table: usize) -> bool {
        let at = (table, told.row);
        self.note_life(told, at);
        let from = told.dated.as_ref().and_then(|dated| dated.from);
        let when = (from, told.year.map(|(_, ordinal)| ordinal).filter(|_| from.is_none()));
        let Some(met) = self.met.get_mut(&(told.place, when)) else {
            self.met.insert((told.place, when), (at, told.name, told.parent));
            return true;
        };
        let (first, name, parent) = *met;
        // The first row that states a parent is what later ones are held against.
        if parent.is_none() && told.parent.is_some() {
            (met.0, met.2) = (at, told.parent);
        }
        if let (Some(a), Some(b)) = (parent, told.parent)
            && a != b
        {
            self.parents.add_pair([first, at], told.place, ClashExample::Parents(a, b));
        }
        name != told.name || parent != told.parent
    }

    fn note_life(&mut self, told: &PlaceMention, at: RowPosition) {
        let Some(life) = told.dated.as_ref().map(|dated| &dated.life) else { return };
        if life.opened.is_none() && life.closed.is_none() {
            return;
        }
        let known = self.lives.entry(told.place).or_default();
        let [opened, closed] = known;
        // The last row that says a day holds.
        *opened = life.opened.map(|day| (day, at)).or(*opened);
        *closed = life.closed.map(|day| (day, at)).or(*closed);
        if let (Some((first, a)), Some((last, b))) = (*opened, *closed)
            && last < first
        {
            self.lifetimes.add_pair([a, b], told.place, ClashExample::Days(first, last));
        }
    }

    /// What is wrong, with the first two rows of each kind.
    pub(super) fn find_clashes(&self, texts: &Names) -> Vec<RegisterClash> {
        let of = |pair: &RowClashes, [one, many]: [&'static str; 2]| {
            let cause = if pair.count == 1 { one } else { many };
            let ([a, b], place, example) = pair.first.as_ref()?;
            let place = texts.text_by_number(*place);
            let example = match example {
                ClashExample::Parents(a, b) => {
                    format!("{place} belongs to {} and to {}", texts.text_by_number(*a), texts.text_by_number(*b))
                }
                ClashExample::Days(first, last) => format!("{place} opened on {first} and closed on {last}"),
            };
            Some(RegisterClash { count: pair.count, tables: [a.0, b.0], rows: [a.1, b.1], cause, example })
        };
        let parents = of(
            &self.parents,
            ["place that belongs to two places in one period", "places that belong to two places in one period"],
        );
        let lifetimes =
            of(&self.lifetimes, ["place that closed before it opened", "places that closed before they opened"]);
        parents.into_iter().chain(lifetimes).collect()
    }
}

impl RowClashes {
    fn add_pair(&mut self, rows: [RowPosition; 2], place: u32, example: ClashExample) {
        self.count += 1;
        self.first.get_or_insert((rows, place, example));
    }
}
