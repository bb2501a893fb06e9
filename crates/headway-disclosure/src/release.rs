//! A release: everything that an agency publishes at once, as the public sees it.

use std::collections::BTreeMap;
use std::sync::Arc;

use headway_model::plan::Measure;
use headway_model::{AgencyId, Level, MeasureId, Period, PlaceId, Vintage, VintageId};
use jiff::civil::Date;
use serde::Serialize;

use super::{PublishedValue, PublishingRule, SumTaken};

/// Everything that an agency publishes at once. Made by `Headway::release`; holds nothing that the public may not see.
#[derive(Clone, Debug)]
pub struct Release {
    /// The agency's id.
    pub agency: AgencyId,
    /// Its name.
    pub agency_name: String,
    /// The place whose results are the agency's own.
    pub home: Option<PlaceId>,
    /// The data are made up.
    pub simulated: bool,
    /// Its number: 1 for the agency's first, one more each time.
    pub number: u32,
    /// The day as of which the figures were known.
    pub as_of: Date,
    /// The day on which it was made.
    pub made_on: Date,
    /// When the workspace took it down; nothing before that. With the number it says which release a folder holds.
    pub recorded_at: Option<jiff::Timestamp>,
    /// The places of its rows, by id, and those above them.
    pub places: ReleasePlaces,
    /// The measures that have results, in the order of the plan. A part of a compound measure is one of its own.
    pub measures: Vec<ReleaseMeasure>,
    /// The measures of the editions in force that have no result in it: their targets stand in the plan all the same.
    pub awaited: Vec<Arc<Measure>>,
    /// The imports that its figures came with, oldest first.
    pub sources: Vec<Vintage>,
    /// Places as they were in earlier periods, where they were not as in [`Self::places`].
    pub earlier_places: Vec<(Period, Arc<ReleasePlaces>)>,
    /// Sums that a reader may take for known.
    pub sums: Vec<SumTaken>,
    /// A revised figure of fewer students than this stays as it was told where it differs by fewer than the n-size.
    pub late_below: u64,
    /// So many counts stay possible for a hidden one, where its reason leaves as many.
    pub least_width: u64,
    /// A place that knows its own figures learns no other's.
    pub insiders: bool,
    /// What the audit found.
    pub audit: AuditSummary,
}

/// The places of a release, by id.
pub type ReleasePlaces = BTreeMap<Arc<str>, ReleasePlace>;

/// A place of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleasePlace {
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: Option<Level>,
    /// The place that it belongs to.
    pub parent: Option<PlaceId>,
}

/// One measure of a release, or one part of a compound one.
#[derive(Clone, Debug)]
pub struct ReleaseMeasure {
    /// Its id as the lake has it (`measure`, or `measure.part`).
    pub id: MeasureId,
    /// Its name.
    pub name: String,
    /// The measure in the plan: definition, unit, direction, targets; without baselines and points of paths of results that are
    /// hidden or told as less.
    pub plan: Arc<Measure>,
    /// The edition that no longer names it, where one does not.
    pub dropped: Option<String>,
    /// The rule that its figures were published by.
    pub rule: PublishingRule,
    /// Its rows, in the order of (group, grade, place, period).
    pub rows: Vec<PublishedRow>,
}

/// One figure of a release.
#[derive(Clone, Debug)]
pub struct PublishedRow {
    /// The student group's code.
    pub group: Arc<str>,
    /// The grade.
    pub grade: Arc<str>,
    /// The place's id.
    pub place: Arc<str>,
    /// The period.
    pub period: Period,
    /// The figure, in the measure's unit.
    pub value: PublishedValue,
    /// How many reached what is measured.
    pub numerator: PublishedValue,
    /// How many students are behind the figure.
    pub denominator: PublishedValue,
    /// Whether its source called it preliminary.
    pub preliminary: bool,
    /// A revision by too few students is not told: the figure stays as it was told before.
    pub as_told_before: bool,
    /// Its rate is not the one that its counts make: its source made it in another way, and it stands as it is.
    pub own_rate: bool,
    /// The plan marks its period as one without a usable value: it is told, and judged by nobody.
    pub no_value: bool,
    /// The import it came with: see [`Release::sources`].
    pub vintage: VintageId,
}

/// What the audit found: counts only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditSummary {
    /// Figures looked at: denominators and results, those of earlier releases too.
    pub cells: u64,
    /// Figures that must not follow from what is published.
    pub protected: u64,
    /// Of those, how many have a proof: other counts, in whole numbers, under which every reader would see the same.
    pub proved: u64,
    /// Of those, how many have a proof by linear algebra alone, because nobody told Headway their number.
    pub algebra: u64,
    /// Of those, how many follow from what earlier releases told. What is told now adds none.
    pub exposed: u64,
    /// Figures that earlier releases told and that may be made of counts that are hidden now.
    pub made_of_hidden: u64,
    /// Of those that are protected, how many have no proof, though nothing was found that they follow from.
    pub unproved: u64,
    /// Of those, how many stay narrower than was asked for.
    pub narrow: u64,
    /// Of those, how many somebody who knows the figures of one place could work out.
    pub open_inside: u64,
    /// Figures of which less is told than single sums ask for, so that nothing follows: by measure and period.
    pub given_up: Vec<GivenUp>,
    /// Sums between places, groups or grades that readers may believe in.
    pub sums: u64,
    /// Of those, how many do not add up; they are treated as if they did.
    pub unsound_sums: u64,
}

