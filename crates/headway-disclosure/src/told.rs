//! What a release told of each figure: kept in the workspace, so that later releases do not give it away by difference.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;

use headway_model::{Group, VintageId};

use super::Reason;
use super::atlas::Atlas;

/// How a figure with a known number of students was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
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
    Hidden(Reason),
}

/// A figure that an earlier release told something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) place: u32,
    pub(super) group: u32,
    pub(super) grade: u32,
    pub(super) period: i32,
    pub(super) n: Option<u64>,
    pub(super) amount: Option<i64>,
    pub(super) how: How,
    /// What the source itself told of the result: the least and the most. Releases of older programs did not keep it.
    pub(super) band: Option<(i64, i64)>,
    /// It stayed as an earlier release had told it.
    pub(super) kept: bool,
    /// The import it came with; releases of older programs did not keep it.
    pub(super) vintage: Option<VintageId>,
}

impl How {
    /// Whether the number of students is told.
    pub(super) fn tells_students(self) -> bool {
        !matches!(self, Self::Hidden(_))
    }
}

/// One line a series: place, group and grade with tabs, then its periods (`period:students,amount,how`, and the import where it is
/// another than that of the period before). A plus says that it stayed as it was told earlier.
pub(super) fn encode<'a>(rows: impl Iterator<Item = &'a Told>, atlas: &Atlas) -> String {
    let mut text = String::new();
    let (mut last, mut import) = (None, None);
    for told in rows {
        let key = (told.place, told.group, told.grade);
        if last != Some(key) {
            if last.is_some() {
                text.push('\n');
            }
            text.push_str(atlas.places.text(told.place));
            text.push('\t');
            text.push_str(atlas.groups.text(told.group));
            text.push('\t');
            text.push_str(atlas.grades.text(told.grade));
            (last, import) = (Some(key), None);
        }
        let number = |x: Option<i64>| x.map(|x| x.to_string()).unwrap_or_default();
        let n = number(told.n.map(|n| n as i64));
        let how = match told.how {
            How::Shown => "x".to_owned(),
            How::Range(lo, hi) => format!("r{lo}~{hi}"),
            How::Wide => "w".to_owned(),
            How::Source => told.band.map_or("s".to_owned(), |(lo, hi)| format!("s{lo}~{hi}")),
            How::Absent => "a".to_owned(),
            How::Hidden(Reason::FewStudents) => "hf".to_owned(),
            How::Hidden(Reason::Complement) => "hc".to_owned(),
            How::Hidden(Reason::Secondary) => "hs".to_owned(),
            How::Hidden(Reason::BySource) => "hb".to_owned(),
            How::Hidden(Reason::Uncounted) => "hu".to_owned(),
            How::Hidden(Reason::MadeOf) => "hm".to_owned(),
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
pub(super) fn decode(text: &str, atlas: &mut Atlas) -> Result<Vec<Told>, String> {
    let (mut rows, mut renamed) = (Vec::new(), false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let mut fields = line.split('\t');
        let bad = || format!("“{line}” is no line of a release");
        let mut name = || fields.next().ok_or_else(bad);
        let (place, group, grade) = (name()?, name()?, name()?);
        let (place, group) = (atlas.places.intern(place), atlas.groups.intern(&one_order(group, &mut renamed)));
        let grade = atlas.grades.intern(grade);
        let mut vintage = None;
        for field in fields {
            let Field { period, n, amount, how, band, kept, import } = figure(field).ok_or_else(bad)?;
            vintage = import.or(vintage);
            rows.push(Told { place, group, grade, period, n, amount, how, band, kept, vintage });
        }
    }
    // A release of before may have told a crossed group in both orders of its words: the later line counts.
    if renamed {
        let mut met = HashSet::new();
        rows.reverse();
        rows.retain(|told: &Told| met.insert((told.place, told.group, told.grade, told.period)));
        rows.reverse();
    }
    Ok(rows)
}

/// A group's code in the one order of its words, and whether it was written in another one.
fn one_order<'a>(group: &'a str, renamed: &mut bool) -> Cow<'a, str> {
    let code = Group::crossed(group);
    *renamed |= code != group;
    code
}

/// One period of a line.
struct Field {
    period: i32,
    n: Option<u64>,
    amount: Option<i64>,
    how: How,
    band: Option<(i64, i64)>,
    kept: bool,
    import: Option<VintageId>,
}

fn figure(field: &str) -> Option<Field> {
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
        _ if band.is_some() => How::Source,
        "x" => How::Shown,
        "w" => How::Wide,
        "s" => How::Source,
        "a" => How::Absent,
        "hf" => How::Hidden(Reason::FewStudents),
        "hc" => How::Hidden(Reason::Complement),
        "hs" => How::Hidden(Reason::Secondary),
        "hb" => How::Hidden(Reason::BySource),
        "hu" => How::Hidden(Reason::Uncounted),
        "hm" => How::Hidden(Reason::MadeOf),
        range => {
            let (lo, hi) = ends(range.strip_prefix('r')?)?;
            How::Range(lo, hi)
        }
    };
    let (period, n, amount) = (period.parse().ok()?, number(n)?.map(|n| n as u64), number(amount)?);
    Some(Field { period, n, amount, how, band, kept, import })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_read_back() {
        let mut atlas = Atlas::default();
        let (a, b) = (atlas.places.intern("0001"), atlas.places.intern("0002"));
        let (all, lep) = (atlas.groups.intern("all"), atlas.groups.intern("lep"));
        let grade = atlas.grades.intern("all");
        let mut rows = Vec::new();
        let hows = [How::Shown, How::Range(0, 3), How::Wide, How::Source, How::Absent];
        for (at, how) in hows.into_iter().chain(Reason::ALL.map(How::Hidden)).enumerate() {
            let place = if at % 2 == 0 { a } else { b };
            let group = if at < 5 { all } else { lep };
            let n = (at != 3 && at != 4).then_some(10 + at as u64);
            let vintage = Some(if at < 7 { 3 } else { 12 });
            let (period, amount) = (2020 - at as i32, n.map(|n| -(n as i64)));
            let band = (how == How::Source).then_some((2, 9));
            rows.push(Told { place, group, grade, period, n, amount, how, band, kept: at == 1, vintage });
        }
        assert_eq!(decode(&encode(rows.iter(), &atlas), &mut atlas), Ok(rows));
        let older = decode("0001\tall\tall\t2020:12,3,x", &mut atlas).map(|rows| rows[0].vintage);
        assert_eq!(older, Ok(None), "a release of an older program");
        let twice = "0001\tmhi+female\tall\t2020:80,42,x\n0001\tfemale+mhi\tall\t2020:82,44,x";
        let once = decode(twice, &mut atlas).expect("two lines of one group");
        assert_eq!(once.iter().map(|told| told.n).collect::<Vec<_>>(), [Some(82)]);
        assert!(decode("0001\tall", &mut atlas).is_err());
        assert!(decode("0001\tall\tall\t2020:x", &mut atlas).is_err());
    }
}
