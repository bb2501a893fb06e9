//! A release made from the workspace: read, decided, laid out as the public sees it.

use headway_lake::Filter;
use headway_model::Period;
use headway_store::{RecordRelease, Who};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::figures::{Figure, Figures};
use super::lay_out::lay_out;
use super::links::Atlas;
use super::step::{Decided, Earlier, Step};
use super::told::{How, Told, decode, encode};
use super::{Release, Rule, Tally, Weakness};
use crate::book::AgencyBook;
use crate::snapshot::Snapshot;
use crate::{Error, Headway, Result};

/// A release that was made and is not out yet, with the decisions behind it, which are for the agency only.
pub struct Prepared {
    /// What the public will see.
    pub release: Release,
    pub(super) atlas: Atlas,
    pub(super) figures: Vec<Figures>,
    pub(super) decided: Decided,
    weakness: Weakness,
}

impl Headway {
    /// Makes the next release of an agency from what was known on `as_of`: what is told of every figure is decided over all
    /// of them together, and over what earlier releases told. Nothing is written.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an agency; [`Error::NoResult`] when its measures have no results.
    pub async fn release(&self, agency: &str, as_of: Date, made_on: Date) -> Result<Prepared> {
        self.weakened_release(agency, as_of, made_on, Weakness::default()).await
    }

    /// The same with parts of the step left out, to show in tests what they are good for.
    ///
    /// # Errors
    /// As [`Headway::release`].
    #[doc(hidden)]
    pub async fn weakened_release(
        &self,
        agency: &str,
        as_of: Date,
        made_on: Date,
        weakness: Weakness,
    ) -> Result<Prepared> {
        let snapshot = self.snapshot(as_of).await?;
        let book = snapshot.agency(agency)?;
        let mut atlas = Atlas::default();
        let figures = read(&snapshot, book, &mut atlas).await?;
        if figures.is_empty() {
            return Err(Error::NoResult(format!("no measure of {agency} has results: there is nothing to publish")));
        }
        let (number, mut earlier) = self.earlier(agency, &figures, &mut atlas).await?;
        if weakness.no_earlier {
            earlier.clear();
        }
        let sums = sums(&figures);
        atlas.learn(&snapshot.places);
        let work = move || {
            let decided = Step { atlas: &atlas, measures: &figures, earlier: &earlier, sums: &sums, weakness }.decide();
            (atlas, figures, decided)
        };
        let (atlas, figures, decided) = tokio::task::spawn_blocking(work).await.expect("the step does not panic");
        let release = lay_out(&snapshot, book, (number, made_on), &atlas, &figures, &decided);
        Ok(Prepared { release, atlas, figures, decided, weakness })
    }

    /// The number of the next release, and what each earlier one told of these measures.
    async fn earlier(&self, agency: &str, figures: &[Figures], atlas: &mut Atlas) -> Result<(u32, Vec<Vec<Earlier>>)> {
        let mut earlier = Vec::new();
        let releases = self.store.releases(agency).await?;
        for release in &releases {
            let mut told: Vec<Earlier> = figures.iter().map(|_| Earlier::new()).collect();
            for (measure, body) in self.store.release_cells(agency, release.number).await? {
                // A measure that has no results any more, or another id now, stands alone: nothing new is told of it.
                let Some(at) = figures.iter().position(|f| f.id == measure) else { continue };
                told[at] = decode(&body, atlas).map_err(|reason| {
                    Error::Refused(format!("release {} of {agency}, measure {measure}: {reason}", release.number))
                })?;
            }
            earlier.push(told);
        }
        Ok((releases.last().map_or(1, |last| last.number + 1), earlier))
    }

    /// Keeps in the workspace what a release tells; to be done before it goes out.
    ///
    /// # Errors
    /// [`Error::Refused`] when something follows from it; when somebody published in between.
    pub async fn record_release(&self, prepared: &mut Prepared, who: &Who, now: Timestamp) -> Result<()> {
        prepared.refuse_if_exposed()?;
        if prepared.weakness != Weakness::default() {
            return Err(Error::Refused("a release with parts of the step left out is for tests alone".to_owned()));
        }
        let release = &prepared.release;
        let cells: Vec<(String, String)> = prepared.told();
        let summary = prepared.summary();
        let record = RecordRelease {
            agency: &release.agency,
            number: release.number,
            made_on: release.made_on,
            as_of: release.as_of,
            summary: &summary,
            cells: &cells,
        };
        self.store.write(who, now, record).await?;
        prepared.release.recorded_at = Some(now);
        Ok(())
    }
}

