//! Revised figures that stay as they were told.

use headway_model::Value;

use super::super::atlas::{CodeNumbers, PeriodHierarchies};
use super::super::formulas::KnownSums;
use super::super::stay::{RevisionCounts, RevisionFilter};
use super::super::step::PriorEdition;
use super::super::told::Disclosure;
use super::super::{HiddenReason, PublishingRule};
use super::{DAY, figures, places};

#[test]
fn a_few_late_students_are_not_told() {
    let rule = PublishingRule::default();
    let mut atlas = CodeNumbers::default();
    let first = [("d1", "all", 1200, 600), ("s1", "all", 60, 30), ("s2", "all", 50, 20), ("s3", "all", 70, 30)];
    let before = figures("m", &rule, &first, &mut atlas);
    let hows = [Disclosure::Shown, Disclosure::Shown, Disclosure::Hidden(HiddenReason::Secondary), Disclosure::Shown];
    let rows = before.rows.iter().zip(hows).map(|(figure, how)| figure.told_form(how, 100.0)).collect();
    let places = places();
    let forest = PeriodHierarchies::for_all_periods(&atlas, &places);
    let earlier =
        [PriorEdition { as_of: DAY, told: vec![rows], forest: forest.clone(), formulas: KnownSums::default() }];
    let standing = KnownSums::from_codes(&atlas);
    let second = [("d1", "all", 1203, 601), ("s1", "all", 63, 31), ("s2", "all", 53, 21), ("s3", "all", 80, 31)];
    let mut now = [figures("m", &rule, &second, &mut atlas)];
    let (below, day, formulas) = (1000, DAY, &standing);
    let staying =
        RevisionFilter { earlier: &earlier, atlas: &atlas, forest: &forest, formulas, below, day, totals_fresh: false };
    assert_eq!(staying.keep_as_told(&mut now), RevisionCounts { few: 2, totals: 1, open: 0 });
    // Large, and the total of what stays; stays; stays though it was not told, as its siblings and their total did; many more.
    let counts: Vec<_> = now[0].rows.iter().map(|f| (f.n, f.amount, f.kept)).collect();
    assert_eq!(
        counts,
        [
            (Some(1200), Some(600), true),
            (Some(60), Some(30), true),
            (Some(50), Some(20), true),
            (Some(80), Some(31), false)
        ]
    );
    assert_eq!(now[0].rows[1].value, Value::Exact { value: 50.0 });
}
