//! Parts of the key, from a row's text to a code.

use std::borrow::Cow;

use headway_model::{Grade, Period, PeriodKind, StudentGroup};

use super::cell::never_read;
use super::ids::{CONTROL, LONGEST, clean_id, has_control, id_damage, plain_id, unquote_formula};
use crate::profile::{NamedPattern, PartRule, PeriodPart, fold_text, pad_with_zeros as zeros};
use crate::table::TextRecord;

/// What a part of the key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPart {
    /// A measure, with the kind of its periods.
    Measure(PeriodKind),
    Place,
    Group,
    Grade,
    Period(PeriodKind),
}

/// A text of which every hole is known: fixed pieces and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowText {
    pieces: Vec<RowPiece>,
    /// Whether it is a name: cells of names stay as they are, those of ids are cleaned before they are put together.
    name: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RowPiece {
    Fixed(String),
    /// A column, padded to so many digits.
    Column(usize, usize),
    /// A group of the id's pattern.
    Group(usize),
}

/// Where a text comes from.
#[derive(Clone, Copy)]
pub(super) enum TextSource<'a> {
    /// The same in every row.
    Fixed(&'a str),
    /// One column is all of it.
    Column(usize),
    /// Several pieces.
    Pieces,
}

impl RowText {
    /// A text for people.
    pub(super) fn for_name() -> Self {
        Self { name: true, ..Self::default() }
    }

    pub(super) fn push_fixed(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(RowPiece::Fixed(last)) => last.push_str(text),
            _ => self.pieces.push(RowPiece::Fixed(text.to_owned())),
        }
    }

    pub(super) fn push_column(&mut self, column: usize, digits: usize) {
        self.pieces.push(RowPiece::Column(column, digits));
    }

    pub(super) fn push_group(&mut self, group: usize) {
        self.pieces.push(RowPiece::Group(group));
    }

    /// Where it comes from.
    pub(super) fn source(&self) -> TextSource<'_> {
        match self.pieces.as_slice() {
            [] => TextSource::Fixed(""),
            [RowPiece::Fixed(text)] => TextSource::Fixed(text),
            [RowPiece::Column(column, 0)] => TextSource::Column(*column),
            _ => TextSource::Pieces,
        }
    }

    /// The first column in it, to say where something was found.
    pub(super) fn a_column(&self) -> Option<usize> {
        self.pieces.iter().find_map(|piece| match piece {
            RowPiece::Column(column, _) => Some(*column),
            RowPiece::Fixed(_) | RowPiece::Group(_) => None,
        })
    }

    /// Whether it has groups of the id's pattern in it.
    pub(super) fn has_groups(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, RowPiece::Group(_)))
    }

    /// Writes the text of a row into `out`.
    pub(super) fn write_text(&self, record: &TextRecord, text: &str, out: &mut String) {
        out.clear();
        self.append_text(record, text, &[], out);
    }

    fn append_text(&self, record: &TextRecord, text: &str, groups: &[&str], out: &mut String) {
        for piece in &self.pieces {
            match piece {
                RowPiece::Fixed(fixed) => out.push_str(fixed),
                RowPiece::Column(column, digits) => {
                    let cell = record.get(text, *column);
                    let cell = match self.name {
                        true => Cow::Borrowed(unquote_formula(cell).unwrap_or(cell)),
                        false => plain_id(clean_id(cell)),
                    };
                    match digits {
                        0 => out.push_str(&cell),
                        _ => out.push_str(&zeros(&cell, *digits)),
                    }
                }
                RowPiece::Group(group) => out.push_str(groups.get(*group).unwrap_or(&"")),
            }
        }
    }

    pub(super) fn text_of_row(&self, record: &TextRecord, text: &str) -> String {
        self.with_groups(record, text, &[])
    }

    /// The text of a row, with the groups of the id's pattern.
    pub(super) fn with_groups(&self, record: &TextRecord, text: &str, groups: &[&str]) -> String {
        let mut out = String::new();
        self.append_text(record, text, groups, &mut out);
        out
    }
}

/// A part of the key, bound to columns.
#[derive(Clone, Debug)]
pub(crate) struct RowPart<'p> {
    pub(super) key: KeyPart,
    pub(super) text: RowText,
    rule: KeyRule<'p>,
}

