//! For whom a measure's figures are promised, judged from what is published: the agency's own place and all its students, else each
//! place and student group that the plan names.

use headway_model::status::{Standing, Status, StatusTally, in_force};
use headway_model::{ALL, Group, Level};
use headway_parts::Stands;
use headway_release::Row;

use super::book::{Book, Entry};
use crate::Error;

/// So many places of one level are named one by one; more are one promise for all of them.
const NAMED: usize = 3;

/// A line of the table of measures.
pub(super) struct Promised<'a> {
    pub(super) entry: &'a Entry<'a>,
    /// For whom, where it is not the agency's own place and all students.
    pub(super) words: Option<String>,
    pub(super) rows: &'a [Row],
    pub(super) standing: Standing,
    /// How several places stand that share a promise.
    pub(super) many: Option<StatusTally>,
}

impl Promised<'_> {
    /// As the headline counts it; none without a promise.
    pub(super) fn stands(&self) -> Option<Stands<'_>> {
        match (&self.many, &self.words) {
            (Some(stand), Some(words)) => Some(Stands::Many(words, stand)),
            _ => is_promise(&self.standing).then_some(Stands::One(self.standing.status)),
        }
    }
}

/// Whether a figure is promised.
pub(super) fn is_promise(standing: &Standing) -> bool {
    !standing.target.is_none() || !standing.parts.is_empty()
}

impl<'a> Book<'a> {
    /// The lines of a measure: that of the agency's own place and all students alone where it has a promise, or where nobody has.
    pub(super) fn promised(&'a self, entry: &'a Entry<'a>) -> Result<Vec<Promised<'a>>, Error> {
        let home = self.home().unwrap_or_default();
        let own = self.line(entry, ALL, home, None)?;
        if is_promise(&own.standing) {
            return Ok(vec![own]);
        }
        let mut lines = Vec::new();
        for group in self.promised_groups(entry) {
            for (level, places) in self.promised_places(entry, group) {
                lines.extend(self.of_level(entry, group, level, &places)?);
            }
        }
        if lines.is_empty() {
            lines.push(own);
        }
        Ok(lines)
    }

    /// The groups that a target with a figure in force names, in the plan's order.
    fn promised_groups(&self, entry: &Entry<'a>) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        for target in &entry.plan.targets {
            let figure = target.target.as_ref().is_some_and(|goal| goal.has_figure());
            let known = found.contains(&target.group.as_str());
            if figure && in_force(target, self.release.as_of) && target.grade == ALL && !known {
                found.push(&target.group);
            }
        }
        found
    }

    /// The places with a promise for a group, by level; also one that nothing is published of.
    fn promised_places(&self, entry: &Entry<'a>, group: &str) -> Vec<(Option<Level>, Vec<&'a str>)> {
        let mut found: Vec<(Option<Level>, Vec<&str>)> = Vec::new();
        for place in self.places() {
            let figure = |t: &&headway_model::plan::Target| {
                in_force(t, self.release.as_of) && t.target.as_ref().is_some_and(|goal| goal.has_figure())
            };
            let named = |t: &&headway_model::plan::Target| t.unit == place;
            let targets = self.targets(entry, group, place);
            let has_rows = entry.all().any(|m| !m.series(group, ALL, place).is_empty());
            if targets.iter().any(|t| figure(t) && (has_rows || named(t))) {
                let level = self.level(place);
                match found.iter_mut().find(|(of, _)| *of == level) {
                    Some((_, places)) => places.push(place),
                    None => found.push((level, vec![place])),
                }
            }
        }
        found.sort_by_key(|(level, _)| (level.is_none(), *level));
        found
    }

    fn of_level(
        &'a self,
        entry: &'a Entry<'a>,
        group: &str,
        level: Option<Level>,
        places: &[&'a str],
    ) -> Result<Vec<Promised<'a>>, Error> {
        let home = self.home().unwrap_or_default();
        let students = (group != ALL).then(|| Group::students_of(group));
        if places.len() <= NAMED {
            let line = |place: &&'a str| {
                let words = match (&students, *place == home) {
                    (None, true) => None,
                    (None, false) => Some(format!("for {}", self.name(place))),
                    (Some(students), true) => Some(format!("for {students}")),
                    (Some(students), false) => Some(format!("for {students} in {}", self.name(place))),
                };
                self.line(entry, group, place, words)
            };
            return places.iter().map(line).collect();
        }
        let whom = format!("for {} {}", places.len(), level.map_or("places", |level| level.nouns().1));
        let words = students.map_or(whom.clone(), |students| format!("{whom}, {students}"));
        let statuses: Vec<Status> =
            places.iter().map(|place| Ok(self.standing(entry, group, place)?.status)).collect::<Result<_, Error>>()?;
        let mut line = self.line(entry, ALL, home, Some(words))?;
        line.many = Some(statuses.into_iter().collect());
        Ok(vec![line])
    }

    /// The line of one series.
    pub(super) fn line(
        &'a self,
        entry: &'a Entry<'a>,
        group: &str,
        place: &str,
        words: Option<String>,
    ) -> Result<Promised<'a>, Error> {
        let rows = entry.whole.map_or(&[][..], |m| m.series(group, ALL, place));
        let standing = self.standing(entry, group, place)?;
        Ok(Promised { entry, words, rows, standing, many: None })
    }

    /// The promises for student groups at a place where none is made for all its students.
    pub(super) fn promised_at(&'a self, entry: &'a Entry<'a>, place: &str) -> Result<Vec<Promised<'a>>, Error> {
        let mut lines = Vec::new();
        for group in self.promised_groups(entry).into_iter().filter(|group| *group != ALL) {
            let line = self.line(entry, group, place, Some(format!("for {}", Group::students_of(group))))?;
            lines.extend(Some(line).filter(|line| is_promise(&line.standing) && !line.rows.is_empty()));
        }
        Ok(lines)
    }
}
