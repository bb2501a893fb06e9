//! A simulated agency: districts, schools and student groups over years, with counts that add up. Each figure
//! depends on nothing but the seed and its own place, so it can be of any size without taking memory.

use std::ops::RangeInclusive;

use headway_model::{Level, ObservationBatch, PeriodKind, Place, Value, ValueFlags};

use crate::school::{SchoolClass, SimulatedDistrict, StudentCount, add_counts};

/// Rows in a batch, about.
const BATCH_ROWS: usize = 1 << 16;

/// The student groups of a simulated agency: all, the races that make them up, and three that cut across.
pub const SIMULATED_GROUPS: [&str; 10] = ["all", "mam", "mas", "mbl", "mhi", "mtr", "mwh", "cwd", "ecd", "lep"];

/// What to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Another seed, other figures.
    pub seed: u64,
    /// The measure's id.
    pub measure: String,
    /// The kind of periods; one a year.
    pub period_kind: PeriodKind,
    /// How many districts.
    pub districts: u32,
    /// How many schools, spread over the districts; at least one in each.
    pub schools: u32,
    /// Ordinals of the years.
    pub years: RangeInclusive<i32>,
    /// Results with fewer students behind them are suppressed.
    pub suppress_below: u32,
    /// How many grades besides all grades together: `01`, `02`, ...; with 0 there is only `all`.
    pub grades: u32,
    /// In this year nobody is tested; in the next, results are lower by some points, half as much each year after.
    pub interrupted: Option<i32>,
}

impl Simulation {
    /// A state of 400 districts and 1,800 schools over ten years to 2024, groups below ten students suppressed.
    pub fn for_state(seed: u64, measure: impl Into<String>) -> Self {
        Self {
            seed,
            measure: measure.into(),
            period_kind: PeriodKind::SchoolYear,
            districts: 400,
            schools: 1800,
            years: 2015..=2024,
            suppress_below: 10,
            grades: 0,
            interrupted: None,
        }
    }

