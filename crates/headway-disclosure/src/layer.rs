//! One kind of count (students, or those who reached it) over all that a release tells of it: which must be hidden.

mod before;
mod complete;
mod insiders;
mod width;

use std::collections::HashSet;

use headway_stats::audit::{determined, narrow};
use headway_stats::suppress::{Cell, Guard, Role, System};

use super::Weakness;
use super::links::Link;

/// No bound.
pub(super) const ENDLESS: i64 = i64::MAX;
/// Up to this many cells are searched thoroughly.
const THOROUGH: usize = 2_000;
/// How often more is hidden after something was found to follow.
const ROUNDS: usize = 8;

/// One count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) role: Role,
    /// The count, where it is known.
    pub(super) truth: Option<i64>,
    /// The students behind it, where they are known and bound it.
    pub(super) students: Option<i64>,
    /// What a reader knows of it when it is hidden: least and most.
    pub(super) hidden: (i64, i64),
    /// The same when nothing more is told than that it is hidden.
    pub(super) wide: (i64, i64),
    /// What else holds it from below, though nobody is told (those who reached it are among the students).
    pub(super) floor: i64,
    /// The least important are hidden first.
    pub(super) importance: f64,
    /// The place that it is of: who is there knows it.
    pub(super) place: u32,
    /// Told exactly if that is possible at all: totals of the places above all others.
    pub(super) pinned: bool,
    /// A count that it could have by all that is known, where it is not known itself.
    pub(super) could_be: Option<i64>,
    /// An earlier release did not tell it, though it is not small: where it can be helped it does not follow now.
    pub(super) untold: bool,
    /// What is in a total and in none of its parts.
    pub(super) left_over: bool,
    /// What the source tells of a result that nobody knows here.
    pub(super) band: Option<(i64, i64)>,
}

/// What is asked of a solution besides that nothing follows.
#[derive(Clone, Debug)]
pub(super) struct Demands {
    /// Nothing but in tests.
    pub(super) weakness: Weakness,
    /// So many counts must stay possible for a protected one, where the reason that is told allows as many.
    pub(super) least_width: i64,
    /// Nobody who knows the figures of a place and of those below it learns another's. For each place those that it lies below,
    /// itself first, without those above all others, who know everything.
    pub(super) insiders: Option<Vec<Vec<u32>>>,
}

/// All counts of a kind that hang together, with the sums between them.
#[derive(Default)]
pub(super) struct Layer {
    pub(super) cells: Vec<Counted>,
    pub(super) links: Vec<Link>,
}

/// What became of each count.
#[derive(Default)]
pub(super) struct Solved {
    /// Not told.
    pub(super) hidden: Vec<bool>,
    /// Told nothing more of than that they are hidden, because a range or a reason would give somebody away.
    pub(super) wide: Vec<bool>,
    /// Cells that follow all the same, from what was told before.
    pub(super) exposed: Vec<u32>,
    /// Cells of which less is told because else something would have followed, though no single sum asks for it.
    pub(super) given_up: Vec<bool>,
    /// Protected cells without a proof, though nothing was found that they follow from.
    pub(super) unproved: u64,
    /// Protected cells that stay narrower than was asked for, and those that somebody inside could work out.
    pub(super) narrow: u64,
    pub(super) open_inside: u64,
    /// How many are protected, and how many of those by linear algebra alone.
    pub(super) protected: u64,
    pub(super) algebra: u64,
}

/// What was found to be needed by attempts so far.
#[derive(Clone, Default)]
struct Course {
    /// Totals are told exactly, whatever it costs below.
    pinned: bool,
    /// Of these less is told.
    given_up: Vec<bool>,
}

/// What an attempt left.
struct Attempt {
    hidden: Vec<bool>,
    wide: Vec<bool>,
    /// Protected cells that follow, and those without a proof too.
    follows: Vec<u32>,
    troubled: Vec<u32>,
}

/// How far around what would follow less is told, attempt by attempt, and of how many cells of each sum, the least important
/// first; at last of all that hangs together with it.
const GIVE_UP: [(usize, usize); 4] = [(1, 3), (2, 6), (3, 20), (usize::MAX, usize::MAX)];
/// So often less is told around what has no proof, though nothing was found that it follows from.
const UNPROVED: usize = 2;

