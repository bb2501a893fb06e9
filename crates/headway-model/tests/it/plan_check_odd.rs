//! Rules of `plan::check` on what can hardly be meant: spans of generations, words a letter off, promises that lead nowhere.

use crate::plan_check::check_case;
use serde_json::json;

#[test]
fn a_bridge_leads_over_a_break() {
    let bridged = ("/measures/0/targets/0/baseline/bridged", json!(true));
    let breaks = |period: i32, kind: &str| ("/measures/0/breaks", json!([{ "period": period, "kind": kind }]));
    let asked = ["bridge-without-break measures[0].targets[0].baseline.bridged"];
    check_case(std::slice::from_ref(&bridged), &asked);
    check_case(&[bridged.clone(), breaks(2010, "break")], &asked);
    check_case(&[bridged.clone(), breaks(2015, "break")], &asked);
    check_case(&[bridged.clone(), breaks(2012, "missing")], &asked);
    check_case(&[bridged.clone(), breaks(2011, "break")], &[]);
    check_case(&[bridged, breaks(2014, "break")], &[]);
}

#[test]
fn a_lag_and_a_rhythm_of_generations() {
    let lag = |text: &str| [("/measures/0/result_lag", json!(text))];
    for odd in ["P100Y", "P61M", "P2000D", "P3000W"] {
        check_case(&lag(odd), &["bad-result-lag measures[0].result_lag"]);
    }
    for usual in ["P14M", "P1Y2M", "P45D", "P5Y", "P60M"] {
        check_case(&lag(usual), &[]);
    }
    let every = |n: u8| [("/measures/2/every", json!(n))];
    check_case(&every(10), &[]);
    check_case(&every(11), &["too-seldom measures[2].every"]);
}

#[test]
fn a_level_one_letter_off() {
    let unit = |word: &str| [("/measures/0/targets/1/unit", json!(word))];
    for word in ["distict", "distrcit", "districtt", "Distrct", "districs", "scool", "schol", "sttae", "regoin"] {
        let found = check_case(&unit(word), &["unknown-level measures[0].targets[1].place"]);
        assert!(found[0].message.contains("did you mean"), "{}", found[0].message);
    }
    for place in ["0035", "estate-1", "sch", "stat-1", "disco", "region-4"] {
        check_case(&unit(place), &[]);
    }
}

#[test]
fn what_is_to_be_maintained_is_there() {
    let steady = |from: f64, target: serde_json::Value| {
        let targets = json!([{ "unit": "state", "baseline": { "period": 2010, "value": from }, "target": target }]);
        [("/measures/2/targets", targets)]
    };
    let far = "baseline-off-target measures[2].targets[0].baseline.value";
    // A single figure to keep, without a tolerance.
    let alone = "kept-by-nothing measures[2].targets[0].target.value";
    check_case(&steady(60.0, json!({ "period": 2014, "value": 95.0 })), &[far, alone]);
    check_case(&steady(95.0, json!({ "period": 2014, "value": 60.0 })), &[far, alone]);
    check_case(&steady(60.0, json!({ "period": 2014, "lo": 90.0, "hi": 95.0 })), &[far]);
    check_case(&steady(94.0, json!({ "period": 2014, "value": 95.0 })), &[alone]);
    check_case(&steady(88.0, json!({ "period": 2014, "lo": 90.0, "hi": 95.0 })), &[]);
    check_case(&steady(92.0, json!({ "period": 2014, "lo": 90.0, "hi": 95.0 })), &[]);
}

#[test]
fn a_report_after_the_actual_end() {
    let later =
        |date: &str, status: &str| [("/programs/0/milestones/0/history", json!([{ "date": date, "status": status }]))];
    let asked = ["report-contradicts programs[0].milestones[0].history[0].status"];
    let found = check_case(&later("2012-09-01", "Not started"), &asked);
    assert!(found[0].message.contains("the actual end is 2012-07-15"), "{}", found[0].message);
    check_case(&later("2012-09-01", "in progress"), &asked);
    check_case(&later("2012-09-01", "complete"), &[]);
    check_case(&later("2012-05-01", "Not started"), &[]);
}

#[test]
fn a_figure_for_a_period_without_a_usable_value() {
    let missing = |period: i32| [("/measures/0/breaks", json!([{ "period": period, "kind": "missing" }]))];
    check_case(&missing(2010), &["marked-missing measures[0].targets[0].baseline.period"]);
    let both = ["targets[0]", "targets[1]"].map(|at| format!("marked-missing measures[0].{at}.target.period"));
    check_case(&missing(2014), &both.each_ref().map(String::as_str));
    check_case(&missing(2012), &[]);
    check_case(&[("/measures/0/breaks", json!([{ "period": 2010, "kind": "break" }]))], &[]);
}
