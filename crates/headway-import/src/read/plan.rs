//! A profile bound to one sheet: every column found, every template resolved, before the first row is read.

use std::collections::BTreeSet;

use headway_model::PeriodKind;

use super::cell::{ColumnReading, ColumnTokens};
use super::header::SheetHeader;
use super::marks::MarkPlan;
use super::parts::{KeyPart, RowPart, RowText, TextSource};
use crate::profile::{
    ImportProfile, LevelRule, NamedPattern, PartRule, PeriodPart, PlaceRule, ReleaseStage, SkipRule, TemplatePiece,
    TextTemplate, ValueRule, fold_text, pad_with_zeros,
};

/// Named texts that are the same for a whole sheet, or for one column.
pub(crate) type NamedTexts = Vec<(String, String)>;

/// A profile bound to one sheet.
pub(crate) struct BoundProfile<'p> {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    pub(crate) header: SheetHeader,
    pub(crate) parts: Vec<RowPart<'p>>,
    pub(crate) values: Vec<ValuePlan<'p>>,
    pub(crate) levels: Vec<LevelPlan<'p>>,
    pub(crate) places: Vec<PlacePlan<'p>>,
    /// The pairs of place and period that rows can be about: parts, and the kind of period.
    pub(crate) about: Vec<(usize, usize, PeriodKind)>,
    /// Of a register, the period that it speaks of, where it says one.
    pub(crate) edition: Option<RowPart<'p>>,
    pub(crate) skips: Vec<(usize, &'p SkipRule)>,
    pub(crate) fill_down: Vec<usize>,
    pub(crate) short_rows: bool,
    pub(crate) provisional: bool,
    /// The profile, where it says from when on figures are of the whole period.
    pub(crate) whole_from: Option<&'p ImportProfile>,
    /// Columns named under `ignore`.
    pub(crate) ignored: Vec<String>,
    pub(crate) tokens: Vec<ColumnTokens>,
}

impl BoundProfile<'_> {
    /// Whether a column holds figures, or what belongs to them, and not the keys of rows.
    pub(super) fn is_figure(&self, column: usize) -> bool {
        self.values.iter().any(|value| {
            let beside = [value.mask.as_ref().map(|mask| mask.column), value.marks.as_ref().map(|marks| marks.column)];
            [value.column, value.numerator, value.denominator].into_iter().chain(beside).any(|own| own == Some(column))
        })
    }
}

/// One value column: where each part of its key is, and how its cells are read.
#[derive(Clone, Debug)]
pub(crate) struct ValuePlan<'p> {
    /// Numbers into [`BoundProfile::parts`], in the order measure, place, group, grade, period.
    pub(crate) key: [usize; 5],
    /// `None`: computed from numerator and denominator.
    pub(crate) column: Option<usize>,
    pub(crate) numerator: Option<usize>,
    pub(crate) denominator: Option<usize>,
    /// Whether numerators and denominators show numbers that can only be fractions, as far as they were looked at.
    pub(crate) decimals: [bool; 2],
    pub(crate) mask: Option<MaskPlan>,
    pub(crate) reading: ColumnReading,
    pub(crate) pick: Option<&'p NamedPattern>,
    pub(crate) marks: Option<MarkPlan<'p>>,
    /// By how many points a rate may differ from its counts, beyond its rounding.
    pub(crate) tolerance: f64,
    /// Most cells of the column show whole percents at least, as far as it was looked at.
    pub(crate) whole_percents: bool,
    pub(crate) when: Vec<(usize, Vec<String>)>,
    /// Number into [`BoundProfile::tokens`].
    pub(crate) tokens: usize,
}

impl ValuePlan<'_> {
    /// The part of a cell that the profile takes; all of it where that is not found.
    pub(super) fn picked_part<'t>(&self, cell: &'t str) -> &'t str {
        let found = self.pick.and_then(|pick| pick.regex.captures(cell));
        found.and_then(|found| found.get(1).or_else(|| found.get(0))).map_or(cell, |part| part.as_str())
    }
}

