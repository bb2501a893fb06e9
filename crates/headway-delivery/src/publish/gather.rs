//! The figures of a release, read from the workspace.

use headway_disclosure::{PublishingRule, ReleaseFigures, ReleaseOptions};
use headway_lake::SeriesFilter;
use headway_model::MeasureId;
use headway_model::plan::AgencyPlans;

use crate::error::MeasureTrouble;
use crate::snapshot::Snapshot;
use crate::{Error, Result};

/// Reads the figures of every measure that has results, and of the parts of compound ones; those of all agencies, as several may
/// publish about the same students.
///
/// # Errors
/// [`Error::Refused`] when a measure can't be read that is not left out on purpose: the public would miss it without a word,
/// and what it would have hidden elsewhere. [`Error::NotFound`] for a measure to leave out that no plan names.
pub(super) async fn gather_reading(
    snapshot: &Snapshot,
    book: &AgencyPlans,
    making: &ReleaseOptions,
) -> Result<ReleaseFigures> {
    making.without.iter().try_for_each(|id| snapshot.measure(id).map(|_| ()))?;
    let mut reading = ReleaseFigures::new(making.without.clone(), making.weakness);
    let mut troubles = Vec::new();
    gather_agency(snapshot, book, making, &mut reading, &mut troubles).await?;
    reading.end_of_own(snapshot.as_of, making.unfinished);
    for other in snapshot.book.agencies.iter().filter(|other| other.agency.id != book.agency.id) {
        gather_agency(snapshot, other, making, &mut reading, &mut troubles).await?;
    }
    refuse_troubles(&troubles)?;
    reading.finish_reading();
    Ok(reading)
}

async fn gather_agency(
    snapshot: &Snapshot,
    book: &AgencyPlans,
    making: &ReleaseOptions,
    reading: &mut ReleaseFigures,
    troubles: &mut Vec<MeasureTrouble>,
) -> Result<()> {
    'measures: for planned in &book.measures {
        let measure = &planned.measure;
        if making.without.iter().any(|id| *id == measure.id) {
            continue;
        }
        let rule = PublishingRule::for_measure(&book.agency, measure);
        let own = (measure.id.clone(), measure.name.clone(), measure.unit.as_deref(), planned.ids.clone());
        let parts = measure.parts.iter().map(|part| {
            let (id, name) =
                (MeasureId::from(format!("{}.{}", measure.id, part.id)), format!("{}: {}", measure.name, part.name));
            let older = planned.ids.iter().map(|measure| format!("{measure}.{}", part.id).into()).collect();
            (id, name, part.unit.as_deref().or(measure.unit.as_deref()), older)
        });
        for (id, name, unit, ids) in std::iter::once(own).chain(parts) {
            let panel = match snapshot.measure_panel(&ids, measure, SeriesFilter::default()).await {
                Ok(panel) => panel,
                Err(error) => match MeasureTrouble::from_error(measure, error) {
                    Error::Measure(trouble) => {
                        troubles.push(trouble);
                        continue 'measures;
                    }
                    other => return Err(other),
                },
            };
            reading.add_measure((id, name), unit, ids, rule.clone(), (measure, &panel));
        }
    }
    Ok(())
}

/// Refuses a release that would lack measures by accident.
fn refuse_troubles(troubles: &[MeasureTrouble]) -> Result<()> {
    if troubles.is_empty() {
        return Ok(());
    }
    let which: Vec<String> = troubles.iter().map(ToString::to_string).collect();
    let options: Vec<String> = troubles.iter().map(|trouble| format!("--without {}", trouble.measure)).collect();
    Err(Error::Refused(format!(
        "no release was made, and an earlier one stays as it is: {}. `headway doctor` says how to mend each file; \
         `headway publish {}` leaves out what can't be read",
        which.join("; "),
        options.join(" ")
    )))
}
