//! The sample workspace: Massachusetts as published, and a simulated state that shows every page full.

mod observations;
mod simulated;

use std::path::Path;

use headway_access::{ImportData, KeepStore, Permit};
use headway_model::plan::Plan;
use headway_model::{ObservationBatch, Place, StatedPlaces, VintageId};
use headway_store::{BeginImport, PublishImport, UpsertPlaces};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::upkeep::{claim_part, give_name, part_folder, remove_folder};
use crate::{Error, Result, Workspace};

/// The plan files of Massachusetts, in the order in which they are loaded.
const PLANS: [(&str, &str); 12] = [
    ("delivery-2011-03.yaml", include_str!("../../../../samples/massachusetts/delivery-2011-03.yaml")),
    ("delivery-2012-12.yaml", include_str!("../../../../samples/massachusetts/delivery-2012-12.yaml")),
    ("delivery-2014-01-13.yaml", include_str!("../../../../samples/massachusetts/delivery-2014-01-13.yaml")),
    ("delivery-2019-03-26.yaml", include_str!("../../../../samples/massachusetts/delivery-2019-03-26.yaml")),
    ("delivery-2022-05-17.yaml", include_str!("../../../../samples/massachusetts/delivery-2022-05-17.yaml")),
    ("chapter-6a-2017.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2017.yaml")),
    ("chapter-6a-2018.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2018.yaml")),
    ("chapter-6a-2020.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2020.yaml")),
    ("chapter-6a-2021.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2021.yaml")),
    ("chapter-6a-2022.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2022.yaml")),
    ("chapter-6a-2023.yaml", include_str!("../../../../samples/massachusetts/chapter-6a-2023.yaml")),
    ("results-2026.yaml", include_str!("../../../../samples/massachusetts/results-2026.yaml")),
];

/// The plan of the simulated state.
const SIMULATED: (&str, &str) = ("plan.yaml", include_str!("../../../../samples/simulated/plan.yaml"));

/// What one import of the sample brings.
pub(crate) struct DemoImport {
    pub(crate) file: String,
    pub(crate) source: String,
    pub(crate) known_from: Date,
    pub(crate) batches: Box<dyn Iterator<Item = ObservationBatch> + Send>,
}

async fn fill(
    folder: &Path,
    permit: &Permit<KeepStore>,
    now: Timestamp,
    today: Date,
    told: &mut dyn FnMut(&str),
) -> Result<()> {
    let headway = Workspace::init(folder).await?;
    headway.lay_out_demo(permit, now, today, told).await?;
    headway.close().await;
    Ok(())
}

impl Workspace {
    /// Makes a workspace in `folder`, which is new or empty, and fills it with the sample. It is made beside its place and moved
    /// there when it is whole; what a killed program left beside it is cleared.
    ///
    /// # Errors
    /// [`Error::Refused`] when the folder holds anything, or another program is making it.
    pub async fn make_demo(
        folder: &Path,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        today: Date,
        told: &mut dyn FnMut(&str),
    ) -> Result<Self> {
        let taken =
            || Error::Refused(format!("{} is there and holds something: name another folder", folder.display()));
        let beside = part_folder(folder).ok_or_else(taken)?;
        let _held = claim_part(&beside, folder)?;
        // Another one may have finished meanwhile.
        let made =
            if part_folder(folder).is_none() { Err(taken()) } else { fill(&beside, permit, now, today, told).await };
        match made.and_then(|()| give_name(&beside, folder)) {
            Ok(()) => Self::open(folder).await,
            Err(error) => {
                remove_folder(&beside)?;
                Err(error)
            }
        }
    }

    /// Fills an empty workspace with the sample, as it would be known on `today`. Tells `told` what it is doing.
    pub async fn lay_out_demo(
        &self,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        today: Date,
        told: &mut dyn FnMut(&str),
    ) -> Result<()> {
        self.lay_out_massachusetts(permit, now, today, told).await?;
        self.lay_out_simulated_state(permit, now, today, told).await
    }

    /// The part of the sample that was published: plans and results of Massachusetts.
    pub async fn lay_out_massachusetts(
        &self,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        today: Date,
        told: &mut dyn FnMut(&str),
    ) -> Result<()> {
        told("Massachusetts: the plans");
        let mut plans: Vec<Plan> = Vec::new();
        for (name, text) in PLANS {
            let plan = headway_planfile::parse(name, text.as_bytes())?.value;
            self.load_plan(&plan, &permit.for_step(), now).await?;
            plans.push(plan);
        }
        told("Massachusetts: published statewide results");
        let (places, parcels) = observations::read_parcels(&plans)?;
        self.store.write(&permit.for_step(), now, UpsertPlaces { places: &places }).await?;
        for parcel in parcels.into_iter().filter(|parcel| parcel.known_from <= today) {
            self.take_in(parcel, &permit.for_step(), now).await?;
        }
        Ok(())
    }

    /// The part of the sample that is made up.
    pub async fn lay_out_simulated_state(
        &self,
        permit: &Permit<KeepStore>,
        now: Timestamp,
        today: Date,
        told: &mut dyn FnMut(&str),
    ) -> Result<()> {
        let (name, text) = SIMULATED;
        let plan = headway_planfile::parse(name, text.as_bytes())?.value;
        self.load_plan(&plan, &permit.for_step(), now).await?;
        let places: Vec<Place> = simulated::simulated_places();
        self.store.write(&permit.for_step(), now, UpsertPlaces { places: &places }).await?;
        for measure in &plan.measures {
            told(&format!("simulated state: {}", measure.name));
            let parcel = simulated::simulated_parcel(measure, today)?;
            self.take_in(parcel, &permit.for_step(), now).await?;
        }
        Ok(())
    }

    async fn take_in(&self, parcel: DemoImport, permit: &Permit<ImportData>, now: Timestamp) -> Result<VintageId> {
        let DemoImport { file, source, known_from, batches } = parcel;
        let mark = format!("demo:{file}:{known_from}:{source}");
        let begin = BeginImport {
            file: &file,
            sha256: &mark,
            profile: "sample",
            source: &source,
            known_from,
            provisional: false,
            replaces: None,
            whole_from: None,
            taken: &[],
        };
        let number = self.store.write(permit, now, begin).await?;
        let lake = self.lake.clone();
        let work = move || {
            let mut import = lake.begin_import(number);
            for batch in batches {
                import.push(&batch)?;
            }
            import.write_segments()?.publish_segments()
        };
        let segments = tokio::task::spawn_blocking(work).await.expect("writing the sample does not panic")?;
        let rows: u64 = segments.iter().map(|s| s.rows).sum();
        let report: Value = json!({ "sample": true, "rows": rows });
        let places = StatedPlaces::default();
        let publish = PublishImport { import: number, segments: &segments, places: &places, report: &report };
        self.store.write(permit, now, publish).await?;
        self.manifest_follows().await;
        Ok(number)
    }
}
