//! Where a milestone stands: by its dates, and by what was reported of it.

use headway_model::plan::{Milestone, MilestoneState, MilestoneState::*, WorkPhase};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

const TODAY: Date = date(2024, 9, 1);

/// A milestone with these fields and these reports stands so, by so many days; a doubt names these words.
#[track_caller]
fn check(fields: Value, reports: &[(&str, &str)], state: MilestoneState, days: Option<i32>, doubt: &[&str]) {
    let history: Vec<Value> = reports.iter().map(|(date, status)| json!({ "date": date, "status": status })).collect();
    let mut value = json!({ "id": "m", "name": "M", "history": history });
    value.as_object_mut().expect("a map").extend(fields.as_object().expect("a map").clone());
    let milestone: Milestone = serde_json::from_value(value).expect("a milestone");
    let standing = milestone.standing_on(TODAY);
    assert_eq!((standing.state, standing.days_late), (state, days), "{milestone:?}");
    let said = standing.doubt.unwrap_or_default();
    assert_eq!(said.is_empty(), doubt.is_empty(), "{said}");
    for word in doubt {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_milestone_stands_by_dates_and_reports() {
    let planned = json!({ "planned_start": "2024-06-01", "planned_end": "2024-08-20" });
    let later = json!({ "planned_start": "2024-06-01", "planned_end": "2024-12-31" });
    check(json!({}), &[], Undated, None, &[]);
    check(planned.clone(), &[], Late, Some(12), &[]);
    check(later.clone(), &[], NoStart, Some(92), &[]);
    check(json!({ "planned_start": "2024-09-02" }), &[], ToCome, None, &[]);
    // A report says that it was started as well as a date does.
    check(later.clone(), &[("2024-07-15", "In Progress")], UnderWay, None, &[]);
    check(later.clone(), &[("2024-07-15", "Not started")], NotStarted, Some(92), &[]);
    check(later.clone(), &[("2024-07-15", "Metrics agreed")], Unread, None, &["Metrics agreed", "not understood"]);
    let vague = [("2024-07-15", "Started"), ("2024-08-15", "Metrics agreed")];
    check(later.clone(), &vague, UnderWay, None, &["Metrics agreed", "not understood"]);
    // What is not understood may take an end back.
    check(later.clone(), &[("2024-07-15", "Done"), ("2024-08-15", "Not 100% complete")], Unread, None, &["Not 100%"]);
    check(later.clone(), &[("2024-07-15", "Cancelled"), ("2024-08-15", "Back again")], Unread, None, &["Back again"]);
    check(planned.clone(), &[("2024-08-15", "Completed 3 of 5")], Late, Some(12), &["Completed 3 of 5"]);
    check(later.clone(), &[("2024-05-15", "Started")], UnderWay, None, &["planned start is 2024-06-01"]);
    let reversed = json!({ "planned_start": "2024-06-01", "planned_end": "2024-05-01" });
    check(reversed, &[("2024-07-15", "Done")], DoneLate, Some(75), &["is planned to end on 2024-05-01, before"]);
    let reports = [("2024-07-15", "In Progress"), ("2024-08-03", "Not Started")];
    check(later.clone(), &reports, BackToNotStarted, None, &[]);
    check(planned.clone(), &reports, BackToNotStarted, Some(12), &[]);
    // The order in the file is no matter, and nothing is known of tomorrow's reports.
    check(later.clone(), &[reports[1], reports[0]], BackToNotStarted, None, &[]);
    check(later.clone(), &[reports[0], ("2024-09-02", "Complete")], UnderWay, None, &[]);
    check(planned.clone(), &[("2024-08-21", "COMPLETED")], DoneLate, Some(1), &[]);
    check(planned.clone(), &[("2024-08-20", "complete - on time")], Done, None, &[]);
    check(planned, &[("2024-08-01", "Cancelled")], Dropped, None, &[]);
    let done = json!({ "planned_end": "2024-08-20", "actual_start": "2024-06-01", "actual_end": "2024-08-01" });
    check(done, &[("2024-08-05", "In Progress")], Done, None, &["actual end is 2024-08-01", "In Progress"]);
    let started = json!({ "planned_end": "2024-12-20", "actual_start": "2024-06-01" });
    check(started, &[("2024-08-05", "Not Started")], BackToNotStarted, None, &["actual start is 2024-06-01"]);
}

#[test]
fn words_of_reporters_are_known() {
    for (word, phase) in [
        ("Not Started", Some(WorkPhase::NotStarted)),
        ("not-started", Some(WorkPhase::NotStarted)),
        ("In Progress", Some(WorkPhase::UnderWay)),
        ("in_progress", Some(WorkPhase::UnderWay)),
        ("In progress, on schedule", Some(WorkPhase::UnderWay)),
        ("In progress (50%)", Some(WorkPhase::UnderWay)),
        ("50% of the work done", Some(WorkPhase::UnderWay)),
        ("Progress: 12.5 %", Some(WorkPhase::UnderWay)),
        ("DONE.", Some(WorkPhase::Done)),
        ("Completed - on time", Some(WorkPhase::Done)),
        ("Completed: 100%", Some(WorkPhase::Done)),
        ("Partially completed", Some(WorkPhase::UnderWay)),
        ("Complete", Some(WorkPhase::Done)),
        ("Completed early", Some(WorkPhase::Done)),
        ("Canceled", Some(WorkPhase::Dropped)),
        ("100% complete", Some(WorkPhase::Done)),
        ("100 percent", Some(WorkPhase::Done)),
        ("50% complete", Some(WorkPhase::UnderWay)),
        ("Complete: 50%", Some(WorkPhase::UnderWay)),
        ("0 %", Some(WorkPhase::NotStarted)),
        ("120%", None),
        ("Implemented", Some(WorkPhase::Done)),
        ("On hold", Some(WorkPhase::InTrouble)),
        ("Delayed, 50%", Some(WorkPhase::InTrouble)),
        ("Off track", Some(WorkPhase::InTrouble)),
        ("Not completed", Some(WorkPhase::InTrouble)),
        ("Cancelled", Some(WorkPhase::Dropped)),
        ("Ongoing", Some(WorkPhase::UnderWay)),
        ("Metrics agreed", None),
        ("Complete by June 2027", None),
        ("Complete - pending review", None),
        ("Done?", None),
        ("Completed except Region 4", None),
        ("Cancelled, then resumed", None),
        ("", None),
    ] {
        assert_eq!(WorkPhase::of_word(word), phase, "{word}");
    }
}

/// A known word does not speak for the text around it.
#[test]
fn a_status_is_read_whole_or_not_at_all() {
    for text in [
        "Not 100% complete",
        "Completed 3 of 5",
        "Complete once approved",
        "Complete when the board agrees",
        "Done in June 2027",
        "Done after summer",
        "To be done",
        "100% of funding spent",
        "100% of schools, 40% of staff",
        "100% planned",
        "completed in part",
        "Completed (report posted)",
        "Completed phase 1",
        "Complete? 100%",
        "Cancelled first event; in progress",
        "Cancelled, in progress",
        "0% remaining",
        "50% remaining",
        "100% remaining",
        "0% behind",
        "In progress 0%",
        "In progress 100%",
        "Done 50%",
        "Done: 0%",
        "Not started, 100%",
        "50-60%",
        "-50%",
        "~50%",
        "<50%",
        "1,00%",
        "1e2%",
        "inf%",
        "NaN%",
        "100% 100%",
        "Started to plan the launch",
        "Started and cancelled",
        "Not done",
        "Not cancelled",
        "Never started",
        "Planned and done",
        "Planned: completed by May",
        "Closed for the winter",
        "Met with partners",
        "Met 2 of 3 conditions",
        "Active until funding ends",
        "Delivered to review",
        "Implemented in 3 of 9 districts",
        "Partially cancelled",
        "Nearly started",
        "Done/not done",
        "Done + pending",
        "Dropped below target",
        "Finished with errors",
        "Scheduled for May, then cancelled",
        "Pending completion",
        "in_progress (phase 2)",
        "%",
        "% complete",
    ] {
        assert_eq!(WorkPhase::of_word(text), None, "{text}");
    }
}

#[test]
fn what_came_after_a_day_is_not_known_on_it() {
    let plan: headway_model::plan::Plan = serde_json::from_value(json!({
        "agency": { "id": "a", "name": "A" }, "plan": { "id": "p", "edition": "2024" },
        "programs": [{ "id": "one", "name": "One",
            "ratings": [
                { "date": "2024-05-01", "element": "overall", "color": "red", "rationale": "Late." },
                { "date": "2024-09-01", "element": "overall", "color": "green", "rationale": "Done." }],
            "milestones": [{ "id": "m", "name": "M", "actual_start": "2024-05-01", "actual_end": "2024-08-01",
                "history": [{ "date": "2024-05-02", "status": "Started" }, { "date": "2024-08-02", "status": "Done" }] }] }]
    }))
    .expect("a plan");
    assert_eq!(plan.clone().known_on(TODAY), plan);
    let before = &plan.known_on(date(2024, 6, 1)).programs[0];
    let milestone = &before.milestones[0];
    assert_eq!((before.ratings.len(), milestone.history.len()), (1, 1));
    assert_eq!((milestone.actual_start, milestone.actual_end), (Some(date(2024, 5, 1)), None));
}
