//! One kind of figure for a measure: what the plan's unit says, what earlier imports brought, and what a file brings must agree.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use headway_import::{FigureKind, ImportProfile};
use headway_lake::WrittenImport;
use headway_model::plan::{Plan, PlannedMeasure, PlansInForce};
use headway_model::{MeasureId, VintageId};
use jiff::civil::Date;
use serde_json::Value;

use crate::editions::read_plans;
use crate::{Error, Result, Workspace};

/// What the plan counts a measure, or a part of one, in: its unit and the kind of figure that it means.
fn planned_kind(planned: &PlannedMeasure, id: &MeasureId) -> Option<FigureKind> {
    let own = planned.ids.iter().any(|own| own == id);
    let part = planned.measure.parts.iter().find(|part| format!("{}.{}", planned.measure.id, part.id) == id.as_str());
    let unit = part.and_then(|part| part.unit.as_deref()).or(planned.measure.unit.as_deref());
    unit.filter(|_| own || part.is_some()).and_then(FigureKind::from_unit)
}

impl Workspace {
    /// Refuses figures of another kind (counts, shares, money) than the plan or earlier imports have for the measure.
    pub(crate) async fn refuse_other_units(
        &self,
        profile: &ImportProfile,
        written: &WrittenImport,
        replaces: Option<VintageId>,
    ) -> Result<()> {
        if written.segments().is_empty() {
            return Ok(());
        }
        let book = read_plans(&self.store, Date::MAX).await?;
        let mut reports = ReportedKinds::default();
        for id in written.segments().iter().map(|new| &new.segment.measure) {
            let Some(read) = profile.figure_kind(id) else { continue };
            let planned = book.all_measures().find_map(|(_, planned)| Some((planned_kind(planned, id)?, planned)));
            let whose = match planned {
                Some((kind, planned)) => Some((kind, format!("plan {}", planned.plan))),
                None => reports
                    .newest_kind(self, id, replaces)
                    .await?
                    .map(|(kind, import)| (kind, format!("import {import}"))),
            };
            if let Some((kind, whose)) = whose.filter(|(kind, _)| kind.contradicts(read)) {
                return Err(Error::Refused(format!(
                    "the profile reads {id} as {}, and {whose} has it as {}: nothing was imported. Correct `scale` in the profile, \
                     give the figures a measure of their own, or change what is wrong there",
                    read.to_words(),
                    kind.to_words(),
                )));
            }
        }
        Ok(())
    }

    /// Measures of a plan whose figures in the lake are of another kind than its units, each in a sentence that says what to do.
    ///
    /// # Errors
    /// When the workspace can't be read.
    pub async fn unit_disagreements(&self, plan: &Plan) -> Result<Vec<String>> {
        self.other_units(&PlansInForce::from_plans(vec![Arc::new(plan.clone())])).await
    }

    /// The same for all plans.
    pub(crate) async fn all_unit_disagreements(&self) -> Result<Vec<String>> {
        self.other_units(&read_plans(&self.store, Date::MAX).await?).await
    }

    async fn other_units(&self, book: &PlansInForce) -> Result<Vec<String>> {
        let (mut found, mut reports) = (Vec::new(), ReportedKinds::default());
        for known in self.store.lake_measures(Date::MAX).await? {
            let id = known.measure;
            let planned = book.all_measures().find_map(|(_, planned)| planned_kind(planned, &id));
            let Some(planned) = planned else { continue };
            if let Some((kind, import)) =
                reports.newest_kind(self, &id, None).await?.filter(|(kind, _)| kind.contradicts(planned))
            {
                found.push(format!(
                    "the plan has {id} as {}, and import {import} brought {}. Undo what was read wrongly (`headway imports undo \
                     {import}`) and import it by a profile with another `scale`, or change `unit` in the plan",
                    planned.to_words(),
                    kind.to_words()
                ));
            }
        }
        Ok(found)
    }
}

/// What imports said of the kinds of their figures; each report is read once.
#[derive(Default)]
struct ReportedKinds(HashMap<VintageId, HashMap<String, FigureKind>>);

impl ReportedKinds {
    /// The kind that the newest import of a measure brought, and which one; `None` where an older program read it.
    async fn newest_kind(
        &mut self,
        headway: &Workspace,
        id: &MeasureId,
        besides: Option<VintageId>,
    ) -> Result<Option<(FigureKind, VintageId)>> {
        let visible = headway.store.visible_segments(id, Date::MAX).await?;
        let Some(import) = visible.vintages.into_iter().filter(|vintage| Some(*vintage) != besides).max() else {
            return Ok(None);
        };
        let kinds = match self.0.entry(import) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => {
                let report = headway.store.import_report(import).await?;
                let kinds = report.get("figures").cloned().unwrap_or(Value::Null);
                unread.insert(serde_json::from_value(kinds).unwrap_or_default())
            }
        };
        Ok(kinds.get(id.as_str()).map(|kind| (*kind, import)))
    }
}
