//! Figures that are another's: three labels in a circle, two measures, places, districts that were carried forward; and small numbers
//! that move as chance moves them.

use std::fmt::Write as _;

use headway_delivery::intake::DoubtKind;

use crate::doubt::{Desk, HEADER, PROFILE, kinds, texts};
use crate::doubt_columns::{ALL, FEW, MANY, TOP, group};
use crate::doubt_labels::{COUNTS, held};
use crate::support::{on_both, sqlite};

const SOME: (usize, usize) = (35, 45);

fn own(i: usize) -> usize {
    i
}

/// A year of all students and three groups, whose places are found by `place`.
fn year(
    year: usize,
    [disabled, black, hispanic]: [(usize, usize); 3],
    place: impl Fn(usize) -> usize + Copy,
) -> String {
    let groups = [("All", ALL), ("SWD", disabled), ("Black", black), ("Hispanic", hispanic)];
    TOP.to_owned() + &groups.map(|(name, of)| group(name, year, of, place)).concat()
}

const RIGHT: [(usize, usize); 3] = [FEW, MANY, SOME];

#[tokio::test]
async fn three_labels_in_a_circle_are_asked_about() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        desk.bring_by(&year(2021, RIGHT, own), COUNTS, |_| {}).await;
        let right = desk.bring_by(&year(2022, RIGHT, own), COUNTS, |asked| asked.dry_run = true).await;
        assert_eq!(kinds(&right), [], "{}", texts(&right));
        let wrong = desk.bring_by(&year(2022, [MANY, SOME, FEW], own), COUNTS, |_| {}).await;
        let told = texts(&wrong);
        assert!(kinds(&wrong).contains(&DoubtKind::Copied) && wrong.withheld.is_some(), "{told}");
        assert!(told.contains("figures have other labels in 2021-22: "), "{told}");
        assert!(told.contains("those of Black or African American are Hispanic or Latino's"), "{told}");
    })
    .await;
}

/// Five and seven students are ten and six a year later, in each of seven places.
#[tokio::test]
async fn small_numbers_move_by_chance() {
    let third = [[12, 16], [2, 3], [10, 6], [21, 25], [15, 16], [23, 24], [5, 7]];
    let fifth = [[10, 12], [3, 2], [6, 10], [28, 25], [16, 26], [23, 24], [10, 8]];
    let by_grade = COUNTS.replace("group = \"{group}\"", "group = \"ECD\"\ngrade = \"{group}\"");
    let file = |year: usize| {
        let mut text = TOP.to_owned();
        for (grade, of) in [("3", third), ("5", fifth)] {
            for (i, n) in of.iter().enumerate() {
                let _ = writeln!(text, "D{i},Place {i},{grade},{year},{},{}", n[year - 2021] / 2, n[year - 2021]);
            }
        }
        text
    };
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&file(2021), &by_grade, |_| {}).await;
    let next = desk.bring_by(&file(2022), &by_grade, |_| {}).await;
    assert_eq!((kinds(&next), next.withheld), (vec![], None), "{}", texts(&next));
}

#[tokio::test]
async fn two_measures_that_were_exchanged_are_asked_about() {
    let profile = PROFILE
        .replace("measure = \"rate\"", "measure = { from = \"{subject}\", slug = true }")
        .replace("denominator = \"n\"\n", "");
    let file = |year: usize, [first, second]: [&str; 2]| {
        (1..=14).fold(HEADER.replace(",n\n", ",subject\n"), |mut text, i| {
            let high = 30.0 + (i * 7 % 40) as f64 + ((i * year) % 3) as f64;
            let low = high - 8.0 - (i % 5) as f64 + ((i * year) % 2) as f64;
            let _ = writeln!(text, "{i:04},Place {i},all,{year},{high},{first}");
            let _ = writeln!(text, "{i:04},Place {i},all,{year},{low},{second}");
            text
        })
    };
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let order = ["reading", "math"];
    desk.bring_by(&file(2021, order), &profile, |_| {}).await;
    let right = desk.bring_by(&file(2022, order), &profile, |asked| asked.dry_run = true).await;
    assert_eq!(kinds(&right), [], "{}", texts(&right));
    let wrong = desk.bring_by(&file(2022, ["math", "reading"]), &profile, |_| {}).await;
    held(&wrong, DoubtKind::Copied, "math and reading have each other's figures in 2021-22");
}

#[tokio::test]
async fn places_that_were_carried_forward_are_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let last = year(2021, RIGHT, own);
    desk.bring_by(&last, COUNTS, |_| {}).await;
    let next = year(2022, RIGHT, own);
    let carried = |count: usize| -> String {
        let line = |(old, new): (&str, &str)| {
            let place = old.split(',').next().and_then(|id| id.trim_start_matches('D').parse::<usize>().ok());
            let is_old = place.is_some_and(|place| place <= count);
            if is_old { old.replace(",2021,", ",2022,") } else { new.to_owned() }
        };
        last.lines().zip(next.lines()).map(|lines| line(lines) + "\n").collect()
    };
    let right = desk.bring_by(&carried(0), COUNTS, |asked| asked.dry_run = true).await;
    assert_eq!(kinds(&right), [], "{}", texts(&right));
    for count in [6, 12] {
        let wrong = desk.bring_by(&carried(count), COUNTS, |_| {}).await;
        held(
            &wrong,
            DoubtKind::Copied,
            "more figures of 2021-22 than by chance are those of 2020-21, to the last student",
        );
    }
}
