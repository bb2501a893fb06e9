//! How many of each status.

use super::{Status, StatusTone};

/// How many series have each status, the ones that most need attention first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusTally(pub Vec<(Status, usize)>);

impl FromIterator<Status> for StatusTally {
    fn from_iter<I: IntoIterator<Item = Status>>(statuses: I) -> Self {
        statuses.into_iter().map(|status| (status, 1)).collect()
    }
}

/// So many more of each status.
impl FromIterator<(Status, usize)> for StatusTally {
    fn from_iter<I: IntoIterator<Item = (Status, usize)>>(statuses: I) -> Self {
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for (status, more) in statuses {
            match counts.iter_mut().find(|(s, _)| *s == status) {
                Some((_, n)) => *n += more,
                None => counts.push((status, more)),
            }
        }
        counts.sort_by_key(|(status, _)| std::cmp::Reverse(status.severity()));
        Self(counts)
    }
}

impl StatusTally {
    /// How many altogether.
    pub fn total(&self) -> usize {
        self.0.iter().map(|(_, n)| n).sum()
    }

    /// How many are felt like this.
    pub fn of_tone(&self, tone: StatusTone) -> usize {
        self.0.iter().filter(|(status, _)| status.tone() == tone).map(|(_, n)| n).sum()
    }

    /// How many have something to judge: a target, and a result that is in or overdue.
    pub fn judged_count(&self) -> usize {
        self.total() - self.of_tone(StatusTone::Open)
    }
}
