//! Questions that have no plain answer: what is said, and that what is advised works.

use std::process::Command;

use crate::tool::{PLAN, PROFILE, RESULTS, Said, Tool};

fn with_results() -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("plan.yaml", PLAN);
    tool.write("profile.toml", PROFILE);
    tool.write("results.csv", RESULTS);
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    tool
}

/// The same results under an id that no plan names, with another district beside the first.
fn without_a_plan(rows: &str) -> Tool {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("profile.toml", &PROFILE.replace("\"attendance\"", "\"other\""));
    tool.write("results.csv", &format!("code,name,year,rate,students\n{rows}"));
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    tool
}

const TWO: &str = "0001,Alder,2022,74.0,100\n0002,Birch,2022,64.0,100\n";

#[test]
fn without_a_place_the_whole_is_shown_or_a_list_to_choose_from() {
    let tool = without_a_plan(TWO);
    let said = tool.run(&["show", "other"]);
    assert_eq!(said.code, 3);
    for word in ["2 places", "0001 (Alder)", "0002 (Birch)", "--place", "headway track --measure other"] {
        assert!(said.err.contains(word), "{word}: {}", said.err);
    }
    assert!(tool.ok(&["show", "other", "--unit", "0002"]).contains("64.0"));
    let rows = tool.json(&["track", "--measure", "other"]);
    let places: Vec<_> = rows.as_array().expect("rows").iter().map(|row| row["unit"].as_str()).collect();
    assert_eq!(places, [Some("0001"), Some("0002")]);
    assert!(tool.ok(&["track", "--measure", "other"]).contains("No plan names “other”"));

    let whole = without_a_plan(&format!("ST,The state,2022,70.0,200\n{TWO}"));
    assert!(whole.ok(&["show", "other"]).contains("The state"), "the only place of its level");
    let one = without_a_plan("0001,Alder,2022,74.0,100\n");
    assert!(one.ok(&["show", "other"]).contains("Alder"), "the only place there is");
}

