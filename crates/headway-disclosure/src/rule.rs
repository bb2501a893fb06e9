//! The rule by which a measure's figures are published.

use headway_model::MeasureId;
use headway_model::plan::{Agency, BandRule, Measure, Uncounted};
use serde::Serialize;

/// The n-size where neither the measure nor the agency says one: what most states use (39 in 2010, NCES 2011-603).
pub const DEFAULT_N_SIZE: u32 = 10;

/// The rule by which a measure's figures are published: the measure's own word, else the agency's, else the default.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishingRule {
    /// Figures with fewer students behind them are hidden.
    pub n_size: u32,
    /// Nobody said the n-size: it is [`DEFAULT_N_SIZE`].
    pub n_size_by_default: bool,
    /// Shares near 0 and 100 % are published as "5 or less", "95 or more": see [`PublishingRule::extreme`].
    pub extremes: bool,
    /// The smallest share, in percent, that "or less" may name.
    pub extreme_share: Option<f64>,
    /// Rates are published as bands.
    pub bands: Option<BandRule>,
    /// The figures count people; else nothing is small.
    pub people: bool,
    /// Results whose number of students is not known are told as their source published them; else they are hidden.
    pub uncounted: bool,
    /// The measure that has the numbers of students, where the results come without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub students: Option<MeasureId>,
    /// The measures that figures without a count of their own may be made of; nothing for all rates and counts of the agency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_of: Option<Vec<MeasureId>>,
    /// How many of its results have a number of students behind them.
    pub counts: StudentCoverage,
    /// Its figures are shares: only these can be near none or all.
    #[serde(skip)]
    pub shares: bool,
    /// Version of the rules.
    pub version: &'static str,
}

/// How many results of a measure have a number of students behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StudentCoverage {
    /// All of them.
    #[default]
    All,
    /// Some of them.
    Some,
    /// None.
    None,
}

/// Version of the rules.
pub const VERSION: &str = "2";

impl Default for PublishingRule {
    fn default() -> Self {
        Self {
            n_size: DEFAULT_N_SIZE,
            n_size_by_default: true,
            extremes: true,
            extreme_share: None,
            bands: None,
            people: true,
            uncounted: false,
            students: None,
            made_of: None,
            counts: StudentCoverage::All,
            shares: true,
            version: VERSION,
        }
    }
}

impl PublishingRule {
    /// The rule of a measure of an agency.
    pub fn for_measure(agency: &Agency, measure: &Measure) -> Self {
        let (own, shared) = (&measure.publishing, &agency.publishing);
        let said = own.n_size.or(measure.min_n).or(shared.n_size);
        Self {
            n_size: said.unwrap_or(DEFAULT_N_SIZE),
            n_size_by_default: said.is_none(),
            extremes: own.extremes.or(shared.extremes).unwrap_or(true),
            extreme_share: own.extreme_share.or(shared.extreme_share),
            bands: own.bands.or(shared.bands).filter(|bands| *bands != BandRule::None),
            people: own.people.or(shared.people).unwrap_or(true),
            uncounted: own.uncounted.or(shared.uncounted) == Some(Uncounted::Tell),
            students: own.students.clone(),
            made_of: own.made_of.clone().or_else(|| shared.made_of.clone()),
            counts: StudentCoverage::All,
            shares: true,
            version: VERSION,
        }
    }

    /// Figures of fewer students are hidden: the n-size, at least six where federal bands are used; 0 where no people are counted.
    pub fn effective_n_size(&self) -> u64 {
        let by_bands = if self.bands.is_some() { 6 } else { 0 };
        if self.people { u64::from(self.n_size).max(by_bands) } else { 0 }
    }

    /// The share, in percent, at and below which a result among `n` students is published as "or less" (and at and above
    /// 100 less which as "or more"), so that at least three counts lie behind the word. Nothing when that is switched off.
    pub fn extreme_limit(&self, n: u64) -> Option<f64> {
        let by_size: f64 = match n {
            0..=5 => 50.0,
            6..=9 => 35.0,
            10..=19 => 20.0,
            20..=39 => 10.0,
            40..=99 => 5.0,
            100..=299 => 2.0,
            _ => 1.0,
        };
        (self.extremes && self.people).then(|| by_size.max(self.extreme_share.unwrap_or(0.0)))
    }

    /// The rule in a sentence or two.
    pub fn to_sentences(&self) -> String {
        if !self.people {
            return "The figures count no people: nothing is hidden for being small.".to_owned();
        }
        let uncounted = match self.uncounted {
            true => "told as their source published them: nothing here knows how many students are behind them",
            false => "hidden: how many students are behind them is not known",
        };
        if self.counts == StudentCoverage::None {
            return format!("The results come without numbers of students. They are {uncounted}.");
        }
        let mut text = format!("Results of fewer than {} students are hidden", self.n_size);
        if self.n_size_by_default {
            text.push_str(" (Headway's default: the agency's plan names no number)");
        }
        text.push_str(", and so is what would give them away.");
        match (self.bands.filter(|_| self.shares), self.extremes && self.shares) {
            (Some(_), _) => {
                text.push_str(" Rates are published in the bands of the US Department of Education.");
            }
            (None, true) => {
                let at_least = self.extreme_share.map(|s| format!(", never under {s} %")).unwrap_or_default();
                text.push_str(&format!(
                    " Shares near 0 and 100 % are published as “or less” and “or more”: 20 % for 10 to 19 students, 10 % to 39, 5 % to 99, 2 % to 299, 1 % from 300{at_least}."
                ));
            }
            (None, false) => {}
        }
        if self.counts == StudentCoverage::Some {
            text.push_str(&format!(" Some results come without a number of students. They are {uncounted}."));
        }
        text
    }
}
