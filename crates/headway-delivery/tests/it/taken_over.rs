//! What a new state takes over from the one before: measures whose plan, files and places are the same, and nothing else.

use std::sync::Arc;

use headway_delivery::Workspace;

use crate::support::{ann, at, import, load, on_both, request, seen, told};

const PLAN: &str = r#"
agency: { id: st, name: State agency, unit: ST }
plan: { id: p, edition: "2019" }
measures:
  - id: read
    name: Reading
    unit: percent
    direction: increase
    period: school-year
    targets: [{ unit: state, baseline: { period: "2020", value: 50 }, target: { period: "2030", value: 80 } }]
  - { id: math, name: Math, unit: percent, direction: increase, period: school-year }
"#;

/// A profile of one measure, for its own file.
fn profile(measure: &str) -> String {
    format!(
        r#"
name = "Results of {measure}"
source = "State agency"
unit = "{{code}}"
period = {{ kind = "school-year", from = "{{year}}" }}
[[level]]
is = "state"
id = "^ST$"
name = "The state"
[[level]]
is = "{{{{level}}}}"
id = "^D"
name = "District {{code}}"
parent = "ST"
[[values]]
measure = "{measure}"
column = "rate"
scale = "percent"
"#
    )
    .replace("{{level}}", "district")
}

struct Work<'a> {
    headway: &'a Workspace,
    home: &'a crate::support::Home,
}

impl Work<'_> {
    async fn bring(&self, measure: &str, level: &str, rows: &str, known_from: &str) {
        let file = self.home.file(&format!("{measure}-{known_from}.csv"), &format!("code,year,rate\n{rows}"));
        let text = profile(measure).replace("is = \"district\"", &format!("is = \"{level}\""));
        let mut wanted = request(&file, &text, known_from);
        wanted.revises = true;
        import(self.headway, &wanted).await.expect("the file can be read");
    }

    /// Which of the measures were taken over since `before`, and that everything is said as by a program that starts now.
    async fn kept_since(&self, before: &headway_delivery::Snapshot) -> Vec<&'static str> {
        let now = seen(self.headway, "2026-11-01").await;
        let mut kept = Vec::new();
        for measure in ["read", "math"] {
            let (old, new) = (before.scored_measure(measure).await, now.scored_measure(measure).await);
            if Arc::ptr_eq(&old.expect("it is judged"), &new.expect("it is judged")) {
                kept.push(measure);
            }
        }
        let fresh = Workspace::open(self.headway.root()).await.expect("the same workspace");
        assert_eq!(told(self.headway, "2026-11-01").await, told(&fresh, "2026-11-01").await);
        kept
    }
}

#[tokio::test]
async fn only_what_did_not_change_is_taken_over() {
    on_both(async |home| {
        let headway = home.with_plans("ws", &[PLAN]).await;
        let work = Work { headway: &headway, home };
        work.bring("read", "district", "ST,2020,50\nST,2021,52\nD1,2021,40\n", "2021-09-01").await;
        work.bring("math", "district", "ST,2021,61\nD1,2021,44\n", "2021-09-02").await;
        let first = seen(&headway, "2026-11-01").await;
        for measure in ["read", "math"] {
            first.scored_measure(measure).await.expect("it is judged");
        }

        work.bring("math", "district", "ST,2022,63\nD1,2022,45\n", "2022-09-01").await;
        assert_eq!(work.kept_since(&first).await, ["read"], "the other measure has a new file");

        let second = seen(&headway, "2026-11-01").await;
        load(&headway, &PLAN.replace("value: 80", "value: 90").replace("\"2019\"", "\"2023\"")).await;
        assert_eq!(work.kept_since(&second).await, [""; 0], "another edition names both");

        let third = seen(&headway, "2026-11-01").await;
        work.kept_since(&third).await;
        work.bring("math", "school", "D1,2023,46\n", "2023-09-01").await;
        assert_eq!(work.kept_since(&third).await, [""; 0], "a place of both has another level");

        let fourth = seen(&headway, "2026-11-01").await;
        work.kept_since(&fourth).await;
        headway.undo_import(2, &ann(), at(9)).await.expect("it is there");
        assert_eq!(work.kept_since(&fourth).await, ["read"], "what was taken back is of the other measure");
    })
    .await;
}