#[test]
fn measures_and_places_are_listed() {
    let tool = with_results();
    let measures = tool.json(&["--as-of", "2022-12-01", "measures"]);
    assert_eq!(measures.as_array().map(Vec::len), Some(1));
    assert_eq!((&measures[0]["measure"], &measures[0]["last_period"]), (&"attendance".into(), &"2021-22".into()));
    assert_eq!((&measures[0]["plan"], &measures[0]["rows"]), (&"p".into(), &6.into()));
    assert!(measures[0]["overdue"].is_null());
    let later = tool.json(&["--as-of", "2023-12-01", "measures"]);
    assert_eq!(later[0]["overdue"], "2022-23", "the state's own result of the next year is due");
    let other = without_a_plan(TWO);
    let measures = other.json(&["measures"]);
    assert_eq!((&measures[0]["measure"], &measures[0]["plan"]), (&"other".into(), &serde_json::Value::Null));
    assert!(other.ok(&["measures"]).contains("in no plan"));

    let ids = |args: &[&str]| {
        let places = other.json(args);
        places.as_array().expect("places").iter().map(|p| p["unit"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["places"]), ["\"0001\"", "\"0002\""]);
    assert_eq!(ids(&["places", "birch"]), ["\"0002\""]);
    assert_eq!(ids(&["places", "--within", "0001"]), ["\"0001\""]);
    assert!(ids(&["places", "--level", "school"]).is_empty());
    assert_eq!(other.run(&["places", "--within", "0003"]).code, 3);
    let rows = other.json(&["track", "--measure", "other", "--within", "0002"]);
    assert_eq!((rows.as_array().map(Vec::len), &rows[0]["unit"]), (Some(1), &"0002".into()));
}

/// What an error advises leads on: no advice leads back to the same error.
#[test]
fn advice_leads_on() {
    let tool = with_results();
    for (args, advised) in [
        (&["show", "qqq"][..], &["measures"][..]),
        (&["track", "--measure", "qqq"], &["measures"]),
        (&["track", "--unit", "qqq"], &["places"]),
        (&["track", "--within", "qqq"], &["places"]),
    ] {
        let said = tool.run(args);
        assert_eq!(said.code, 3, "{args:?}: {}", said.out);
        assert!(said.err.contains(&format!("`headway {}`", advised.join(" "))), "{args:?}: {}", said.err);
        tool.ok(advised);
    }
    // Known later is not unknown.
    let said = tool.run(&["--as-of", "2019-01-01", "show", "attendance"]);
    for word in ["2019-01-01", "2020-01", "2022-09-01", "later day"] {
        assert!(said.err.contains(word), "{word}: {}", said.err);
    }
}

#[test]
fn the_last_value_stays_in_view() {
    let tool = with_results();
    let row = &tool.json(&["--as-of", "2025-12-01", "track", "--unit", "ST"])[0];
    assert_eq!((&row["status"], &row["missing_period"]), (&"not reporting".into(), &"2024-25".into()));
    assert_eq!((&row["value"], &row["period"], &row["denominator"]), (&84.5.into(), &"2021-22".into(), &1000.0.into()));
    let shown = tool.ok(&["--as-of", "2025-12-01", "track", "--unit", "ST"]);
    assert!(shown.contains("84.5%") && shown.contains("none for 2024-25"), "{shown}");
    // A year in progress is marked, and decides nothing.
    let row = &tool.json(&["--as-of", "2022-06-30", "track", "--unit", "ST"])[0];
    assert_eq!(row["value"], serde_json::Value::Null, "nothing was known before September: {row}");
    tool.write("early.csv", "code,name,year,rate,students\nST,The state,2023,20.0,1000\n");
    tool.ok(&["import", "early.csv", "--profile", "profile.toml", "--known-from", "2022-10-01"]);
    let json = tool.json(&["--as-of", "2022-12-01", "show", "attendance"]);
    let over: Vec<_> = json["observations"].as_array().expect("results").iter().map(|o| o["over"].as_bool()).collect();
    assert_eq!(over, [Some(true), Some(true), Some(true), Some(false)]);
    assert_eq!(json["standing"]["value"], 84.5);
    assert!(tool.ok(&["--as-of", "2022-12-01", "show", "attendance"]).contains("not over"));
}

#[test]
fn one_verdict_says_status_speed_and_chance() {
    let tool = with_results();
    let row = &tool.json(&["--as-of", "2022-12-01", "track", "--unit", "0001"])[0];
    assert_eq!(row["verdict"], "Moving away: −0.5 points a year since 2019-20, needs +2.0 points a year");
}

/// Runs in a time zone.
fn at(tool: &Tool, zone: &str, args: &[&str]) -> Said {
    let mut command: Command = tool.command(args);
    let output = command.env("TZ", zone).output().expect("the binary starts");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The day is that of the place: at the two ends of the world it is never the same one.
#[test]
fn days_are_those_of_the_time_zone() {
    let tool = with_results();
    let day = |zone: &str| {
        let said = at(&tool, zone, &["show", "attendance"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let day = said.out.split("as of ").nth(1).expect("a day").split('.').next().expect("a day").to_owned();
        (day, said.err)
    };
    let ((west, quiet), (east, _)) = (day("Etc/GMT+12"), day("Pacific/Kiritimati"));
    assert!(west < east, "{west} {east}");
    assert_eq!(quiet, "");
    let (_, told) = day("Nowhere/At_All");
    assert!(told.contains("time zone"), "{told}");
}

/// A file of figures says what marks them, as the tables and pages do.
#[test]
fn marks_and_strict_bounds_are_in_the_file() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("profile.toml", &format!("bands = true\nrelease = \"preliminary\"\n{}", PROFILE.trim_start()));
    tool.write(
        "results.csv",
        "code,name,year,rate,students\n0001,Alder,2020,5-10,100\n0001,Alder,2021,<5,100\n0001,Alder,2022,<=5,100\n",
    );
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    let csv = tool.ok(&["--format", "csv", "show", "attendance", "--unit", "0001"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "period,state,value,numerator,denominator,vintage,over,flags");
    assert!(
        lines[2].starts_with("2020-21,less-than,..5,") && lines[2].ends_with(",preliminary; bound excluded"),
        "{csv}"
    );
    assert!(lines[3].starts_with("2021-22,at-most,..5,") && lines[3].ends_with(",preliminary"), "{csv}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_profile() {
    let tool = with_results();
    let pipe = tool.path("pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|done| done.success()));
    let said = tool.run(&["import", "results.csv", "--profile", "pipe.toml"]);
    assert!(said.code != 0 && said.err.contains("not a file on disk"), "{}", said.err);
}

/// The rate that a source rounded and the counts that it gave lie on two sides of the target: the counts decide, everywhere.
#[test]
fn counts_decide_and_not_the_rounded_rate() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    let target = "target: { period: 2022, value: 84 }";
    tool.write("plan.yaml", &PLAN.replacen("target: { period: 2030, value: 90 }", target, 1));
    let counted = PROFILE.replace("denominator = \"students\"", "numerator = \"reached\"\ndenominator = \"students\"");
    tool.write("profile.toml", &counted);
    let rows = "ST,The state,2021,81.0,8100,10000\nST,The state,2022,84.0,8396,10000\n";
    tool.write("results.csv", &format!("code,name,year,rate,reached,students\n{rows}"));
    tool.ok(&["plan", "load", "plan.yaml"]);
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    let asked = ["--as-of", "2022-12-01"];
    let told = |args: &[&str]| tool.ok(&[&asked[..], args].concat());
    let shown = told(&["show", "attendance"]);
    assert!(shown.contains("target missed: 83.96%"), "{shown}");
    assert!(told(&["track"]).contains("target missed"));
    let row = &tool.json(&[&asked[..], &["track", "--measure", "attendance", "--unit", "ST"]].concat())[0];
    assert_eq!((&row["status"], &row["value"]), (&"target missed".into(), &83.96.into()), "{row}");
    told(&["publish", "--output", "public"]);
    let page = std::fs::read_to_string(tool.path("public/measure/attendance.html")).expect("the page");
    assert!(page.contains("target missed") && page.contains("83.96%") && !page.contains("target met"), "{page}");
}

/// What only a plan can answer says so, and what to do.
#[test]
fn a_measure_without_a_plan_is_not_unknown() {
    let tool = without_a_plan(TWO);
    for question in [
        &["gaps", "other"][..],
        &["bright-spots", "other"],
        &["backtest", "other"],
        &["scorecard", "other", "x.parquet"],
    ] {
        let said = tool.run(question);
        assert_eq!(said.code, 3, "{question:?}: {}", said.err);
        for word in ["no plan names", "headway plan load", "headway show other", "headway track --measure other"] {
            assert!(said.err.contains(word), "{question:?}: {}", said.err);
        }
        assert!(!said.err.contains("there is no measure"), "{question:?}: {}", said.err);
    }
    assert!(tool.run(&["gaps", "othr"]).err.contains("there is no measure"));
}

/// "Less than 5" is not "5 or less", in no form of the answer.
#[test]
fn an_excluded_bound_is_another_answer() {
    let tool = Tool::new();
    tool.ok(&["init"]);
    tool.write("profile.toml", &format!("bands = true\n{PROFILE}"));
    tool.write(
        "results.csv",
        "code,name,year,rate,students\n0001,Alder,2022,<5,100\n0002,Birch,2022,<=5,100\n0003,Elm,2022,>95,100\n",
    );
    tool.ok(&["import", "results.csv", "--profile", "profile.toml", "--known-from", "2022-09-01"]);
    let table = tool.ok(&["--as-of", "2022-12-01", "track", "--measure", "attendance", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let titles = rows.headers().expect("titles").clone();
    let at = |name: &str| titles.iter().position(|title| title == name).expect("a column");
    let told: Vec<[String; 3]> = rows
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| ["value", "state", "latest_strict"].map(|name| row[at(name)].to_owned()))
        .collect();
    let expected = [["..5", "less-than", "true"], ["..5", "at-most", "false"], ["95..", "more-than", "true"]];
    assert_eq!(told, expected.map(|row| row.map(str::to_owned)));
    for (place, words) in [("0001", "less than 5"), ("0002", "5 or less"), ("0003", "more than 95")] {
        assert!(tool.ok(&["show", "attendance", "--unit", place]).contains(words), "{place}");
    }
}
