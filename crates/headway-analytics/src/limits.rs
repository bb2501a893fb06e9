//! What chance alone lets expect of each place by its size: the limits of a funnel.

use std::sync::Arc;

use headway_stats::funnel::{FunnelInput as Counted, FunnelKind, FunnelOptions, FunnelPlot, build_funnel};

use crate::bright::{BrightAnalysis, NoBright};
use crate::{MeasureAssessment, PeerKey};

/// The limits of a funnel: places of the last year with counts (their numbers in [`BrightAnalysis::places`]), and what is expected of
/// each by chance alone.
#[derive(Clone, Debug)]
pub struct ChanceLimits {
    /// The places with counts: their number in the list, and their counts.
    pub counted: Vec<(usize, Counted)>,
    /// What chance alone lets expect of each.
    pub judged: FunnelPlot,
}

impl ChanceLimits {
    /// `None` without counts.
    pub(crate) fn from_bright(found: &BrightAnalysis) -> Option<Self> {
        let counted: Vec<(usize, Counted)> = found
            .places
            .iter()
            .enumerate()
            .filter(|(_, p)| p.value.is_some())
            .filter_map(|(i, p)| {
                let figures = Counted { numerator: p.hits?, denominator: p.count?, variance: None };
                (figures.denominator > 0.0 && (0.0..=figures.denominator).contains(&figures.numerator))
                    .then_some((i, figures))
            })
            .collect();
        let places: Vec<Counted> = counted.iter().map(|c| c.1).collect();
        let options = FunnelOptions {
            kind: FunnelKind::Proportion,
            wide: true,
            trim: 0.1,
            adjust: true,
            drawn_as_reference: false,
        };
        let judged = build_funnel(&places, &options).ok().filter(|_| found.counted)?;
        Some(Self { counted, judged })
    }
}

impl MeasureAssessment {
    /// The limits of the funnel of these bright spots, found once: they don't depend on the distance that was asked for.
    pub fn funnel_limits(&self, key: PeerKey, found: &Result<BrightAnalysis, NoBright>) -> Arc<Option<ChanceLimits>> {
        self.judged.funnels.get(key, || found.as_ref().ok().and_then(ChanceLimits::from_bright))
    }
}