    /// The state, its districts and its schools, each before those that belong to it.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let state = Place { id: STATE.into(), name: "Simulated state".into(), level: Level::State, parent: None };
        let of_district = |district: SimulatedDistrict| {
            let id = district.id();
            let name = format!("District {} (simulated)", district.number + 1);
            let head = Place { id: id.clone().into(), name, level: Level::District, parent: Some(STATE.into()) };
            let school = move |school: u32| Place {
                id: district.school_id(school).into(),
                name: format!("School {} of district {} (simulated)", school + 1, district.number + 1),
                level: Level::School,
                parent: Some(id.clone().into()),
            };
            std::iter::once(head).chain((0..district.schools).map(school))
        };
        std::iter::once(state).chain(self.all_districts().flat_map(of_district))
    }

    /// Rows in all: (state, districts, schools) x groups x (all grades, each grade) x years.
    pub fn row_count(&self) -> u64 {
        let places = 1 + u64::from(self.districts) + u64::from(self.schools.max(self.districts));
        let keys = SIMULATED_GROUPS.len() as u64 * u64::from(1 + self.grades);
        places * keys * self.years.clone().count() as u64
    }

    /// All observations, year by year, some 65,000 at a time. District and state rows are the sums of the schools' counts,
    /// hidden ones too.
    pub fn batches(&self) -> impl Iterator<Item = ObservationBatch> + '_ {
        let mut districts = self.all_districts();
        let mut years = self.years.clone();
        let mut year = years.next();
        let mut state = self.empty_totals();
        std::iter::from_fn(move || {
            let mut batch = ObservationBatch::new(self.measure.clone(), self.period_kind);
            while let Some(now) = year
                && batch.len() < BATCH_ROWS
            {
                if let Some(district) = districts.next() {
                    self.push_district(&mut batch, &district, now, &mut state);
                } else {
                    self.push_rows(&mut batch, STATE, now, &std::mem::replace(&mut state, self.empty_totals()));
                    districts = self.all_districts();
                    year = years.next();
                }
            }
            (!batch.is_empty()).then_some(batch)
        })
    }

    fn all_districts(&self) -> impl Iterator<Item = SimulatedDistrict> + use<> {
        let (districts, schools) = (self.districts, self.schools.max(self.districts));
        let before = move |number: u32| u64::from(schools) * u64::from(number) / u64::from(districts.max(1));
        (0..districts).map(move |number| {
            let (first, next) = (before(number), before(number + 1));
            SimulatedDistrict { number, first_school: first as u32, schools: (next - first) as u32 }
        })
    }

    /// One total for all grades, then one a grade.
    fn empty_totals(&self) -> Vec<GroupTotals> {
        vec![GroupTotals::default(); 1 + self.grades as usize]
    }

    fn push_district(
        &self,
        batch: &mut ObservationBatch,
        district: &SimulatedDistrict,
        year: i32,
        state: &mut [GroupTotals],
    ) {
        let mut total = self.empty_totals();
        for school in 0..district.schools {
            let counts = self.school_totals(district, school, year);
            self.push_rows(batch, &district.school_id(school), year, &counts);
            total.iter_mut().zip(&counts).for_each(|(total, counts)| add_counts(total, counts));
        }
        self.push_rows(batch, &district.id(), year, &total);
        state.iter_mut().zip(&total).for_each(|(state, total)| add_counts(state, total));
    }

    /// A school's counts: of all grades together, the sum of the grades, then of each.
    fn school_totals(&self, district: &SimulatedDistrict, school: u32, year: i32) -> Vec<GroupTotals> {
        let counts = |class: SchoolClass| {
            district.school_counts(self.seed, school, year - self.years.start(), self.dip_points(year), class)
        };
        if self.grades == 0 {
            return vec![counts(SchoolClass::WHOLE)];
        }
        let mut all = self.empty_totals();
        for grade in 0..self.grades {
            let of_grade = counts(SchoolClass { grade: grade + 1, of: self.grades });
            add_counts(&mut all[0], &of_grade);
            all[1 + grade as usize] = of_grade;
        }
        all
    }

    /// By how many points the year is lower than it would be.
    fn dip_points(&self, year: i32) -> f64 {
        self.interrupted.filter(|&gap| year > gap).map_or(0.0, |gap| 6.0 * 0.5_f64.powi(year - gap - 1))
    }

    fn push_rows(&self, batch: &mut ObservationBatch, place: &str, year: i32, grades: &[GroupTotals]) {
        let place = batch.places.intern_text(place);
        for (number, counts) in grades.iter().enumerate() {
            let grade = match number {
                0 => batch.grades.intern_text(headway_model::ALL),
                number => batch.grades.intern_text(&format!("{number:02}")),
            };
            for (group, count) in SIMULATED_GROUPS.into_iter().zip(counts) {
                let key = [place, batch.groups.intern_text(group), grade];
                let (value, known) = self.published_value(year, *count);
                batch.push(key, year, value, known, ValueFlags::default());
            }
        }
    }

    /// What an agency would publish of a count: to one decimal, nothing of a few students.
    fn published_value(
        &self,
        year: i32,
        StudentCount { students, reached }: StudentCount,
    ) -> (Value, (Option<f64>, Option<f64>)) {
        let (n, k) = (students as f64, reached as f64);
        if self.interrupted == Some(year) {
            (Value::NotTested, (None, None))
        } else if students == 0 {
            (Value::NotApplicable, (None, None))
        } else if students < u64::from(self.suppress_below) {
            (Value::Suppressed, (None, None))
        } else {
            (Value::Exact { value: (1000.0 * k / n).round() / 10.0 }, (Some(k), Some(n)))
        }
    }
}

/// The id of the whole.
const STATE: &str = "00000000";

/// One count a group, in the order of [`SIMULATED_GROUPS`].
pub(crate) type GroupTotals = [StudentCount; SIMULATED_GROUPS.len()];
