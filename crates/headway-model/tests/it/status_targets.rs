//! Which of several targets a status speaks of.

use headway_model::plan::{Break, Goal, SeriesBreak, Target};
use headway_model::status::{NoteKind, Status, applicable_targets, in_force};
use headway_model::{Level, PeriodKind};

use crate::status_support::{ask, day, five_year_rates, goal, graduation, label, points, target};

#[test]
fn a_target_is_picked_by_date() {
    let m = graduation();
    let rates = five_year_rates();
    let mut first = target(Some(("2010", Some(84.7))), goal("2014", Some(90.0)));
    first.valid_to = Some(day("2012-12-01"));
    let mut revised = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));
    revised.valid_from = Some(day("2012-12-01"));
    let later = target(Some(("2014", None)), goal("2020", Some(92.0)));
    let all = [&first, &revised, &later];
    let figure = |as_of: &str| {
        let s = ask(&m, &all, &rates, as_of);
        assert_eq!(s.other_targets.len(), 2, "the others are kept");
        s.target.exact_number()
    };
    assert_eq!(figure("2012-11-30"), Some(90.0));
    assert_eq!(figure("2012-12-01"), Some(88.3), "on the day of the change the new one holds");
    assert_eq!(figure("2015-08-31"), Some(88.3));
    assert_eq!(figure("2016-09-01"), Some(92.0), "once cohort 2015 is the latest");
    assert_eq!(ask(&m, &[&first], &rates, "2013-01-01").status, Status::NoTarget);
    assert_eq!(ask(&m, &[], &rates, "2015-03-01").to_sentence(), "88.5% for cohort 2014; no target is in force.");
}

#[test]
fn what_is_promised_for_later_changes_nothing_today() {
    let (m, rates) = (graduation(), points(PeriodKind::Cohort, &[(2010, 84.7), (2013, 87.7)]));
    let now = target(Some(("2010", Some(84.7))), goal("2014", Some(88.3)));
    let before = ask(&m, &[&now], &rates, "2015-03-01");
    let mut not_yet = target(Some(("2010", Some(84.7))), goal("2014", Some(99.0)));
    not_yet.valid_from = Some(day("2015-03-02"));
    let further = target(Some(("2010", Some(84.7))), goal("2015", Some(99.0)));
    for other in [&not_yet, &further] {
        for order in [[&now, other], [other, &now]] {
            let after = ask(&m, &order, &rates, "2015-03-01");
            assert_eq!((after.status, after.target, after.distance), (before.status, before.target, before.distance));
        }
    }
}

/// A target that names no figure judges nothing: one that does comes first, though it is farther away.
#[test]
fn a_target_without_a_figure_gives_way() {
    let (m, rates) = (graduation(), five_year_rates());
    let set = Goal { set_baseline: true, ..goal("2014", None) };
    let nearer = target(None, set);
    let further = target(Some(("2010", Some(84.7))), goal("2020", Some(92.0)));
    let s = ask(&m, &[&nearer, &further], &rates, "2015-03-01");
    assert_eq!((s.status, s.target.exact_number()), (Status::Ahead, Some(92.0)));
    let s = ask(&m, &[&nearer], &rates, "2015-03-01");
    assert_eq!(
        (s.status, s.first_note(NoteKind::Method)),
        (Status::NoTarget, Some("The target is to set a baseline."))
    );
}

/// What stands at a period marked as having no usable value does not say which target is the nearest either.
#[test]
fn a_marked_period_picks_no_target() {
    let mut m = graduation();
    m.breaks = vec![SeriesBreak { period: label("2012"), kind: Break::Missing, note: None }];
    let yearly = ["2011", "2012"].map(|by| target(Some(("2010", Some(84.7))), goal(by, Some(86.0))));
    let rates = points(PeriodKind::Cohort, &[(2011, 86.3), (2012, 80.0)]);
    let s = ask(&m, &[&yearly[0], &yearly[1]], &rates, "2013-12-01");
    assert_eq!((s.status, s.target_period.map(|p| p.ordinal)), (Status::TargetMet, Some(2011)));
}

#[test]
fn a_target_is_picked_by_place() {
    let mut m = graduation();
    for (place_id, group, value) in
        [("state", "all", 1.0), ("district", "all", 2.0), ("0035", "all", 3.0), ("district", "lep", 4.0)]
    {
        let mut t = target(None, goal("2020", Some(value)));
        (t.place, t.group) = (place_id.to_owned(), group.into());
        m.targets.push(t);
    }
    let mut own = target(None, goal("2020", Some(5.0)));
    (own.place, own.valid_from, own.valid_to) = ("0044".to_owned(), Some(day("2012-01-01")), Some(day("2014-12-31")));
    m.targets.push(own);
    let on = |as_of: &str, place, level, group| {
        let found = applicable_targets(&m, place, level, group, "all", day(as_of));
        let figure = |t: &&Target| t.target.as_ref().and_then(|g| g.value);
        found.iter().filter(|t| in_force(t, day(as_of))).filter_map(figure).collect::<Vec<_>>()
    };
    // A place's own target stands in the level's stead as long as it is in force, no day longer or earlier.
    for (as_of, expected) in [("2011-12-31", 2.0), ("2012-01-01", 5.0), ("2014-12-31", 5.0), ("2015-01-01", 2.0)] {
        assert_eq!(on(as_of, "0044", Level::District, "all"), [expected], "{as_of}");
    }
    let value = |place, level, group| on("2015-03-01", place, level, group).first().copied();
    assert_eq!(value("0001", Level::District, "all"), Some(2.0));
    assert_eq!(value("0035", Level::District, "all"), Some(3.0));
    assert_eq!(value("0035", Level::District, "lep"), Some(4.0));
    assert_eq!(value("0035", Level::School, "all"), Some(3.0));
    assert_eq!(value("0001", Level::School, "all"), None);
}

#[test]
fn a_series_without_a_target_says_that_others_have_one() {
    let mut m = graduation();
    let rates = five_year_rates();
    m.targets = vec![target(None, goal("2020", Some(92.0)))];
    let others = "The targets in force are for other students or places.";
    assert_eq!(ask(&m, &[], &rates, "2015-03-01").to_sentence(), format!("88.5% for cohort 2014. {others}"));
    assert_eq!(ask(&m, &[], &[], "2015-03-01").to_sentence(), others);
    m.targets[0].valid_from = Some(day("2016-01-01"));
    assert_eq!(ask(&m, &[], &rates, "2015-03-01").to_sentence(), "88.5% for cohort 2014; no target is in force.");
}
