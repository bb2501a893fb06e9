//! Which promises a measure makes: each once, as the plan states it.

use headway_model::plan::Measure;
use headway_model::status::StatedTarget;

fn measure(targets: &serde_json::Value) -> Measure {
    serde_json::from_value(
        serde_json::json!({ "id": "m", "name": "M", "unit": "percent", "period": "school-year", "targets": targets }),
    )
    .expect("a measure")
}

#[test]
fn each_target_in_force_with_a_figure_is_one_promise() {
    let goal = |value: u32, year: u32| serde_json::json!({ "period": year, "value": value });
    let m = measure(&serde_json::json!([
        { "unit": "st", "target": goal(80, 2030) },
        { "unit": "st", "target": goal(70, 2026) },
        { "unit": "district", "target": goal(80, 2030) },
        { "unit": "DA", "target": goal(90, 2030) },
        { "unit": "st", "group": "lep", "target": goal(60, 2030) },
        { "unit": "st", "grade": "03", "target": goal(60, 2030) },
        { "unit": "DB", "target": goal(90, 2030), "valid_to": "2020-01-01" },
        { "unit": "DC", "target": { "period": 2030 } },
    ]));
    let day = "2026-11-30".parse().expect("a day");
    let all = StatedTarget::in_force_on(&m, day);
    let of: Vec<(&str, &str, &str)> = all.iter().map(|p| (p.place, p.group, p.grade)).collect();
    assert_eq!(
        of,
        [
            ("st", "all", "all"),
            ("district", "all", "all"),
            ("DA", "all", "all"),
            ("st", "lep", "all"),
            ("st", "all", "3")
        ]
    );
    // A district with a target of its own, with a figure or without, is not judged by that of its level.
    let mut replaced: Vec<&str> = all[1].replaced_places(&m, day).into_iter().collect();
    replaced.sort_unstable();
    assert_eq!(replaced, ["DA", "DC", "st"]);
    assert!(all[1].is_replaced_at(&m, "DC", day) && !all[1].is_replaced_at(&m, "DB", day));
    assert!(all[0].replaced_places(&m, day).is_empty());
    let words: Vec<Option<String>> = all.iter().map(|p| p.for_one(None)).collect();
    assert_eq!(words[..2], [None, None]);
    assert_eq!(words[3..], [Some("for English learners".to_owned()), Some("for grade 3".to_owned())]);
    assert_eq!(all[1].for_many(40), "for 40 districts");
    assert_eq!(all[1].for_many(0), "for districts");
}