/// A mask's column and its tokens.
#[derive(Clone, Debug)]
pub(crate) struct MaskPlan {
    pub(crate) column: usize,
    /// Number into [`BoundProfile::tokens`].
    pub(crate) tokens: usize,
    pub(crate) none: Vec<String>,
}

/// A level rule with its texts bound.
pub(crate) struct LevelPlan<'p> {
    pub(crate) rule: &'p LevelRule,
    pub(crate) place: Option<RowText>,
    pub(crate) name: Option<RowText>,
    pub(crate) parent: Option<RowText>,
    /// The column that is all of the name.
    pub(crate) name_column: Option<usize>,
}

/// A place rule with its texts bound.
pub(crate) struct PlacePlan<'p> {
    pub(crate) rule: &'p PlaceRule,
    pub(crate) id: RowPart<'p>,
    pub(crate) name: RowText,
    pub(crate) parent: Option<RowPart<'p>>,
    pub(crate) from: Option<RowText>,
    pub(crate) opened: Option<RowText>,
    pub(crate) closed: Option<RowText>,
    pub(crate) into: Option<RowText>,
    pub(crate) out_of: Option<RowText>,
}

/// Binds what holes name: columns of the header, and texts of the sheet and of one column.
struct ProfileBinder<'a, 'p> {
    profile: &'p ImportProfile,
    header: &'a SheetHeader,
    sheet: &'a NamedTexts,
    used: BTreeSet<usize>,
}

