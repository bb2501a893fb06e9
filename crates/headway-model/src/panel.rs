//! A whole answer in memory, for pages and methods that want all series at once.

use std::ops::Range;

use crate::{MeasureId, Names, PeriodKind, SeriesRows, VintageId};

/// Series of one measure in columns, in the order of the lake.
#[derive(Clone, Debug)]
pub struct SeriesPanel {
    /// The measure; empty when there was no segment.
    pub measure: MeasureId,
    /// The kind of its periods.
    pub period_kind: Option<PeriodKind>,
    /// Texts of groups.
    pub groups: Names,
    /// Texts of grades.
    pub grades: Names,
    /// Texts of places.
    pub places: Names,
    /// The series: keys, and where their rows lie in the columns.
    pub series: Vec<PanelSeries>,
    /// As [`SeriesRows::period`], of all series one after the other; so are the columns that follow.
    pub period: Vec<i32>,
    /// States as numbers.
    pub state: Vec<u8>,
    /// Flags.
    pub flags: Vec<u8>,
    /// Exact values, or lower bounds.
    pub lo: Vec<f64>,
    /// Exact values, or upper bounds.
    pub hi: Vec<f64>,
    /// Numerators.
    pub numerator: Vec<f64>,
    /// Denominators.
    pub denominator: Vec<f64>,
    /// Imports.
    pub vintage: Vec<VintageId>,
}

/// The key of a series as numbers into the panel's names, and its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelSeries {
    /// Student group, in [`SeriesPanel::groups`].
    pub group: u32,
    /// Grade, in [`SeriesPanel::grades`].
    pub grade: u32,
    /// Place, in [`SeriesPanel::places`].
    pub place: u32,
    /// Rows in the columns.
    pub rows: Range<usize>,
}

impl SeriesPanel {
    /// A panel of a measure with no series yet.
    pub fn new(measure: Option<(&str, PeriodKind)>) -> Self {
        Self {
            measure: measure.map(|(measure, _)| measure.into()).unwrap_or_default(),
            period_kind: measure.map(|(_, kind)| kind),
            groups: Names::default(),
            grades: Names::default(),
            places: Names::default(),
            series: Vec::new(),
            period: Vec::new(),
            state: Vec::new(),
            flags: Vec::new(),
            lo: Vec::new(),
            hi: Vec::new(),
            numerator: Vec::new(),
            denominator: Vec::new(),
            vintage: Vec::new(),
        }
    }

    /// How many series.
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The series at this place.
    ///
    /// # Panics
    /// When there is none.
    pub fn get(&self, place: usize) -> SeriesRows<'_> {
        fn part<T>(column: &[T], rows: Range<usize>) -> &[T] {
            column.get(rows).unwrap_or(&[])
        }
        let PanelSeries { group, grade, place: place_id, rows } = &self.series[place];
        SeriesRows {
            group: self.groups.text_by_number(*group),
            grade: self.grades.text_by_number(*grade),
            place: self.places.text_by_number(*place_id),
            period: &self.period[rows.clone()],
            state: &self.state[rows.clone()],
            flags: part(&self.flags, rows.clone()),
            lo: &self.lo[rows.clone()],
            hi: part(&self.hi, rows.clone()),
            numerator: part(&self.numerator, rows.clone()),
            denominator: part(&self.denominator, rows.clone()),
            vintage: &self.vintage[rows.clone()],
        }
    }

    /// All series in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SeriesRows<'_>> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// The series of this key.
    pub fn find_series(&self, group: &str, grade: &str, place_id: &str) -> Option<SeriesRows<'_>> {
        let key = |s: &PanelSeries| {
            (
                self.groups.text_by_number(s.group),
                self.grades.text_by_number(s.grade),
                self.places.text_by_number(s.place),
            )
        };
        let place = self.series.binary_search_by(|series| key(series).cmp(&(group, grade, place_id)));
        place.ok().map(|place| self.get(place))
    }

    /// Adds a series; they come in order.
    pub fn push(&mut self, series: &SeriesRows<'_>) {
        let start = self.period.len();
        self.series.push(PanelSeries {
            group: self.groups.intern_text(series.group),
            grade: self.grades.intern_text(series.grade),
            place: self.places.intern_text(series.place),
            rows: start..start + series.len(),
        });
        self.period.extend_from_slice(series.period);
        self.state.extend_from_slice(series.state);
        self.flags.extend_from_slice(series.flags);
        self.lo.extend_from_slice(series.lo);
        self.hi.extend_from_slice(series.hi);
        self.numerator.extend_from_slice(series.numerator);
        self.denominator.extend_from_slice(series.denominator);
        self.vintage.extend_from_slice(series.vintage);
    }
}
