//! What the files say of places, brought together: of each place the times for which the same is said.

use headway_model::{Level, Names, Period, PlaceLife, StatedPlaces};
use jiff::civil::Date;

use super::names::{NamedSpan, name_doubts};
use super::register::{RegisterCheck, RegisterClash};
use crate::read::{PeriodNumber, PlaceMention};
use crate::report::DoubtReport;

/// What all rows say of places.
#[derive(Default)]
pub(super) struct PlacesTold {
    /// Ids, names and parents.
    texts: Names,
    /// Spans of periods, in the order in which they were told.
    spans: Vec<PlaceSpan>,
    /// The number of the last span of each place, plus one, by the text of its id.
    latest: Vec<u32>,
    /// What registers say without a period or with dates.
    dated: Vec<PlaceMention>,
    register: RegisterCheck,
}

/// The same said of a place for periods that follow each other.
#[derive(Clone, Copy)]
struct PlaceSpan {
    place: u32,
    name: Option<u32>,
    parent: Option<u32>,
    level: Level,
    first: PeriodNumber,
    last: i32,
}

impl PlaceSpan {
    /// What is told of names.
    fn named_span(&self) -> Option<NamedSpan> {
        let Self { place, name, parent, level, first, last } = *self;
        Some(NamedSpan { name: name?, parent, level, place, first, last })
    }

    /// What it says.
    fn stated_facts(&self) -> (Option<u32>, Option<u32>, Level) {
        (self.name, self.parent, self.level)
    }

    fn has_period(&self, period: i32) -> bool {
        (self.first.1..=self.last).contains(&period)
    }
}

impl PlacesTold {
    /// The number of a text.
    pub(super) fn text_number(&mut self, text: &str) -> u32 {
        self.texts.intern_text(text)
    }

    /// Learns what a row of the table with this number tells.
    pub(super) fn learn_mention(&mut self, told: PlaceMention, table: usize) {
        if told.row > 0 && !self.register.is_new(&told, table) {
            return;
        }
        let (Some(year), None) = (told.year, &told.dated) else { return self.dated.push(told) };
        let PlaceMention { place, name, parent, level, .. } = told;
        let span = PlaceSpan { place, name, parent, level, first: year, last: year.1 };
        if self.latest.len() <= place as usize {
            self.latest.resize(place as usize + 1, 0);
        }
        // Rows mostly follow each other by place and period, or by period and place: then the last span grows.
        let before = self.latest[place as usize].checked_sub(1).map(|at| &mut self.spans[at as usize]);
        if let Some(before) = before.filter(|b| b.first.0 == year.0 && b.stated_facts() == span.stated_facts()) {
            if (before.first.1..=before.last.saturating_add(1)).contains(&year.1) {
                before.last = before.last.max(year.1);
                return;
            }
            if year.1 + 1 == before.first.1 {
                before.first = year;
                return;
            }
        }
        self.spans.push(span);
        self.latest[place as usize] = u32::try_from(self.spans.len()).expect("fewer than 2^32 spans");
    }

    /// Rows of registers that contradict each other.
    pub(super) fn register_clashes(&self) -> Vec<RegisterClash> {
        self.register.find_clashes(&self.texts)
    }

    /// Codes with two names and names with two codes.
    pub(super) fn name_doubts(&self) -> Vec<DoubtReport> {
        // Where every place has one span none has two names, and a name that comes once has one code: of a million places few
        // are left to compare.
        let several = self.latest.iter().filter(|latest| **latest > 0).count() < self.spans.len();
        let mut times = vec![0_u8; self.texts.len()];
        for name in self.spans.iter().filter_map(|span| span.name) {
            times[name as usize] = times[name as usize].saturating_add(1);
        }
        let again = |said: &NamedSpan| several || times[said.name as usize] > 1;
        name_doubts(self.spans.iter().filter_map(PlaceSpan::named_span).filter(again).collect(), several, &self.texts)
    }

    /// All statements, by place and time.
    pub(super) fn into_statements(mut self) -> StatedPlaces {
        drop(std::mem::take(&mut self.latest));
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.texts.text_by_number(*a).cmp(self.texts.text_by_number(*b)));
        let mut rank = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(text, at)| rank[*text as usize] = at);
        drop(order);
        let by_place = |place: u32| -> u32 { rank[place as usize] };
        // Stable: of what is said of one place and period, what was told first stays first.
        self.spans.sort_by_key(|span| (by_place(span.place), span.first.0));
        self.dated.sort_by_key(|told| by_place(told.place));
        let (mut spans, mut dated) = (self.spans.as_slice(), self.dated.into_iter().peekable());
        let mut stated = StatedPlaces::with_texts(std::mem::take(&mut self.texts));
        loop {
            let next = match (spans.first(), dated.peek()) {
                (None, None) => return stated,
                (Some(span), Some(told)) if by_place(span.place) <= by_place(told.place) => true,
                (Some(_), None) => true,
                _ => false,
            };
            if next {
                let first = spans[0];
                let alike = |span: &PlaceSpan| (span.place, span.first.0) == (first.place, first.first.0);
                let (own, rest) = spans.split_at(spans.partition_point(alike).max(1));
                spans = rest;
                state_spans(own, &mut stated);
            } else {
                let place = dated.peek().map_or(0, |told| told.place);
                let own: Vec<PlaceMention> = std::iter::from_fn(|| dated.next_if(|told| told.place == place)).collect();
                state_dated(own, &mut stated);
            }
        }
    }
}

