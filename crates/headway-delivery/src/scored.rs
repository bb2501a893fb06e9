//! One measure, every series of it, judged: what tallies, lists and pages are made from.

mod promises;

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use headway_lake::{Filter, Panel};
use headway_model::plan::{Agency, Method, Target};
use headway_model::status::{
    self, History, Horizon, Lag, PaceRecord, Point, Precedent, Promise, PromiseError, Question, Score, Standing, Status,
};
use headway_model::{Flags, Level, Period, PeriodKind, SeriesKey, Value, VintageId};

use promises::Promises;

use crate::book::PlannedMeasure;
use crate::judgement::Judged;
use crate::snapshot::{Snapshot, part_ids};
use crate::{Error, Result};

/// A measure's observations with the status of each series. Series are numbered: those with observations first, in the
/// order of the lake (group, grade, place), then those that a target names and nothing came for.
#[derive(Debug)]
pub struct Scored {
    /// The measure in its plan.
    pub planned: PlannedMeasure,
    pub(crate) as_of: jiff::civil::Date,
    /// The place whose results are the agency's own.
    pub home: Option<String>,
    panel: Arc<Panel>,
    parts: Arc<[(String, Panel)]>,
    silent: Arc<[SeriesKey]>,
    levels: Arc<[Option<Level>]>,
    /// Status, and distance to the path in the measure's unit (not a number where there is none).
    standings: Vec<(Status, f64)>,
    /// The last period that is looked at; all when `None`.
    through: Option<Period>,
    paces: Mutex<HashMap<PaceKey, Option<Arc<PaceRecord>>>>,
    /// What was learned of its panels.
    pub(crate) judged: Judged,
}

/// Level, group, grade, steps: units are compared with units of their own kind.
type PaceKey = (Option<Level>, String, String, i32);

/// One observation of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observed {
    /// The period.
    pub period: Period,
    /// What was published.
    pub value: Value,
    /// Numerator, where known.
    pub numerator: Option<f64>,
    /// Denominator, where known.
    pub denominator: Option<f64>,
    /// What else is known.
    pub flags: Flags,
    /// The import it came with.
    pub vintage: VintageId,
}

impl Scored {
    pub(crate) async fn read(snapshot: &Snapshot, agency: &Agency, planned: &PlannedMeasure) -> Result<Self> {
        let panel = snapshot.panel(&planned.ids, Filter::default()).await?;
        let mut parts = Vec::new();
        for (part, id) in planned.measure.parts.iter().zip(part_ids(&planned.measure)) {
            parts.push((part.id.clone(), snapshot.panel(&[id], Filter::default()).await?));
        }
        let home = agency.unit.clone();
        let silent = silent(planned, home.as_deref(), &panel, &parts);
        let mut scored = Self {
            planned: planned.clone(),
            as_of: snapshot.as_of,
            home,
            panel: Arc::new(panel),
            parts: parts.into(),
            silent: silent.into(),
            levels: Arc::default(),
            standings: Vec::new(),
            through: None,
            paces: Mutex::default(),
            judged: Judged::default(),
        };
        scored.levels = (0..scored.len()).map(|i| scored.find_level(snapshot, scored.key(i).2)).collect();
        scored.standings = scored.judge()?;
        Ok(scored)
    }

    /// The same, judged as if `last` were the latest period: what came after it is not looked at, and the day is the one on
    /// which its result was due. Figures and targets are those known now; the observations are shared.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan's result lag can't be read.
    pub fn through(&self, last: Period) -> Result<Self> {
        let mut earlier = Self {
            planned: self.planned.clone(),
            as_of: self.lag()?.due(last).min(self.as_of),
            home: self.home.clone(),
            panel: Arc::clone(&self.panel),
            parts: Arc::clone(&self.parts),
            silent: Arc::clone(&self.silent),
            levels: Arc::clone(&self.levels),
            standings: Vec::new(),
            through: Some(last),
            paces: Mutex::default(),
            judged: Judged::default(),
        };
        earlier.standings = earlier.judge()?;
        Ok(earlier)
    }

    /// The period that is judged as the latest, when that was asked for.
    pub fn judged_through(&self) -> Option<Period> {
        self.through
    }

