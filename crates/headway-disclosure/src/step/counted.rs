//! One count of a layer: what it is, and in what bounds a reader may think it.

use headway_stats::suppress::Role;

use super::super::figures::{Figure, Figures, Shape};
use super::super::layer::{Counted, ENDLESS};
use super::super::told::How;
use super::super::{Reason, coding};

/// What was hidden before is hidden again before anything else: by so much it counts less.
pub(super) const HIDDEN_BEFORE: f64 = 1e12;

/// A number of students that is told counts so much more than a result: without it no result of the place is told.
const OF_STUDENTS: f64 = 1e6;

impl Counted {
    /// A count of which nothing is known.
    const OPEN: Self = Self {
        role: Role::Hidden,
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
    pub(super) fn students(n: Option<u64>, least: u64, floor: i64) -> Self {
        let role = match n {
            None => Role::Unknown,
            Some(n) if n >= 1 && n < least => Role::Protect,
            Some(0) => Role::Known,
            Some(_) if least == 0 => Role::Known,
            Some(_) => Role::Candidate,
        };
        let hidden = match role {
            Role::Protect => (1, least as i64 - 1),
            Role::Unknown => (1, ENDLESS),
            _ if n == Some(0) => (0, ENDLESS),
            _ => (least as i64, ENDLESS),
        };
        let importance = n.unwrap_or(0) as f64;
        let truth = n.map(|n| n as i64);
        let wide = (if n == Some(0) { 0 } else { 1 }, ENDLESS);
        Self { role, truth, students: truth, hidden, wide, floor, importance, ..Self::OPEN }
    }

    /// Students who are in the total and not in a group, and too few.
    pub(super) fn others(n: i64, least: u64) -> Self {
        let hidden = (1, least as i64 - 1);
        let (role, n) = (Role::Protect, Some(n));
        Self { role, truth: n, students: n, hidden, wide: (0, ENDLESS), floor: 0, importance: 0.0, ..Self::OPEN }
    }

    /// Students who are in a total and in none of its parts, and too few. Nobody is told so.
    pub(super) fn missing(n: i64, least: u64) -> Self {
        Self { hidden: (0, ENDLESS), left_over: true, ..Self::others(n, least) }
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
    pub(super) fn ends(&self) -> (i64, i64) {
        // One that the source hides may be none at all.
        let least = if self.wide.0 == 1 { 0 } else { self.wide.0 };
        let (lo, hi) = self.band.unwrap_or((least, self.wide.1));
        self.truth.map_or((least.max(lo), self.wide.1.min(hi)), |truth| (truth, truth))
    }

    /// What is left of a total without a group: not protected, but not below zero or above `most`.
    pub(super) fn rest(truth: i64, most: i64) -> Self {
        let bounds = (0, most);
        let (role, students) = (Role::Hidden, Some(most).filter(|&most| most != ENDLESS));
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

    /// A result: a number of students who reached it, or a sum that a mean is made of.
    pub(super) fn amount(shape: Shape, n: Option<u64>, amount: Option<i64>) -> Self {
        let wide = match (shape, n) {
            (Shape::Share, Some(n)) => (0, n as i64),
            (Shape::Share, None) => (0, ENDLESS),
            _ => (-ENDLESS, ENDLESS),
        };
        let role = if amount.is_none() { Role::Unknown } else { Role::Candidate };
        let importance = n.unwrap_or(0) as f64;
        let students = n.filter(|_| shape == Shape::Share).map(|n| n as i64);
        Self { role, truth: amount, students, hidden: wide, wide, floor: wide.0, importance, ..Self::OPEN }
    }

    /// The result of others, too few.
    pub(super) fn amount_of_others(n: i64, k: i64) -> Self {
        let (role, students) = (Role::Protect, Some(n));
        Self { role, truth: Some(k), students, hidden: (0, n), wide: (0, n), floor: 0, importance: 0.0, ..Self::OPEN }
    }

    /// The number of students as a term of sums of results: what became of it is decided already. It is hidden for the sake of
    /// results only where nothing else helps.
    pub(super) fn decided_students(n: Option<u64>, told: bool, least: u64) -> Self {
        let students = Self::students(n, least, 0);
        let role = match students.role {
            Role::Candidate if !told => Role::Hidden,
            Role::Protect if told => Role::Known,
            Role::Known if !told && n == Some(0) => Role::Hidden,
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
    pub(super) fn told(&mut self, how: How, small: bool) {
        if how == How::Shown {
            self.role = Role::Known;
        }
        if self.role == Role::Known || self.truth.is_none() {
            return;
        }
        if let How::Range(lo, hi) = how {
            self.hidden = (self.hidden.0.max(lo), self.hidden.1.min(hi));
            self.wide = self.hidden;
        }
        self.importance -= HIDDEN_BEFORE;
        let secret = small || matches!(how, How::Hidden(Reason::FewStudents | Reason::BySource));
        if secret || self.role == Role::Protect {
            self.role = Role::Protect;
        } else {
            (self.role, self.untold) = (Role::Hidden, true);
        }
    }

    /// What is to become of a result now that it is known what is told of its students.
    pub(super) fn now(&mut self, students: How, measure: &Figures, figure: &Figure, all_students: bool) {
        if self.role == Role::Known || self.role == Role::Unknown {
            return;
        }
        let (Some(n), Some(k)) = (figure.n, figure.amount) else { return };
        if figure.protect {
            self.role = Role::Protect;
            return;
        }
        let bounds = |cell: &mut Self, lo: i64, hi: i64| {
            cell.hidden = (cell.hidden.0.max(lo), cell.hidden.1.min(hi));
        };
        match students {
            How::Hidden(Reason::FewStudents | Reason::BySource) => self.role = Role::Protect,
            // Nobody of an unknown number is nobody all the same.
            How::Hidden(_) if self.role == Role::Protect || coding::extreme(&measure.rule, n, k).is_some() => {
                self.role = Role::Protect;
            }
            How::Hidden(_) => self.role = Role::Hidden,
            _ if n == 0 || !measure.rule.people => self.role = Role::Known,
            _ if measure.shape != Shape::Share => {
                self.role = if self.role == Role::Protect { Role::Protect } else { Role::Candidate };
            }
            _ => {
                let coded = measure.code(n, k, all_students);
                bounds(self, coded.lo, coded.hi);
                let small = coding::extreme(&measure.rule, n, k).is_some();
                self.role = match (small || self.role == Role::Protect, measure.rule.bands) {
                    (true, _) => Role::Protect,
                    (false, Some(_)) => Role::Hidden,
                    // Less told of it would hide nothing.
                    (false, None) if figure.known => Role::Known,
                    (false, None) => Role::Candidate,
                };
            }
        }
    }
}