/// States the spans of one place and kind of period: of each period what was told first; equal neighbors become one.
fn state_spans(spans: &[PlaceSpan], stated: &mut StatedPlaces) {
    let merged = match spans {
        [one] => vec![*one],
        several => join_spans(several),
    };
    for PlaceSpan { place, name, parent, level, first: (kind, ordinal), last } in merged {
        let [first, last] = [ordinal, last].map(|ordinal| Period { kind, ordinal });
        let days = (Some(first.first_day()), Some(last.last_day()));
        stated.push_numbered(place, (name, parent), level, days, PlaceLife::default());
    }
}

fn join_spans(spans: &[PlaceSpan]) -> Vec<PlaceSpan> {
    let mut edges: Vec<i32> = spans.iter().flat_map(|span| [span.first.1, span.last + 1]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut joined: Vec<PlaceSpan> = Vec::new();
    for edge in edges.windows(2) {
        let here = || spans.iter().filter(|span| span.has_period(edge[0]));
        let Some(&told) = here().next() else { continue };
        let now = PlaceSpan {
            name: here().find_map(|span| span.name),
            parent: here().find_map(|span| span.parent),
            first: (told.first.0, edge[0]),
            last: edge[1] - 1,
            ..told
        };
        match joined.last_mut() {
            // Between equal ones nothing else was said.
            Some(before) if before.stated_facts() == now.stated_facts() => before.last = now.last,
            _ => joined.push(now),
        }
    }
    joined
}

/// States what a register says of one place: each row until the day before the next one's.
fn state_dated(mut rows: Vec<PlaceMention>, stated: &mut StatedPlaces) {
    let from = |told: &PlaceMention| told.dated.as_ref().and_then(|dated| dated.from).or(told.year.map(first_day));
    rows.sort_by_key(from);
    let starts: Vec<Option<Date>> = rows.iter().map(from).collect();
    for (number, told) in rows.into_iter().enumerate() {
        let next = starts[number + 1..].iter().flatten().find(|next| Some(**next) > starts[number]);
        let until = next.and_then(|next| next.yesterday().ok()).or(told.year.map(last_day));
        let last = starts[number].and(until);
        let life = told.dated.map(|dated| dated.life).unwrap_or_default();
        stated.push_numbered(told.place, (told.name, told.parent), told.level, (starts[number], last), life);
    }
}

fn first_day((kind, ordinal): PeriodNumber) -> Date {
    Period { kind, ordinal }.first_day()
}

fn last_day((kind, ordinal): PeriodNumber) -> Date {
    Period { kind, ordinal }.last_day()
}

#[cfg(test)]
mod tests {
    use headway_model::{PeriodKind, PlaceStatement};
    use proptest::prelude::*;

    use super::*;

    /// What is stated of place `S1` when rows tell these names (with the years) in this order.
    fn stated(rows: &[(i32, Option<&str>)]) -> Vec<(String, Option<String>)> {
        let mut told = PlacesTold::default();
        let place = told.text_number("S1");
        for (year, name) in rows {
            let name = name.map(|name| told.text_number(name));
            let year = Some((PeriodKind::SchoolYear, *year));
            told.learn_mention(
                PlaceMention { place, name, parent: None, level: Level::School, year, dated: None, row: 0 },
                0,
            );
        }
        let show = |s: PlaceStatement| {
            let days = [s.first, s.last].map(|day| day.map_or(String::new(), |day| day.year().to_string()));
            (days.join(" to "), s.name)
        };
        told.into_statements().iter().map(show).collect()
    }

    #[test]
    fn years_of_one_name_are_one_statement() {
        let check = |rows: &[(i32, Option<&str>)], want: &[(&str, Option<&str>)]| {
            let found = stated(rows);
            let found: Vec<_> = found.iter().map(|(days, name)| (days.as_str(), name.as_deref())).collect();
            assert_eq!(found, want, "{rows:?}");
        };
        check(&[(2021, Some("A")), (2022, Some("A")), (2023, Some("A"))], &[("2020 to 2023", Some("A"))]);
        check(&[(2023, Some("A")), (2021, Some("A")), (2022, Some("A"))], &[("2020 to 2023", Some("A"))]);
        check(&[(2021, Some("A")), (2023, Some("A"))], &[("2020 to 2023", Some("A"))]);
        check(&[(2022, Some("B")), (2021, Some("A"))], &[("2020 to 2021", Some("A")), ("2021 to 2022", Some("B"))]);
        check(&[(2021, None), (2021, Some("A"))], &[("2020 to 2021", Some("A"))]); // a later row says it
        check(&[(2021, Some("A")), (2021, Some("B"))], &[("2020 to 2021", Some("A"))]); // the first row holds
        check(
            &[(2021, Some("A")), (2022, Some("B")), (2023, Some("A"))],
            &[("2020 to 2021", Some("A")), ("2021 to 2022", Some("B")), ("2022 to 2023", Some("A"))],
        );
    }

    proptest! {
        #[test]
        fn the_order_of_the_years_does_not_matter(
            rows in prop::collection::btree_map(2010..2020_i32, prop::option::of(0..3_usize), 1..8)
                .prop_flat_map(|rows| { let rows: Vec<_> = rows.into_iter().collect(); (Just(rows.clone()), Just(rows).prop_shuffle()) })
        ) {
            let named = |rows: &[(i32, Option<usize>)]| -> Vec<(i32, Option<&'static str>)> {
                rows.iter().map(|(year, name)| (*year, name.map(|n| ["A", "B", "C"][n]))).collect()
            };
            prop_assert_eq!(stated(&named(&rows.0)), stated(&named(&rows.1)));
        }
    }
}
