//! One count of a layer: what it is, and in what bounds a reader may think it.

use headway_stats::suppress::CellRole;

use super::super::figures::{CountKind, CountedFigure, MeasureFigures};
use super::super::layer::{CountedCell, ENDLESS};
use super::super::told::Disclosure;
use super::super::{HiddenReason, coding};

/// What was hidden before is hidden again before anything else: by so much it counts less.
pub(super) const HIDDEN_BEFORE: f64 = 1e12;

/// A number of students that is told counts so much more than a result: without it no result of the place is told.
const OF_STUDENTS: f64 = 1e6;

impl CountedCell {
    /// A count of which nothing is known.
    const OPEN: Self = Self {
        role: CellRole::Hidden,
        truth: None,
        students: None,
        hidden: (0, ENDLESS),
        wide: (0, ENDLESS),
        floor: 0,
        importance: 0.0,
        place: u32::MAX,
        pinned: false,
        could_be: None,
        untold: false,
        left_over: false,
        band: None,
    };

    /// A number of students.
    pub(super) fn from_students(n: Option<u64>, least: u64, floor: i64) -> Self {
        let role = match n {
            None => CellRole::Unknown,
            Some(n) if n >= 1 && n < least => CellRole::Protect,
            Some(0) => CellRole::Known,
            Some(_) if least == 0 => CellRole::Known,
            Some(_) => CellRole::Candidate,
        };
        let hidden = match role {
            CellRole::Protect => (1, least as i64 - 1),
            CellRole::Unknown => (1, ENDLESS),
            _ if n == Some(0) => (0, ENDLESS),
            _ => (least as i64, ENDLESS),
        };
        let importance = n.unwrap_or(0) as f64;
        let truth = n.map(|n| n as i64);
        let wide = (if n == Some(0) { 0 } else { 1 }, ENDLESS);
        Self { role, truth, students: truth, hidden, wide, floor, importance, ..Self::OPEN }
    }

    /// Students who are in the total and not in a group, and too few.
    pub(super) fn too_few_others(n: i64, least: u64) -> Self {
        let hidden = (1, least as i64 - 1);
        let (role, n) = (CellRole::Protect, Some(n));
        Self { role, truth: n, students: n, hidden, wide: (0, ENDLESS), floor: 0, importance: 0.0, ..Self::OPEN }
    }

    /// Students who are in a total and in none of its parts, and too few. Nobody is told so.
    pub(super) fn missing_students(n: i64, least: u64) -> Self {
        Self { hidden: (0, ENDLESS), left_over: true, ..Self::too_few_others(n, least) }
    }

    /// The result of those in no part, where nobody knows it.
    pub(super) fn missing_unknown(n: i64) -> Self {
        Self { students: Some(n), hidden: (0, n), wide: (0, n), ..Self::OPEN }
    }

    /// Their result.
    pub(super) fn missing_amount(n: i64, k: i64) -> Self {
        Self { left_over: true, ..Self::amount_of_others(n, k) }
    }

    /// The least and the most that it can be, by all that is known to the agency.
    pub(super) fn possible_ends(&self) -> (i64, i64) {
        // One that the source hides may be none at all.
        let least = if self.wide.0 == 1 { 0 } else { self.wide.0 };
        let (lo, hi) = self.band.unwrap_or((least, self.wide.1));
        self.truth.map_or((least.max(lo), self.wide.1.min(hi)), |truth| (truth, truth))
    }

    /// What is left of a total without a group: not protected, but not below zero or above `most`.
    pub(super) fn rest_of_total(truth: i64, most: i64) -> Self {
        let bounds = (0, most);
        let (role, students) = (CellRole::Hidden, Some(most).filter(|&most| most != ENDLESS));
        Self {
            role,
            truth: Some(truth),
            students,
            hidden: bounds,
            wide: bounds,
            floor: 0,
            importance: 0.0,
            ..Self::OPEN
        }
    }

    /// A count without a row that others add up to: nobody tells it, and it needs no protection of its own.
    pub(super) fn margin(truth: Option<i64>, students: Option<i64>, least: i64) -> Self {
        let bounds = (if least < 0 { -ENDLESS } else { 0 }, ENDLESS);
        Self { truth, students, hidden: bounds, wide: bounds, floor: bounds.0, ..Self::OPEN }
    }