impl Layer {
    /// Decides. It always comes to an end in which nothing follows from what is told now: where the first attempt leaves
    /// anything, totals that were to be told exactly may be hidden; then less is told of what is around, further and further.
    pub(super) fn solve(mut self, demands: &Demands) -> Solved {
        if demands.weakness.no_secondary {
            return self.small_alone();
        }
        let rows: Vec<&[(u32, i32)]> = self.links.iter().map(|link| link.terms.as_slice()).collect();
        let system = System::new(self.cells.len(), &rows);
        let sound: Vec<&[(u32, i32)]> = self.links.iter().filter(|l| l.sound).map(|l| l.terms.as_slice()).collect();
        let sums = System::new(self.cells.len(), &sound);
        self.complete(&sums);
        self.protect_the_untold(&system);
        self.let_go_of_what_can_be_none(&system);
        let pins = self.cells.iter().any(|c| c.pinned && c.role == Role::Candidate);
        let mut course = Course { pinned: pins, given_up: vec![false; self.cells.len()] };
        let mut further = GIVE_UP.iter().enumerate();
        let mut lost = None;
        loop {
            let mut attempt = self.attempt(&system, &sums, &course);
            if !attempt.follows.is_empty() {
                // What follows whatever is hidden costs nothing else.
                let lost = lost.get_or_insert_with(|| self.lost(&system, &sums));
                attempt.follows.retain(|c| !lost.contains(c));
                attempt.troubled.retain(|c| !lost.contains(c));
            }
            if attempt.troubled.is_empty() {
                let lost = lost.is_some();
                return self.finish((attempt, course, lost), &system, &sums, demands);
            }
            if std::mem::take(&mut course.pinned) {
                continue;
            }
            let more = further.any(|(at, &far)| {
                let around = if at < UNPROVED { &attempt.troubled } else { &attempt.follows };
                self.give_up(&system, around, far, &mut course)
            });
            if !more {
                let lost = lost.is_some();
                return self.finish((attempt, course, lost), &system, &sums, demands);
            }
        }
    }

    /// Protected cells that follow even where all is hidden that can be.
    fn lost(&self, system: &System, sums: &System) -> HashSet<u32> {
        let open: Vec<bool> = self.cells.iter().map(|cell| cell.role != Role::Known).collect();
        self.following(system, sums, &open, &vec![true; open.len()]).into_iter().collect()
    }

    /// Tells less of what is within `distance` sums of these cells: of each sum, the `most` least important ones. Gives whether
    /// that is more than before.
    fn give_up(&self, system: &System, from: &[u32], (distance, most): (usize, usize), course: &mut Course) -> bool {
        let mut seen: HashSet<u32> = from.iter().copied().collect();
        let mut around: Vec<u32> = from.to_vec();
        let (mut first, mut steps) = (0, 0);
        while first < around.len() && steps < distance {
            steps += 1;
            let to = around.len();
            for at in first..to {
                for &(row, _) in system.of_cell(around[at]) {
                    let open = |c: &u32| self.cells[*c as usize].role != Role::Known;
                    let mut terms: Vec<u32> = system.terms(row).iter().map(|&(c, _)| c).filter(open).collect();
                    if terms.len() > most {
                        let importance = |c: u32| self.cells[c as usize].importance;
                        terms.sort_by(|&a, &b| importance(a).total_cmp(&importance(b)).then(a.cmp(&b)));
                        terms.truncate(most);
                    }
                    around.extend(terms.into_iter().filter(|&c| seen.insert(c)));
                }
            }
            first = to;
        }
        let mut more = false;
        for c in around {
            more |= !std::mem::replace(&mut course.given_up[c as usize], true);
        }
        more
    }

    /// Hides as little as it takes on this course.
    fn attempt(&mut self, system: &System, sums: &System, course: &Course) -> Attempt {
        let importance: Vec<f64> = self.cells.iter().map(|cell| cell.importance).collect();
        let mut wide = course.given_up.clone();
        let plain: Vec<bool> = self.cells.iter().map(|c| !matches!(c.role, Role::Known | Role::Candidate)).collect();
        self.learn(sums, &plain, &wide);
        let cells: Vec<Cell> = (0..).zip(&wide).map(|(c, &wide)| self.cell(c, wide, course)).collect();
        let mut guard = Guard::new(system, &cells, &importance, cells.len() <= THOROUGH);
        let mut round = 0;
        loop {
            round += 1;
            guard.some_could_be_lower(self.some_could_be_lower());
            let found = guard.protect();
            let must = |c: &u32| self.cells[*c as usize].must();
            let troubled: Vec<u32> = found.exposed.iter().chain(&found.weak).copied().filter(must).collect();
            // What a reader would work out is known here too from then on, and is protected as such.
            let learned = self.learn(sums, &found.hidden, &wide);
            let widened = self.widen(system, &troubled, &mut wide, round);
            if round < ROUNDS && !(learned.is_empty() && widened.is_empty()) {
                for c in learned.into_iter().chain(widened) {
                    guard.change(c, self.cell(c, wide[c as usize], course));
                }
                continue;
            }
            let hidden = guard.publish_what_follows();
            let follows = self.following(system, sums, &hidden, &wide);
            let mut troubled = [troubled, follows.clone()].concat();
            troubled.sort_unstable();
            troubled.dedup();
            return Attempt { hidden, wide, follows, troubled };
        }
    }

