//! What was decided of each figure that is not told as it is, with the true counts. For the agency only.

use headway_model::Period;

use super::figures::{CountedFigure, MeasureFigures};
use super::prepared::PreparedRelease;
use super::told::Disclosure;
use super::{HiddenReason, coding};

/// What was decided of a figure.
pub struct FigureDecision<'a> {
    /// The measure.
    pub measure: &'a str,
    /// The place.
    pub place: &'a str,
    /// The student group.
    pub group: &'a str,
    /// The grade.
    pub grade: &'a str,
    /// The period.
    pub period: Period,
    /// What was done: "hidden", "range", …
    pub decision: &'static str,
    /// By which rule, in words.
    pub rule: String,
    /// The version of the rules.
    pub version: &'static str,
    /// The true number of students, where known.
    pub students: Option<u64>,
    /// The true count, where known.
    pub amount: Option<i64>,
}

impl PreparedRelease {
    /// Every decision, in the order of the figures.
    pub fn decisions(&self) -> impl Iterator<Item = FigureDecision<'_>> {
        let all = self.figures.iter().zip(&self.decided.how).enumerate();
        all.flat_map(move |(m, (figures, how))| {
            figures.rows.iter().zip(how).enumerate().filter_map(move |(row, (figure, how))| {
                let made_of =
                    self.decided.made_of.contains(&(m, row)).then_some(Disclosure::Hidden(HiddenReason::MadeOf));
                let (decision, rule) = figures.explain_decision(figure, made_of.or(*how), self.is_all(figure))?;
                Some(FigureDecision {
                    measure: &figures.id,
                    place: self.atlas.places.text_by_number(figure.place),
                    group: self.atlas.groups.text_by_number(figure.group),
                    grade: self.atlas.grades.text_by_number(figure.grade),
                    period: Period { kind: figures.kind, ordinal: figure.period },
                    decision,
                    rule,
                    version: figures.rule.version,
                    students: figure.n,
                    amount: figure.amount,
                })
            })
        })
    }

    fn is_all(&self, figure: &CountedFigure) -> bool {
        self.atlas.groups.text_by_number(figure.group) == headway_model::ALL
    }
}

impl MeasureFigures {
    /// What was decided of a figure that is not told as it is, and by which rule.
    fn explain_decision(
        &self,
        figure: &CountedFigure,
        how: Option<Disclosure>,
        all_students: bool,
    ) -> Option<(&'static str, String)> {
        let n_size = self.rule.effective_n_size();
        Some(match how? {
            Disclosure::Shown => return None,
            Disclosure::Source | Disclosure::Absent => {
                ("as the source", "no count of the source's is known".to_owned())
            }
            Disclosure::Wide => {
                ("result hidden", "secondary: somebody's result would follow from it, even from a range".to_owned())
            }
            Disclosure::Hidden(HiddenReason::FewStudents) => ("hidden", format!("n-size {n_size}")),
            Disclosure::Hidden(HiddenReason::Complement) => {
                ("hidden", format!("complement: others fewer than {n_size}"))
            }
            Disclosure::Hidden(HiddenReason::Secondary) => {
                ("hidden", "secondary: somebody's number of students would follow from it".to_owned())
            }
            Disclosure::Hidden(HiddenReason::BySource) if self.tells_bound(figure) => {
                ("as the source", "a bound, without a number of students".to_owned())
            }
            Disclosure::Hidden(HiddenReason::BySource) => ("hidden", "suppressed by the source".to_owned()),
            Disclosure::Hidden(HiddenReason::Uncounted) => ("hidden", "no number of students is known".to_owned()),
            Disclosure::Hidden(HiddenReason::MadeOf) => {
                ("result hidden", "no count of its own: it may be made of figures that are hidden here".to_owned())
            }
            Disclosure::Range(..) => {
                let (n, k) = (figure.n?, figure.amount?);
                if self.rule.bands.is_some() && coding::code_band(n, k, all_students).is_some() {
                    ("band", "federal bands".to_owned())
                } else if coding::code_extreme(&self.rule, n, k).is_some() {
                    ("range", "0 and 100 % coding: few reached it, or few did not".to_owned())
                } else {
                    ("range", "secondary: somebody's result would follow from it".to_owned())
                }
            }
        })
    }
}