impl<'p> BoundProfile<'p> {
    /// Binds `profile` to a sheet.
    ///
    /// # Errors
    /// What of the profile does not fit the sheet: a part that no pattern finds, a column neither used nor ignored.
    pub(crate) fn bind_sheet(
        profile: &'p ImportProfile,
        file: &str,
        sheet: Option<&str>,
        header: SheetHeader,
    ) -> Result<Self, String> {
        let named = sheet_names(profile, file, sheet, &header)?;
        let mut binder = ProfileBinder { profile, header: &header, sheet: &named, used: BTreeSet::new() };
        let (mut parts, mut values, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
        for rule in &profile.values {
            binder.value_rule(rule, &mut parts, &mut values, &mut tokens)?;
        }
        if values.is_empty() && !profile.values.is_empty() {
            return Err("none of the profile's value columns is there".into());
        }
        let levels = profile.level.iter().map(|rule| binder.bind_level(rule)).collect::<Result<_, _>>()?;
        let places = profile.other_places.iter().map(|rule| binder.bind_place(rule)).collect::<Result<_, _>>()?;
        let mut about = Vec::new();
        for value in &values {
            let [_, place, _, _, period] = value.key;
            if let KeyPart::Period(kind) = parts[period].key
                && !about.contains(&(place, period, kind))
            {
                about.push((place, period, kind));
            }
        }
        let edition = match values.is_empty() && !profile.period.from.pieces.is_empty() {
            true => {
                Some(RowPart::of_period(binder.bind_text(&profile.period.from, &NamedTexts::new())?, &profile.period))
            }
            false => None,
        };
        let skips = profile
            .skip
            .iter()
            .map(|rule| Ok((binder.bind_column(&rule.column)?, rule)))
            .collect::<Result<_, String>>()?;
        let fill_down =
            profile.table.fill_down.iter().map(|name| binder.bind_column(name)).collect::<Result<_, _>>()?;
        let ignored = binder.left_over()?;
        Ok(Self {
            file: file.to_owned(),
            sheet: sheet.map(str::to_owned),
            parts,
            values,
            levels,
            places,
            about,
            edition,
            skips,
            fill_down,
            short_rows: profile.table.short_rows,
            provisional: profile.release == ReleaseStage::Preliminary,
            whole_from: profile.whole_from.map(|_| profile),
            ignored,
            tokens,
            header,
        })
    }
}

/// What the file's name, the sheet's name and the title say.
fn sheet_names(
    profile: &ImportProfile,
    file: &str,
    sheet: Option<&str>,
    header: &SheetHeader,
) -> Result<NamedTexts, String> {
    let sheet = sheet.unwrap_or("");
    let titles: Vec<&str> = header.titles.iter().map(String::as_str).collect();
    let first = titles.first().unwrap_or(&"");
    let mut named = NamedTexts::new();
    for (pattern, texts, what) in [
        (&profile.file, &[file][..], format!("the file's name “{file}”")),
        (&profile.sheet, &[sheet], format!("the sheet's name “{sheet}”")),
        (&profile.title, &titles, format!("no cell above the header (“{first}”)")),
    ] {
        let Some(pattern) = pattern else { continue };
        let found = texts.iter().find_map(|text| pattern.find_anywhere(text));
        let found =
            found.ok_or_else(|| format!("{what} does not fit the profile's pattern {}", pattern.as_written()))?;
        for (name, text) in found {
            add_agreeing(profile, &mut named, name, text)?;
        }
    }
    Ok(named)
}

/// Adds a named text; where another pattern has named it, both must say the same.
fn add_agreeing(profile: &ImportProfile, named: &mut NamedTexts, name: String, text: String) -> Result<(), String> {
    let Some((_, known)) = named.iter_mut().find(|(known, _)| *known == name) else {
        named.push((name, text));
        return Ok(());
    };
    if known.is_empty() {
        *known = text;
    } else if !text.is_empty() && !says_the_same(profile, &name, known, &text) {
        return Err(format!(
            "two patterns of the profile read {{{name}}} differently, “{known}” and “{text}”: mend the file, or let one pattern name it"
        ));
    }
    Ok(())
}

/// Whether two texts for one hole are one spelled in two ways, or one period (`2023` and `2022-23`).
fn says_the_same(profile: &ImportProfile, name: &str, one: &str, other: &str) -> bool {
    let parts = profile.values.iter().filter_map(|rule| rule.period.as_ref()).chain([&profile.period]);
    let same = |part: &PeriodPart| {
        let period = |text: &str| {
            let filled = part.from.fill_holes(&|hole| (hole == name).then(|| text.to_owned()))?;
            RowPart::of_period(RowText::default(), part).read_period(&filled).ok()
        };
        period(one).is_some_and(|period_of_one| period(other) == Some(period_of_one))
    };
    let mut reading = parts.filter(|part| part.from.hole_names().any(|hole| hole == name)).peekable();
    fold_text(one) == fold_text(other) || reading.peek().is_some() && reading.all(same)
}

impl<'p> ProfileBinder<'_, 'p> {
    fn bind_column(&mut self, name: &str) -> Result<usize, String> {
        let column =
            self.header.find_column(self.profile, name).ok_or_else(|| format!("no column is called “{name}”"))?;
        self.used.insert(column);
        Ok(column)
    }

    /// Resolves a template: names of this column first, then of the sheet, then columns.
    fn bind_text(&mut self, template: &TextTemplate, own: &NamedTexts) -> Result<RowText, String> {
        self.fill_text(RowText::default(), template, own)
    }

    /// A text for people.
    fn bind_name(&mut self, template: &TextTemplate) -> Result<RowText, String> {
        self.fill_text(RowText::for_name(), template, &NamedTexts::new())
    }

    fn fill_text(&mut self, mut text: RowText, template: &TextTemplate, own: &NamedTexts) -> Result<RowText, String> {
        for piece in &template.pieces {
            match piece {
                TemplatePiece::Text(fixed) => text.push_fixed(fixed),
                TemplatePiece::Hole(name, digits) => match own.iter().chain(self.sheet).find(|(n, _)| n == name) {
                    Some((_, fixed)) => text.push_fixed(&pad_with_zeros(fixed, *digits)),
                    None if name.bytes().all(|b| b.is_ascii_digit())
                        && self.header.find_column(self.profile, name).is_none() =>
                    {
                        text.push_group(name.parse().map_err(|_| format!("{{{name}}}: no such group"))?);
                    }
                    None if self.profile.table.optional.contains(name)
                        && self.header.find_column(self.profile, name).is_none() => {}
                    None => text.push_column(self.bind_column(name)?, *digits),
                },
            }
        }
        Ok(text)
    }

