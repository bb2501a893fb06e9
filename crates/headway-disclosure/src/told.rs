//! What a release told of each figure: kept in the workspace, so that later releases do not give it away by difference.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use headway_model::{StudentGroup, VintageId};

use super::HiddenReason;
use super::atlas::CodeNumbers;

/// How a figure with a known number of students was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disclosure {
    /// Students and result.
    Shown,
    /// Students, and the result as a range of amounts.
    Range(i64, i64),
    /// Students alone: the result would give somebody away.
    Wide,
    /// Students, and of the result what the source says: it hides it, or tells bounds.
    Source,
    /// Students, and that there is no result. Told of earlier releases.
    Absent,
    /// Nothing.
    Hidden(HiddenReason),
}

/// A figure that an earlier release told something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PriorDisclosure {
    pub(super) place: u32,
    pub(super) group: u32,
    pub(super) grade: u32,
    pub(super) period: i32,
    pub(super) n: Option<u64>,
    pub(super) amount: Option<i64>,
    pub(super) how: Disclosure,
    /// What the source itself told of the result: the least and the most. Releases of older programs did not keep it.
    pub(super) band: Option<(i64, i64)>,
    /// It stayed as an earlier release had told it.
    pub(super) kept: bool,
    /// The import it came with; releases of older programs did not keep it.
    pub(super) vintage: Option<VintageId>,
}

impl Disclosure {
    /// Whether the number of students is told.
    pub(super) fn tells_students(self) -> bool {
        !matches!(self, Self::Hidden(_))
    }
}

/// One line a series: place, group and grade with tabs, then its periods (`period:students,amount,how`, and the import where it is
/// another than that of the period before). A plus says that it stayed as it was told earlier.
pub(super) fn encode_told<'a>(rows: impl Iterator<Item = &'a PriorDisclosure>, atlas: &CodeNumbers) -> String {
    let mut text = String::new();
    let (mut last, mut import) = (None, None);
    for told in rows {
        let key = (told.place, told.group, told.grade);
        if last != Some(key) {
            if last.is_some() {
                text.push('\n');
            }
            text.push_str(atlas.places.text_by_number(told.place));
            text.push('\t');
            text.push_str(atlas.groups.text_by_number(told.group));
            text.push('\t');
            text.push_str(atlas.grades.text_by_number(told.grade));
            (last, import) = (Some(key), None);
        }
        let number = |x: Option<i64>| x.map(|x| x.to_string()).unwrap_or_default();
        let n = number(told.n.map(|n| n as i64));
        let how = match told.how {
            Disclosure::Shown => "x".to_owned(),
            Disclosure::Range(lo, hi) => format!("r{lo}~{hi}"),
            Disclosure::Wide => "w".to_owned(),
            Disclosure::Source => told.band.map_or("s".to_owned(), |(lo, hi)| format!("s{lo}~{hi}")),
            Disclosure::Absent => "a".to_owned(),
            Disclosure::Hidden(HiddenReason::FewStudents) => "hf".to_owned(),
            Disclosure::Hidden(HiddenReason::Complement) => "hc".to_owned(),
            Disclosure::Hidden(HiddenReason::Secondary) => "hs".to_owned(),
            Disclosure::Hidden(HiddenReason::BySource) => "hb".to_owned(),
            Disclosure::Hidden(HiddenReason::Uncounted) => "hu".to_owned(),
            Disclosure::Hidden(HiddenReason::MadeOf) => "hm".to_owned(),
        };
        let stays = if told.kept { "+" } else { "" };
        write!(text, "\t{}:{n},{},{how}{stays}", told.period, number(told.amount)).expect("a text can be written to");
        if let Some(vintage) = told.vintage.filter(|_| told.vintage != import) {
            write!(text, ",{vintage}").expect("a text can be written to");
        }
        import = told.vintage.or(import);
    }
    text
}

/// Reads what [`encode`] wrote; places, groups and grades get their numbers in `atlas`.
///
/// # Errors
/// The line that can't be read.
pub(super) fn decode_told(text: &str, atlas: &mut CodeNumbers) -> Result<Vec<PriorDisclosure>, String> {
    let (mut rows, mut renamed) = (Vec::new(), false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut fields = line.split('\t');
        let bad = || format!("“{line}” is no line of a release");
        let mut name = || fields.next().ok_or_else(bad);
        let (place, group, grade) = (name()?, name()?, name()?);
        let (place, group) =
            (atlas.places.intern_text(place), atlas.groups.intern_text(&one_order(group, &mut renamed)));
        let grade = atlas.grades.intern_text(grade);
        let mut vintage = None;
        for field in fields {
            let PeriodField { period, n, amount, how, band, kept, import } = parse_field(field).ok_or_else(bad)?;
            vintage = import.or(vintage);
            rows.push(PriorDisclosure { place, group, grade, period, n, amount, how, band, kept, vintage });
        }
    }
    // A release of before may have told a crossed group in both orders of its words: the later line counts.
    if renamed {
        let mut met = HashSet::new();
        rows.reverse();
        rows.retain(|told: &PriorDisclosure| met.insert((told.place, told.group, told.grade, told.period)));
        rows.reverse();
    }
    Ok(rows)
}

