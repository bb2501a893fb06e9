//! The problems of a step, each solved by itself, and what was decided over all of them.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::AuditSummary;
use super::super::told::Disclosure;
use super::answer::ProblemAnswer;
use super::{ProblemSolver, StepDecisions, StepProblem, SuppressionStep};

/// All problems and what became of each, so that some can be solved anew where more is to be protected.
pub(crate) struct StepWork {
    problems: Vec<StepProblem>,
    done: SolvedProblems,
}

/// What became of the problems.
struct SolvedProblems {
    /// One an observation, `None` where no count is known.
    how: Vec<Vec<Option<Disclosure>>>,
    /// One a problem, whose `how` went to the rows.
    answers: Vec<ProblemAnswer>,
}

impl SuppressionStep<'_> {
    /// Solves all problems.
    pub(crate) fn solve_all(&self) -> StepWork {
        let problems = self.split_problems();
        let done = SolvedProblems {
            how: self.measures.iter().map(|m| vec![None; m.rows.len()]).collect(),
            answers: problems.iter().map(|_| ProblemAnswer::default()).collect(),
        };
        let mut work = StepWork { problems, done };
        let all: Vec<usize> = (0..work.problems.len()).collect();
        self.solve_problems(&mut work, &all);
        work
    }

    /// Solves those problems anew in which one of these figures (measure, row) stands: periods and measures that do not hang
    /// together with it stay as they are.
    pub(crate) fn solve_again(&self, work: &mut StepWork, changed: &[(usize, usize)]) {
        let changed: BTreeSet<(usize, usize)> = changed.iter().copied().collect();
        let touched = |at: &usize| work.problems[*at].rows.iter().any(|row| changed.contains(row));
        let problems: Vec<usize> = (0..work.problems.len()).filter(touched).collect();
        self.solve_problems(work, &problems);
    }

    /// Solves these problems, several at a time.
    fn solve_problems(&self, work: &mut StepWork, which: &[usize]) {
        let problems = &work.problems;
        let done = Mutex::new(&mut work.done);
        let next = AtomicUsize::new(0);
        let run = || {
            while let Some(&at) = which.get(next.fetch_add(1, Ordering::Relaxed)) {
                let problem = &problems[at];
                let answer = ProblemSolver { step: self, problem }.solve_problem();
                done.lock().expect("no thread ends while it writes").take_answer(at, problem, answer);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(which.len()).max(1);
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(run);
            }
            run();
        });
    }
}

impl SolvedProblems {
    fn take_answer(&mut self, at: usize, problem: &StepProblem, mut answer: ProblemAnswer) {
        for (&(m, row), how) in problem.rows.iter().zip(std::mem::take(&mut answer.how)) {
            self.how[m][row] = how;
        }
        self.answers[at] = answer;
    }
}

impl StepWork {
    /// What was decided, over all problems.
    pub(crate) fn to_decided(&self) -> StepDecisions {
        let mut decided = StepDecisions {
            how: self.done.how.clone(),
            audit: AuditSummary::default(),
            exposed: Vec::new(),
            given_up: Vec::new(),
            made_of: BTreeSet::new(),
            unsound: Vec::new(),
            of_places: BTreeSet::new(),
        };
        for (problem, answer) in self.problems.iter().zip(&self.done.answers) {
            answer.add_to_decided(problem, &mut decided);
        }
        decided.exposed.sort_unstable();
        decided.given_up.sort_unstable();
        decided.given_up.dedup();
        decided.unsound.sort_by_key(|(m, unsound)| (*m, unsound.total, unsound.of));
        decided
    }
}
