//! A profile read for files whose columns have types, as Parquet files do: only its simple parts, each from one column.

use headway_model::{MeasureId, PeriodKind, Place, Value, ValueFlags};

use super::counts::{CountCell, MOST, TOO_MANY, find_clash, find_impossible};
use super::number::shortest_decimals;
use super::parts::{KeyPart, RowPart, RowText};
use crate::profile::{
    DecimalMark, ImportProfile, LevelRule, NumberScale, PartRule, ReleaseStage, TableRule, TemplatePiece, TextTemplate,
    TokenMeaning, ValueRule, fold_text,
};

/// Which column says what, and what its texts and numbers mean.
#[derive(Clone, Debug)]
pub struct RawPlan<'p> {
    /// The measure's id.
    pub measure: MeasureId,
    /// The kind of the periods; its ordinals are years.
    pub kind: PeriodKind,
    /// Column of the place.
    pub place: String,
    /// Column of the year.
    pub period: String,
    /// Column of the value.
    pub value: String,
    /// Column of the student group; none when all rows are of one group.
    pub group: Option<String>,
    /// Column of the grade; none when all rows are of one grade.
    pub grade: Option<String>,
    /// Column of the numerator.
    pub numerator: Option<String>,
    /// Column of the denominator.
    pub denominator: Option<String>,
    /// Columns that the profile names as not wanted.
    pub ignored: Vec<String>,
    /// What an empty value means; `None` when it is no observation.
    pub empty: Option<Value>,
    /// Flags of every value.
    pub flags: ValueFlags,
    /// Lowest and highest number that is believed.
    pub believed: [f64; 2],
    scale: NumberScale,
    tolerance: f64,
    levels: &'p [LevelRule],
    place_part: RowPart<'p>,
    group_part: RowPart<'p>,
    grade_part: RowPart<'p>,
}

impl<'p> RawPlan<'p> {
    /// Binds a profile to a file with these columns.
    ///
    /// # Errors
    /// Why the profile and the file do not fit, or what of the profile is for tables of texts only.
    pub fn bind_columns(profile: &'p ImportProfile, columns: &[String]) -> Result<Self, String> {
        let rule = match profile.values.as_slice() {
            [only] => only,
            rules => return Err(beyond_message(&format!("{} [[values]] (only one can be)", rules.len()))),
        };
        if let Some(what) = too_much(profile, rule) {
            return Err(beyond_message(what));
        }
        let find = |name: &str| {
            let one = [name.to_owned()];
            let headers = profile.columns.get(name).map_or(&one[..], |headers| headers.texts());
            let is = |column: &&String| headers.iter().any(|header| fold_text(header) == fold_text(column));
            columns.iter().find(is).cloned().ok_or_else(|| format!("no column is called “{name}”"))
        };
        let of = |template: &TextTemplate, what: &str| match template.pieces.as_slice() {
            [TemplatePiece::Hole(name, 0)] => find(name).map(Some),
            pieces if pieces.iter().all(|piece| matches!(piece, TemplatePiece::Text(_))) => Ok(None),
            _ => Err(beyond_message(&format!("{what} from more than one column"))),
        };
        let named = |template: &Option<TextTemplate>| {
            template.as_ref().map(|t| {
                t.fill_holes(&|_| None).ok_or_else(|| beyond_message("a pattern for counts")).and_then(|n| find(&n))
            })
        };
        let needed =
            |column: Option<String>, what: &str| column.ok_or_else(|| format!("{what} must come from a column"));
        let measure = match rule.measure.from.pieces.as_slice() {
            [TemplatePiece::Text(id)] => {
                RowPart::new(KeyPart::Measure(profile.period.kind), RowText::default(), &rule.measure).read_code(id)?
            }
            _ => return Err(beyond_message("a measure that is not the same in all rows")),
        };
        let part = |key: KeyPart, part: &'p PartRule| RowPart::new(key, RowText::default(), part);
        let mut plan = Self {
            measure: measure.into(),
            kind: profile.period.kind,
            place: needed(of(&profile.place.from, "unit")?, "unit")?,
            period: needed(of(&profile.period.from, "period")?, "period")?,
            value: find(rule.column.as_deref().ok_or_else(|| beyond_message("values without column"))?)?,
            group: of(&profile.group.from, "group")?,
            grade: of(&profile.grade.from, "grade")?,
            numerator: named(&rule.numerator).transpose()?,
            denominator: named(&rule.denominator).transpose()?,
            ignored: Vec::new(),
            empty: empty_meaning(profile, rule)?,
            flags: if profile.release == ReleaseStage::Preliminary {
                ValueFlags::PROVISIONAL
            } else {
                ValueFlags::default()
            },
            believed: rule.believed_range(),
            scale: rule.scale,
            tolerance: rule.tolerance,
            levels: &profile.level,
            place_part: part(KeyPart::Place, &profile.place),
            group_part: part(KeyPart::Group, &profile.group),
            grade_part: part(KeyPart::Grade, &profile.grade),
        };
        plan.ignored = plan.left_over(profile, columns)?;
        Ok(plan)
    }

