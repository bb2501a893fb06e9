//! Columns and rows that are not where they belong: labels exchanged, rows that slid, fractions in one column, parts that are larger
//! than their whole, places that nobody knows.

use std::fmt::Write as _;

use headway_delivery::intake::{DoubtKind, WithheldReason};

use crate::doubt::{Desk, HEADER, PROFILE, kinds, rates, texts};
use crate::doubt_labels::{COUNTS, held, told};
use crate::support::{day, on_both, sqlite};

/// Students of a place: sizes that are far from each other, in no order.
fn size(i: usize) -> usize {
    100 + (i * 7919) % 1733
}

/// Counts of `D1` to `D14` for a group: a share of the students of each, and the percent that reached it, moved a bit each year.
pub(crate) fn group(
    name: &str,
    year: usize,
    (share, percent): (usize, usize),
    place: impl Fn(usize) -> usize,
) -> String {
    (1..=14).fold(String::new(), |mut rows, i| {
        let at = place(i);
        let n = size(at) * share / 100 + (at * year) % 5;
        let k = n * (percent + (at * year) % 4) / 100;
        let _ = writeln!(rows, "D{i},Place {i},{name},{year},{k},{n}");
        rows
    })
}

pub(crate) const TOP: &str = "id,name,group,year,k,n\n";
pub(crate) const ALL: (usize, usize) = (100, 58);
pub(crate) const FEW: (usize, usize) = (15, 30);
pub(crate) const MANY: (usize, usize) = (60, 64);

#[tokio::test]
async fn labels_that_were_exchanged_are_asked_about() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let file = |year: usize, disabled, black| {
            let own = |i| i;
            let groups =
                [group("All", year, ALL, own), group("SWD", year, disabled, own), group("Black", year, black, own)];
            TOP.to_owned() + &groups.concat()
        };
        desk.bring_by(&file(2021, FEW, MANY), COUNTS, |_| {}).await;
        let right = desk.bring_by(&file(2022, FEW, MANY), COUNTS, |asked| asked.dry_run = true).await;
        assert_eq!(kinds(&right), [], "{}", texts(&right));
        let wrong = desk.bring_by(&file(2022, MANY, FEW), COUNTS, |_| {}).await;
        held(
            &wrong,
            DoubtKind::Copied,
            "Students with disabilities and Black or African American have each other's figures in 2021-22",
        );
    })
    .await;
}

#[tokio::test]
async fn rows_that_slid_are_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring_by(&(TOP.to_owned() + &group("All", 2021, ALL, |i| i)), COUNTS, |_| {}).await;
    let right = TOP.to_owned() + &group("All", 2022, ALL, |i| i);
    let right = desk.bring_by(&right, COUNTS, |asked| asked.dry_run = true).await;
    assert_eq!(kinds(&right), [], "{}", texts(&right));
    let slid = TOP.to_owned() + &group("All", 2022, ALL, |i| i % 14 + 1);
    let slid = desk.bring_by(&slid, COUNTS, |_| {}).await;
    held(
        &slid,
        DoubtKind::Copied,
        "figures of 2021-22 have slid by a row: places have what a neighbour in the file had in 2020-21",
    );
}

#[tokio::test]
async fn fractions_beside_other_groups_and_levels_are_asked_about() {
    let of = |group: &str, from: usize, by: f64| {
        (1..=8).fold(String::new(), |mut rows, i| {
            let _ = writeln!(rows, "{:04},Place {i},{group},2022,{},100", i + from, (60.0 + i as f64) * by);
            rows
        })
    };
    let all = HEADER.to_owned() + &of("all", 0, 1.0);
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    desk.bring(&all).await;
    let female = desk.bring(&(HEADER.to_owned() + &of("Female", 0, 0.01))).await;
    let words = texts(&female);
    assert!(kinds(&female).contains(&DoubtKind::Scale) && female.withheld == Some(WithheldReason::Doubt), "{words}");
    assert!(
        words.contains(
            "figures of Female of districts are a hundredth of those of All students of districts in 2021-22"
        ),
        "{words}"
    );
    let right = desk.bring(&(HEADER.to_owned() + &of("Female", 0, 0.98))).await;
    assert!(!kinds(&right).contains(&DoubtKind::Scale), "{}", texts(&right));

    let profile = format!("{PROFILE}\n[[level]]\nis = 'school'\nid = '^9'\n").replace("^\\d{4}$", "^0\\d{3}$");
    let schools = desk.bring_by(&(HEADER.to_owned() + &of("all", 9000, 0.01)), &profile, |_| {}).await;
    let words = texts(&schools);
    assert!(kinds(&schools).contains(&DoubtKind::Scale), "{words}");

    let home = sqlite();
    let both = Desk::new(&home).await.bring(&(all + &of("Female", 0, 0.01))).await;
    assert!(kinds(&both).contains(&DoubtKind::Scale) && both.withheld.is_some(), "{}", texts(&both));
}