    fn bind_part(
        &mut self,
        part: &'p PartRule,
        key: KeyPart,
        own: &NamedTexts,
        parts: &mut Vec<RowPart<'p>>,
    ) -> Result<usize, String> {
        let text = self.bind_text(&part.from, own)?;
        Ok(add_part(parts, RowPart::new(key, text, part)))
    }

    fn bind_period(
        &mut self,
        part: &'p PeriodPart,
        own: &NamedTexts,
        parts: &mut Vec<RowPart<'p>>,
    ) -> Result<usize, String> {
        let text = self.bind_text(&part.from, own)?;
        Ok(add_part(parts, RowPart::of_period(text, part)))
    }

    /// One plan for each column that the rule's name or pattern finds.
    fn value_rule(
        &mut self,
        rule: &'p ValueRule,
        parts: &mut Vec<RowPart<'p>>,
        values: &mut Vec<ValuePlan<'p>>,
        tokens: &mut Vec<ColumnTokens>,
    ) -> Result<(), String> {
        let columns: Vec<(Option<usize>, NamedTexts)> = match (&rule.column, &rule.pattern) {
            (Some(name), _) => match self.header.find_column(self.profile, name) {
                Some(column) => vec![(Some(column), NamedTexts::new())],
                None if rule.optional => return Ok(()),
                None => return Err(format!("no column is called “{name}”")),
            },
            (None, Some(pattern)) => {
                let found = self.header.names.iter().enumerate();
                found.filter_map(|(i, name)| Some((Some(i), pattern.find_whole(name)?))).collect()
            }
            (None, None) => vec![(None, NamedTexts::new())],
        };
        let own_tokens = tokens.len();
        tokens.push(ColumnTokens::of_rule(self.profile, &rule.tokens));
        for (column, own) in columns {
            self.used.extend(column);
            let p = self.profile;
            let period = rule.period.as_ref().unwrap_or(&p.period);
            let key = [
                self.bind_part(&rule.measure, KeyPart::Measure(period.kind), &own, parts)?,
                self.bind_part(rule.place.as_ref().unwrap_or(&p.place), KeyPart::Place, &own, parts)?,
                self.bind_part(rule.group.as_ref().unwrap_or(&p.group), KeyPart::Group, &own, parts)?,
                self.bind_part(rule.grade.as_ref().unwrap_or(&p.grade), KeyPart::Grade, &own, parts)?,
                self.bind_period(period, &own, parts)?,
            ];
            let mask = match &rule.mask {
                None => None,
                Some(mask) => {
                    tokens.push(ColumnTokens::new(mask.tokens.iter(), false));
                    let column = self.header_column(&mask.column, &own)?;
                    Some(MaskPlan { column, tokens: tokens.len() - 1, none: mask.none.clone() })
                }
            };
            let marks = match &rule.marks {
                None => None,
                Some(column) => {
                    Some(MarkPlan { column: self.header_column(column, &own)?, marks: &self.profile.marks })
                }
            };
            let mut when = Vec::new();
            for (name, texts) in &rule.when {
                when.push((self.bind_column(name)?, texts.texts().to_vec()));
            }
            values.push(ValuePlan {
                key,
                column,
                numerator: rule.numerator.as_ref().map(|t| self.header_column(t, &own)).transpose()?,
                denominator: rule.denominator.as_ref().map(|t| self.header_column(t, &own)).transpose()?,
                decimals: [false; 2],
                mask,
                reading: ColumnReading {
                    scale: rule.scale,
                    believed: rule.believed_range(),
                    other_mark: false,
                    decimals: false,
                },
                pick: rule.pick.as_ref(),
                marks,
                tolerance: rule.tolerance,
                whole_percents: true,
                when,
                tokens: own_tokens,
            });
        }
        Ok(())
    }

