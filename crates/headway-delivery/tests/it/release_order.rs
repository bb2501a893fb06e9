//! A release is the same, to the byte, whatever the order in which its files were loaded.

use headway_delivery::publish::Release;

use crate::support::{day, import, on_both, request};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, name: P, edition: "2019" }
measures:
  - { id: passed, name: Passed, unit: percent, direction: increase, period: school-year }
"#;

const PROFILE: &str = r#"
name = "Results"
source = "State agency, results"
unit = "{code}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }
[columns]
code = "code"
year = "year"
group = "group"
students = "students"
passed = "passed"
[[level]]
is = "state"
id = "^ST$"
name = "The state"
[[level]]
is = "district"
name = "District {code}"
parent = "ST"
[[values]]
measure = "passed"
scale = "percent"
numerator = "passed"
denominator = "students"
"#;

/// Two years, and the first of them revised; each with the day on which it became known.
const FILES: [(&str, &str); 3] = [
    (
        "2020-09-01",
        "code,year,group,students,passed\nST,2020,all,244,140\nD1,2020,all,4,3\nD2,2020,all,40,20\nD3,2020,all,100,99\n\
         D4,2020,all,100,18\nD4,2020,female,52,10\nD4,2020,male,48,8\n",
    ),
    (
        "2020-12-01",
        "code,year,group,students,passed\nST,2020,all,264,151\nD1,2020,all,14,9\nD2,2020,all,40,20\nD3,2020,all,110,104\n\
         D4,2020,all,100,18\n",
    ),
    (
        "2021-09-01",
        "code,year,group,students,passed\nST,2021,all,250,145\nD1,2021,all,12,7\nD2,2021,all,38,20\nD3,2021,all,100,90\n\
         D4,2021,all,100,28\n",
    ),
];

/// All that the files of a release say. The number of an import is the one thing that depends on the order of loading: here it is the
/// place of its day.
fn said(mut release: Release) -> Vec<u8> {
    release.sources.sort_by_key(|source| source.known_from);
    let numbers: Vec<i64> = release.sources.iter().map(|source| source.id).collect();
    let number = |id: i64| numbers.iter().position(|known| *known == id).expect("each import is a source") as i64;
    release.measures.iter_mut().flat_map(|m| &mut m.rows).for_each(|row| row.vintage = number(row.vintage));
    release.sources.iter_mut().zip(0..).for_each(|(source, number)| source.id = number);
    let mut bytes = release.rules_text().into_bytes();
    bytes.extend(release.package_json().to_string().into_bytes());
    for measure in &release.measures {
        release.write_csv(measure, &mut bytes).expect("memory can be written");
        release.write_json(measure, &mut bytes).expect("memory can be written");
    }
    bytes
}

#[tokio::test]
async fn a_release_is_the_same_for_any_order_of_loading() {
    on_both(async |home| {
        let mut first: Option<Vec<u8>> = None;
        for (round, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].iter().enumerate() {
            let headway = home.with_plans(&format!("w{round}"), &[PLAN]).await;
            for &at in order {
                let (known_from, text) = FILES[at];
                let file = home.file(&format!("{at}.csv"), text);
                import(&headway, &request(&file, PROFILE, known_from)).await.expect("the file can be read");
            }
            let made =
                headway.make_release("st", day("2022-10-01"), day("2022-10-01")).await.expect("there are results");
            let said = said(made.release);
            match &first {
                Some(first) => assert!(*first == said, "{order:?}: {}", String::from_utf8_lossy(&said)),
                None => first = Some(said),
            }
        }
    })
    .await;
}
