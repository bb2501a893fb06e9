//! What rows say of places: of their own and of those they belong to, once for each place and period.

use headway_model::{Names, Period, PeriodKind};

use super::chunk::PlaceMention;
use super::ids::{clean_id, has_control, is_unseen};
use super::keys::fit_level;
use super::parts::RowText;
use super::plan::{LevelPlan, PlacePlan};
use super::register::DatedPlace;
use super::rows::RowReader;
use crate::hash::FastSet;
use crate::profile::fold_text;
use crate::table::TextRecord;

/// A kind of period and an ordinal.
pub(crate) type PeriodNumber = (PeriodKind, i32);

/// Something of a row was refused, and is in the report.
pub(super) struct RowRefused;

/// The places that a reader met, and the periods for which they were told.
pub(super) struct ReaderPlaces {
    /// Ids, names and parents.
    pub(super) texts: Names,
    /// By the reader's number of the place.
    places: Vec<PlaceMet>,
    /// Place and period of the row before.
    last: (u32, i32),
    /// Places with periods too far from their first to have a bit.
    far: FastSet<(u32, i32)>,
    /// Places besides the row's own that were told: text of the id, and for when.
    others: FastSet<(u32, i64)>,
    /// Places that another row of a period calls otherwise: place, period and name.
    renamed: FastSet<(u32, i32, u32)>,
    /// A name or a parent had control characters.
    broken: bool,
}

/// A place that was met.
struct PlaceMet {
    /// Number of its text.
    place: u32,
    /// Which [[level]] rule fits it.
    rule: u8,
    name: RuleText,
    parent: RuleText,
    /// The period of the lowest bit.
    base: i32,
    /// The periods for which it was told.
    told: u64,
    /// The name that was said of it last; `None` where none was.
    said: Option<u32>,
}

/// What a rule's text says.
#[derive(Clone, Copy)]
enum RuleText {
    /// The same for the place in every row; `None` is nothing.
    Same(Option<u32>),
    /// What the row's columns say.
    Row,
}

const CONTROL_IN_NAME: &str = "places whose name or parent had control characters, which were left out";

impl Default for ReaderPlaces {
    fn default() -> Self {
        let (texts, places) = (Names::default(), Vec::new());
        Self {
            texts,
            places,
            last: (u32::MAX, 0),
            far: FastSet::default(),
            others: FastSet::default(),
            renamed: FastSet::default(),
            broken: false,
        }
    }
}

impl ReaderPlaces {
    /// Learns a place when it is first met: the next number.
    pub(super) fn learn_place(&mut self, rule: u8, level: &LevelPlan, own: &str, groups: &[&str]) {
        let mut saying = |text: &Option<RowText>| match text {
            None => RuleText::Same(None),
            Some(text) if text.a_column().is_some() => RuleText::Row,
            Some(text) => RuleText::Same(self.said_number(&text.with_groups(&TextRecord::default(), "", groups), own)),
        };
        let (name, parent) = (saying(&level.name), saying(&level.parent));
        let place = self.texts.intern_text(own);
        self.places.push(PlaceMet { place, rule, name, parent, base: 0, told: 0, said: None });
    }

    /// The number of what is said of a place; nothing, and the place's own id, say nothing.
    pub(super) fn said_number(&mut self, text: &str, place: &str) -> Option<u32> {
        if text.is_ascii() && !has_control(text) {
            return (!text.is_empty() && text != place).then(|| self.texts.intern_text(text));
        }
        self.broken |= has_control(text);
        let text: String = text.chars().filter(|c| !is_unseen(*c) && (c.is_whitespace() || !c.is_control())).collect();
        (!text.is_empty() && text != place).then(|| self.texts.intern_text(&text))
    }

    /// Whether a name or a parent had control characters since this was asked last.
    fn was_broken(&mut self) -> bool {
        std::mem::take(&mut self.broken)
    }

    /// Whether this is the first row of the place and period.
    #[inline]
    fn is_new(&mut self, place: u32, period: i32) -> bool {
        if self.last == (place, period) {
            return false;
        }
        self.last = (place, period);
        let met = &mut self.places[place as usize];
        if met.told == 0 {
            met.base = period.saturating_sub(32);
        }
        match u32::try_from(period.wrapping_sub(met.base)) {
            Ok(bit @ ..64) => {
                let new = met.told & (1 << bit) == 0;
                met.told |= 1 << bit;
                new
            }
            _ => self.far.insert((place, period)),
        }
    }

    /// Whether nothing was told of this place for this time.
    pub(super) fn is_other_new(&mut self, place: u32, when: i64) -> bool {
        self.others.insert((place, when))
    }
}

impl RowReader<'_, '_> {
    /// Tells of the row's places in its period, unless another row did. `part` is the part of the key that names the place.
    #[inline]
    pub(super) fn tell_places(&mut self, place: u32, part: usize, year: PeriodNumber, record: &TextRecord, text: &str) {
        if self.met.is_new(place, year.1) {
            self.tell_own_place(place, part, year, record, text);
            self.tell_others(year, record, text);
        } else {
            self.tell_other_name(place, year, record, text);
        }
    }

