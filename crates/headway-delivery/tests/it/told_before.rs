//! Figures that stay as they were told before say so; and a release as of an earlier day tells no later figure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use headway_delivery::Workspace;
use headway_delivery::publish::{Release, ShownValue, StepWeakness};

use crate::support::{ann, at, day, import, on_both, request};

const PLAN: &str = r#"
agency: { id: st, name: Agency, unit: st }
plan: { id: p, name: P, edition: "2020-01" }
measures:
  - { id: r, name: R, direction: increase, period: school-year, unit: percent }
"#;

const PROFILE: &str = r#"
name = "R"
source = "A"
unit = "{unit}"
group = "{group}"
period = { kind = "school-year", from = "{period}" }
[[level]]
is = "state"
id = '^st$'
[[level]]
is = "district"
id = '^D'
parent = "st"
[[level]]
is = "school"
id = '^S(.)'
parent = "D{1}"
[[values]]
measure = "r"
numerator = "k"
denominator = "n"
scale = "percent"
"#;

/// School, group, reached, students.
const SCHOOLS: [(&str, &str, u64, u64); 8] = [
    ("S11", "mas", 2, 4),
    ("S11", "mwh", 31, 62),
    ("S12", "mas", 30, 61),
    ("S12", "mwh", 33, 70),
    ("S21", "mas", 125, 250),
    ("S21", "mwh", 130, 260),
    ("S22", "mas", 120, 240),
    ("S22", "mwh", 260, 530),
];

/// The results of all places, with so many students who came late to the first school and did not reach it.
fn results(late: u64) -> String {
    let mut sums: BTreeMap<(String, &str), (u64, u64)> = BTreeMap::new();
    for (school, group, k, n) in SCHOOLS {
        let n = if (school, group) == ("S11", "mas") { n + late } else { n };
        for place in [school.to_owned(), format!("D{}", &school[1..2]), "st".to_owned()] {
            for of in [group, "all"] {
                let sum = sums.entry((place.clone(), of)).or_default();
                *sum = (sum.0 + k, sum.1 + n);
            }
        }
    }
    let mut text = "unit,group,period,k,n\n".to_owned();
    for ((place, group), (k, n)) in sums {
        writeln!(text, "{place},{group},2023-24,{k},{n}").expect("a text can be written to");
    }
    text
}

async fn publish(headway: &Workspace, as_of: &str, second: i64) -> Release {
    let mut prepared = headway.make_release("st", day(as_of), day("2025-12-01")).await.expect("there are results");
    headway.record_release(&mut prepared, &ann(), at(second)).await.expect("no other release comes in between");
    prepared.release
}

/// What is told of each figure: place and group, value and students, the flag, the import.
fn told(release: &Release) -> BTreeMap<(String, String), (String, String, bool, i64)> {
    let row = |row: &headway_delivery::publish::PublishedRow| {
        let told = (row.value.label_text(), row.denominator.label_text(), row.as_told_before, row.vintage);
        ((row.place.to_string(), row.group.to_string()), told)
    };
    release.measures[0].rows.iter().map(row).collect()
}

/// Figures that stay, where the newer one follows from a total less its other parts: of two groups, or of two districts.
fn newer_than_told(release: &Release) -> Vec<String> {
    let told = told(release);
    let students = |place: &str, group: &str| -> Option<i64> {
        told.get(&(place.to_owned(), group.to_owned())).and_then(|told| told.1.parse().ok())
    };
    let mut found = Vec::new();
    for (place, group) in told.iter().filter(|(_, told)| told.2).map(|(key, _)| (key.0.as_str(), key.1.as_str())) {
        let other = if group == "mas" { "mwh" } else { "mas" };
        let groups = (group != "all").then(|| Some(students(place, "all")? - students(place, other)?)).flatten();
        let districts = (place == "D1").then(|| Some(students("st", group)? - students("D2", group)?)).flatten();
        let stays = students(place, group);
        let newer = [groups, districts].into_iter().flatten().find(|n| Some(*n) != stays);
        found.extend(newer.map(|n| format!("{place} {group}: {n}, not {stays:?}")));
    }
    found
}