impl Prepared {
    /// # Errors
    /// [`Error::Refused`], naming the first figures that follow from what would be published.
    pub fn refuse_if_exposed(&self) -> Result<()> {
        if self.release.audit.exposed == 0 {
            return Ok(());
        }
        let name = |&(m, row): &(usize, usize)| {
            let (figures, figure) = (&self.figures[m], &self.figures[m].rows[row]);
            format!(
                "{} {} {} {} in {}",
                figures.id,
                self.atlas.places.text(figure.place),
                self.atlas.groups.text(figure.group),
                self.atlas.grades.text(figure.grade),
                Period { kind: figures.kind, ordinal: figure.period }
            )
        };
        let named: Vec<String> = self.decided.exposed.iter().take(5).map(name).collect();
        Err(Error::Refused(format!(
            "not published: {} hidden figures would follow from the rest ({}). Leave a measure or a group out, or raise the n-size",
            self.release.audit.exposed,
            if named.is_empty() { "of students that no group names".to_owned() } else { named.join("; ") }
        )))
    }

    /// Rules and counts of the release: what the store keeps for people, and what the command answers.
    pub fn summary(&self) -> Json {
        let release = &self.release;
        let measures = release
            .measures
            .iter()
            .map(|m| json!({ "measure": m.id, "rule": m.rule, "shown": Tally::of(&m.rows).json() }));
        json!({
            "agency": release.agency, "release": release.number, "as_of": release.as_of, "made_on": release.made_on,
            "simulated": release.simulated, "measures": measures.collect::<Vec<Json>>(), "audit": release.audit,
        })
    }

    /// What is told of each figure, by measure, as the store keeps it.
    fn told(&self) -> Vec<(String, String)> {
        let lines = |(figures, how): (&Figures, &Vec<Option<How>>)| {
            let told: Vec<Told> =
                figures.rows.iter().zip(how).filter_map(|(figure, how)| Some(figure.told((*how)?))).collect();
            (figures.id.clone(), encode(told.iter(), &self.atlas))
        };
        self.figures.iter().zip(&self.decided.how).map(lines).collect()
    }
}

/// The figures of every measure of the agency that has results, and of the parts of compound ones.
async fn read(snapshot: &Snapshot, book: &AgencyBook, atlas: &mut Atlas) -> Result<Vec<Figures>> {
    let mut figures = Vec::new();
    for planned in &book.measures {
        let measure = &planned.measure;
        let rule = Rule::of(&book.agency, measure);
        let own = (measure.id.clone(), measure.name.clone(), measure.unit.as_deref(), planned.ids.clone());
        let parts = measure.parts.iter().map(|part| {
            let (id, name) = (format!("{}.{}", measure.id, part.id), format!("{}: {}", measure.name, part.name));
            (id.clone(), name, part.unit.as_deref().or(measure.unit.as_deref()), vec![id])
        });
        for (id, name, unit, ids) in std::iter::once(own).chain(parts) {
            let panel = match snapshot.panel(&ids, measure.period, Filter::default()).await {
                Err(Error::Lake(_) | Error::Refused(_)) => continue, // `Snapshot::troubles` says which and why
                panel => panel?,
            };
            if !panel.is_empty() {
                figures.push(Figures::read(id, name, measure, unit, rule.clone(), &panel, atlas));
            }
        }
    }
    Ok(figures)
}

/// For each measure the one whose counts it adds up, and over how many periods.
fn sums(figures: &[Figures]) -> Vec<Option<(usize, i32)>> {
    let of = |f: &Figures| {
        let sums = f.plan.publishing.sums.as_ref()?;
        let at = figures.iter().position(|other| other.id == sums.measure)?;
        Some((at, i32::try_from(sums.periods).ok()?))
    };
    figures.iter().map(of).collect()
}

impl Figure {
    fn told(&self, how: How) -> Told {
        let Self { place, group, grade, period, n, amount, .. } = *self;
        Told { place, group, grade, period, n, amount, how }
    }
}