    /// Tells of another name that a later row gives the place in a period. The first one holds; the report names both.
    #[inline]
    fn tell_other_name(&mut self, place_number: u32, year: PeriodNumber, record: &TextRecord, text: &str) {
        let PlaceMet { place, rule, said: Some(said), .. } = self.met.places[place_number as usize] else { return };
        let level: &LevelPlan = &self.plan.levels[usize::from(rule)];
        let Some(column) = level.name_column else { return };
        let cell = record.get(text, column);
        if cell == self.met.texts.text_by_number(said)
            || cell.is_empty()
            || fold_text(cell) == fold_text(self.met.texts.text_by_number(said))
        {
            return;
        }
        let name = self.met.said_number(cell, self.places.text_by_number(place_number));
        if self.met.was_broken() {
            self.chunk.count_doubt(record.number, self.places.text_by_number(place_number), CONTROL_IN_NAME);
        }
        let Some(name) = name.filter(|name| *name != said) else { return };
        if self.met.renamed.insert((place_number, year.1, name)) {
            let level = level.rule.is;
            let told =
                PlaceMention { place, name: Some(name), parent: None, level, year: Some(year), dated: None, row: 0 };
            self.chunk.told.push(told);
        }
    }

    fn tell_own_place(&mut self, place_number: u32, part: usize, year: PeriodNumber, record: &TextRecord, text: &str) {
        let PlaceMet { place, rule, name, parent, .. } = self.met.places[place_number as usize];
        let level: &LevelPlan = &self.plan.levels[usize::from(rule)];
        // The id's groups are looked for again only where a text has both groups and columns.
        let mixed = |text: &Option<RowText>| text.as_ref().is_some_and(|t| t.a_column().is_some() && t.has_groups());
        let id = (mixed(&level.name) || mixed(&level.parent)).then(|| {
            let part = &self.plan.parts[part];
            part.read_code(&part.text.text_of_row(record, text)).unwrap_or_default()
        });
        let groups = id.as_deref().and_then(|id| fit_level(level, id, record, text)).map(|(_, groups)| groups);
        let groups = groups.unwrap_or_default();
        let own = self.places.text_by_number(place_number);
        let mut say = |saying: RuleText, rule: &Option<RowText>| match (saying, rule) {
            (RuleText::Row, Some(rule)) => self.met.said_number(&rule.with_groups(record, text, &groups), own),
            (RuleText::Same(said), _) => said,
            (RuleText::Row, None) => None,
        };
        let (name, parent) = (say(name, &level.name), say(parent, &level.parent));
        if self.met.was_broken() {
            self.chunk.count_doubt(record.number, own, CONTROL_IN_NAME);
        }
        self.met.places[place_number as usize].said = name;
        self.chunk.told.push(PlaceMention {
            place,
            name,
            parent,
            level: level.rule.is,
            year: Some(year),
            dated: None,
            row: 0,
        });
    }

    /// Tells of the places that the profile's [[place]] rules find in this row.
    fn tell_others(&mut self, year: PeriodNumber, record: &TextRecord, text: &str) {
        let plan = self.plan;
        for rule in &plan.places {
            // What can't be told is in the report; the row's own figures stand.
            let _ = self.tell_place(rule, Some(year), None, record, text);
        }
    }

    /// Tells of a place that a [[place]] rule finds, unless another row did for the same time. An error is in the report already.
    pub(super) fn tell_place(
        &mut self,
        rule: &PlacePlan,
        year: Option<PeriodNumber>,
        dated: Option<Box<DatedPlace>>,
        record: &TextRecord,
        text: &str,
    ) -> Result<(), RowRefused> {
        let raw = rule.id.text.text_of_row(record, text);
        if clean_id(&raw).is_empty() {
            return Ok(());
        }
        let id = rule
            .id
            .read_code(&raw)
            .map_err(|reason| self.refuse_cell(record, rule.id.text.a_column(), &raw, &reason))?;
        if !self.plan.fits_a_level(&id, rule.rule.is) {
            let reason = "the place's id fits no [[level]] of its level";
            return Err(self.refuse_cell(record, rule.id.text.a_column(), &raw, reason));
        }
        let parent = match &rule.parent {
            None => None,
            Some(part) => match part.text.text_of_row(record, text) {
                raw if clean_id(&raw).is_empty() => None,
                raw => Some(
                    part.read_code(&raw)
                        .map_err(|reason| self.refuse_cell(record, part.text.a_column(), &raw, &reason))?,
                ),
            },
        };
        let place = self.met.texts.intern_text(&id);
        let from = dated.as_ref().and_then(|dated| dated.from).map(|from| Period::of_day(from).ordinal);
        let when = from.or(year.map(|(_, ordinal)| ordinal)).map_or(i64::MIN, i64::from);
        // Every row of a register counts: two may contradict each other.
        let row = if self.plan.values.is_empty() { record.number } else { 0 };
        if row == 0 && !self.met.is_other_new(place, when) {
            return Ok(());
        }
        if let Some(doubt) = rule.id.id_doubt(&raw) {
            self.chunk.count_doubt(record.number, &raw, doubt);
        }
        let name = self.met.said_number(&rule.name.text_of_row(record, text), &id);
        if self.met.was_broken() {
            self.chunk.count_doubt(record.number, &id, CONTROL_IN_NAME);
        }
        let parent = parent.and_then(|parent| self.met.said_number(&parent, &id));
        self.chunk.told.push(PlaceMention { place, name, parent, level: rule.rule.is, year, dated, row });
        Ok(())
    }

    /// Puts a cell that can't be read into the report.
    pub(super) fn refuse_cell(
        &mut self,
        record: &TextRecord,
        column: Option<usize>,
        found: &str,
        reason: &str,
    ) -> RowRefused {
        self.chunk.refuse_cell(record.number, column, found, reason);
        RowRefused
    }
}