    /// The place of a text; `None` when it is a total that is not wanted.
    ///
    /// # Errors
    /// Why the text is no place.
    pub fn read_place(&self, text: &str) -> Result<Option<Place>, String> {
        let id = self.place_part.read_code(text)?;
        for rule in self.levels {
            let groups: Vec<String> = match &rule.id {
                None => vec![id.clone()],
                Some(pattern) => match pattern.regex.captures(&id) {
                    Some(found) => found.iter().map(|g| g.map_or(String::new(), |g| g.as_str().to_owned())).collect(),
                    None => continue,
                },
            };
            if !rule.wanted {
                return Ok(None);
            }
            let fill = |template: &Option<TextTemplate>| {
                let text = template.as_ref()?.fill_holes(&|hole| groups.get(hole.parse::<usize>().ok()?).cloned())?;
                (!text.is_empty()).then_some(text)
            };
            let id = fill(&rule.place).unwrap_or_else(|| id.clone());
            let name = fill(&rule.name).unwrap_or_else(|| id.clone());
            let parent = fill(&rule.parent).map(Into::into);
            return Ok(Some(Place { id: id.into(), name, level: rule.is, parent }));
        }
        Err("no [[level]] fits this place's id".into())
    }

    /// The student group that a text means; the constant one where the profile names no column.
    ///
    /// # Errors
    /// Why the text is no group.
    pub fn read_group(&self, text: &str) -> Result<String, String> {
        self.group_part.read_code(text)
    }

    /// The grade that a text means; the constant one where the profile names no column.
    ///
    /// # Errors
    /// Why the text is no grade.
    pub fn read_grade(&self, text: &str) -> Result<String, String> {
        self.grade_part.read_code(text)
    }

    /// A number as the measure's unit has it.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn read_number(&self, number: f64) -> Result<f64, &'static str> {
        // To twelve decimals: 0.83221 is 83.221 percent, not 83.22099999999999.
        let value = if self.scale == NumberScale::Fraction { (number * 1e14).round() / 1e12 } else { number };
        if !value.is_finite() || !(self.believed[0]..=self.believed[1]).contains(&value) {
            return Err("outside the range that is believed (wrong scale?)");
        }
        if self.scale == NumberScale::Count && value.abs() >= MOST {
            return Err(TOO_MANY);
        }
        Ok(value)
    }

    /// The value of a row beside its numerator and denominator: a share is what they make of it, and of no students at all it is
    /// no figure.
    pub fn by_counts(&self, value: Value, [numerator, students]: [Option<f64>; 2]) -> Value {
        if !self.scale.is_share() {
            return value;
        }
        match value.bounds() {
            Some(_) if students == Some(0.0) => Value::Missing,
            _ if self.tolerance > 0.0 => value,
            _ => value.by_counts(numerator, students),
        }
    }

    /// Refuses counts of students that can't be, and a share (`number` as it stands in the file) that contradicts its own.
    ///
    /// # Errors
    /// The reason, and the figures that show it.
    pub fn believe_counts(&self, number: f64, value: Value, counts: [Option<f64>; 2]) -> Result<(), (String, String)> {
        if !self.scale.is_share() {
            return Ok(());
        }
        let decimals = || shortest_decimals(number) - if self.scale == NumberScale::Fraction { 2 } else { 0 };
        let [numerator, denominator] = counts.map(|count| count.map_or(CountCell::Nothing, CountCell::Known));
        let counts = (numerator, denominator);
        let clash = find_impossible(counts, self.believed[1])
            .or_else(|| find_clash((value, ValueFlags::default()), decimals, counts, self.tolerance));
        clash.map_or(Ok(()), |clash| Err((clash.reason.to_owned(), clash.figures)))
    }

    /// Columns that nothing uses must be named under `ignore`.
    fn left_over(&self, profile: &ImportProfile, columns: &[String]) -> Result<Vec<String>, String> {
        let optional = [&self.group, &self.grade, &self.numerator, &self.denominator];
        let used: Vec<&String> =
            [&self.place, &self.period, &self.value].into_iter().chain(optional.into_iter().flatten()).collect();
        let unwanted = |column: &String| {
            let by_pattern = profile.ignore_pattern.as_ref().is_some_and(|p| p.find_whole(column).is_some());
            by_pattern || profile.ignore.iter().any(|name| fold_text(name) == fold_text(column))
        };
        let (ignored, unknown): (Vec<String>, Vec<String>) =
            columns.iter().filter(|column| !used.contains(column)).cloned().partition(unwanted);
        if unknown.is_empty() {
            return Ok(ignored);
        }
        let names: Vec<String> = unknown.iter().take(12).map(|name| format!("“{name}”")).collect();
        Err(format!("the profile says nothing of the columns {}: use them or name them under ignore", names.join(", ")))
    }
}

