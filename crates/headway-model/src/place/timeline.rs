//! A place through time: which of all that was said of it holds on which day.

use std::cmp::Reverse;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Level, Place, PlaceLife, PlaceStatement};
use crate::{PlaceId, VintageRank};

/// A statement that is seen, with who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidPlace {
    /// The rank of the import that said it, and the day from which on it was known; `None` when it was said outside of imports.
    pub by: Option<(VintageRank, Date)>,
    /// What was said.
    pub statement: PlaceStatement,
}

/// What a place is called, what it is and where it belongs, day by day.
///
/// On a day holds what was said for that day; of several that were, what became known last. Where nothing was said for the day,
/// the latest before it holds, and before all that was said the earliest. Name, level and parent are each found so, among the
/// statements that say them. A source without dates speaks of the day on which it became known; what was said outside of imports
/// holds only where no import says anything of the time before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceTimeline {
    /// The place from each day on; the first one from the beginning of time.
    steps: Vec<(Date, Place)>,
    /// When it opened and closed, and what became of it.
    life: PlaceLife,
    /// The first day for which anything was said.
    since: Date,
}

impl SaidPlace {
    /// The first and last day for which it was said.
    fn day_span(&self) -> (Date, Date) {
        let known = self.by.map_or(Date::MIN, |(_, known_from)| known_from);
        let first = self.statement.first.unwrap_or(known);
        (first, self.statement.last.unwrap_or(known).max(first))
    }

    /// How much it counts on a day; the highest holds.
    fn weight_on(&self, day: Date) -> (bool, Date, Reverse<Date>, Option<VintageRank>) {
        let (first, last) = self.day_span();
        let rank = self.by.map(|(rank, _)| rank);
        if first <= day {
            (true, last.min(day), Reverse(Date::MIN), rank)
        } else {
            (false, Date::MIN, Reverse(first), rank)
        }
    }
}

impl PlaceTimeline {
    /// The timeline of the place that all of `said` speak of, in any order.
    ///
    /// # Panics
    /// When nothing was said.
    pub fn from_statements(said: &[SaidPlace]) -> Self {
        let life = latest_life(said);
        let (first, rest) = said.split_first().expect("something was said of the place");
        let alike = |other: &SaidPlace| {
            let (a, b) = (&first.statement, &other.statement);
            a.level == b.level && a.name == b.name && a.parent == b.parent
        };
        let mut days = vec![Date::MIN];
        if !rest.iter().all(alike) {
            days.extend(said.iter().flat_map(|s| {
                let (first, last) = s.day_span();
                [first, last.saturating_add(1.day())]
            }));
            days.sort_unstable();
            days.dedup();
        }
        let mut steps: Vec<(Date, Place)> = Vec::new();
        for day in days {
            let place = place_on(said, day);
            if steps.last().is_none_or(|(_, last)| *last != place) {
                steps.push((day, place));
            }
        }
        let since = said.iter().map(|s| s.day_span().0).min().unwrap_or(Date::MIN);
        Self { steps, life, since }
    }

    /// The place as it is on a day.
    pub fn place_on(&self, day: Date) -> &Place {
        &self.steps[self.steps.partition_point(|(from, _)| *from <= day) - 1].1
    }

    /// The place from each day on; the first one from the beginning of time.
    pub fn steps(&self) -> &[(Date, Place)] {
        &self.steps
    }

    /// The first day for which anything was said of it.
    pub fn first_day_known(&self) -> Date {
        self.since
    }

    /// When it opened and closed, and what became of it.
    pub fn life(&self) -> &PlaceLife {
        &self.life
    }
}

/// Of the statements that say something (`Some`) the one that counts most on a day.
fn heaviest_on<'s, T: 's>(
    said: &'s [SaidPlace],
    day: Date,
    what: impl Fn(&'s PlaceStatement) -> Option<T>,
) -> Option<T> {
    let saying = said.iter().filter_map(|s| Some((s.weight_on(day), what(&s.statement)?)));
    saying.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, what)| what)
}

fn place_on(said: &[SaidPlace], day: Date) -> Place {
    let id = said[0].statement.place.clone();
    let name = heaviest_on(said, day, |s| s.name.as_deref());
    Place {
        name: name.unwrap_or(&id).to_owned(),
        level: heaviest_on(said, day, |s| Some(s.level)).unwrap_or(Level::School),
        parent: heaviest_on(said, day, |s| s.parent.as_ref()).cloned(),
        id,
    }
}

