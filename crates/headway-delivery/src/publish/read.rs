//! The figures of a release, as they are read from the workspace.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use headway_lake::Filter;
use headway_model::plan::{AgencyPlans, Measure};
use headway_model::{Period, PeriodKind, Value};
use jiff::civil::Date;

use super::atlas::Atlas;
use super::figures::{Figure, Figures, Form, Shape, amount};
use super::rule::Counts;
use super::scale::PERCENT;
use super::{Making, Rule, Weakness};
use crate::error::MeasureTrouble;
use crate::snapshot::Snapshot;
use crate::{Error, Result};

/// The figures of every measure that has results, and of the parts of compound ones; those of all agencies, as several may
/// publish about the same students.
pub(super) struct Read {
    pub(super) figures: Vec<Figures>,
    /// How many of them are the agency's own; they come first.
    pub(super) own: usize,
    /// How many groups and grades the agency's own figures have; their numbers come first.
    pub(super) codes: (usize, usize),
    /// Other ids that a measure had, by its place.
    pub(super) ids: Vec<Vec<String>>,
    /// Results left out because their period is not over, by measure.
    pub(super) unfinished: Vec<(String, u64)>,
    /// Measures that are left out on purpose.
    pub(super) without: Vec<String>,
    /// Measures that can't be read.
    troubles: Vec<MeasureTrouble>,
}

