//! Whether the latest result of a series is more than noise: the moderated test over its kin (Smyth 2004; METHODS.md).

use headway_model::{Period, decimals_written};
use headway_stats::moderated::{self, METHOD, VERSION};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{PeerKey, PeerResults};
use crate::MeasureAssessment;

/// False discovery rate over the kin below which a change counts as real.
const REAL_BELOW: f64 = 0.05;
/// Comparable results that a signal needs: the latest and two before it.
const LEAST_RESULTS: usize = 3;

/// What is said of the latest result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalWord {
    /// Higher than the series' own past explains.
    High,
    /// Lower than the series' own past explains.
    Low,
    /// Within natural variation.
    None,
}

/// The latest result of a series against its earlier ones. Serializes to `signal` of `track --format json` (docs/json.md).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResultSignal {
    /// The finding.
    pub word: SignalWord,
    /// The period judged.
    pub period: Period,
    /// Its result less the mean of the earlier ones, in the measure's unit.
    pub change: f64,
    /// Two-sided p; with counts known, of the sampling part too.
    pub p: f64,
    /// False discovery rate over the kin.
    pub q: f64,
    /// So many series were tested together.
    pub kin: usize,
}

impl Serialize for ResultSignal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Signal", 7)?;
        out.serialize_field("word", &self.word)?;
        out.serialize_field("period", &self.period.to_string())?;
        out.serialize_field("change", &self.change)?;
        out.serialize_field("p", &self.p)?;
        out.serialize_field("q", &self.q)?;
        out.serialize_field("method", METHOD)?;
        out.serialize_field("version", VERSION)?;
        out.end()
    }
}

/// Why there is no signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSignal {
    /// A compound measure: a signal is said of each of its parts.
    OfParts,
    /// Fewer comparable exact results than a signal needs.
    FewResults {
        /// Results needed.
        needs: usize,
        /// Results that are there.
        has: usize,
    },
    /// Neither this series nor any that it is compared with ever moved.
    Still,
}

impl NoSignal {
    /// In words, after "No signal: ".
    pub fn reason_text(self) -> String {
        match self {
            Self::OfParts => "it is said of each part of the target".to_owned(),
            Self::FewResults { needs, has } => {
                format!("needs {needs} exact results that can be compared, has {has}")
            }
            Self::Still => "the results never moved".to_owned(),
        }
    }

    /// In a few words, for the cell of a table.
    pub fn short_reason(self) -> String {
        match self {
            Self::OfParts => "said of each part".to_owned(),
            Self::FewResults { needs, has } => format!("{has} of {needs} results needed"),
            Self::Still => "never moved".to_owned(),
        }
    }
}

impl SignalWord {
    /// As in `track --format json`.
    pub fn id(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::None => "none",
        }
    }

    /// In words, after "the latest result is ".
    pub fn label_text(self) -> &'static str {
        match self {
            Self::High => "higher than its own past explains",
            Self::Low => "lower than its own past explains",
            Self::None => "not clearly different from those before it",
        }
    }
}

impl MeasureAssessment {
    /// Whether the latest exact result of a series is a signal.
    ///
    /// # Errors
    /// [`NoSignal`]: too few comparable results, or nothing ever moved, or the measure is compound.
    pub fn signal_of(&self, series: usize) -> Result<ResultSignal, NoSignal> {
        match self.planned.measure.parts.is_empty() {
            true => self.signal_in(series, &self.kin_key(series)),
            false => Err(NoSignal::OfParts),
        }
    }

    /// The same for a part of a compound measure, by its id.
    ///
    /// # Errors
    /// As [`MeasureAssessment::signal`].
    pub fn part_signal(&self, series: usize, part: &str) -> Result<ResultSignal, NoSignal> {
        let number = self.part_number(part).ok_or(few_results(0))?;
        self.signal_in(series, &PeerKey { part: Some(number), ..self.kin_key(series) })
    }