    /// A cell as the guard sees it on this course.
    fn cell(&self, c: u32, wide: bool, course: &Course) -> Cell {
        let count = &self.cells[c as usize];
        let mut cell = count.of(wide);
        cell.role = match cell.role {
            Role::Candidate if course.given_up[c as usize] => Role::Hidden,
            Role::Candidate if course.pinned && count.pinned => Role::Known,
            // What nobody is behind needs no proof that keeps to the room of all cells.
            Role::Protect if count.untold => Role::Unknown,
            role => role,
        };
        cell
    }

    /// Protected cells that follow, by linear algebra or by passing bounds.
    fn following(&self, system: &System, sums: &System, hidden: &[bool], wide: &[bool]) -> Vec<u32> {
        let by_algebra = determined(system, hidden);
        let must = |c: &u32| self.cells[*c as usize].must();
        let mut follows: Vec<u32> =
            (0..self.cells.len() as u32).filter(must).filter(|&c| by_algebra[c as usize]).collect();
        follows.extend(self.followed(sums, hidden, wide));
        follows
    }

    /// What is left to do when nothing follows any more, or nothing can be done about it.
    /// `lost`: some of it follows whatever is hidden.
    fn finish(
        self,
        (attempt, course, lost): (Attempt, Course, bool),
        system: &System,
        sums: &System,
        demands: &Demands,
    ) -> Solved {
        let Attempt { mut hidden, mut wide, troubled, .. } = attempt;
        let narrow = self.widen_the_narrow(sums, demands.least_width, &mut hidden, &mut wide);
        let open_inside = match &demands.insiders {
            Some(above) => self.close_inside(system, above, &mut hidden, &mut wide),
            None => 0,
        };
        self.tell_what_follows(sums, &mut hidden, &mut wide);
        // A sum that does not add up gives a reader a number, and not the true one.
        let mut exposed =
            if troubled.is_empty() && !lost { Vec::new() } else { self.following(sums, sums, &hidden, &wide) };
        exposed.sort_unstable();
        exposed.dedup();
        let protected = self.cells.iter().filter(|cell| cell.must()).count() as u64;
        let algebra = self.cells.iter().filter(|cell| cell.role == Role::Unknown).count() as u64;
        let unproved = (troubled.len() - exposed.len().min(troubled.len())) as u64;
        let given_up = course.given_up;
        Solved { hidden, wide, exposed, given_up, unproved, narrow, open_inside, protected, algebra }
    }

    /// What is small is hidden, and nothing else: what tests show to be too little.
    fn small_alone(&self) -> Solved {
        let small = |cell: &Counted| matches!(cell.role, Role::Protect | Role::Unknown);
        let hidden: Vec<bool> = self.cells.iter().map(small).collect();
        let protected = hidden.iter().filter(|hidden| **hidden).count() as u64;
        let exposed = (0..).zip(&hidden).filter(|(_, hidden)| **hidden).map(|(cell, _)| cell).collect();
        let none = vec![false; hidden.len()];
        Solved { wide: none.clone(), given_up: none, hidden, exposed, protected, ..Solved::default() }
    }

    /// Passes bounds from sum to sum as a reader would, over what is not hidden.
    fn attack(&self, sums: &System, hidden: &[bool], wide: &[bool]) -> Vec<(f64, f64)> {
        let end = |x: i64| match x {
            ENDLESS => f64::INFINITY,
            x if x == -ENDLESS => f64::NEG_INFINITY,
            x => x as f64,
        };
        let seen = |c: usize| {
            let cell = &self.cells[c];
            match cell.truth {
                Some(truth) if !hidden[c] => (truth as f64, truth as f64),
                _ if wide[c] => (end(cell.wide.0), end(cell.wide.1)),
                _ => (end(cell.hidden.0), end(cell.hidden.1)),
            }
        };
        let mut bounds: Vec<(f64, f64)> = (0..self.cells.len()).map(seen).collect();
        narrow(sums, &mut bounds);
        bounds
    }