    /// A result: a number of students who reached it, or a sum that a mean is made of.
    pub(super) fn from_amount(shape: CountKind, n: Option<u64>, amount: Option<i64>) -> Self {
        let wide = match (shape, n) {
            (CountKind::Share, Some(n)) => (0, n as i64),
            (CountKind::Share, None) => (0, ENDLESS),
            _ => (-ENDLESS, ENDLESS),
        };
        let role = if amount.is_none() { CellRole::Unknown } else { CellRole::Candidate };
        let importance = n.unwrap_or(0) as f64;
        let students = n.filter(|_| shape == CountKind::Share).map(|n| n as i64);
        Self { role, truth: amount, students, hidden: wide, wide, floor: wide.0, importance, ..Self::OPEN }
    }

    /// The result of others, too few.
    pub(super) fn amount_of_others(n: i64, k: i64) -> Self {
        let (role, students) = (CellRole::Protect, Some(n));
        Self { role, truth: Some(k), students, hidden: (0, n), wide: (0, n), floor: 0, importance: 0.0, ..Self::OPEN }
    }

    /// The number of students as a term of sums of results: what became of it is decided already. It is hidden for the sake of
    /// results only where nothing else helps.
    pub(super) fn decided_students(n: Option<u64>, told: bool, least: u64) -> Self {
        let students = Self::from_students(n, least, 0);
        let role = match students.role {
            CellRole::Candidate if !told => CellRole::Hidden,
            CellRole::Protect if told => CellRole::Known,
            CellRole::Known if !told && n == Some(0) => CellRole::Hidden,
            role => role,
        };
        Self { role, importance: students.importance * OF_STUDENTS, ..students }
    }

    /// A figure of a place counts the more the further up it is: `factor` by its place; `pinned` if it is to be told exactly.
    pub(super) fn of_place(mut self, factor: f64, pinned: bool) -> Self {
        self.importance *= factor;
        self.pinned = pinned;
        self
    }

    /// Takes up what an earlier release told of a result; `small` if it, or its rest, is.
    pub(super) fn apply_told(&mut self, how: Disclosure, small: bool) {
        if how == Disclosure::Shown {
            self.role = CellRole::Known;
        }
        if self.role == CellRole::Known || self.truth.is_none() {
            return;
        }
        if let Disclosure::Range(lo, hi) = how {
            self.hidden = (self.hidden.0.max(lo), self.hidden.1.min(hi));
            self.wide = self.hidden;
        }
        self.importance -= HIDDEN_BEFORE;
        let secret = small || matches!(how, Disclosure::Hidden(HiddenReason::FewStudents | HiddenReason::BySource));
        if secret || self.role == CellRole::Protect {
            self.role = CellRole::Protect;
        } else {
            (self.role, self.untold) = (CellRole::Hidden, true);
        }
    }

    /// What is to become of a result now that it is known what is told of its students.
    pub(super) fn apply_students(
        &mut self,
        students: Disclosure,
        measure: &MeasureFigures,
        figure: &CountedFigure,
        all_students: bool,
    ) {
        if self.role == CellRole::Known || self.role == CellRole::Unknown {
            return;
        }
        let (Some(n), Some(k)) = (figure.n, figure.amount) else { return };
        if figure.protect {
            self.role = CellRole::Protect;
            return;
        }
        let bounds = |cell: &mut Self, lo: i64, hi: i64| {
            cell.hidden = (cell.hidden.0.max(lo), cell.hidden.1.min(hi));
        };
        match students {
            Disclosure::Hidden(HiddenReason::FewStudents | HiddenReason::BySource) => self.role = CellRole::Protect,
            // Nobody of an unknown number is nobody all the same.
            Disclosure::Hidden(_)
                if self.role == CellRole::Protect || coding::code_extreme(&measure.rule, n, k).is_some() =>
            {
                self.role = CellRole::Protect;
            }
            Disclosure::Hidden(_) => self.role = CellRole::Hidden,
            _ if n == 0 || !measure.rule.people => self.role = CellRole::Known,
            _ if measure.shape != CountKind::Share => {
                self.role = if self.role == CellRole::Protect { CellRole::Protect } else { CellRole::Candidate };
            }
            _ => {
                let coded = measure.code_share(n, k, all_students);
                bounds(self, coded.lo, coded.hi);
                let small = coding::code_extreme(&measure.rule, n, k).is_some();
                self.role = match (small || self.role == CellRole::Protect, measure.rule.bands) {
                    (true, _) => CellRole::Protect,
                    (false, Some(_)) => CellRole::Hidden,
                    // Less told of it would hide nothing.
                    (false, None) if figure.known => CellRole::Known,
                    (false, None) => CellRole::Candidate,
                };
            }
        }
    }
}
