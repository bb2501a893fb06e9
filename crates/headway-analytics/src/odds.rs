//! The chance that a target is met: `panel-damped-trend` over the kin of a series; for the agency's own results, which have no
//! kin, `panel-whole` over the places below; else what the series says alone (METHODS.md).

mod made;
mod shown;

use headway_model::{Level, Period};
use headway_stats::forecast::{TooFewPoints, panel};
use serde::Serialize;

pub(crate) use shown::OddsProof;
pub use shown::{OddsRecord, calibrated_by, chance_text};

/// Levels whose places are the parts of the agency as a whole, the one that is tried first in front.
pub const PARTS: [Level; 2] = [Level::District, Level::School];
/// Further ahead nothing is said.
pub const FARTHEST: i32 = 60;

/// The chance that a target is met. Serializes to `odds` of `track --format json` (docs/json.md).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TargetOdds {
    /// Chance that the target is met in its period, 0 to 1. Of a compound target: that all its parts are, taken as independent.
    pub chance: f64,
    /// Of a compound target: the chance of its least likely part, which is that of the whole where the parts move together; `None`
    /// for a target with one figure or a band.
    pub at_most: Option<f64>,
    /// The same if the last result stood and only the series' own yearly steps spread it.
    pub naive: Option<f64>,
    /// The method.
    pub method: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether chances of this measure at this level held what they said in a backtest (`headway backtest`).
    pub calibrated: bool,
    /// What a backtest of this measure at this level showed of such chances.
    pub past: OddsRecord,
    /// Of the agency's own results (`panel-whole`): the places below that they are read from; else `None`.
    pub read_from: Option<ReadFrom>,
}

/// The places that the chance of a whole is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadFrom {
    /// Their level.
    pub level: Level,
    /// Whether the chances of these places held what they said in a backtest. It says nothing of the whole itself: one series
    /// can't be calibrated.
    pub calibrated: bool,
}

/// What may come, with the odds that follow.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetOutlook {
    /// The chance at the target's period.
    pub odds: TargetOdds,
    /// Every period up to the target's; none of a compound target, whose parts have their own.
    pub steps: Vec<OutlookStep>,
}

/// The forecast of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutlookStep {
    /// The period.
    pub period: Period,
    /// Middle of what is expected.
    pub mid: f64,
    /// Range of 80 of 100 outcomes.
    pub range_80: (f64, f64),
    /// Range of 95 of 100 outcomes.
    pub range_95: (f64, f64),
}

/// Why there are no odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOdds {
    /// No figure to reach.
    NoFigure,
    /// One figure is to be held exactly, with no tolerance.
    NoWidth,
    /// The target's period is over: nothing is left to chance.
    Over,
    /// A federal report judges one year's target after the other; that of a year to come is not the one that is shown.
    YearByYear,
    /// The target lies too far ahead.
    TooFar,
    /// Fewer comparable exact results than a chance needs.
    FewResults {
        /// Results needed.
        needs: usize,
        /// Results that are there.
        has: usize,
        /// Whether only those since a break in the series are counted.
        since_break: bool,
        /// Whether it is a part of a compound target that lacks them.
        part: bool,
    },
}

impl NoOdds {
    /// In words, after "No odds: ".
    pub fn reason_text(self) -> String {
        match self {
            Self::NoFigure => "there is no figure to reach".to_owned(),
            Self::NoWidth => "a figure to be held exactly needs a tolerance in the plan".to_owned(),
            Self::Over => "the target’s period is over".to_owned(),
            Self::YearByYear => "federal targets are judged year by year, when the year is over".to_owned(),
            Self::TooFar => "the target lies too far ahead".to_owned(),
            Self::FewResults { needs, has, since_break, part } => {
                let of = if part { "a part of the target needs" } else { "needs" };
                let which = if since_break { "since the break in the series" } else { "that can be compared" };
                format!("{of} {needs} exact results {which}, has {has}")
            }
        }
    }

    /// The series has fewer results than the method needs.
    fn few_results(TooFewPoints { needs, has }: TooFewPoints, since_break: bool) -> Self {
        Self::FewResults { needs, has, since_break, part: false }
    }

    /// The same, said of a part.
    fn of_part(self) -> Self {
        match self {
            Self::FewResults { needs, has, since_break, .. } => {
                Self::FewResults { needs, has, since_break, part: true }
            }
            other => other,
        }
    }

    /// In a few words, for the cell of a table.
    pub fn short_reason(self) -> String {
        match self {
            Self::NoFigure => "no figure to reach".to_owned(),
            Self::Over => "target’s period is over".to_owned(),
            Self::YearByYear => "judged year by year".to_owned(),
            Self::TooFar => "too far ahead".to_owned(),
            Self::NoWidth => "no tolerance to hold it in".to_owned(),
            Self::FewResults { needs, has, .. } => format!("{has} of {needs} results needed"),
        }
    }
}

impl TargetOdds {
    /// The chance in words and whole tens: "about 3 in 10".
    pub fn chance_text(self) -> String {
        chance_text(self.chance)
    }

    /// Whether the target will rather be met than not, by the chance as it is told: of "about 5 in 10" neither can be said.
    pub fn is_likely(self) -> bool {
        shown::whole_tenths(self.chance) > 5
    }

    /// What must be said of a compound target's chance; empty for other targets.
    pub fn bounds_words(self) -> String {
        match self.at_most {
            Some(most) => format!(
                "the parts taken as independent; if they move together {}, the chance of the least likely part",
                chance_text(most)
            ),
            None => String::new(),
        }
    }

    /// What must be said beside a chance that no backtest has proven; empty for one that is.
    pub fn caution_text(self) -> String {
        let words = match (self.read_from, self.method) {
            _ if self.calibrated => "",
            (Some(ReadFrom { level, calibrated: true }), _) => {
                return format!(
                    "read from how its {} move, whose odds are calibrated, and from its own last result; one series can’t be \
                     calibrated itself",
                    level.place_nouns().1
                );
            }
            (Some(ReadFrom { level, .. }), _) => {
                return format!(
                    "not calibrated: read from how its {} move, whose odds no backtest has shown to mean what they say",
                    level.place_nouns().1
                );
            }
            (None, panel::ALONE) => {
                "not calibrated: read from this series alone, since fewer than 30 comparable series are known"
            }
            (None, _) if self.past.lean_text().is_some() => {
                let words = self.past.lean_text().unwrap_or_default();
                return format!("not calibrated: in a backtest such chances were {words}");
            }
            (None, _) => "not calibrated: no backtest of this measure has shown that its odds mean what they say",
        };
        words.to_owned()
    }

    /// The same in a few words, for the cell of a table: "from its districts" where their odds are calibrated.
    pub fn short_caution(self) -> String {
        match self.read_from {
            _ if self.calibrated => String::new(),
            Some(ReadFrom { level, calibrated: true }) => format!("from its {}", level.place_nouns().1),
            _ => match self.past {
                OddsRecord::TooLow => "in the past such chances came true more often than said",
                OddsRecord::TooHigh => "in the past such chances came true less often than said",
                OddsRecord::TooBold => "in the past high chances came true less often, low ones more often",
                OddsRecord::TooTimid => "in the past high chances came true more often, low ones less often",
                OddsRecord::Untested => "untested",
                OddsRecord::Held => "not calibrated",
            }
            .to_owned(),
        }
    }
}