    /// Protected cells that follow by passing bounds.
    fn followed(&self, sums: &System, hidden: &[bool], wide: &[bool]) -> Vec<u32> {
        let bounds = self.attack(sums, hidden, wide);
        let must = |c: &usize| hidden[*c] && self.cells[*c].must();
        (0..self.cells.len()).filter(must).filter(|&c| bounds[c].0 == bounds[c].1).map(|c| c as u32).collect()
    }

    /// Counts that nobody told Headway, but that follow from the rest: those found.
    fn learn(&mut self, sums: &System, hidden: &[bool], wide: &[bool]) -> Vec<u32> {
        let mut learned = Vec::new();
        if self.cells.iter().all(|cell| cell.role != Role::Unknown) {
            return learned;
        }
        let bounds = self.attack(sums, hidden, wide);
        for (c, (cell, (lo, hi))) in (0..).zip(self.cells.iter_mut().zip(bounds)) {
            if cell.role == Role::Unknown && lo == hi {
                (cell.role, cell.truth) = (Role::Protect, Some(lo as i64));
                learned.push(c);
            }
        }
        learned
    }

    /// Sums whose unknown parts add up to more than the least that each of them can be.
    fn some_could_be_lower(&self) -> Vec<u32> {
        let above = |link: &&Link| {
            // The total less the known parts is what the unknown ones add up to; less what each is at least.
            let over = |&(c, k): &(u32, i32)| {
                let cell = &self.cells[c as usize];
                match cell.truth {
                    Some(truth) => Some(-i64::from(k) * truth),
                    None if cell.role == Role::Unknown && k == 1 && cell.hidden.0 != -ENDLESS => Some(-cell.hidden.0),
                    None => None,
                }
            };
            link.sound && link.terms.iter().map(over).sum::<Option<i64>>().is_some_and(|over| over > 0)
        };
        (0..).zip(&self.links).filter(|(_, link)| above(link)).map(|(row, _)| row).collect()
    }

    /// Tells less of the cells around those without a proof, further out each round, and as far as it takes to find any of
    /// which less can be told: of these.
    fn widen(&self, system: &System, troubled: &[u32], wide: &mut [bool], round: usize) -> Vec<u32> {
        let mut widened = Vec::new();
        for &cell in troubled {
            let mut around = vec![cell];
            let mut seen: HashSet<u32> = around.iter().copied().collect();
            let (mut from, mut found, mut steps) = (0, false, 0);
            while from < around.len() && (steps < round.min(3) || !found) {
                steps += 1;
                let to = around.len();
                for at in from..to {
                    for &(row, _) in system.of_cell(around[at]) {
                        // The total stands last.
                        let terms = system.terms(row);
                        let near = terms.iter().take(NEAR).chain(terms.last()).map(|&(c, _)| c);
                        around.extend(near.filter(|&c| seen.insert(c)));
                    }
                }
                for &c in &around[from..] {
                    let count = &self.cells[c as usize];
                    if count.wide != count.hidden && !std::mem::replace(&mut wide[c as usize], true) {
                        widened.push(c);
                        found = true;
                    }
                }
                from = to;
                if around.len() > 4 * NEAR {
                    break;
                }
            }
        }
        widened
    }
}

/// How many cells of a sum are looked at around one in trouble.
const NEAR: usize = 100;

impl Counted {
    /// Whether it must not follow, whatever it costs.
    fn must(&self) -> bool {
        matches!(self.role, Role::Protect | Role::Unknown) && !self.untold
    }

    fn of(&self, wide: bool) -> Cell {
        let (lo, hi) = if wide { self.wide } else { self.hidden };
        let (down, up) = match self.truth {
            Some(truth) => {
                let up = if hi == ENDLESS { Cell::ENDLESS } else { (hi - truth).max(0) };
                let lo = lo.max(self.floor);
                let down = if lo == -ENDLESS { Cell::ENDLESS } else { (truth - lo).max(0) };
                (down, up)
            }
            None if self.could_be.is_some() => {
                let count = self.could_be.unwrap_or_default();
                (
                    if lo == -ENDLESS { Cell::ENDLESS } else { (count - lo).max(0) },
                    if hi == ENDLESS { Cell::ENDLESS } else { (hi - count).max(0) },
                )
            }
            // It can only be said that it could be more.
            None => (0, if hi == ENDLESS { Cell::ENDLESS } else { 0 }),
        };
        Cell { role: self.role, down, up }
    }
}