/// Of each part of a life what became known last.
fn latest_life(said: &[SaidPlace]) -> PlaceLife {
    if said.iter().all(|s| s.statement.life.is_unknown()) {
        return PlaceLife::default();
    }
    let day = Date::MAX;
    let some = |list: &Vec<PlaceId>| (!list.is_empty()).then(|| list.clone());
    PlaceLife {
        opened: heaviest_on(said, day, |s| s.life.opened),
        closed: heaviest_on(said, day, |s| s.life.closed),
        into: heaviest_on(said, day, |s| some(&s.life.into)).unwrap_or_default(),
        out_of: heaviest_on(said, day, |s| some(&s.life.out_of)).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// What an import of this rank, known from a year's first day, says of two years (`None`: of no day) in a word.
    fn said(rank: VintageRank, known: i16, years: Option<(i16, i16)>, name: &str, parent: Option<&str>) -> SaidPlace {
        SaidPlace {
            by: Some((rank, date(known, 1, 1))),
            statement: PlaceStatement {
                place: "S1".into(),
                first: years.map(|(first, _)| date(first, 1, 1)),
                last: years.map(|(_, last)| date(last, 12, 31)),
                level: Level::School,
                name: (!name.is_empty()).then(|| name.into()),
                parent: parent.map(str::to_owned).map(Into::into),
                life: PlaceLife::default(),
            },
        }
    }

    fn check(said: &[SaidPlace], want: &[(i16, &str, Option<&str>)]) {
        let timeline = PlaceTimeline::from_statements(said);
        for (year, name, parent) in want {
            let place = timeline.place_on(date(*year, 7, 1));
            assert_eq!((place.name.as_str(), place.parent.as_deref()), (*name, *parent), "in {year}");
        }
    }

    #[test]
    fn each_year_has_what_its_own_file_says() {
        let moved = [
            said(0, 2023, Some((2022, 2022)), "Mill", Some("D1")),
            said(1, 2024, Some((2023, 2023)), "Mill", Some("D2")),
        ];
        check(&moved, &[(2019, "Mill", Some("D1")), (2022, "Mill", Some("D1")), (2023, "Mill", Some("D2"))]);
        check(&moved, &[(2030, "Mill", Some("D2"))]);
        assert_eq!(PlaceTimeline::from_statements(&moved).steps().len(), 2);
    }

    #[test]
    fn what_is_not_said_stays() {
        let bare = [said(0, 2022, None, "Mill", Some("D1")), said(1, 2024, Some((2015, 2023)), "", None)];
        check(&bare, &[(2010, "Mill", Some("D1")), (2020, "Mill", Some("D1")), (2030, "Mill", Some("D1"))]);
        check(&[said(0, 2022, Some((2021, 2021)), "", None)], &[(2021, "S1", None)]);
    }

    #[test]
    fn of_two_that_speak_of_a_year_the_later_known_holds() {
        let all = [
            said(0, 2022, Some((2021, 2021)), "First", None),
            said(2, 2025, Some((2019, 2023)), "Trend file", None), // ten years in one file, said again
            said(1, 2024, Some((2023, 2024)), "Second", None),
        ];
        check(&all, &[(2018, "Trend file", None), (2021, "Trend file", None), (2023, "Trend file", None)]);
        check(&all, &[(2024, "Second", None), (2030, "Second", None)]);
    }

    #[test]
    fn a_source_without_dates_speaks_of_the_day_it_became_known() {
        let register = said(1, 2024, None, "By the register", Some("D2"));
        let all = [said(0, 2022, Some((2020, 2021)), "Early", Some("D1")), register.clone()];
        check(&all, &[(2021, "Early", Some("D1")), (2023, "Early", Some("D1")), (2024, "By the register", Some("D2"))]);
        // What an older workspace knew holds where no import says anything of the time before; it says no parent.
        let outside = SaidPlace { by: None, ..said(0, 2022, None, "Long known", None) };
        check(
            &[outside.clone(), register.clone()],
            &[(2010, "Long known", Some("D2")), (2025, "By the register", Some("D2"))],
        );
        let open = SaidPlace { statement: PlaceStatement { last: None, ..all[0].statement.clone() }, ..register };
        check(
            &[open, outside],
            &[(2019, "Long known", Some("D1")), (2021, "Early", Some("D1")), (2024, "Early", Some("D1"))],
        );
    }

    proptest! {
        #[test]
        fn neither_order_nor_steps_matter(
            seeds in prop::collection::vec((2010..2020_i16, 0..4_i16, prop::option::of(0..4_i16), 0..3_usize, 0..3_usize), 1..8),
            day in (2005..2030_i16, 1..13_i8),
        ) {
            let names = ["", "A", "B"];
            let parents = [None, Some("D1"), Some("D2")];
            let all: Vec<SaidPlace> = seeds.iter().zip(0..).map(|((first, span, known, name, parent), rank)| {
                let years = known.map(|_| (*first, first + span));
                said(rank, first + span + known.unwrap_or(1), years, names[*name], parents[*parent])
            }).collect();
            let mut turned = all.clone();
            turned.reverse();
            let timeline = PlaceTimeline::from_statements(&all);
            prop_assert_eq!(&timeline, &PlaceTimeline::from_statements(&turned));
            let day = date(day.0, day.1, 15);
            prop_assert_eq!(timeline.place_on(day), &place_on(&all, day));
        }
    }
}
