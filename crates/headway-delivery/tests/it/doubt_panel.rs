//! A state of sixty districts with three races over years, made by arithmetic: what an honest file of it says raises no question,
//! and a fault in it does, be it in a part of the file or where nothing tells the numbers of students.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use headway_delivery::intake::{DoubtKind, ImportOutcome, WithheldReason};

use crate::doubt::{Desk, kinds, texts};
use crate::support::{on_both, sqlite};

const PROFILE: &str = r#"
name = "Panel"
source = "A state"
unit = "{id}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }

[[level]]
is = "state"
id = '^ST$'

[[level]]
is = "district"
id = '^D'
parent = "ST"

[[values]]
measure = "rate"
"#;

const RATES: &str = "column = \"v\"\nscale = \"percent\"\n";
const WITH_STUDENTS: &str = "column = \"v\"\nscale = \"percent\"\ndenominator = \"n\"\n";
const COUNTS: &str = "scale = \"percent\"\nnumerator = \"k\"\ndenominator = \"n\"\n";

const RACES: [(&str, f64, f64); 3] = [("White", 0.45, 8.0), ("Black", 0.2, -12.0), ("Hispanic", 0.35, -4.0)];

/// A number from 0 to 1 that looks like none in particular.
fn any(seed: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    for _ in 0..3 {
        x ^= x >> 31;
        x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    }
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

/// About as a normal distribution has it, with a standard deviation of 1.
fn noise(seed: u64) -> f64 {
    (0..12).map(|i| any(seed * 12 + i)).sum::<f64>() - 6.0
}

/// How many of how many, by place and group: all students are the sum of the races, the state of its districts.
type Year = BTreeMap<(String, &'static str), (u64, u64)>;

fn year(year: u64) -> Year {
    let mut of = Year::new();
    for d in 1..=60_u64 {
        let (size, level) = (150.0 + 750.0 * any(d), 38.0 + 38.0 * any(d + 1_000));
        let level = level + 0.8 * (year as f64 - 2019.0) + 1.5 * noise(d * 7_919 + year);
        for (at, (race, share, off)) in (0..).zip(RACES) {
            let n = (size * share * (1.0 + 0.02 * noise(d * 31 + year * 7 + at))).round().max(10.0);
            let share = ((level + off) / 100.0).clamp(0.03, 0.97);
            let k = (n * share + (n * share * (1.0 - share)).sqrt() * noise(d * 977 + year * 13 + at))
                .round()
                .clamp(0.0, n);
            for (place, group) in
                [(format!("D{d:02}"), race), (format!("D{d:02}"), "All"), ("ST".into(), race), ("ST".into(), "All")]
            {
                let sum = of.entry((place, group)).or_default();
                *sum = (sum.0 + k as u64, sum.1 + n as u64);
            }
        }
    }
    of
}

/// A row: place, group, what the file says.
type Row = (String, String, Vec<String>);

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Rates,
    WithStudents,
    Counts,
}

impl Shape {
    fn profile(self) -> String {
        PROFILE.to_owned()
            + match self {
                Self::Rates => RATES,
                Self::WithStudents => WITH_STUDENTS,
                Self::Counts => COUNTS,
            }
    }

    fn rows(self, of: &Year) -> Vec<Row> {
        let cells = |(k, n): (u64, u64)| match self {
            Self::Rates => vec![format!("{:.1}", 100.0 * k as f64 / n as f64)],
            Self::WithStudents => vec![format!("{:.1}", 100.0 * k as f64 / n as f64), n.to_string()],
            Self::Counts => vec![k.to_string(), n.to_string()],
        };
        of.iter().map(|((place, group), counts)| (place.clone(), (*group).to_owned(), cells(*counts))).collect()
    }

    fn file(self, ending: u64, rows: &[Row]) -> String {
        let columns = match self {
            Self::Rates => "v",
            Self::WithStudents => "v,n",
            Self::Counts => "k,n",
        };
        rows.iter().fold(format!("id,group,year,{columns}\n"), |mut text, (place, group, cells)| {
            let _ = writeln!(text, "{place},{group},{ending},{}", cells.join(","));
            text
        })
    }
}

/// The years before 2024, then 2024 with a fault.
async fn with_fault(shape: Shape, fault: impl Fn(&mut Vec<Row>)) -> ImportOutcome {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    for ending in 2019..2024 {
        let text = shape.file(ending, &shape.rows(&year(ending)));
        let outcome = desk.bring_by(&text, &shape.profile(), |_| {}).await;
        assert_eq!((kinds(&outcome), outcome.withheld), (vec![], None), "{ending}: {}", texts(&outcome));
    }
    let mut rows = shape.rows(&year(2024));
    fault(&mut rows);
    desk.bring_by(&shape.file(2024, &rows), &shape.profile(), |_| {}).await
}

/// Held back, or told only, for this kind of reason.
async fn check(what: &str, shape: Shape, fault: impl Fn(&mut Vec<Row>), want: Option<(DoubtKind, bool, &str)>) {
    let outcome = with_fault(shape, fault).await;
    let told = texts(&outcome);
    match want {
        None => assert_eq!((kinds(&outcome), outcome.withheld), (vec![], None), "{what}: {told}"),
        Some((kind, held, words)) => {
            assert!(kinds(&outcome).contains(&kind) && told.contains(words), "{what}: {told}");
            assert_eq!(outcome.withheld, held.then_some(WithheldReason::Doubt), "{what}: {told}");
        }
    }
}

/// Whether a place is one of every second district.
fn is_half(place: &str) -> bool {
    place[1..].parse::<u32>().is_ok_and(|number| number % 2 == 0)
}

fn swap_races(place: &dyn Fn(&str) -> bool) -> impl Fn(&mut Vec<Row>) {
    move |rows| {
        for (_, group, _) in rows.iter_mut().filter(|(id, ..)| place(id)) {
            *group = match group.as_str() {
                "White" => "Black".to_owned(),
                "Black" => "White".to_owned(),
                other => other.to_owned(),
            };
        }
    }
}

#[tokio::test]
async fn an_honest_panel_raises_no_question() {
    for shape in [Shape::Rates, Shape::WithStudents, Shape::Counts] {
        check("honest", shape, |_| {}, None).await;
    }
}

/// Rates of few students move far, and are the same again and again: before a third year nothing tells how far and how often.
#[tokio::test]
async fn a_second_year_of_small_places_raises_no_question() {
    for (level, seed) in [(0.5, 1), (0.6, 2), (0.97, 3), (0.03, 4)] {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        for ending in [2019, 2020_u64] {
            let mut text = "id,group,year,v\n".to_owned();
            for (d, (group, size)) in
                (1..=64_u64).flat_map(|d| [("All", 40.0), ("SWD", 9.0), ("ELL", 12.0)].map(|of| (d, of)))
            {
                let n = size as u64 + (size * any(d * 17 + seed)) as u64;
                let at = |i: u64| any(seed * 7_907 + ending * 104_729 + d * 613 + size as u64 * 31 + i * 1_299_709);
                let k = (0..n).filter(|i| at(*i) < level).count();
                let _ = writeln!(text, "D{d:02},{group},{ending},{:.0}", 100.0 * k as f64 / n as f64);
            }
            let outcome = desk.bring_by(&text, &Shape::Rates.profile(), |_| {}).await;
            assert_eq!((kinds(&outcome), outcome.withheld), (vec![], None), "{level} {ending}: {}", texts(&outcome));
        }
    }
}

#[tokio::test]
async fn exchanged_groups_are_seen_in_any_part_of_a_file() {
    let words = "Black or African American and White have each other's figures";
    for shape in [Shape::Rates, Shape::Counts] {
        check("all", shape, swap_races(&|_| true), Some((DoubtKind::Copied, true, words))).await;
        check("half", shape, swap_races(&is_half), Some((DoubtKind::Copied, true, words))).await;
    }
    let fourth = |id: &str| is_half(id) && id[1..].parse::<u32>().is_ok_and(|number| number % 4 == 0);
    check("a quarter", Shape::Rates, swap_races(&fourth), Some((DoubtKind::Copied, true, words))).await;
}

#[tokio::test]
async fn the_opposite_in_a_part_of_a_file_is_seen() {
    let opposite = |rows: &mut Vec<Row>| {
        for (.., cells) in rows.iter_mut().filter(|(id, ..)| is_half(id)) {
            let value: f64 = cells[0].parse().expect("a rate");
            cells[0] = match cells.get(1) {
                Some(n) => (n.parse::<f64>().expect("a count") - value).to_string(),
                None => format!("{:.1}", 100.0 - value),
            };
        }
    };
    for shape in [Shape::Rates, Shape::Counts] {
        check("half", shape, opposite, Some((DoubtKind::Opposite, true, "a part of the figures of 2023-24"))).await;
    }
}

#[tokio::test]
async fn last_years_rates_in_a_part_of_a_file_are_seen() {
    let before: BTreeMap<(String, String), Vec<String>> =
        Shape::Rates.rows(&year(2023)).into_iter().map(|(id, group, cells)| ((id, group), cells)).collect();
    let carried = |rows: &mut Vec<Row>| {
        for (id, group, cells) in rows.iter_mut().filter(|(id, ..)| is_half(id)) {
            cells.clone_from(&before[&(id.clone(), group.clone())]);
        }
    };
    let words = "more figures of 2023-24 than by chance are those of 2022-23, to the last decimal";
    check("half", Shape::Rates, carried, Some((DoubtKind::Copied, true, words))).await;
}

#[tokio::test]
async fn placeholders_are_told() {
    let put = |text: &'static str, group: &'static str, most: u32| {
        move |rows: &mut Vec<Row>| {
            let few = |id: &str| id[1..].parse::<u32>().is_ok_and(|number| number <= most);
            rows.iter_mut()
                .filter(|(id, own, _)| few(id) && own == group)
                .for_each(|(.., cells)| cells[0] = text.to_owned());
        }
    };
    let told = |words| Some((DoubtKind::Placeholder, false, words));
    check(
        "0 in 29",
        Shape::Rates,
        put("0.0", "All", 29),
        told("many places have 0 that were far from it the year before (29 of"),
    )
    .await;
    check("0 in 29, of a race", Shape::Counts, put("0", "Black", 29), told("many places have 0")).await;
    let all = |rows: &mut Vec<Row>| rows.iter_mut().for_each(|(.., cells)| cells[0] = "50.0".to_owned());
    check("50 everywhere", Shape::Rates, all, told("many places have 50")).await;
    let point = |rows: &mut Vec<Row>| {
        rows.iter_mut().filter(|(id, group, _)| id == "D03" && group == "All").for_each(|(.., cells)| {
            let value: f64 = cells[0].parse().expect("a rate");
            cells[0] = format!("{:.2}", value / 10.0);
        });
    };
    let words = "figures are ten times those of the period before, or a tenth, where others are not (1 of";
    check("a tenth", Shape::Rates, point, Some((DoubtKind::Jump, false, words))).await;
}

#[tokio::test]
async fn wholes_are_held_against_their_parts() {
    let set = |place: &'static str, group: &'static str, cells: &'static [&'static str]| {
        move |rows: &mut Vec<Row>| {
            let own = rows.iter_mut().filter(|(id, own, _)| id == place && own == group);
            own.for_each(|(.., found)| found.iter_mut().zip(cells).for_each(|(cell, text)| (*text).clone_into(cell)));
        }
    };
    let told = |words| Some((DoubtKind::Parts, false, words));
    let rates = "rates that the places below can't make (1 of";
    check("state", Shape::Rates, set("ST", "All", &["90.0"]), told(rates)).await;
    check("state with students", Shape::WithStudents, set("ST", "All", &["71.3"]), told(rates)).await;
    let groups = "student groups are not what the places below make, where all students are (students)";
    check("a state's group", Shape::Counts, set("ST", "Black", &["1000", "2300"]), told(groups)).await;
    let dropped = |most: u32| {
        move |rows: &mut Vec<Row>| {
            rows.retain(|(id, group, _)| {
                group != "Black" || id[1..].parse::<u32>().is_ok_and(|number| number > most) || id == "ST"
            });
        }
    };
    let races = "the races do not add up to all students (students)";
    check("2 without a race", Shape::Counts, dropped(2), told(races)).await;
    check("29 without a race", Shape::Counts, dropped(29), told(races)).await;
    let low = |rows: &mut Vec<Row>| {
        rows.iter_mut()
            .filter(|(id, group, _)| group == "All" && id != "ST")
            .for_each(|(.., cells)| cells[0] = "12.0".to_owned());
    };
    check("below all races", Shape::Rates, low, told("all students' rate lies on one side of all races'")).await;
    check(
        "not what the races make",
        Shape::WithStudents,
        set("D07", "All", &["70.0"]),
        told("all students' rate is not what the races make"),
    )
    .await;
    let copied = |rows: &mut Vec<Row>| {
        let source: Vec<Row> = rows.iter().filter(|(id, ..)| id == "D08").cloned().collect();
        for (_, group, cells) in source {
            rows.iter_mut()
                .filter(|(id, own, _)| id == "D07" && *own == group)
                .for_each(|(.., own)| own.clone_from(&cells));
        }
    };
    let words = "places have another's figures in all groups and grades, to the last student (4 figures; first: D07 and D08, 2023-24";
    check("a copied place", Shape::Counts, copied, Some((DoubtKind::Copied, false, words))).await;
}

