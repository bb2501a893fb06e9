//! Which measures of a profile are counts.

use super::template::TemplatePiece;
use super::{ImportProfile, NumberScale, PartRule, ValueRule};

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