/// A group's code in the one order of its words, and whether it was written in another one.
fn one_order<'a>(group: &'a str, renamed: &mut bool) -> Cow<'a, str> {
    let code = StudentGroup::canonical_code(group);
    *renamed |= code != group;
    code
}

/// One period of a line.
struct PeriodField {
    period: i32,
    n: Option<u64>,
    amount: Option<i64>,
    how: Disclosure,
    band: Option<(i64, i64)>,
    kept: bool,
    import: Option<VintageId>,
}

fn parse_field(field: &str) -> Option<PeriodField> {
    let (period, rest) = field.split_once(':')?;
    let (n, amount, how, import) = match rest.split(',').collect::<Vec<_>>()[..] {
        [n, amount, how] => (n, amount, how, None),
        [n, amount, how, import] => (n, amount, how, Some(import.parse().ok()?)),
        _ => return None,
    };
    let kept = how.ends_with('+');
    let how = how.trim_end_matches('+');
    let number =
        |text: &str| -> Option<Option<i64>> { if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) } };
    let ends = |text: &str| -> Option<(i64, i64)> {
        let (lo, hi) = text.split_once('~')?;
        Some((lo.parse().ok()?, hi.parse().ok()?))
    };
    let band =
        how.strip_prefix('s').filter(|ends| !ends.is_empty()).map(|text| ends(text).ok_or(())).transpose().ok()?;
    let how = match how {
        _ if band.is_some() => Disclosure::Source,
        "x" => Disclosure::Shown,
        "w" => Disclosure::Wide,
        "s" => Disclosure::Source,
        "a" => Disclosure::Absent,
        "hf" => Disclosure::Hidden(HiddenReason::FewStudents),
        "hc" => Disclosure::Hidden(HiddenReason::Complement),
        "hs" => Disclosure::Hidden(HiddenReason::Secondary),
        "hb" => Disclosure::Hidden(HiddenReason::BySource),
        "hu" => Disclosure::Hidden(HiddenReason::Uncounted),
        "hm" => Disclosure::Hidden(HiddenReason::MadeOf),
        range => {
            let (lo, hi) = ends(range.strip_prefix('r')?)?;
            Disclosure::Range(lo, hi)
        }
    };
    let (period, n, amount) = (period.parse().ok()?, number(n)?.map(|n| n as u64), number(amount)?);
    Some(PeriodField { period, n, amount, how, band, kept, import })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_read_back() {
        let mut atlas = CodeNumbers::default();
        let (a, b) = (atlas.places.intern_text("0001"), atlas.places.intern_text("0002"));
        let (all, lep) = (atlas.groups.intern_text("all"), atlas.groups.intern_text("lep"));
        let grade = atlas.grades.intern_text("all");
        let mut rows = Vec::new();
        let hows =
            [Disclosure::Shown, Disclosure::Range(0, 3), Disclosure::Wide, Disclosure::Source, Disclosure::Absent];
        for (at, how) in hows.into_iter().chain(HiddenReason::ALL.map(Disclosure::Hidden)).enumerate() {
            let place = if at % 2 == 0 { a } else { b };
            let group = if at < 5 { all } else { lep };
            let n = (at != 3 && at != 4).then_some(10 + at as u64);
            let vintage = Some(if at < 7 { 3 } else { 12 });
            let (period, amount) = (2020 - at as i32, n.map(|n| -(n as i64)));
            let band = (how == Disclosure::Source).then_some((2, 9));
            rows.push(PriorDisclosure { place, group, grade, period, n, amount, how, band, kept: at == 1, vintage });
        }
        assert_eq!(decode_told(&encode_told(rows.iter(), &atlas), &mut atlas), Ok(rows));
        let older = decode_told("0001\tall\tall\t2020:12,3,x", &mut atlas).map(|rows| rows[0].vintage);
        assert_eq!(older, Ok(None), "a release of an older program");
        let twice = "0001\tmhi+female\tall\t2020:80,42,x\n0001\tfemale+mhi\tall\t2020:82,44,x";
        let once = decode_told(twice, &mut atlas).expect("two lines of one group");
        assert_eq!(once.iter().map(|told| told.n).collect::<Vec<_>>(), [Some(82)]);
        assert!(decode_told("0001\tall", &mut atlas).is_err());
        assert!(decode_told("0001\tall\tall\t2020:x", &mut atlas).is_err());
    }
}