    /// The column whose header a template gives (`{group}_COHORT_{yy}`).
    fn header_column(&mut self, template: &TextTemplate, own: &NamedTexts) -> Result<usize, String> {
        let sheet = self.sheet;
        let fill = |name: &str| own.iter().chain(sheet).find(|(n, _)| n == name).map(|(_, text)| text.clone());
        let name = template.fill_holes(&fill).ok_or_else(|| {
            format!(
                "“{}”: a column's name can only be made of header, file, sheet and title parts",
                template.as_written()
            )
        })?;
        self.bind_column(&name)
    }

    fn bind_level(&mut self, rule: &'p LevelRule) -> Result<LevelPlan<'p>, String> {
        let none = NamedTexts::new();
        let name = rule.name.as_ref().map(|t| self.bind_name(t)).transpose()?;
        let name_column = name.as_ref().and_then(|name| match name.source() {
            TextSource::Column(column) => Some(column),
            TextSource::Fixed(_) | TextSource::Pieces => None,
        });
        Ok(LevelPlan {
            rule,
            place: rule.place.as_ref().map(|t| self.bind_text(t, &none)).transpose()?,
            name,
            name_column,
            parent: rule.parent.as_ref().map(|t| self.bind_text(t, &none)).transpose()?,
        })
    }

    fn bind_place(&mut self, rule: &'p PlaceRule) -> Result<PlacePlan<'p>, String> {
        let mut id = |part: &'p PartRule| {
            let text = self.bind_text(&part.from, &NamedTexts::new())?;
            Ok::<_, String>(RowPart::new(KeyPart::Place, text, part))
        };
        let (own, parent) = (id(&rule.id)?, rule.parent.as_ref().map(id).transpose()?);
        let none = NamedTexts::new();
        let mut some =
            |template: &Option<TextTemplate>| template.as_ref().map(|t| self.bind_text(t, &none)).transpose();
        Ok(PlacePlan {
            rule,
            id: own,
            parent,
            from: some(&rule.from)?,
            opened: some(&rule.opened)?,
            closed: some(&rule.closed)?,
            into: some(&rule.into)?,
            out_of: some(&rule.out_of)?,
            name: self.bind_name(&rule.name)?,
        })
    }

    /// Columns that nothing uses must be named under `ignore`.
    fn left_over(&mut self) -> Result<Vec<String>, String> {
        let ignore: Vec<String> = self.profile.ignore.iter().map(|name| fold_text(name)).collect();
        let (mut ignored, mut unknown) = (Vec::new(), Vec::new());
        for (column, name) in self.header.names.iter().enumerate() {
            if self.used.contains(&column) {
                continue;
            }
            let by_pattern = self.profile.ignore_pattern.as_ref().is_some_and(|p| p.find_whole(name).is_some());
            if name.is_empty() || ignore.contains(&fold_text(name)) || by_pattern {
                ignored.push(name.clone());
            } else {
                unknown.push(format!("“{name}”"));
            }
        }
        if unknown.is_empty() {
            return Ok(ignored);
        }
        let more = if unknown.len() > 12 { format!(" and {} more", unknown.len() - 12) } else { String::new() };
        unknown.truncate(12);
        Err(format!(
            "the profile says nothing of the columns {}{more}: use them or name them under ignore",
            unknown.join(", ")
        ))
    }
}

/// Parts that read the same text in the same way are read once a row.
fn add_part<'p>(parts: &mut Vec<RowPart<'p>>, part: RowPart<'p>) -> usize {
    parts.iter().position(|have| have.same_as(&part)).unwrap_or_else(|| {
        parts.push(part);
        parts.len() - 1
    })
}
