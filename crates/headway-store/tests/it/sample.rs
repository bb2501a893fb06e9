//! Things to put into a store.

use headway_model::plan::Plan;
use headway_model::{LakeSegment, Level, PeriodKind, Place, VintageId};
use headway_store::BeginImport;
use jiff::civil::Date;

/// A plan that uses every field that plans have.
pub(crate) fn plan() -> Plan {
    let text = r#"{
      "agency": { "id": "ma", "name": "Department of Education", "unit": "25", "simulated": true },
      "plan": { "id": "delivery", "name": "Delivery", "edition": "2012-12", "source": "S1", "note": "“quoted” — 'so'" },
      "sources": [ { "id": "S1", "title": "Targets", "url": "https://example.org/?a=1&b=2" }, { "id": "S0", "title": "Zero" } ],
      "owners": [ { "id": "o1", "name": "An Owner", "role": "lead" } ],
      "stakeholders": [ { "id": "s1", "name": "Board", "interest": "high", "influence": "high", "engagement": "monthly" } ],
      "strategies": [
        { "id": "z-last-id-first", "name": "Success", "order": 1, "description": "d", "owner": "o1", "source": "S1" },
        { "id": "a", "name": "Part", "parent": "z-last-id-first", "replaces": ["old"] }
      ],
      "programs": [
        { "id": "p1", "name": "Early warning", "description": "d", "serves": ["a"], "measures": ["grad"], "priority": true,
          "owner": "o1", "stakeholders": ["s1"], "assistance_listing": "84.010", "statute": "ESEA", "budget": 1234567.89,
          "milestones": [
            { "id": "m2", "name": "Second first", "planned_start": "2012-01-01", "planned_end": "2012-12-31",
              "actual_start": "2012-02-01", "actual_end": "2013-01-01",
              "history": [ { "date": "2012-03-01", "status": "in progress", "note": "n" } ] },
            { "id": "m1", "name": "First second" } ],
          "delivery_chain": [ { "actor": "State", "level": "state", "count": 1, "strength": 3, "reach": 2, "feedback": 1 },
                              { "actor": "Teachers", "level": "school" } ],
          "ratings": [ { "date": "2012-06-01", "element": "overall", "color": "amber-red", "rationale": "r", "by": "o1" } ],
          "source": "S1" },
        { "id": "p2", "name": "Another", "milestones": [ { "id": "m1", "name": "Same id, other program" } ] } ],
      "measures": [
        { "id": "grad", "name": "Graduation", "definition": "d", "audience": "k12-students", "unit": "percent",
          "direction": "increase", "period": "cohort", "result_lag": "P13M", "cadence": "yearly", "kind": "goal",
          "serves": ["a"], "owner": "o1", "goal_text": "88.3 by 2014", "tolerance": 0.30000000000000004,
          "bounds": [0.0, 100.0], "min_n": 10, "method": "gpra",
          "breaks": [ { "period": 2010, "kind": "break", "note": "new" } ],
          "parts": [ { "id": "24h", "name": "Within 24 hours", "unit": "percent", "direction": "increase" } ],
          "replaces": [ { "measure": "grad4", "how": "renamed" } ],
          "targets": [
            { "unit": "state", "baseline": { "period": 2010, "value": 84.7, "bridged": true },
              "target": { "period": 2014, "value": 88.3 },
              "trajectory": [ { "period": 2012, "value": 86.12345678901234 } ],
              "valid_from": "2012-01-01", "valid_to": "2013-12-31", "source": "S1", "note": "n" },
            { "unit": "04450105", "group": "lep", "grade": "09",
              "target": { "period": "2013-14", "lo": 1.0, "hi": 2.5, "parts": [ { "part": "24h", "value": 60.0 } ],
                          "set_baseline": true } } ],
          "source": ["S1", "S0"], "note": "n" },
        { "id": "days", "name": "Days", "direction": "decrease", "period": "fiscal-year" } ]
    }"#;
    serde_json::from_str(text).expect("a plan")
}

/// The same plan as of another edition.
pub(crate) fn edition(name: &str) -> Plan {
    let mut plan = plan();
    plan.plan.edition = name.to_owned();
    plan
}

/// A state with `districts` districts of `schools` schools each.
pub(crate) fn places(districts: usize, schools: usize) -> Vec<Place> {
    let place = |id: String, name: String, level, parent: Option<&str>| Place {
        id: id.into(),
        name,
        level,
        parent: parent.map(str::to_owned).map(Into::into),
    };
    let mut places = vec![place("25".into(), "Massachusetts".into(), Level::State, None)];
    for d in 0..districts {
        let district = format!("{d:04}0000");
        places.push(place(district.clone(), format!("District {d}"), Level::District, Some("25")));
        for s in 0..schools {
            let name = format!("School {s} of District {d}");
            places.push(place(format!("{d:04}{:04}", s + 1), name, Level::School, Some(&district)));
        }
    }
    places
}

pub(crate) fn import(sha256: &str, known_from: Date) -> BeginImport<'_> {
    BeginImport {
        file: "grad.csv",
        sha256,
        profile: "ma-grad",
        source: "Graduation Rates, https://example.org/grad",
        known_from,
        provisional: false,
        replaces: None,
        whole_from: None,
        taken: &[],
    }
}

pub(crate) fn segment(path: &str, measure: &str, vintages: &[VintageId], rows: u64) -> LakeSegment {
    LakeSegment {
        path: path.to_owned(),
        measure: measure.into(),
        period_kind: PeriodKind::Cohort,
        vintages: vintages.to_vec(),
        rows,
        bytes: rows * 8,
        seal: None,
        first_period: 2008,
        last_period: 2014,
    }
}