fn beyond_message(what: &str) -> String {
    format!("the profile has {what}: that is for tables of texts (CSV, Excel), not for columns with types")
}

/// What the profile says that columns with types have no place for.
fn too_much(profile: &ImportProfile, rule: &ValueRule) -> Option<&'static str> {
    let TableRule { sheets, header, header_at, names, delimiter, encoding, short_rows, optional, fill_down } =
        &profile.table;
    let table = sheets.is_some()
        || header.0 != 1
        || header_at.is_some()
        || !names.is_empty()
        || delimiter.is_some()
        || encoding.is_some()
        || *short_rows
        || !optional.is_empty()
        || !fill_down.is_empty();
    let period = &profile.period;
    let holes = |template: &Option<TextTemplate>| {
        template.iter().flat_map(TextTemplate::hole_names).any(|hole| hole.parse::<usize>().is_err())
    };
    let mut tokens = profile.tokens.keys().chain(rule.tokens.keys());
    let yearly = [PeriodKind::SchoolYear, PeriodKind::FiscalYear, PeriodKind::Cohort, PeriodKind::CalendarYear];
    [
        (table, "a [table]"),
        (
            profile.file.is_some() || profile.sheet.is_some() || profile.title.is_some(),
            "a file, sheet or title pattern",
        ),
        (!profile.other_places.is_empty(), "[[place]] rules"),
        (!profile.skip.is_empty(), "[[skip]] rules"),
        (profile.whole_from.is_some(), "whole_from"),
        (profile.bands, "bands"),
        (tokens.any(|token| !token.is_empty()), "tokens besides \"\""),
        (
            period.pick.is_some() || !period.prefix.is_empty() || !period.map.is_empty(),
            "a period that is no plain number",
        ),
        (!yearly.contains(&period.kind), "periods that are no years"),
        (rule.pattern.is_some() || rule.optional, "a pattern for value columns, or an optional one"),
        (rule.mask.is_some() || !rule.when.is_empty(), "a mask, or `when`"),
        (rule.marks.is_some() || rule.pick.is_some(), "marks, or `pick` for values"),
        (profile.decimal != DecimalMark::Point, "a decimal comma"),
        (
            rule.place.is_some() || rule.group.is_some() || rule.grade.is_some() || rule.period.is_some(),
            "a key of its own in [[values]]",
        ),
        (matches!(rule.scale, NumberScale::Signed | NumberScale::Mixed), "a scale that looks at percent signs"),
        (
            profile.level.iter().any(|l| holes(&l.place) || holes(&l.name) || holes(&l.parent)),
            "a [[level]] with more than the id in it",
        ),
    ]
    .into_iter()
    .find_map(|(found, what)| found.then_some(what))
}

/// What an empty value means.
fn empty_meaning(profile: &ImportProfile, rule: &ValueRule) -> Result<Option<Value>, String> {
    match rule.tokens.get("").or_else(|| profile.tokens.get("")) {
        None | Some(TokenMeaning::Blank) => Ok(None),
        Some(TokenMeaning::Value(value, _)) if value.bounds().is_none() => Ok(Some(*value)),
        Some(_) => Err(beyond_message("a figure for empty cells")),
    }
}