    fn signal_in(&self, series: usize, key: &PeerKey) -> Result<ResultSignal, NoSignal> {
        let kin = self.kin_for(key);
        let row = kin.row_of(series).filter(|_| kin.periods > 0).ok_or(few_results(0))?;
        self.signals_of_kin(key)[row]
    }

    fn signals_of_kin(&self, key: &PeerKey) -> std::sync::Arc<Vec<Result<ResultSignal, NoSignal>>> {
        self.judged.signals.get(key.clone(), || {
            let kin = self.kin_for(key);
            if kin.periods == 0 {
                vec![Err(few_results(0)); kin.series.len()]
            } else {
                judge_signals(&kin, self.period_kind())
            }
        })
    }
}

fn few_results(has: usize) -> NoSignal {
    NoSignal::FewResults { needs: LEAST_RESULTS, has }
}

/// One a row of the kin.
fn judge_signals(kin: &PeerResults, kind: headway_model::PeriodKind) -> Vec<Result<ResultSignal, NoSignal>> {
    let known = |cell: &usize| kin.values[*cell].is_finite();
    let cells: Vec<Vec<usize>> =
        (0..kin.series.len()).map(|row| kin.since_break(row).filter(known).collect()).collect();
    let values: Vec<Vec<f64>> = cells.iter().map(|own| own.iter().map(|c| kin.values[*c]).collect()).collect();
    let tested = moderated::panel_in_steps(values.iter().map(|own| (own.as_slice(), smallest_step(own))));
    // Sampling alone makes no signal: it only takes one back that the series' own past allows. (`max` would take a missing p for
    // none at all.)
    let chance = |(test, own): (&moderated::ModeratedTest, &Vec<usize>)| match sampling_p(kin, own) {
        _ if own.len() < LEAST_RESULTS => f64::NAN,
        Some(drawn) if !test.p.is_nan() => test.p.max(drawn),
        _ => test.p,
    };
    let p: Vec<f64> = tested.tests.iter().zip(&cells).map(chance).collect();
    let q = headway_stats::fdr::q_values(&p);
    let tested_together = p.iter().filter(|p| !p.is_nan()).count();
    let signal = |row: usize| {
        let (change, has) = (tested.tests[row].change, cells[row].len());
        let last = *cells[row].last().filter(|_| has >= LEAST_RESULTS).ok_or(few_results(has))?;
        let word = match change {
            _ if q[row].is_nan() => return Err(NoSignal::Still),
            up if q[row] < REAL_BELOW && up > 0.0 => SignalWord::High,
            down if q[row] < REAL_BELOW && down < 0.0 => SignalWord::Low,
            _ => SignalWord::None,
        };
        Ok(ResultSignal {
            word,
            period: kin.period_of_cell(last, kind),
            change,
            p: p[row],
            q: q[row],
            kin: tested_together,
        })
    };
    (0..cells.len()).map(signal).collect()
}

/// The smallest step in which a series is written; none where its figures are no rounded ones.
fn smallest_step(values: &[f64]) -> f64 {
    let decimals: Option<Vec<usize>> = values.iter().map(|value| decimals_written(*value)).collect();
    decimals.and_then(|all| all.into_iter().max()).map_or(0.0, |most| 10f64.powi(-(most as i32)))
}

/// With counts known throughout: p of the latest share against the earlier ones together if nothing but the draw of students
/// moved it. A change that sampling alone explains is no signal, however quiet the years before were.
fn sampling_p(kin: &PeerResults, cells: &[usize]) -> Option<f64> {
    let (last, earlier) = cells.split_last().filter(|_| kin.shares)?;
    let count = |cell: usize| {
        let (k, n) = (kin.hits[cell], kin.counts[cell]);
        (n > 0.0 && (0.0..=n).contains(&k)).then_some((k, n))
    };
    let before: Vec<(f64, f64)> = earlier.iter().map(|c| count(*c)).collect::<Option<_>>()?;
    moderated::draw_p_value(&before, count(*last)?)
}
