//! Sums found in the data: which columns of a table add up to which others, in nearly every row.
//!
//! Columns are counts of one kind (groups, grades, outcomes of one population, a place's parts with their total), rows are
//! places, periods and the like. A relation is a list of columns with coefficients 1 and -1 that add up to nothing. All
//! relations over up to 20 columns are tried at once: half of the columns against the other half ("meet in the middle",
//! Horowitz & Sahni 1974). How likely a relation is to hold by mere chance is [`ColumnRelation::chance`].

mod chance;
mod fit;
mod hold;
mod many;
mod meet;
mod minimal;
mod pattern;
mod rows;
mod small;

pub use chance::by_chance;
pub use fit::{ColumnFit, FitRow, MOST_REGRESSORS, by_accident, fit_relation};
use hold::HeldRelation;
pub use many::{MANY_COLUMNS, find_among_many, find_short};
use rows::{ColumnSigns, DistinctRows};

/// Name of the method.
pub const METHOD: &str = "relations";
/// Version of the method.
pub const VERSION: &str = "1";
/// The most columns that can be given at once.
pub const MOST_COLUMNS: usize = 20;
/// A relation counts if the chance that any such one among all that were tried holds by accident is below this.
pub const RARE: f64 = 1e-3;

/// A relation that holds in nine of ten rows at least.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRelation {
    /// Columns with 1 or -1, in order of columns; the first is 1.
    pub terms: Vec<(u32, i8)>,
    /// In how many rows it holds.
    pub held: u64,
    /// Of how many: those in which all of its columns are known and not all are zero.
    pub of: u64,
    /// The chance that one of all relations that were tried holds so often by accident: an upper bound.
    pub chance: f64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundRelations {
    /// The relations, those of the fewest columns first. None of them is a sum of the others.
    pub relations: Vec<ColumnRelation>,
    /// How many relations were tried: all of them over the columns that are not always zero.
    pub tried: f64,
    /// Whether all of them could be: false if so many hold that their number had to be cut, or if gaps in the rows leave
    /// too many combinations of known columns.
    pub whole: bool,
}

/// Finds the relations between `columns` columns; `cells` are the rows one after the other, `None` where a count is not
/// known. The answer does not depend on the order of rows.
///
/// Rows that are sums of other rows add no knowledge of their own; give the finest ones, or one level at a time.
///
/// ```
/// use headway_stats::relations::find_relations;
/// // Girls, boys and all of 20 schools.
/// let school = |i: i64| [Some(100 + 7 * i), Some(90 + i * i), Some(190 + 7 * i + i * i)];
/// let found = find_relations(3, &(0..20).flat_map(school).collect::<Vec<Option<i64>>>());
/// assert_eq!(found.relations.len(), 1);
/// assert_eq!(found.relations[0].terms, [(0, 1), (1, 1), (2, -1)]); // girls + boys - all = 0
/// assert_eq!((found.relations[0].held, found.relations[0].of), (20, 20));
/// ```
///
/// # Panics
/// If there are more than [`MOST_COLUMNS`] columns, or a row is not complete.
pub fn find_relations(columns: usize, cells: &[Option<i64>]) -> FoundRelations {
    assert!(columns <= MOST_COLUMNS, "{columns} columns are more than can be tried at once");
    assert!(columns > 0 || cells.is_empty(), "rows have columns");
    let rows = DistinctRows::new(columns, cells);
    let live = rows.live_columns();
    let tried = ((3f64).powi(live.count_ones() as i32) - 1.0) / 2.0;
    let judge = |signs: Vec<ColumnSigns>| {
        signs.into_iter().filter_map(|signs| HeldRelation::judge_signs(signs, &rows, live, tried))
    };
    let mut held: Vec<HeldRelation> = judge(small::search_small(&rows, live)).collect();
    let small: Vec<ColumnSigns> = held.iter().map(|h| h.signs).collect();
    let (met, whole) = meet::search_wide(&rows, live, &small);
    held.extend(judge(met).filter(|h| !small.contains(&h.signs)));
    let relations = minimal::choose_minimal(held, &rows).into_iter().map(HeldRelation::into_relation).collect();
    FoundRelations { relations, tried, whole }
}
