//! One kind of period for a measure: what the plan says, what the lake has, and what a file brings must agree.

use headway_lake::WrittenImport;
use headway_model::plan::{Plan, PlannedMeasure, PlansInForce};
use headway_model::{LakeSegment, MeasureId, PeriodKind};
use headway_store::LakeMeasure;
use jiff::civil::Date;

use crate::editions::read_plans;
use crate::snapshot::part_ids;
use crate::{Error, Result, Workspace};

/// What is said where a measure's files have periods of another kind than is asked for.
pub(crate) fn refuse_other_kinds(segments: &[LakeSegment], wanted: PeriodKind) -> Result<()> {
    match segments.iter().find(|segment| segment.period_kind != wanted) {
        None => Ok(()),
        Some(other) => {
            Err(Error::Refused(disagreement_text(&other.measure, wanted, other.period_kind, &other.vintages)))
        }
    }
}

/// The plan and the lake disagree about a measure's periods.
fn disagreement_text(id: &str, planned: PeriodKind, found: PeriodKind, imports: &[i64]) -> String {
    let [first, last] = [imports.first(), imports.last()].map(|id| id.map_or(String::new(), ToString::to_string));
    let imports = if first == last { format!("import {first}") } else { format!("imports {first} to {last}") };
    format!(
        "the plan has {id} by {planned}, and its figures came by {found} ({imports}). Undo what was read wrongly \
         (`headway imports undo {first}`) and import it by a profile with periods by {planned}, or change `period` in the plan",
        planned = planned.name(),
        found = found.name(),
    )
}

/// The ids under which the lake has a measure and its parts.
fn lake_ids(planned: &PlannedMeasure) -> impl Iterator<Item = MeasureId> {
    planned.ids.iter().cloned().chain(part_ids(&planned.measure))
}

impl Workspace {
    /// Refuses what was read by periods of another kind than the plan or earlier imports have for the measure.
    pub(crate) async fn refuse_other_periods(&self, written: &WrittenImport) -> Result<()> {
        if written.segments().is_empty() {
            return Ok(());
        }
        let book = read_plans(&self.store, Date::MAX).await?;
        let lake = self.store.lake_measures(Date::MAX).await?;
        for segment in written.segments().iter().map(|written| &written.segment) {
            let (id, read) = (&segment.measure, segment.period_kind);
            let plan = book.all_measures().find(|(_, planned)| lake_ids(planned).any(|own| own == *id));
            let plan = plan.map(|(_, planned)| (planned.measure.period, format!("plan {}", planned.plan)));
            let before = lake.iter().find(|m| m.measure == *id && m.period_kind != read);
            let before = before.map(|m| (m.period_kind, "earlier imports".to_owned()));
            if let Some((kind, whose)) = plan.or(before).filter(|(kind, _)| *kind != read) {
                return Err(Error::Refused(format!(
                    "the profile reads {id} by {}, and {whose} has it by {}: nothing was imported. Set `kind = \"{}\"` under \
                     `period` in the profile, or change what is wrong there",
                    read.name(),
                    kind.name(),
                    kind.name().replace(' ', "-"),
                )));
            }
        }
        Ok(())
    }

    /// Measures of a plan whose figures in the lake have periods of another kind, each in a sentence that says what to do.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn period_disagreements(&self, plan: &Plan) -> Result<Vec<String>> {
        self.kind_disagreements(&PlansInForce::from_plans(vec![std::sync::Arc::new(plan.clone())])).await
    }

    /// The same for all plans, and measures whose own files disagree: what an older program may have let in.
    pub(crate) async fn all_period_disagreements(&self) -> Result<Vec<String>> {
        let mut found = self.kind_disagreements(&read_plans(&self.store, Date::MAX).await?).await?;
        let lake = self.store.lake_measures(Date::MAX).await?;
        for two in lake.windows(2).filter(|two| two[0].measure == two[1].measure) {
            found.push(format!(
                "{} came by {} and by {}: one measure has one kind of period. Undo the imports of one of them",
                two[0].measure,
                two[0].period_kind.name(),
                two[1].period_kind.name()
            ));
        }
        Ok(found)
    }

    async fn kind_disagreements(&self, book: &PlansInForce) -> Result<Vec<String>> {
        let lake = self.store.lake_measures(Date::MAX).await?;
        let mut found = Vec::new();
        for (_, planned) in book.all_measures() {
            let wanted = planned.measure.period;
            let other = |id: &MeasureId| lake.iter().any(|m: &LakeMeasure| m.measure == *id && m.period_kind != wanted);
            for id in lake_ids(planned).filter(other) {
                let segments = self.store.visible_segments(&id, Date::MAX).await?.segments;
                if let Err(Error::Refused(text)) = refuse_other_kinds(&segments, wanted) {
                    found.push(text);
                }
            }
        }
        Ok(found)
    }
}
