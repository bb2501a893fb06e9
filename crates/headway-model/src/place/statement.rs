//! What a source says of a place: its name, level and parent for some days, and when it opened and closed.

use std::num::NonZeroU32;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Level;
use crate::{Names, PlaceId};

/// What one source says of a place. A name or a parent that it does not say (`None`) stays as others said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceStatement {
    /// The place's id.
    pub place: PlaceId,
    /// The first day for which it is said; of a source without dates `None`: it says what held when it became known.
    pub first: Option<Date>,
    /// The last day for which it is said; `None` with a first day: it held when the source became known.
    pub last: Option<Date>,
    /// The level.
    pub level: Level,
    /// The name.
    pub name: Option<String>,
    /// The id of the place it belongs to.
    pub parent: Option<PlaceId>,
    /// When it opened and closed, what it became and what it was made of.
    #[serde(default, skip_serializing_if = "PlaceLife::is_unknown")]
    pub life: PlaceLife,
}

/// When a place opened and closed, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceLife {
    /// Its first day.
    pub opened: Option<Date>,
    /// Its last day.
    pub closed: Option<Date>,
    /// The ids of the places that took it in, when it closed.
    pub into: Vec<PlaceId>,
    /// The ids of the places that it was made of, when it opened.
    pub out_of: Vec<PlaceId>,
}

impl PlaceLife {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the place is there on a day, as far as is known.
    pub fn is_open(&self, day: Date) -> bool {
        self.opened.is_none_or(|opened| opened <= day) && self.closed.is_none_or(|closed| closed >= day)
    }
}

/// Statements of one source in little memory: a place's own id, name and parent are kept once, whatever is said how often. A
/// million places take some 100 MB.
#[derive(Clone, Debug, Default)]
pub struct StatedPlaces {
    texts: Names,
    rows: Vec<StatementRow>,
    /// What is known of the lives, by the number of the row; few have any.
    lives: Vec<(u32, PlaceLife)>,
}

#[derive(Clone, Copy, Debug)]
struct StatementRow {
    place: u32,
    name: Option<NonZeroU32>,
    parent: Option<NonZeroU32>,
    first: Option<Date>,
    last: Option<Date>,
    level: Level,
}

impl StatedPlaces {
    /// How many statements.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// No statements yet, on texts that are known: [`StatedPlaces::push_numbered`] speaks of them by their numbers.
    pub fn with_texts(texts: Names) -> Self {
        Self { texts, ..Self::default() }
    }

    /// Adds a statement.
    pub fn push(&mut self, statement: PlaceStatement) {
        let PlaceStatement { place, first, last, level, name, parent, life } = statement;
        let place = self.texts.intern_text(&place);
        let name = name.map(|name| self.texts.intern_text(&name));
        let parent = parent.map(|parent| self.texts.intern_text(&parent));
        self.push_numbered(place, (name, parent), level, (first, last), life);
    }

    /// Adds a statement of which place, name and parent are numbers into the texts.
    pub fn push_numbered(
        &mut self,
        place: u32,
        (name, parent): (Option<u32>, Option<u32>),
        level: Level,
        (first, last): (Option<Date>, Option<Date>),
        life: PlaceLife,
    ) {
        if !life.is_unknown() {
            let row = u32::try_from(self.rows.len()).expect("fewer than 2^32 statements");
            self.lives.push((row, life));
        }
        let [name, parent] = [name, parent].map(|number| NonZeroU32::new(number? + 1));
        self.rows.push(StatementRow { place, name, parent, first, last, level });
    }

    /// The statements, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = PlaceStatement> {
        let text = |number: Option<NonZeroU32>| number.map(|n| self.texts.text_by_number(n.get() - 1).to_owned());
        let mut lives = self.lives.iter().peekable();
        self.rows.iter().zip(0..).map(move |(row, number)| PlaceStatement {
            place: self.texts.text_by_number(row.place).into(),
            first: row.first,
            last: row.last,
            level: row.level,
            name: text(row.name),
            parent: text(row.parent).map(Into::into),
            life: lives.next_if(|(of, _)| *of == number).map(|(_, life)| life.clone()).unwrap_or_default(),
        })
    }
}

impl FromIterator<PlaceStatement> for StatedPlaces {
    fn from_iter<I: IntoIterator<Item = PlaceStatement>>(statements: I) -> Self {
        let mut stated = Self::default();
        statements.into_iter().for_each(|statement| stated.push(statement));
        stated
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_put_in_comes_out() {
        let life = PlaceLife { closed: Some(date(2022, 6, 30)), into: vec!["D2".into()], ..PlaceLife::default() };
        let plain = PlaceStatement {
            place: "D1".into(),
            first: None,
            last: None,
            level: Level::District,
            name: Some("D1".into()),
            parent: None,
            life: PlaceLife::default(),
        };
        let dated = PlaceStatement { first: Some(date(2021, 7, 1)), name: None, life, ..plain.clone() };
        let all = vec![plain.clone(), dated.clone(), PlaceStatement { parent: Some("st".into()), ..plain }, dated];
        assert_eq!(all.iter().cloned().collect::<StatedPlaces>().iter().collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_place_is_open_from_its_first_to_its_last_day() {
        let check = |opened: Option<Date>, closed: Option<Date>, day, want| {
            let life = PlaceLife { opened, closed, ..PlaceLife::default() };
            assert_eq!(life.is_open(day), want, "{life:?} on {day}");
        };
        let (first, last) = (date(2015, 7, 1), date(2022, 6, 30));
        check(None, None, date(1900, 1, 1), true);
        check(Some(first), Some(last), first, true);
        check(Some(first), Some(last), last, true);
        check(Some(first), None, date(2015, 6, 30), false);
        check(None, Some(last), date(2022, 7, 1), false);
    }
}