#[tokio::test]
async fn grades_and_crossed_groups_are_held_against_their_wholes() {
    let home = sqlite();
    let by_grade = COUNTS.replace("group = \"{group}\"", "grade = \"{group}\"");
    let rows =
        "D1,A,all,2022,250,500\nD1,A,3,2022,300,600\nD1,A,3-8,2023,300,600\nD1,A,4,2023,400,700\nD1,A,9,2023,400,700\n";
    let grades = Desk::new(&home).await.bring_by(&(TOP.to_owned() + rows), &by_grade, |_| {}).await;
    told(
        &grades,
        DoubtKind::Larger,
        "grades with more than the grades that they are a part of (students) (2 figures; first: A (D1), 2021-22: grade 3 600 of all grades 500)",
    );
    let home = sqlite();
    let rows = "D1,A,All,2022,250,500\nD1,A,Female,2022,120,240\nD1,A,Hispanic,2022,20,40\nD1,A,Female+Hispanic,2022,200,239\n";
    let crossed = Desk::new(&home).await.bring_by(&(TOP.to_owned() + rows), COUNTS, |_| {}).await;
    told(
        &crossed,
        DoubtKind::Larger,
        "crossed groups with more than one of the groups that they are a part of (students) (1 figure; first: A (D1), 2021-22:",
    );
}

#[tokio::test]
async fn parts_that_are_too_many_together_are_told() {
    let home = sqlite();
    let by_grade = COUNTS.replace("group = \"{group}\"", "grade = \"{group}\"");
    let rows = |each: usize| {
        format!(
            "D1,A,3-5,2022,350,700\nD1,A,3,2022,100,{each}\nD1,A,4,2022,100,{each}\nD1,A,5,2022,100,{each}\n\
             D1,A,all,2022,500,1000\nD1,A,elementary,2022,480,950\n"
        )
    };
    let mut desk = Desk::new(&home).await;
    let right = desk.bring_by(&(TOP.to_owned() + &rows(234)), &by_grade, |asked| asked.dry_run = true).await;
    assert!(!texts(&right).contains("together"), "{}", texts(&right));
    let grades = desk.bring_by(&(TOP.to_owned() + &rows(300)), &by_grade, |_| {}).await;
    told(
        &grades,
        DoubtKind::Larger,
        "grades that have more together than the grades that they are a part of (students) (1 figure; first: A (D1), 2021-22: \
         grade 3 300 + grade 4 300 + grade 5 300 = 900 of grades 3-5 700)",
    );
    let home = sqlite();
    let rows = "D1,A,All,2022,250,500\nD1,A,Hispanic,2022,100,200\nD1,A,Female+Hispanic,2022,80,150\nD1,A,Male+Hispanic,2022,80,150\n";
    let crossed = Desk::new(&home).await.bring_by(&(TOP.to_owned() + rows), COUNTS, |_| {}).await;
    told(
        &crossed,
        DoubtKind::Larger,
        "women and men of a group who are more together than the group (students) (1 figure; first: A (D1), 2021-22: ",
    );
    told(&crossed, DoubtKind::Larger, " = 300 of ");
}