/// A list of corrections is held against what is stored of the same places.
#[tokio::test]
async fn corrections_that_no_longer_add_up_are_told() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let shape = Shape::Counts;
        let rows = shape.rows(&year(2024));
        desk.bring_by(&shape.file(2024, &rows), &shape.profile(), |_| {}).await;
        let halved =
            rows.iter().filter(|(id, group, _)| ["D07", "D08", "D09"].contains(&id.as_str()) && group == "Black");
        let halved: Vec<Row> = halved
            .map(|(id, group, cells)| {
                let half = cells.iter().map(|cell| (cell.parse::<u64>().expect("a count") / 2).to_string());
                (id.clone(), group.clone(), half.collect())
            })
            .collect();
        let outcome = desk.bring_by(&shape.file(2024, &halved), &shape.profile(), |_| {}).await;
        let told = texts(&outcome);
        assert!(told.contains("the races do not add up to all students (students) (3 of"), "{told}");
    })
    .await;
}

/// What hardly changes is asked about once, until its own past shows that it does not.
#[tokio::test]
async fn a_measure_that_stays_as_it_is_is_not_asked_about_each_year() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let profile = PROFILE.to_owned() + "column = \"v\"\nscale = \"count\"\n";
    let held = |ending: u64| {
        let mut text = "id,group,year,v\n".to_owned();
        for d in 1..=60_u64 {
            // One district a year opens a school.
            let schools = 1 + (12.0 * any(d)) as u64 + u64::from(d <= ending - 2018);
            let _ = writeln!(text, "D{d:02},All,{ending},{schools}");
        }
        text
    };
    let mut asked = Vec::new();
    for ending in 2019..=2024 {
        let outcome = desk.bring_by(&held(ending), &profile, |asked| asked.dry_run = true).await;
        asked.push(outcome.withheld.is_some());
        desk.bring_by(&held(ending), &profile, |asked| asked.revises = true).await;
    }
    assert_eq!(asked, [false, true, false, false, false, false]);
}