#[tokio::test]
async fn a_total_told_anew_would_give_a_figure_that_stays() {
    on_both(async |home| {
        let headway = home.with_plans("w", &[PLAN]).await;
        for (late, known_from) in [(0, "2025-01-01"), (1, "2025-06-01")] {
            let file = home.file(&format!("{late}.csv"), &results(late));
            import(&headway, &request(&file, PROFILE, known_from)).await.expect("the file can be read");
        }
        publish(&headway, "2025-02-01", 3).await;
        let fresh = StepWeakness { no_kept_totals: true, ..StepWeakness::default() };
        let as_of = (day("2025-07-01"), day("2025-12-01"));
        let weak = headway.weakened_release("st", as_of.0, as_of.1, fresh).await.expect("there are results");
        assert_eq!(newer_than_told(&weak.release).len(), 2, "the district and its group follow from the state");
        let whole = headway.make_release("st", as_of.0, as_of.1).await.expect("there are results");
        assert_eq!(newer_than_told(&whole.release), Vec::<String>::new());
        assert!(
            whole.notes.iter().any(|note| note.contains("totals of them that differ by as few")),
            "{:?}",
            whole.notes
        );
    })
    .await;
}

#[tokio::test]
async fn figures_that_stay_say_so_and_an_earlier_day_tells_nothing_newer() {
    on_both(async |home| {
        let headway = home.with_plans("w", &[PLAN]).await;
        for (late, known_from) in [(0, "2025-01-01"), (1, "2025-06-01")] {
            let file = home.file(&format!("{late}.csv"), &results(late));
            import(&headway, &request(&file, PROFILE, known_from)).await.expect("the file can be read");
        }
        let first = publish(&headway, "2025-02-01", 3).await;
        let second = publish(&headway, "2025-07-01", 4).await;
        let (one, two) = (told(&first), told(&second));
        assert_eq!((first.audit.exposed, second.audit.exposed), (0, 0));
        let key = |place: &str, group: &str| (place.to_owned(), group.to_owned());
        // 197 and now 198: it stays, is marked, and is of the first import.
        let district = key("D1", "all");
        assert_eq!((&two[&district].1, two[&district].2, two[&district].3), (&"197".to_owned(), true, 1));
        assert!(!one.values().any(|told| told.2), "nothing was told before the first release");
        // So do its totals, as large as they are: less the parts that did not change they would give what the late student did.
        let state = &two[&key("st", "all")];
        assert_eq!((&state.1, state.2, state.3), (&"1477".to_owned(), true, 1));
        assert_eq!(newer_than_told(&second), Vec::<String>::new());
        // And of a hidden figure nobody learns that it was revised.
        let csv = |release: &Release| {
            let mut bytes = Vec::new();
            release.write_csv(&release.measures[0], &mut bytes).expect("memory can be written");
            String::from_utf8(bytes).expect("text")
        };
        assert!(csv(&second).lines().any(|line| line.starts_with("r,D1,") && line.contains(",as told before,1,")));
        for row in second.measures[0].rows.iter().filter(|row| matches!(row.value.shown(), ShownValue::Hidden(_))) {
            assert_eq!((row.as_told_before, row.vintage), (false, 2), "{row:?}");
        }

        // Back to a day between them: what the first release told, and nothing of the second import.
        let back = publish(&headway, "2025-03-01", 5).await;
        assert_eq!(back.audit.exposed, 0, "{:?}", back.audit);
        let told_back = told(&back);
        for (key, now) in &told_back {
            assert_eq!((now.2, now.3), (false, 1), "{key:?}");
            let before = &one[key];
            assert!(now.1 == before.1 || now.1.parse::<f64>().is_err(), "{key:?}: {now:?} and {before:?}");
        }
        assert_eq!(told_back[&key("st", "all")].1, "1477");
        // And on from there, as if it had not been made.
        let on = publish(&headway, "2025-08-01", 6).await;
        assert_eq!((told(&on), on.audit.exposed), (two, 0));
    })
    .await;
}
