//! What earlier releases told, those of other agencies too, and what stays as it was told.

use headway_model::{AgencyId, MeasureId, PeriodKind};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, MeasureFigures};
use super::formulas::KnownSums;
use super::made_of::is_mean;
use super::reading::ReleaseFigures;
use super::step::PriorEdition;
use super::told::{PriorDisclosure, decode_told};
use super::{Error, PublishingRule, Result, shares};

/// The version of what a release keeps of its sums.
const FORMAT: u64 = 4;
/// Versions that can be read.
const READABLE: std::ops::RangeInclusive<u64> = 1..=FORMAT;

/// The releases so far.
pub struct ReleaseHistory {
    /// All of them, oldest first.
    pub(super) releases: Vec<KeptRelease>,
    /// The number of the agency's next one.
    pub next: u32,
    /// The agency's release with the newest figures.
    pub(super) newest: Option<(u32, Date)>,
}

/// What one release told, by the ids of measures, and its sums.
pub(super) struct KeptRelease {
    told: Vec<(usize, Vec<PriorDisclosure>)>,
    sums: Json,
    what: String,
    as_of: Date,
}

/// A release that was published earlier, as the workspace keeps it.
pub struct EarlierRelease {
    /// Whose.
    pub agency: AgencyId,
    /// Its number.
    pub number: u32,
    /// The day as of which its figures were known.
    pub as_of: Date,
    /// Its sums; null of a release that did not keep them.
    pub sums: Json,
    /// What it told, by measure.
    pub told: Vec<(MeasureId, String)>,
}

impl ReleaseHistory {
    /// Reads all earlier releases, those of other agencies too. Measures that nobody has results of any more are added to
    /// `reading`, with `rule`.
    ///
    /// # Errors
    /// [`Error::Refused`] when what one told can't be read.
    pub fn read_releases(
        agency: &str,
        rule: &PublishingRule,
        reading: &mut ReleaseFigures,
        releases: Vec<EarlierRelease>,
    ) -> Result<Self> {
        let mut history = Self { releases: Vec::new(), next: 1, newest: None };
        for release in releases {
            let what = format!("release {} of {}", release.number, release.agency);
            if release.agency == agency {
                history.next = history.next.max(release.number + 1);
                if history.newest.is_none_or(|(_, as_of)| as_of <= release.as_of) {
                    history.newest = Some((release.number, release.as_of));
                }
            }
            let refuse = |reason: String| {
                Error::Refused(format!(
                    "not published: what {what} told can't be read ({reason}). Restore a backup into a new folder, or use the program that published it"
                ))
            };
            let format = &release.sums["format"];
            if !release.sums.is_null() && !format.as_u64().is_some_and(|format| READABLE.contains(&format)) {
                return Err(refuse(format!("it is of format {format}, and this program knows {FORMAT}")));
            }
            let mut kept =
                KeptRelease { told: Vec::new(), sums: release.sums, what: what.clone(), as_of: release.as_of };
            for (measure, body) in release.told {
                let kind = kept.sums["kinds"][measure.as_str()].clone();
                let kind = serde_json::from_value(kind).unwrap_or(PeriodKind::SchoolYear);
                let at =
                    reading.find_measure(&measure).unwrap_or_else(|| reading.add_ghost(&measure, kind, rule.clone()));
                let told =
                    decode_told(&body, &mut reading.atlas).map_err(|reason| refuse(format!("{measure}: {reason}")))?;
                // A measure that is gone says by its sums that it was no count.
                if reading.figures[at].rows.is_empty() && told.iter().any(is_mean) {
                    reading.figures[at].shape = CountKind::Mean;
                }
                kept.told.push((at, told));
            }
            history.releases.push(kept);
        }
        Ok(history)
    }
}

impl ReleaseHistory {
    /// As the step takes them. A release of an older program, which did not keep its sums, gets those of now.
    ///
    /// # Errors
    /// [`Error::Refused`] when the sums of one can't be read.
    pub(super) fn into_earlier(
        self,
        reading: &ReleaseFigures,
        atlas: &mut CodeNumbers,
        now: (&PeriodHierarchies, &KnownSums),
    ) -> Result<Vec<PriorEdition>> {
        let mut all = Vec::new();
        for kept in self.releases {
            let mut told: Vec<Vec<PriorDisclosure>> = reading.figures.iter().map(|_| Vec::new()).collect();
            kept.told.into_iter().for_each(|(m, rows)| told[m].extend(rows));
            for m in 0..told.len() {
                let Some(whole) = reading.figures[m].whole.filter(|&whole| told[whole].is_empty()) else { continue };
                let (mut rows, mut wholes) = (std::mem::take(&mut told[m]), Vec::new());
                shares::told_as_rates(&mut rows, &mut wholes, atlas.groups.intern_text(headway_model::ALL));
                (told[m], told[whole]) = (rows, wholes);
            }
            let (forest, formulas) = if kept.sums.is_null() {
                (now.0.clone(), now.1.clone())
            } else {
                let bad =
                    |reason: String| Error::Refused(format!("not published: the sums of {}: {reason}", kept.what));
                let forest = PeriodHierarchies::from_json(&kept.sums["trees"], atlas).map_err(bad)?;
                let mut formulas =
                    KnownSums::from_json(&kept.sums, atlas, &|id| reading.find_measure(id)).map_err(bad)?;
                // What codes mean is the same on every day.
                formulas.partitions = now.1.partitions.clone();
                (forest, formulas)
            };
            all.push(PriorEdition { as_of: kept.as_of, told, forest, formulas });
        }
        Ok(all)
    }
}

/// What the next releases must know of this one's sums.
pub(super) fn sums_to_json(
    forest: &PeriodHierarchies,
    formulas: &KnownSums,
    atlas: &CodeNumbers,
    figures: &[MeasureFigures],
) -> Json {
    let ids: Vec<MeasureId> = figures.iter().map(|f| f.id.clone()).collect();
    let mut sums = formulas.to_json(atlas, &ids);
    sums["format"] = json!(FORMAT);
    sums["trees"] = forest.to_json(atlas);
    sums["kinds"] = figures.iter().map(|f| (f.id.to_string(), json!(f.kind))).collect::<serde_json::Map<_, _>>().into();
    sums
}