/// A rate where the profile has the numerator.
#[tokio::test]
async fn a_rate_taken_for_a_numerator_is_asked_about() {
    let home = sqlite();
    let file = |of: &dyn Fn(u64, u64) -> String| {
        let rows = year(2024);
        let own = rows.iter().filter(|((id, group), _)| id != "ST" && *group == "All");
        own.fold("id,group,year,k,n\n".to_owned(), |mut text, ((id, group), (k, n))| {
            let _ = writeln!(text, "{id},{group},2024,{},{n}", of(*k, *n));
            text
        })
    };
    let rates = Desk::new(&home)
        .await
        .bring_by(&file(&|k, n| format!("{:.1}", 100.0 * k as f64 / n as f64)), &Shape::Counts.profile(), |_| {})
        .await;
    let told = texts(&rates);
    assert!(kinds(&rates).contains(&DoubtKind::Scale) && rates.withheld.is_some(), "{told}");
    assert!(told.contains("numerators have decimals, and none is above 100"), "{told}");
    let home = sqlite();
    let halves =
        Desk::new(&home).await.bring_by(&file(&|k, _| format!("{k}.5")), &Shape::Counts.profile(), |_| {}).await;
    assert_eq!(kinds(&halves), [], "students counted in parts: {}", texts(&halves));
}