    /// How many series, those that nothing came for included.
    pub fn len(&self) -> usize {
        self.panel.len() + self.silent.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind of the measure's periods.
    pub fn period_kind(&self) -> PeriodKind {
        self.planned.measure.period
    }

    /// Group, grade and place of a series.
    pub fn key(&self, series: usize) -> (&str, &str, &str) {
        match self.panel.series.get(series) {
            Some(key) => {
                let p = &self.panel;
                (p.groups.text(key.group), p.grades.text(key.grade), p.units.text(key.unit))
            }
            None => {
                let key = &self.silent[series - self.panel.len()];
                (&key.group, &key.grade, &key.unit)
            }
        }
    }

    /// The series of this key.
    pub fn find(&self, group: &str, grade: &str, unit: &str) -> Option<usize> {
        let wanted = (group, grade, unit);
        let before = self.panel.series.partition_point(|key| {
            let p = &self.panel;
            (p.groups.text(key.group), p.grades.text(key.grade), p.units.text(key.unit)) < wanted
        });
        if before < self.panel.len() && self.key(before) == wanted {
            return Some(before);
        }
        (self.panel.len()..self.len()).find(|&i| self.key(i) == wanted)
    }

    /// The series of one group and grade: neighbors in the lake.
    pub fn of_group(&self, group: &str, grade: &str) -> Range<usize> {
        let key = |i: usize| (self.key(i).0, self.key(i).1);
        let (mut lo, mut hi) = (0, self.panel.len());
        while lo < hi {
            let mid = usize::midpoint(lo, hi);
            if key(mid) < (group, grade) { lo = mid + 1 } else { hi = mid }
        }
        let mut end = self.panel.len();
        let mut from = lo;
        while from < end {
            let mid = usize::midpoint(from, end);
            if key(mid) <= (group, grade) { from = mid + 1 } else { end = mid }
        }
        lo..from
    }

    /// The student groups of the measure's observations and targets.
    pub fn groups(&self) -> Vec<String> {
        let mut found: BTreeSet<String> = self.panel.groups.texts().map(str::to_owned).collect();
        found.extend(self.silent.iter().map(|key| key.group.clone()));
        found.extend(self.parts.iter().flat_map(|(_, p)| p.groups.texts().map(str::to_owned)));
        found.into_iter().collect()
    }

    /// The grades of the measure's observations.
    pub fn grades(&self) -> Vec<String> {
        let mut found: BTreeSet<String> = self.panel.grades.texts().map(str::to_owned).collect();
        found.extend(self.silent.iter().map(|key| key.grade.clone()));
        found.into_iter().collect()
    }

    /// The level of a series' place, where known.
    pub fn level(&self, series: usize) -> Option<Level> {
        self.levels[series]
    }

    /// The computed status of a series, by the measure's own method.
    pub fn status(&self, series: usize) -> Status {
        self.standings[series].0
    }

    /// Distance to the path in the measure's unit, the good side up; `None` where there is no path or no figure.
    pub fn distance(&self, series: usize) -> Option<f64> {
        Some(self.standings[series].1).filter(|distance| !distance.is_nan())
    }

    /// Every observation of a series as known on the day, oldest first.
    pub fn observed(&self, series: usize) -> Vec<Observed> {
        if series < self.panel.len() { self.read_from(&self.panel, series) } else { Vec::new() }
    }

    /// The latest completed observation with any published state.
    pub fn latest(&self, series: usize) -> Option<Observed> {
        self.observed(series).into_iter().rev().find(|o| o.period.end() < self.as_of && o.value != Value::Missing)
    }

    /// Where a series stands, in full, by `method` or by the measure's own.
    ///
    /// # Errors
    /// [`Error::Refused`] when the plan's figures can't be computed with (`plan check` names them).
    pub fn standing(&self, series: usize, method: Option<Method>) -> Result<Standing> {
        let points = points(&self.observed(series));
        let (group, grade, unit) = self.key(series);
        let mut parts = Vec::new();
        for (id, observed) in self.parts_observed((group, grade, unit)) {
            parts.push((id, self::points(&observed)));
        }
        let parts: Vec<(&str, &[Point])> = parts.iter().map(|(id, points)| (*id, points.as_slice())).collect();
        let targets = self.targets(series);
        let measure = &self.planned.measure;
        let question =
            Question { measure, targets: &targets, points: &points, parts: &parts, as_of: self.as_of, method };
        status::stand(&question).map_err(refused)
    }

    /// Every observation of each part of a compound measure, by the part's id.
    pub fn parts_observed(&self, key: (&str, &str, &str)) -> Vec<(&str, Vec<Observed>)> {
        let of_part = |panel: &Panel| position(panel, key).map_or_else(Vec::new, |at| self.read_from(panel, at));
        self.parts.iter().map(|(id, panel)| (id.as_str(), of_part(panel))).collect()
    }

    /// The targets that hold for a series, those no longer in force too.
    pub fn targets(&self, series: usize) -> Vec<&Target> {
        let (group, grade, unit) = self.key(series);
        match self.level(series) {
            Some(level) => status::applicable(&self.planned.measure, unit, level, group, grade),
            None => {
                let own = |t: &&Target| t.unit == unit && t.group == group && t.grade == grade;
                self.planned.measure.targets.iter().filter(own).collect()
            }
        }
    }

    /// In how many histories of comparable places the pace that a series needs was kept for as many years.
    pub fn precedent(&self, series: usize, standing: &Standing) -> Option<Precedent> {
        let (pace, from, to) = (standing.pace_needed.exact()?, standing.period?, standing.target_period?);
        let steps = to.ordinal - from.ordinal;
        let (group, grade, _) = self.key(series);
        let key = (self.level(series), group.to_owned(), grade.to_owned(), steps);
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let record = paces.entry(key).or_insert_with(|| self.pace_record(series, steps).map(Arc::new)).clone();
        record.map(|record| record.precedent(pace))
    }

    fn pace_record(&self, series: usize, steps: i32) -> Option<PaceRecord> {
        let direction = self.planned.measure.direction?;
        let (group, grade, _) = self.key(series);
        let kind = self.period_kind();
        let breaks: Vec<i32> =
            self.planned.measure.breaks.iter().filter_map(|b| Some(b.period.resolve(kind).ok()?.ordinal)).collect();
        let alike = self.of_group(group, grade).filter(|&i| self.level(i) == self.level(series));
        let exact: Vec<(Vec<i32>, Vec<f64>)> = alike
            .map(|i| {
                let known = self.observed(i).into_iter().filter(|o| o.period.end() < self.as_of);
                known.filter_map(|o| Some((o.period.ordinal, o.value.exact()?))).unzip()
            })
            .collect();
        let histories = exact.iter().map(|(period, value)| History { period, value });
        PaceRecord::new(histories, steps, kind.per_year(), direction, &breaks)
    }

    fn find_level(&self, snapshot: &Snapshot, unit: &str) -> Option<Level> {
        let own = || (self.home.as_deref() == Some(unit)).then_some(Level::State);
        snapshot.places.level(unit).or_else(own).or_else(|| Level::of_id(unit))
    }

    /// The status of every series. The trajectory method takes the way without allocation; the others go one by one.
    fn judge(&self) -> Result<Vec<(Status, f64)>> {
        let measure = &self.planned.measure;
        let plain = measure.method.unwrap_or(Method::Trajectory) == Method::Trajectory && measure.parts.is_empty();
        if !plain {
            let one = |i| self.standing(i, None).map(|s| (s.status, s.distance.exact().unwrap_or(f64::NAN)));
            return (0..self.len()).map(one).collect();
        }
        let horizon = Horizon::on(measure.period, self.lag()?, self.as_of);
        let promises = Promises::of(measure, self.as_of)?;
        let own = |i: usize| {
            let (group, grade, unit) = self.key(i);
            promises.find(unit, group, grade).or_else(|| promises.find(self.level(i)?.id(), group, grade))
        };
        Ok((0..self.len())
            .map(|i| match own(i) {
                Some(candidates) => {
                    let score = self.score(i, candidates, horizon);
                    (score.status, score.distance.exact().unwrap_or(f64::NAN))
                }
                None => (Status::NoTarget, f64::NAN),
            })
            .collect())
    }

    fn lag(&self) -> Result<Lag> {
        let measure = &self.planned.measure;
        let read = |text: &String| Lag::parse(text);
        let lag = measure.result_lag.as_ref().map(read).transpose();
        Ok(lag.map_err(|e| Error::Refused(format!("measure {}: {e}", measure.id)))?.unwrap_or_default())
    }

    /// The rows of a series that are looked at.
    fn rows(&self, panel: &Panel, at: usize) -> Range<usize> {
        let rows = panel.series[at].rows.clone();
        let seen = |last: Period| panel.period[rows.clone()].partition_point(|p| *p <= last.ordinal);
        rows.start..rows.start + self.through.map_or(rows.len(), seen)
    }

    fn read_from(&self, panel: &Panel, at: usize) -> Vec<Observed> {
        let seen = self.rows(panel, at).len();
        observed(panel, at, seen, self.period_kind())
    }

    fn score(&self, i: usize, candidates: &[Promise], horizon: Horizon) -> Score {
        let rows = if i < self.panel.len() { self.rows(&self.panel, i) } else { 0..0 };
        let p = &self.panel;
        let series = status::Series {
            period: &p.period[rows.clone()],
            state: &p.state[rows.clone()],
            flags: &p.flags[rows.clone()],
            lo: &p.lo[rows.clone()],
            hi: &p.hi[rows.clone()],
        };
        let usable = |k: &usize| !(series.lo[*k].is_nan() && series.hi[*k].is_nan());
        let latest =
            (0..series.len()).filter(usable).map(|k| series.period[k]).filter(|q| *q <= horizon.completed).max();
        let ahead = candidates.iter().find(|promise| latest.is_none_or(|q| promise.period >= q));
        let promise = ahead.or(candidates.last()).expect("a key without a promise is not kept");
        status::score(promise, horizon, &series)
    }
}

/// Keys that a target names (a place, or the agency's own place for `state`) or a part has, and the measure has no series of.
fn silent(planned: &PlannedMeasure, home: Option<&str>, panel: &Panel, parts: &[(String, Panel)]) -> Vec<SeriesKey> {
    let mut keys = BTreeSet::new();
    for target in &planned.measure.targets {
        let unit = match Level::of_id(&target.unit) {
            None => target.unit.clone(),
            Some(Level::State | Level::Nation) => home.unwrap_or(&target.unit).to_owned(),
            Some(_) => continue,
        };
        keys.insert(SeriesKey { group: target.group.clone(), grade: target.grade.clone(), unit });
    }
    for series in parts.iter().flat_map(|(_, panel)| panel.iter()) {
        let [group, grade, unit] = [series.group, series.grade, series.unit].map(str::to_owned);
        keys.insert(SeriesKey { group, grade, unit });
    }
    if keys.is_empty()
        && panel.is_empty()
        && let Some(home) = home
    {
        let all = headway_model::ALL.to_owned();
        keys.insert(SeriesKey { group: all.clone(), grade: all, unit: home.to_owned() });
    }
    keys.retain(|key| position(panel, (&key.group, &key.grade, &key.unit)).is_none());
    keys.into_iter().collect()
}

fn position(panel: &Panel, wanted: (&str, &str, &str)) -> Option<usize> {
    let key = |s: &headway_lake::PanelSeries| {
        (panel.groups.text(s.group), panel.grades.text(s.grade), panel.units.text(s.unit))
    };
    panel.series.binary_search_by(|s| key(s).cmp(&wanted)).ok()
}

fn observed(panel: &Panel, at: usize, seen: usize, kind: PeriodKind) -> Vec<Observed> {
    let series = panel.get(at);
    let known = |x: f64| (!x.is_nan()).then_some(x);
    (0..seen)
        .map(|k| Observed {
            period: Period { kind, ordinal: series.period[k] },
            value: series.value(k),
            numerator: known(series.numerator[k]),
            denominator: known(series.denominator[k]),
            flags: series.flags(k),
            vintage: series.vintage[k],
        })
        .collect()
}

fn points(observed: &[Observed]) -> Vec<Point> {
    let point = |o: &Observed| Point { flags: o.flags, ..Point::new(o.period, o.value) };
    observed.iter().map(point).collect()
}

fn refused(error: PromiseError) -> Error {
    Error::Refused(format!("{error} (`headway plan check` lists every such fault)"))
}
