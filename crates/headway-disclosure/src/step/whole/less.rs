//! Tells less of what is around cells that follow, further and further out.

use std::collections::{BTreeSet, HashSet};

use headway_stats::suppress::System;

use super::super::Solving;
use super::super::answer::Answer;
use super::cells::Whole;
use crate::Reason;
use crate::told::How;

impl Solving<'_> {
    /// Tells less of what is within `distance` sums of these cells. Gives whether that is more than before.
    pub(super) fn tell_less(
        &self,
        whole: &Whole,
        system: &System,
        from: &[u32],
        (distance, most): (usize, usize),
        answer: &mut Answer,
    ) -> bool {
        let mut seen: HashSet<u32> = from.iter().copied().collect();
        let mut around: Vec<u32> = from.to_vec();
        let (mut first, mut steps) = (0, 0);
        let mut less: BTreeSet<u32> = BTreeSet::new();
        while first < around.len() && steps < distance {
            steps += 1;
            let to = around.len();
            for at in first..to {
                for &(row, _) in system.of_cell(around[at]) {
                    let terms = system.terms(row).iter().map(|&(c, _)| c);
                    let mut can: Vec<u32> = terms.clone().filter(|&c| self.can_tell_less(whole, c, answer)).collect();
                    can.sort_by(|&a, &b| {
                        let importance = |c: u32| whole.sides[c as usize].importance;
                        importance(a).total_cmp(&importance(b)).then(a.cmp(&b))
                    });
                    less.extend(can.into_iter().take(most));
                    around.extend(terms.filter(|&c| seen.insert(c)));
                }
            }
            first = to;
        }
        less.extend(from.iter().copied().filter(|&c| self.can_tell_less(whole, c, answer)));
        for &c in &less {
            for &(i, result) in &whole.sides[c as usize].rows {
                let how = &mut answer.how[i];
                *how = match *how {
                    Some(told) if !told.tells_students() => Some(told),
                    Some(How::Shown | How::Range(..) | How::Source) if result => Some(How::Wide),
                    Some(told) if result => Some(told),
                    _ => Some(How::Hidden(Reason::Secondary)),
                };
                answer.given_up.push(i);
            }
        }
        !less.is_empty()
    }

    /// Whether less can be told of a cell than is told now.
    fn can_tell_less(&self, whole: &Whole, c: u32, answer: &Answer) -> bool {
        let side = &whole.sides[c as usize];
        side.known.0 != side.known.1
            && side.rows.iter().any(|&(i, result)| {
                let (m, figure) = self.figure(i);
                let (nobody, banded) = (figure.n == Some(0), figure.band(self.step.measures[m].scale).is_some());
                !nobody
                    && answer.how[i].is_some_and(|how| match result {
                        true => matches!(how, How::Shown | How::Range(..)) || (how == How::Source && banded),
                        false => how.tells_students(),
                    })
            })
    }
}
