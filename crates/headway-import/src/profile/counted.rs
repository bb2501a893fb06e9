//! What kind of figures the measures of a profile are.

use super::template::TemplatePiece;
use serde::{Deserialize, Serialize};

use super::{ImportProfile, NumberScale, PartRule, ValueRule};

/// What the figures of a measure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// Shares of a whole, in percent.
    Shares,
    /// Counts of students, staff, schools.
    Counts,
    /// Money.
    Money,
    /// Any other numbers: scores, days, rates per thousand.
    Numbers,
}

impl FigureKind {
    /// The kind that a unit of a plan means, where it means one.
    pub fn from_unit(unit: &str) -> Option<Self> {
        match unit {
            "percent" => Some(Self::Shares),
            "count" => Some(Self::Counts),
            "currency" => Some(Self::Money),
            _ => None,
        }
    }

    /// Whether figures of one kind are surely none of the other: shares beside counts or money.
    pub fn contradicts(self, other: Self) -> bool {
        let shares = |kind: Self| kind == Self::Shares;
        shares(self) != shares(other) && self != Self::Numbers && other != Self::Numbers
    }

    /// In words.
    pub fn to_words(self) -> &'static str {
        match self {
            Self::Shares => "percents",
            Self::Counts => "counts",
            Self::Money => "money",
            Self::Numbers => "numbers",
        }
    }
}

impl ImportProfile {
    /// Whether the values of a measure are counts (of students, staff, schools), which parts of a whole add up to. Where rules of
    /// several scales could give the measure's id it is taken for none.
    pub fn has_counts(&self, measure: &str) -> bool {
        self.all_scales(measure, |scale| scale == NumberScale::Count)
    }

    /// Whether the values of a measure are shares of a whole, in percent.
    pub fn has_shares(&self, measure: &str) -> bool {
        self.all_scales(measure, NumberScale::is_share)
    }

    /// Whether all values of a measure are percents from 0 to 100, and not fractions, or both.
    pub fn has_percents(&self, measure: &str) -> bool {
        self.all_scales(measure, |scale| scale == NumberScale::Percent)
    }

    /// The kind of figures that a measure gets; `None` where no rule, or rules of several kinds, could give its id.
    pub fn figure_kind(&self, measure: &str) -> Option<FigureKind> {
        let money = |scale| scale == NumberScale::Currency;
        let kinds: [(FigureKind, bool); 4] = [
            (FigureKind::Shares, self.has_shares(measure)),
            (FigureKind::Counts, self.has_counts(measure)),
            (FigureKind::Money, self.all_scales(measure, money)),
            (FigureKind::Numbers, self.all_scales(measure, |scale| scale == NumberScale::Number)),
        ];
        kinds.into_iter().find_map(|(kind, all)| all.then_some(kind))
    }

    fn all_scales(&self, measure: &str, fits: impl Fn(NumberScale) -> bool) -> bool {
        let mut rules = self.values.iter().filter(|rule| rule.measure.may_give(measure)).peekable();
        rules.peek().is_some() && rules.all(|rule: &ValueRule| fits(rule.scale))
    }
}

impl PartRule {
    /// Whether `code` may come out of this part: its fixed texts stand in it in their order. May say yes too often where the text
    /// is looked up or made into an id.
    fn may_give(&self, code: &str) -> bool {
        if !self.map.is_empty() || self.slug || self.pick.is_some() {
            return self.from.hole_names().next().is_some() || self.map.values().any(|value| value == code);
        }
        let Some(mut rest) = code.strip_prefix(&*self.prefix).and_then(|rest| rest.strip_suffix(&*self.suffix)) else {
            return false;
        };
        let mut open = false;
        for piece in &self.from.pieces {
            match piece {
                TemplatePiece::Hole(..) => open = true,
                TemplatePiece::Text(text) if open => match rest.find(text.as_str()) {
                    Some(at) => (rest, open) = (&rest[at + text.len()..], false),
                    None => return false,
                },
                TemplatePiece::Text(text) => match rest.strip_prefix(text.as_str()) {
                    Some(behind) => rest = behind,
                    None => return false,
                },
            }
        }
        open || rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_from_rates() {
        let profile = |rules: &str| {
            let text = format!(
                "name = 'r'\nunit = '{{u}}'\nperiod = {{ kind = 'school-year', from = '2020' }}\n[[level]]\nis = 'school'\n{rules}"
            );
            ImportProfile::parse(&text, "profile.toml").expect("a profile")
        };
        let rule = |measure: &str, scale: &str| {
            format!("[[values]]\nmeasure = \"{measure}\"\ncolumn = 'v'\nscale = '{scale}'\n")
        };
        let both = rule("enrol-{grade}", "count") + &rule("rate-{grade}", "percent") + &rule("staff", "count");
        let check = |rules: &str, measure, want| assert_eq!(profile(rules).has_counts(measure), want, "{measure}");
        check(&both, "enrol-10", true);
        check(&both, "rate-10", false);
        check(&both, "staff", true);
        check(&both, "staffing", false);
        check(&(rule("{m}", "count") + &rule("rate", "percent")), "rate", false);
        check(&(rule("{m}", "count") + &rule("rate", "percent")), "other", true);
    }
}