impl Read {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Refused`] when a measure can't be read that is not left out on purpose: the public would miss it without a word,
    /// and what it would have hidden elsewhere. [`Error::NotFound`] for a measure to leave out that no plan names.
    pub(super) async fn of(
        snapshot: &Snapshot,
        book: &AgencyPlans,
        atlas: &mut Atlas,
        making: &Making,
    ) -> Result<Self> {
        making.without.iter().try_for_each(|id| snapshot.measure(id).map(|_| ()))?;
        let without = making.without.clone();
        let (figures, ids, unfinished, troubles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut read = Self { figures, own: 0, codes: (0, 0), ids, unfinished, without, troubles };
        read.agency(snapshot, book, atlas, making.weakness).await?;
        read.own = read.figures.len();
        atlas.groups.intern(headway_model::ALL);
        read.codes = (atlas.groups.len(), atlas.grades.len());
        if !making.unfinished {
            read.leave_out(snapshot.as_of);
        }
        for other in snapshot.book.agencies.iter().filter(|other| other.agency.id != book.agency.id) {
            read.agency(snapshot, other, atlas, making.weakness).await?;
        }
        refuse(&read.troubles)?;
        read.count_students();
        if !making.weakness.no_shares {
            read.take_shares_apart(atlas);
        }
        Ok(read)
    }

    async fn agency(
        &mut self,
        snapshot: &Snapshot,
        book: &AgencyPlans,
        atlas: &mut Atlas,
        weakness: Weakness,
    ) -> Result<()> {
        'measures: for planned in &book.measures {
            let measure = &planned.measure;
            if self.without.contains(&measure.id) {
                continue;
            }
            let rule = Rule::of(&book.agency, measure);
            let own = (measure.id.clone(), measure.name.clone(), measure.unit.as_deref(), planned.ids.clone());
            let parts = measure.parts.iter().map(|part| {
                let (id, name) = (format!("{}.{}", measure.id, part.id), format!("{}: {}", measure.name, part.name));
                let older = planned.ids.iter().map(|measure| format!("{measure}.{}", part.id)).collect();
                (id, name, part.unit.as_deref().or(measure.unit.as_deref()), older)
            });
            for (id, name, unit, ids) in std::iter::once(own).chain(parts) {
                let panel = match snapshot.panel(&ids, measure, Filter::default()).await {
                    Ok(panel) => panel,
                    Err(error) => match MeasureTrouble::of(measure, error) {
                        Error::Measure(trouble) => {
                            self.troubles.push(trouble);
                            continue 'measures;
                        }
                        other => return Err(other),
                    },
                };
                if !panel.is_empty() {
                    let mut shape = Form::of(unit, &panel);
                    if weakness.no_scales && shape.scale != PERCENT {
                        shape = Form { shape: Shape::Mean, scale: PERCENT };
                    }
                    self.figures.push(Figures::read((id, name), measure, shape, rule.clone(), &panel, atlas));
                    self.ids.push(ids);
                }
            }
        }
        Ok(())
    }

    /// Leaves out what is not over as of the day, or was not when it became known.
    fn leave_out(&mut self, as_of: Date) {
        for figures in &mut self.figures {
            let (kind, before, plan) = (figures.kind, figures.rows.len(), Arc::clone(&figures.plan));
            let over = |ordinal| plan.period_end(Period { kind, ordinal }) <= as_of;
            figures.rows.retain(|figure| !figure.so_far && over(figure.period));
            if figures.rows.len() < before {
                self.unfinished.push((figures.id.clone(), (before - figures.rows.len()) as u64));
            }
        }
    }

    /// Numbers of students from the measure that the plan names for them; and how many results have one.
    fn count_students(&mut self) {
        let place = |id: &str| self.figures.iter().position(|f| f.id == id);
        let of: Vec<Option<usize>> =
            self.figures.iter().map(|f| f.plan.publishing.students.as_deref().and_then(place)).collect();
        for (m, of) in of.into_iter().enumerate() {
            if let Some(of) = of.filter(|of| *of != m) {
                let key = |f: &Figure| (f.place, f.group, f.grade, f.period);
                let counts: HashMap<_, u64> =
                    self.figures[of].rows.iter().filter_map(|f| Some((key(f), f.n?))).collect();
                let figures = &mut self.figures[m];
                for row in figures.rows.iter_mut().filter(|row| row.n.is_none()) {
                    row.n = counts.get(&key(row)).copied();
                    row.amount = amount(figures.shape, figures.scale, row.value, (None, row.n));
                }
            }
            let figures = &mut self.figures[m];
            let known = figures.rows.iter().filter(|f| is_result(f.value)).map(|f| f.n.is_some());
            let (with, without): (Vec<bool>, Vec<bool>) = known.partition(|known| *known);
            figures.rule.counts = match (with.len(), without.len()) {
                (_, 0) => Counts::All,
                (0, _) => Counts::None,
                _ => Counts::Some,
            };
        }
    }

    /// A measure that an earlier release told and nobody has results of any more.
    pub(super) fn add_ghost(&mut self, id: &str, kind: PeriodKind, rule: Rule) -> usize {
        let (plan, shape) = (Measure::unplanned(id, kind).into(), Shape::Share);
        let (id, name) = (id.to_owned(), id.to_owned());
        self.ids.push(vec![id.clone()]);
        self.figures.push(Figures {
            id,
            name,
            plan,
            rule,
            kind,
            shape,
            scale: PERCENT,
            whole: None,
            hidden: false,
            rows: Vec::new(),
        });
        self.figures.len() - 1
    }

    /// The place of the measure that has, or had, this id.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let now = self.figures.iter().position(|f| f.id == id);
        now.or_else(|| self.ids.iter().position(|ids| ids.iter().any(|known| known == id)))
    }

    /// Every period of any figure.
    pub(super) fn periods(&self) -> BTreeSet<(PeriodKind, i32)> {
        self.figures.iter().flat_map(|f| f.rows.iter().map(|row| (f.kind, row.period))).collect()
    }

    /// The measure of counts that could be the numbers of students of one that comes without: it has one wherever that has a
    /// result.
    pub(super) fn could_count(&self, measure: usize) -> Option<&str> {
        let key = |f: &Figure| (f.place, f.group, f.grade, f.period);
        let wanted: BTreeSet<_> =
            self.figures[measure].rows.iter().filter(|f| is_result(f.value) && f.n.is_none()).map(key).collect();
        let fits = |other: &&Figures| {
            let there: BTreeSet<_> = other.rows.iter().filter(|f| f.n.is_some()).map(key).collect();
            other.shape == Shape::Count && other.kind == self.figures[measure].kind && wanted.is_subset(&there)
        };
        (!wanted.is_empty()).then(|| self.figures[..self.own].iter().find(fits).map(|f| f.id.as_str())).flatten()
    }
}

/// Refuses a release that would lack measures by accident.
fn refuse(troubles: &[MeasureTrouble]) -> Result<()> {
    if troubles.is_empty() {
        return Ok(());
    }
    let which: Vec<String> = troubles.iter().map(ToString::to_string).collect();
    let options: Vec<String> = troubles.iter().map(|trouble| format!("--without {}", trouble.measure)).collect();
    Err(Error::Refused(format!(
        "no release was made, and an earlier one stays as it is: {}. `headway doctor` says how to mend each file; \
         `headway publish {}` leaves out what can't be read",
        which.join("; "),
        options.join(" ")
    )))
}

/// Whether a value says something of somebody.
pub(super) fn is_result(value: Value) -> bool {
    matches!(value, Value::Exact { .. } | Value::Range { .. } | Value::AtLeast { .. } | Value::AtMost { .. })
}

/// For each measure the one whose counts it adds up, and over how many periods.
pub(super) fn sums(figures: &[Figures]) -> Vec<Option<(usize, i32)>> {
    let of = |f: &Figures| {
        let sums = f.plan.publishing.sums.as_ref()?;
        let at = figures.iter().position(|other| other.id == sums.measure)?;
        Some((at, i32::try_from(sums.periods).ok()?))
    };
    figures.iter().map(of).collect()
}