#[tokio::test]
async fn rates_of_two_parts_lie_on_both_sides_of_the_whole() {
    let of = |group: &str, by: f64| {
        let all = rates(7, 2022, |i| 60.0 + i as f64 + by).replace(",all,", &format!(",{group},"));
        all.trim_start_matches(HEADER).to_owned()
    };
    for (female, male, odd) in [(15.0, 12.0, true), (3.0, -3.0, false), (0.5, 0.5, false), (-9.0, -8.0, true)] {
        let home = sqlite();
        let text = format!("{HEADER}{}{}{}", of("all", 0.0), of("Female", female), of("Male", male));
        let outcome = Desk::new(&home).await.bring(&text).await;
        let words = texts(&outcome);
        assert_eq!(
            words.contains("rates of Female and Male both lie on one side of all students' (7 of 7"),
            odd,
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_register_that_comes_late_is_held_against_stored_figures() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let file = "id,name,group,year,k,n\nD1,A,All,2024,50,100\nD3,C,All,2022,50,100\nD3,C,All,2024,60,100\n";
        desk.bring_by(file, COUNTS, |_| {}).await;
        let register = "name = 'Register'\nsource = 'A state'\n[[level]]\nis = 'district'\nid = '^D'\n\
            [[place]]\nis = 'district'\nid = '{id}'\nname = '{name}'\nopened = '{opened}'\nclosed = '{closed}'\n";
        let places = "id,name,opened,closed\nD1,A,1990-07-01,\nD3,C,1990-07-01,2022-06-30\n";
        let outcome = desk.bring_by(places, register, |_| {}).await;
        told(
            &outcome,
            DoubtKind::Closed,
            "rate: figures of periods after a place had closed (1 figure; first: C (D3), 2023-24; closed on 2022-06-30)",
        );
    })
    .await;
}

#[tokio::test]
async fn parts_larger_than_their_whole_are_told_when_the_register_comes_late() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let profile = COUNTS.to_owned() + "\n[[level]]\nis = 'school'\nid = '^S'\nname = '{name}'\n";
        let file = "id,name,group,year,k,n\nD1,A,All,2024,300,600\nD2,B,All,2024,200,400\nS1,E,All,2024,100,200\nS2,F,All,2024,450,700\n";
        desk.bring_by(file, &profile, |_| {}).await;
        let register = "name = 'Register'\nsource = 'A state'\n[[level]]\nis = 'school'\nid = '^S'\n\
            [[place]]\nis = 'school'\nid = '{id}'\nname = '{name}'\nparent = '{dist}'\n";
        let right = desk.bring_by("id,name,dist\nS1,E,D1\n", register, |asked| (asked.dry_run, asked.known_from) = (true, day("2023-09-01"))).await;
        assert_eq!(kinds(&right), [], "{}", texts(&right));
        let late = desk.bring_by("id,name,dist\nS1,E,D2\nS2,F,D1\n", register, |asked| asked.known_from = day("2023-09-01")).await;
        told(
            &late,
            DoubtKind::Larger,
            "schools with more students than the place they are a part of (1 figure; first: F (S2), 2023-24: 700, and A (D1) has 600)",
        );
        assert!(late.sums.iter().any(|sum| sum.differ > 0 && sum.place == "A (D1)"), "{:?}", late.sums);
    })
    .await;
}

#[tokio::test]
async fn a_parent_that_nobody_knows_is_told() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let profile = COUNTS.replace("parent = \"ST\"", "parent = \"{parent}\"")
            + "\n[[level]]\nis = 'school'\nid = '^S'\nname = '{name}'\nparent = '{parent}'\n";
        let file = |parent: &str| {
            format!(
                "id,name,group,year,k,n,parent\nD1,One,All,2022,50,100,\nS1,Elm,All,2022,30,60,D1\nS2,Pine,All,2022,9,20,{parent}\n\
                 S3,Oak,All,2022,9,20,D1\n"
            )
        };
        let wrong = desk.bring_by(&file("D01"), &profile, |asked| asked.dry_run = true).await;
        told(&wrong, DoubtKind::Missing, "a place whose parent is unknown (first: S2 below D01)");
        let right = desk.bring_by(&file("D1"), &profile, |_| {}).await;
        assert!(!kinds(&right).contains(&DoubtKind::Missing), "{}", texts(&right));
    })
    .await;
}
