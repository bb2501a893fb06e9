use headway_model::plan::Plan;
use headway_store::{EditionChoice, LoadEdition, LoadOutcome, LoadedEdition, RemoveEdition, Store, StoreError};

use crate::sample::{edition, plan};
use crate::support::{ann, at, day, on_both};

async fn load(store: &Store, plan: &Plan) -> LoadedEdition {
    store.write(&ann(), at(1), LoadEdition { plan }).await.expect("loaded")
}

async fn refused(store: &Store, plan: &Plan) -> StoreError {
    let version = store.version().await.expect("a version");
    let refused = store.write(&ann(), at(1), LoadEdition { plan }).await.expect_err("refused");
    assert_eq!(store.version().await.expect("a version"), version);
    refused
}

#[tokio::test]
async fn a_plan_comes_back_as_it_was() {
    on_both(async |home| {
        let store = home.store().await;
        let loaded = load(&store, &plan()).await;
        // 2 sources, 1 owner, 1 stakeholder, 2 strategies, 2 programs, 3 milestones, 2 links, 1 rating, 2 measures, 2 targets
        assert_eq!(loaded, LoadedEdition { outcome: LoadOutcome::Added, added: 18, changed: 0, removed: 0, same: 0 });
        let back = store.find_plan("ma", "delivery", EditionChoice::Newest).await.expect("read").expect("there");
        assert_eq!(back, plan());
        let text = |plan: &Plan| serde_json::to_string(plan).expect("JSON");
        assert_eq!(text(&back), text(&plan()), "to the last digit");
        assert_eq!(store.all_agencies().await.expect("a list"), [plan().agency]);
        let editions = store.all_editions().await.expect("a list");
        assert_eq!((editions.len(), editions[0].items, editions[0].loaded_by.as_str()), (1, 18, "ann"));
    })
    .await;
}

#[tokio::test]
async fn the_same_edition_again() {
    on_both(async |home| {
        let store = home.store().await;
        load(&store, &plan()).await;
        let again = load(&store, &plan()).await;
        assert_eq!(
            again,
            LoadedEdition { outcome: LoadOutcome::Unchanged, added: 0, changed: 0, removed: 0, same: 18 }
        );
        assert_eq!(store.version().await.expect("a version"), 1);

        let mut other = plan();
        other.measures[0].targets[0].note = None;
        other.measures[0].targets.pop();
        other.owners[0].id = "o2".into();
        let replaced = load(&store, &other).await;
        assert_eq!(
            replaced,
            LoadedEdition { outcome: LoadOutcome::Replaced, added: 1, changed: 1, removed: 2, same: 15 }
        );
        assert_eq!(
            store.find_plan("ma", "delivery", EditionChoice::Edition("2012-12")).await.expect("read"),
            Some(other)
        );
        let detail = store.activity_detail(2).await.expect("a look").expect("there");
        assert_eq!(detail.activity.subject_id, "ma/delivery@2012-12");
        assert_eq!(detail.before["items"].as_array().map(Vec::len), Some(3));
        assert_eq!(detail.after["items"].as_array().map(Vec::len), Some(2));
    })
    .await;
}

/// Only the order differs, or only the plan's own lines: that is a change too.
#[tokio::test]
async fn order_and_header_count() {
    on_both(async |home| {
        let store = home.store().await;
        load(&store, &plan()).await;
        let mut turned = plan();
        turned.strategies.reverse();
        assert_eq!(load(&store, &turned).await.outcome, LoadOutcome::Replaced);
        let mut named = turned.clone();
        named.plan.note = None;
        assert_eq!(load(&store, &named).await.outcome, LoadOutcome::Replaced);
        assert_eq!(store.find_plan("ma", "delivery", EditionChoice::Newest).await.expect("read"), Some(named));
    })
    .await;
}

#[tokio::test]
async fn editions_are_found_by_name_and_by_day() {
    on_both(async |home| {
        let store = home.store().await;
        for name in ["2014-01-13", "2012", "2012-12", "2022-05-17"] {
            load(&store, &edition(name)).await;
        }
        let names: Vec<_> = store.all_editions().await.expect("a list").into_iter().map(|row| row.edition).collect();
        assert_eq!(names, ["2012", "2012-12", "2014-01-13", "2022-05-17"]);
        let in_force =
            async |when| store.find_plan("ma", "delivery", when).await.expect("read").map(|plan| plan.plan.edition);
        let check = async |on: &str, want: Option<&str>| {
            assert_eq!(in_force(EditionChoice::AsOf(day(on))).await.as_deref(), want, "{on}");
            let current = store.current_plans(day(on)).await.expect("a list");
            assert_eq!(current.first().map(|plan| plan.plan.edition.as_str()), want, "{on}");
        };
        check("2011-12-31", None).await;
        check("2012-01-01", Some("2012")).await;
        check("2012-11-30", Some("2012")).await;
        check("2012-12-01", Some("2012-12")).await;
        check("2014-01-12", Some("2012-12")).await;
        check("2014-01-13", Some("2014-01-13")).await;
        check("2030-01-01", Some("2022-05-17")).await;
        assert_eq!(in_force(EditionChoice::Newest).await.as_deref(), Some("2022-05-17"));
        assert_eq!(in_force(EditionChoice::Edition("2012")).await.as_deref(), Some("2012"));
        assert_eq!(in_force(EditionChoice::Edition("2013")).await, None);
        assert_eq!(store.find_plan("ma", "other", EditionChoice::Newest).await.expect("read"), None);
    })
    .await;
}