/// How much a table gave up so that nothing follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenUp {
    /// The measure.
    pub measure: MeasureId,
    /// The period.
    pub period: String,
    /// How many figures less is told of.
    pub figures: u64,
}

impl AuditSummary {
    /// What is known of the counts that must not follow, one line a kind of proof; only the kinds that there are; `first`:
    /// there is no earlier release.
    pub(super) fn proofs_text(&self, first: bool) -> String {
        let exposed = if first {
            "follow from figures of which no less can be told"
        } else {
            "follow from what earlier releases told; this one adds nothing to it"
        };
        let lines = [
            (
                self.proved,
                "have a proof in whole numbers: there is another table under which everything published is the same and the \
                 count is not",
            ),
            (
                self.algebra,
                "have a proof by linear algebra alone, as nobody told Headway their number: other numbers, not always whole, \
                 would give the same release",
            ),
            (self.unproved, "have no proof, though nothing was found that they follow from"),
            (self.exposed, exposed),
        ];
        let before = match self.made_of_hidden {
            0 => String::new(),
            n => format!(
                "{n} figures that earlier releases told may be made of counts that are hidden now; who has those releases may learn of them.\n"
            ),
        };
        let told = lines.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}.\n"));
        match self.protected {
            0 => format!("Nothing had to be hidden.\n{before}"),
            n => format!("Of the {n} counts that must not be found out:\n{}{before}", told.collect::<String>()),
        }
    }

    /// Adds up what was found in parts of a release.
    pub(super) fn add_counts(&mut self, other: &Self) {
        self.cells += other.cells;
        self.protected += other.protected;
        self.proved += other.proved;
        self.algebra += other.algebra;
        self.exposed += other.exposed;
        self.made_of_hidden += other.made_of_hidden;
        self.unproved += other.unproved;
        self.narrow += other.narrow;
        self.open_inside += other.open_inside;
        self.given_up.extend(other.given_up.iter().cloned());
        self.sums += other.sums;
        self.unsound_sums += other.unsound_sums;
    }
}

impl Release {
    /// A place as it was in a period.
    pub fn place_in(&self, period: Period, id: &str) -> Option<&ReleasePlace> {
        let then = self.earlier_places.iter().find(|(of, _)| *of == period);
        then.and_then(|(_, places)| places.get(id)).or_else(|| self.places.get(id))
    }

    /// The measure of this id.
    pub fn measure(&self, id: &str) -> Option<&ReleaseMeasure> {
        self.measures.iter().find(|m| m.id == id)
    }

    /// The name of a place: its own, or its id.
    pub fn place_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.places.get(id).map_or(id, |place| &place.name)
    }
}

impl ReleaseMeasure {
    /// The rows of one group, grade and place, in the order of periods.
    pub fn series(&self, group: &str, grade: &str, place: &str) -> &[PublishedRow] {
        let wanted = (group, grade, place);
        let key = |row: &PublishedRow| (&*row.group, &*row.grade, &*row.place) < wanted;
        let from = self.rows.partition_point(key);
        let same = |row: &PublishedRow| (&*row.group, &*row.grade, &*row.place) == wanted;
        let to = from + self.rows[from..].partition_point(same);
        &self.rows[from..to]
    }

    /// All series, in order.
    pub fn all_series(&self) -> impl Iterator<Item = &[PublishedRow]> {
        self.rows.chunk_by(|a, b| (&a.group, &a.grade, &a.place) == (&b.group, &b.grade, &b.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proofs_that_there_are_are_told() {
        let check = |audit: &AuditSummary, has: &[&str], lacks: &[&str]| {
            let told = audit.proofs_text(false);
            assert!(has.iter().all(|words| told.contains(words)), "{told}");
            assert!(lacks.iter().all(|words| !told.contains(words)), "{told}");
        };
        check(&AuditSummary::default(), &["Nothing had to be hidden."], &["whole numbers", "algebra", "earlier"]);
        let mixed = AuditSummary { protected: 12, proved: 2, algebra: 10, ..AuditSummary::default() };
        check(
            &mixed,
            &["Of the 12 counts", "2 have a proof in whole numbers", "10 have a proof by linear algebra alone"],
            &["earlier releases", "no proof"],
        );
        let open = AuditSummary { protected: 3, unproved: 2, exposed: 1, ..AuditSummary::default() };
        check(&open, &["2 have no proof", "1 follow"], &["whole numbers", "algebra"]);
        assert!(!open.proofs_text(true).contains("earlier releases"), "there are none before the first");
    }
}
