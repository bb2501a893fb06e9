//! A release from files to files: what is told, what is kept, what is refused.

use std::fs;
use std::path::Path;

use headway_delivery::publish::{DecisionLog, PublishedValue, ShownValue};
use headway_delivery::{Error, Workspace};

use crate::support::{Home, ann, at, day, import, on_both, request, sqlite};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST, publishing: { n_size: 10, insiders: false, least_width: 1 } }
plan: { id: p, edition: "2019" }
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

/// D1 has 4 students, so that D2 would give them away; nearly all of D3 pass.
const FIRST: &str = "code,year,group,students,passed\n\
    ST,2020,all,244,140\nD1,2020,all,4,3\nD2,2020,all,40,20\nD3,2020,all,100,99\nD4,2020,all,100,18\n";
/// Revised: D1 had 14.
const SECOND: &str = "code,year,group,students,passed\n\
    ST,2020,all,254,146\nD1,2020,all,14,9\nD2,2020,all,40,20\nD3,2020,all,100,99\nD4,2020,all,100,18\n";

fn text(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}

async fn publish(headway: &Workspace, as_of: &str, folder: &Path, second: i64) {
    let mut prepared = headway.make_release("st", day(as_of), day("2021-03-01")).await.expect("there are results");
    headway.record_release(&mut prepared, &ann(), at(second)).await.expect("nothing follows");
    DecisionLog::write_log(&prepared, headway.root()).expect("the workspace can be written");
    headway_delivery::publish::write_release(&prepared.release, folder, |_, _| Ok(())).expect("the folder is free");
}

#[tokio::test]
async fn files_to_files() {
    on_both(async |home| {
        let headway = home.with_plans("w", &[PLAN]).await;
        let folder = home.path("public");
        let file = home.file("first.csv", FIRST);
        import(&headway, &request(&file, PROFILE, "2020-09-01")).await.expect("the file can be read");
        publish(&headway, "2020-10-01", &folder, 3).await;
        let csv = text(&folder, "data/passed.csv");
        let row = |place: &str| -> String {
            csv.lines().find(|line| line.starts_with(&format!("passed,{place},"))).expect("a row").to_owned()
        };
        assert!(row("ST").contains(",exact,57.4,"), "{}", row("ST"));
        assert!(row("D1").contains(",hidden,,,,too few students,few-students,,,"), "{}", row("D1"));
        assert!(row("D2").contains(",hidden,,,,hidden to protect others,secondary,,,"), "{}", row("D2"));
        assert!(row("D3").contains(",range,,98,100,98 or more,,,100,"), "{}", row("D3"));
        assert!(text(&folder, "datapackage.json").contains("\"agency\": \"st\""));
        assert!(text(&folder, "RULES.txt").contains("fewer than 10 students"));
        let json: serde_json::Value = serde_json::from_str(&text(&folder, "data/passed.json")).expect("JSON");
        assert_eq!(json["series"].as_array().map(Vec::len), Some(5));
        // The decisions have the counts, and are in the workspace alone.
        let log = text(headway.root(), "releases/st-0001/decisions.csv");
        assert!(log.contains("1,passed,D1,all,all,2019-20,hidden,n-size 10,2,4,3"), "{log}");
        assert!(!folder.join("releases").exists());

        // The revision alone hides nobody; after the first release it must not give D1's four away.
        let file = home.file("second.csv", SECOND);
        import(&headway, &request(&file, PROFILE, "2020-12-01")).await.expect("the file can be read");
        let mut prepared =
            headway.make_release("st", day("2020-12-31"), day("2021-03-01")).await.expect("there are results");
        assert_eq!(prepared.release.number, 2);
        let shown =
            |place: &str| -> PublishedValue { prepared.release.measures[0].series("all", "all", place)[0].denominator };
        assert!(matches!(shown("D3").shown(), ShownValue::Exact(100.0)));
        let hidden =
            ["ST", "D1", "D2"].map(shown).iter().filter(|p| matches!(p.shown(), ShownValue::Hidden(_))).count();
        assert!(hidden >= 2, "D2 stays hidden, and one of the two that would give it away");
        publish(&headway, "2020-12-31", &folder, 4).await;
        assert!(text(&folder, "datapackage.json").contains("\"release\": 2"));
        assert_eq!(
            fs::read_dir(folder.parent().expect("a folder"))
                .expect("it can be read")
                .filter(|entry| {
                    entry.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().starts_with("public."))
                })
                .count(),
            0,
            "nothing is left beside it"
        );

        // Two at once: the second of them is refused, and so is a folder of somebody else.
        assert!(headway.record_release(&mut prepared, &ann(), at(5)).await.is_err());
        let other = home.path("other");
        fs::create_dir_all(&other).expect("the temporary folder can be written");
        fs::write(other.join("thesis.txt"), "mine").expect("the temporary folder can be written");
        for taken in [&other, &other.join("thesis.txt")] {
            let refused = headway_delivery::publish::write_release(&prepared.release, taken, |_, _| Ok(()));
            assert!(matches!(refused, Err(Error::Refused(_))), "{taken:?}");
        }
        assert_eq!(text(&other, "thesis.txt"), "mine");
    })
    .await;
}