#[tokio::test]
async fn plans_of_several_agencies_stay_apart() {
    on_both(async |home| {
        let store = home.store().await;
        let mut other = edition("2020");
        other.agency.id = "nc".into();
        other.measures.clear();
        let mut second = edition("2011");
        second.plan.id = "digital".into();
        for plan in [&plan(), &other, &second] {
            load(&store, plan).await;
        }
        let current = store.current_plans(day("2024-01-01")).await.expect("a list");
        assert_eq!(current, [plan(), second, other]);
    })
    .await;
}

/// The agency is called what its newest edition calls it; every edition keeps its own words.
#[tokio::test]
async fn an_older_edition_does_not_rename_the_agency() {
    on_both(async |home| {
        let store = home.store().await;
        let named = |edition_name: &str, name: &str| {
            let mut plan = edition(edition_name);
            plan.agency.name = name.to_owned();
            plan
        };
        for (edition_name, name, want) in
            [("2012", "Department", "Department"), ("2019", "Agency", "Agency"), ("2014", "Board", "Agency")]
        {
            load(&store, &named(edition_name, name)).await;
            assert_eq!(store.all_agencies().await.expect("a list")[0].name, want);
        }
        let old = store.find_plan("ma", "delivery", EditionChoice::Edition("2014")).await.expect("read");
        assert_eq!(old, Some(named("2014", "Board")));
    })
    .await;
}

#[tokio::test]
async fn an_edition_can_be_taken_away() {
    on_both(async |home| {
        let store = home.store().await;
        load(&store, &plan()).await;
        let remove = RemoveEdition { agency: "ma", plan: "delivery", edition: "2012-12" };
        store.write(&ann(), at(2), remove).await.expect("removed");
        assert_eq!(store.find_plan("ma", "delivery", EditionChoice::Newest).await.expect("read"), None);
        let again = store.write(&ann(), at(3), remove).await;
        assert!(matches!(again, Err(StoreError::NoSuchEdition { .. })));
        let kept = store.activity_detail(2).await.expect("a look").expect("there");
        assert_eq!(kept.before["items"].as_array().map(Vec::len), Some(18));
        assert_eq!(load(&store, &plan()).await.outcome, LoadOutcome::Added);
    })
    .await;
}

#[tokio::test]
async fn what_may_not_be_saved() {
    on_both(async |home| {
        let store = home.store().await;
        let mut plan = plan();
        plan.measures[1].direction = None;
        let error = refused(&store, &plan).await;
        assert!(matches!(&error, StoreError::NoDirection { measures } if *measures == ["days"]), "{error:?}");

        for name in ["", "FY2017", "12", "2012-13", "2012-1", "2012-12-32", "2012-12-01T00:00", "−200"] {
            let error = refused(&store, &edition(name)).await;
            assert!(matches!(error, StoreError::EditionName { .. }), "{name}: {error:?}");
        }

        let mut plan = edition("2012");
        plan.strategies[1].id = plan.strategies[0].id.clone();
        assert!(matches!(refused(&store, &plan).await, StoreError::DuplicateId { kind: "strategy", parent: None, .. }));
        let mut plan = edition("2012");
        plan.programs[0].milestones[1].id = "m2".to_owned();
        let error = refused(&store, &plan).await;
        assert_eq!(
            error.to_string(),
            "milestone “m2” is twice in this plan (in “p1”): ids are given once. `plan check` lists every one"
        );
    })
    .await;
}

#[tokio::test]
async fn an_empty_plan_is_a_plan() {
    on_both(async |home| {
        let store = home.store().await;
        let text = r#"{"agency":{"id":"x","name":"X"},"plan":{"id":"p","edition":"2020"}}"#;
        let empty: Plan = serde_json::from_str(text).expect("a plan");
        assert_eq!(load(&store, &empty).await.added, 0);
        assert_eq!(load(&store, &empty).await.outcome, LoadOutcome::Unchanged);
        assert_eq!(store.find_plan("x", "p", EditionChoice::Newest).await.expect("read"), Some(empty));
    })
    .await;
}
