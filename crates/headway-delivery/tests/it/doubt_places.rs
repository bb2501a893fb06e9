//! Places that are doubted: exchanged for others, with two names, two parents, in a circle; and sums over the tree of each year.

use std::fmt::Write as _;

use headway_delivery::intake::{DoubtKind, WithheldReason, sums_in_words};

use crate::doubt::{Desk, HEADER, PROFILE, kinds, texts};
use crate::support::sqlite;

/// Rates of places with these ids.
fn of_places(ids: &[String], year: i32) -> String {
    ids.iter().enumerate().fold(HEADER.to_owned(), |all, (i, id)| {
        all + &format!("{id},Name {id},all,{year},{},100\n", 40 + (i * 7 + year as usize) % 31)
    })
}

#[tokio::test]
async fn places_exchanged_for_others_are_missed() {
    let profile = PROFILE.replace("^\\d{4}$", "^\\d{1,4}$");
    async fn check(profile: &str, ids: impl Fn(usize) -> String, want: &[&str]) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let all: Vec<String> = (1..=40).map(|i| format!("{i:04}")).collect();
        desk.bring_by(&of_places(&all, 2021), profile, |_| {}).await;
        let now: Vec<String> = (1..=40).map(ids).collect();
        let outcome = desk.bring_by(&of_places(&now, 2022), profile, |_| {}).await;
        let told = texts(&outcome);
        assert_eq!(kinds(&outcome).contains(&DoubtKind::Missing), !want.is_empty(), "{told}");
        assert!(want.iter().all(|words| told.contains(words)), "{told}");
    }
    check(&profile, |i| format!("{i:04}"), &[]).await;
    check(
        &profile,
        |i| format!("{:04}", if i <= 12 { i + 900 } else { i }),
        &["12 of 40 districts; 12 new ones are here instead"],
    )
    .await;
    let zeros = &["40 of 40 districts that are here with more or fewer zeros", "say `digits`"];
    check(&profile, |i| i.to_string(), zeros).await;
}

const SCHOOLS: &str = "\n[[level]]\nis = 'school'\nid = '^S'\nname = '{name}'\nparent = '{district}'\n";

#[tokio::test]
async fn sums_are_over_the_tree_of_their_own_year() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let profile = PROFILE.to_owned() + SCHOOLS;
    let mut text = "id,name,district,group,year,rate,n\n".to_owned();
    for (id, district, year, n) in [
        ("0001", "", 2021, 300),
        ("0002", "", 2021, 200),
        ("S1", "0001", 2021, 100),
        ("S2", "0001", 2021, 200),
        ("S3", "0002", 2021, 200),
        ("0001", "", 2022, 201),
        ("0002", "", 2022, 302),
        ("S1", "0002", 2022, 101),
        ("S2", "0001", 2022, 201),
        ("S3", "0002", 2022, 201),
    ] {
        let _ = writeln!(text, "{id},Name {id},{district},all,{year},{},{n}", 50 + n % 7);
    }
    let outcome = desk.bring_by(&text, &profile, |_| {}).await;
    let of_districts: Vec<_> = outcome.sums.iter().filter(|sum| sum.level.is_some()).collect();
    assert!(
        of_districts.iter().all(|sum| sum.differ == 0) && of_districts[0].agree == 4,
        "{:?}",
        sums_in_words(&outcome.sums)
    );
    // A correction of the older year alone, once the newer one is known.
    let older = "id,name,district,group,year,rate,n\nS1,Name S1,0001,all,2021,55,110\n";
    let outcome = desk.bring_by(older, &profile, |_| {}).await;
    let told = sums_in_words(&outcome.sums).join("\n");
    assert!(told.contains("Name 0001 (0001), 2020-21: 300 students, its 2 schools add up to 310 (+10"), "{told}");
}

#[tokio::test]
async fn codes_with_two_names_and_names_with_two_codes_are_told() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let text = HEADER.to_owned()
        + "0001,Alder,all,2022,50,100\n0001,Birch,ecd,2022,40,50\n0002,Cedar,all,2022,50,100\n0002,CEDAR,ecd,2022,40,50\n"
        + "0003,Elm,all,2022,50,100\n0004,Elm,all,2022,60,100\n0005,Fir,all,2021,60,100\n0005,Grove,all,2022,61,100\n";
    let outcome = desk.bring(&text).await;
    let report = outcome.report.as_ref().expect("a report").to_string();
    assert!(
        report.contains("1 codes with two names in one period") && report.contains("the first: 0001: Alder / Birch"),
        "{report}"
    );
    assert!(report.contains("1 names with two codes") && report.contains("the first: Elm: 0003 / 0004"), "{report}");
    assert!(!report.contains("Cedar") && !report.contains("Grove"), "{report}");
}

const REGISTER: &str = r#"
name = "Register"
[[place]]
is = "school"
id = "{id}"
name = "{name}"
parent = "{district}"
from = "{from}"
opened = "{opened}"
closed = "{closed}"
"#;

#[tokio::test]
async fn a_register_that_contradicts_itself_is_refused() {
    async fn check(rows: &str, want: Option<&[&str]>) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let text = format!("id,name,district,from,opened,closed\n{rows}");
        let outcome = desk.bring_by(&text, REGISTER, |_| {}).await;
        let report = outcome.report.as_ref().expect("a report").to_string();
        assert_eq!(outcome.withheld, want.map(|_| WithheldReason::Contradiction), "{report}");
        assert_eq!(outcome.import.is_some(), want.is_none(), "{report}");
        assert!(want.unwrap_or_default().iter().all(|words| report.contains(words)), "{report}");
    }
    check("S1,Alder,D1,2020-07-01,,\nS1,Alder,D2,2021-07-01,,\nS1,Alder,D1,2020-07-01,,\n", None).await;
    let parents = &["(row 2) and", "(row 3)", "S1 belongs to D1 and to D2"][..];
    check("S1,Alder,D1,2020-07-01,,\nS1,Alder,D2,2020-07-01,,\nS2,Birch,D1,,,\n", Some(parents)).await;
    let closed = &["(row 3) and", "(row 2)", "S1 opened on 2015-07-01 and closed on 2010-06-30"][..];
    check("S1,Alder,D1,2020-07-01,,2010-06-30\nS1,Alder,D1,2021-07-01,2015-07-01,\n", Some(closed)).await;
}

#[tokio::test]
async fn places_in_a_circle_are_refused() {
    let home = sqlite();
    let desk = Desk::new(&home).await;
    let text = "id,name,district,from,opened,closed\nS1,Alder,S2,,,\nS2,Birch,S3,,,\nS3,Cedar,S1,,,\n";
    let asked = crate::support::request(&home.file("r.csv", text), REGISTER, "2025-10-01");
    let told = crate::support::import(&desk.headway, &asked).await.expect_err("refused").to_string();
    assert!(told.contains("S1 belongs to S2, which belongs to S3, which belongs to S1"), "{told}");
}