/// What its source calls preliminary is marked in each public file, and only where there is a figure; the final release takes the
/// mark away.
#[tokio::test]
async fn preliminary_figures_are_marked_in_public_files() {
    on_both(async |home| {
        let headway = home.with_plans("w", &[PLAN]).await;
        let folder = home.path("public");
        let file = home.file("first.csv", FIRST);
        let marks = || -> Vec<(String, String, String)> {
            let csv = text(&folder, "data/passed.csv");
            let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let head = lines.next().expect("a header");
            let at = |name: &str| head.iter().position(|column| *column == name).expect("a column");
            let (place, shown, flags) = (at("place"), at("shown"), at("flags"));
            lines.map(|row| [place, shown, flags].map(|at| row[at].to_owned()).into()).collect()
        };
        let in_json = || -> Vec<(String, String)> {
            let json: serde_json::Value = serde_json::from_str(&text(&folder, "data/passed.json")).expect("JSON");
            let series = json["series"].as_array().expect("a list").iter();
            let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
            series.map(|series| (word(&series["place"]), word(&series["results"][0]["flags"]))).collect()
        };
        let mut early = request(&file, PROFILE, "2020-09-01");
        early.provisional = true;
        import(&headway, &early).await.expect("the file can be read");
        publish(&headway, "2020-10-01", &folder, 3).await;
        let told = marks();
        assert_eq!(told.len(), 5, "{told:?}");
        for (place, shown, flags) in &told {
            let want = if shown == "hidden" { "" } else { "preliminary" };
            assert_eq!(flags, want, "{place}, {shown}");
            assert!(in_json().contains(&(place.clone(), want.to_owned())), "{:?}", in_json());
        }
        assert!(
            told.iter().any(|(_, shown, _)| shown == "exact") && told.iter().any(|(_, shown, _)| shown == "hidden")
        );
        import(&headway, &request(&file, PROFILE, "2020-12-01")).await.expect("the file can be read");
        publish(&headway, "2020-12-31", &folder, 4).await;
        assert!(marks().iter().all(|(.., flags)| flags.is_empty()), "{:?}", marks());
        assert!(in_json().iter().all(|(_, flags)| flags.is_empty()), "{:?}", in_json());
    })
    .await;
}

/// A workspace with one import, and its release as it is before it is published.
async fn prepared(home: &Home, second: i64) -> (Workspace, headway_delivery::publish::PreparedRelease) {
    let headway = home.with_plans(&format!("w{second}"), &[PLAN]).await;
    let file = home.file("first.csv", FIRST);
    import(&headway, &request(&file, PROFILE, "2020-09-01")).await.expect("the file can be read");
    let prepared = headway.make_release("st", day("2020-10-01"), day("2021-03-01")).await.expect("there are results");
    (headway, prepared)
}

#[cfg(unix)]
#[tokio::test]
async fn a_published_folder_keeps_its_mode_and_group() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let home = sqlite();
    let (_, prepared) = prepared(&home, 3).await;
    let folder = home.path("site");
    fs::create_dir_all(folder.join("drafts")).expect("made");
    // Another group than this process's own, where it may give one.
    let own = fs::metadata(&folder).expect("there").gid();
    let group = if chown(&folder, None, Some(own + 1)).is_ok() { own + 1 } else { own };
    fs::remove_dir(folder.join("drafts")).expect("removed");
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o2750)).expect("set");
    let check = |what: &str| {
        let meta = fs::metadata(&folder).expect("there");
        assert_eq!((meta.mode() & 0o7777, meta.gid()), (0o2750, group), "{what}");
        assert_eq!(fs::metadata(folder.join("RULES.txt")).expect("there").gid(), group, "{what}");
    };
    let publish = || headway_delivery::publish::write_release(&prepared.release, &folder, |_, _| Ok(()));
    publish().expect("the folder is empty");
    check("first");
    fs::create_dir(folder.join("drafts")).expect("made");
    fs::set_permissions(folder.join("drafts"), PermissionsExt::from_mode(0o710)).expect("set");
    fs::set_permissions(folder.join("data"), PermissionsExt::from_mode(0o2770)).expect("set");
    assert_eq!(publish().expect("an earlier release"), [Path::new("drafts")]);
    check("second");
    let mode = |name: &str| fs::metadata(folder.join(name)).expect("there").mode() & 0o7777;
    assert_eq!((mode("drafts"), mode("data")), (0o710, 0o2770));
}

#[tokio::test]
async fn one_folder_is_published_into_by_one_program_at_a_time() {
    let home = sqlite();
    let (_, prepared) = prepared(&home, 4).await;
    // However the folder is called, it is one.
    let (folder, called) = (home.path("site"), home.path("site/."));
    let staged =
        headway_delivery::publish::stage_release(&prepared.release, &folder, |_, _| Ok(())).expect("it is free");
    if cfg!(unix) {
        let told =
            headway_delivery::publish::stage_release(&prepared.release, &called, |_, _| Ok(())).expect_err("in use");
        assert!(told.to_string().contains("another program is publishing into"), "{told}");
    }
    staged.put_in_place().expect("it is free");
    headway_delivery::publish::write_release(&prepared.release, &called, |_, _| Ok(()))
        .expect("nobody else is at work");
    assert!(folder.join("datapackage.json").exists());
    let root = Path::new("/");
    let told = headway_delivery::publish::stage_release(&prepared.release, root, |_, _| Ok(())).expect_err("no name");
    assert!(matches!(told, Error::Refused(_)), "{told}");
}