#[derive(Clone, Copy, Debug)]
enum KeyRule<'p> {
    Part(&'p PartRule),
    Period(&'p PeriodPart),
}

impl<'p> RowPart<'p> {
    pub(super) fn new(key: KeyPart, text: RowText, part: &'p PartRule) -> Self {
        Self { key, text, rule: KeyRule::Part(part) }
    }

    pub(super) fn of_period(text: RowText, part: &'p PeriodPart) -> Self {
        Self { key: KeyPart::Period(part.kind), text, rule: KeyRule::Period(part) }
    }

    pub(super) fn same_as(&self, other: &Self) -> bool {
        let same_rule = match (self.rule, other.rule) {
            (KeyRule::Part(a), KeyRule::Part(b)) => std::ptr::eq(a, b),
            (KeyRule::Period(a), KeyRule::Period(b)) => std::ptr::eq(a, b),
            _ => false,
        };
        same_rule && self.key == other.key && self.text == other.text
    }

    /// The kind of its periods.
    pub(super) fn period_kind(&self) -> PeriodKind {
        match self.key {
            KeyPart::Period(kind) | KeyPart::Measure(kind) => kind,
            _ => unreachable!("only periods have a kind"),
        }
    }

    /// The period that a text means.
    pub(super) fn read_period(&self, text: &str) -> Result<i32, String> {
        let (KeyRule::Period(part), KeyPart::Period(kind)) = (self.rule, self.key) else {
            unreachable!("only periods are read as periods");
        };
        let text = pick_text(&part.pick, clean_id(text))?;
        let text = part.map.iter().find(|(from, _)| fold_text(from) == fold_text(text)).map_or(text, |(_, to)| to);
        if text.trim().is_empty() {
            return Err("no period".into());
        }
        // The reason is the same for all texts: what stands there is told beside it.
        let parsed = Period::parse(kind, &format!("{}{text}", part.prefix));
        parsed
            .map(|period| period.ordinal)
            .map_err(|e| format!("not a {}: write it like {}", e.kind.name(), e.kind.example_text()))
    }

    /// The code that a text means.
    pub(super) fn read_code(&self, text: &str) -> Result<String, String> {
        let KeyRule::Part(part) = self.rule else { unreachable!("a period is no code") };
        let text = &*plain_id(clean_id(text));
        if has_control(text) {
            return Err(CONTROL.into());
        }
        if self.key == KeyPart::Group {
            return group_code(part, text).map(|code| StudentGroup::canonical_code(&code).into_owned());
        }
        // What an empty text means is a code already: nothing is picked from it, or put before it.
        if text.is_empty() {
            return part.blank.clone().ok_or_else(|| self.missing_reason());
        }
        let text = pick_text(&part.pick, text)?;
        let mapped = part.map.get(&fold_text(text));
        if let Some(reason) = never_read(text).filter(|_| mapped.is_none()) {
            return Err(reason.into());
        }
        let text = mapped.map_or(text, String::as_str).trim();
        if text.is_empty() {
            return Err(self.missing_reason());
        }
        let text = match self.key {
            KeyPart::Grade if mapped.is_none() => grade_code(part, text)?,
            KeyPart::Place => place_id(part, text)?,
            _ => pad_id(text, part.digits)?,
        };
        let text = if part.slug { make_slug(&text) } else { text };
        let code = format!("{}{text}{}", part.prefix, part.suffix);
        if code.len() > LONGEST {
            return Err(format!("an id of more than {LONGEST} letters"));
        }
        Ok(code)
    }

    /// Why an id is doubtful though it is taken: a spreadsheet seems to have changed it.
    pub(super) fn id_doubt(&self, text: &str) -> Option<&'static str> {
        (self.key == KeyPart::Place).then(|| id_damage(clean_id(text))).flatten()
    }

    fn missing_reason(&self) -> String {
        match self.key {
            KeyPart::Measure(_) => "no measure",
            KeyPart::Place => "no place",
            KeyPart::Group => "no student group",
            KeyPart::Grade => "no grade",
            KeyPart::Period(_) => "no period",
        }
        .into()
    }
}

/// A group, or several that are meant together (`Female+Asian`): each is looked up in the map, then among the standing groups.
fn group_code(part: &PartRule, text: &str) -> Result<String, String> {
    let mut codes = Vec::new();
    for text in text.split('+').map(str::trim).filter(|text| !text.is_empty()) {
        let text = pick_text(&part.pick, text)?;
        let code = match part.map.get(&fold_text(text)) {
            Some(code) => code.clone(),
            None => StudentGroup::from_spelling(text)
                .map(|group| group.code.into_owned())
                .ok_or_else(|| "not a student group that is known: name it in the profile's map".to_owned())?,
        };
        // All students and a group are that group.
        if code != headway_model::ALL {
            codes.push(code);
        }
    }
    match (codes.is_empty(), text.trim_matches(['+', ' ']).is_empty(), &part.blank) {
        (false, ..) => Ok(format!("{}{}", part.prefix, codes.join("+"))),
        (true, false, _) => Ok(headway_model::ALL.into()),
        (true, true, Some(blank)) => Ok(blank.clone()),
        (true, true, None) => Err("no student group".into()),
    }
}

/// A grade by its code. What the profile itself calls a grade, without a hole for a column, is one.
fn grade_code(part: &PartRule, text: &str) -> Result<String, String> {
    let own = part.from.hole_names().next().is_none() || part.slug;
    match Grade::from_spelling(text) {
        Some(grade) => Ok(grade.code.into_owned()),
        None if own && id_damage(text).is_none() => Ok(text.to_owned()),
        None => {
            Err("not a grade that is known (3, 03, Grade 3, K, 9-12); name it in the profile's map if it is one".into())
        }
    }
}

/// The id of a place. Where it has a fixed number of digits, one that a spreadsheet changed is none.
fn place_id(part: &PartRule, text: &str) -> Result<String, String> {
    match id_damage(text) {
        Some(reason) if part.digits.is_some() || text.starts_with('#') => Err(reason.into()),
        _ if text.len() > LONGEST => Err(format!("an id of more than {LONGEST} letters")),
        _ => pad_id(text, part.digits),
    }
}

fn pick_text<'t>(pick: &Option<NamedPattern>, text: &'t str) -> Result<&'t str, String> {
    let Some(pick) = pick else { return Ok(text) };
    let found = pick.regex.captures(text).ok_or_else(|| format!("does not fit {}", pick.as_written()))?;
    Ok(found.get(1).or_else(|| found.get(0)).map_or("", |m| m.as_str()))
}

/// Words as an id.
fn make_slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

fn pad_id(text: &str, digits: Option<usize>) -> Result<String, String> {
    match digits {
        Some(digits) if text.bytes().all(|b| b.is_ascii_digit()) => match text.len() {
            len if len <= digits => Ok(format!("{text:0>digits$}")),
            _ => Err(format!("an id of more than {digits} digits")),
        },
        _ => Ok(text.to_owned()),
    }
}
