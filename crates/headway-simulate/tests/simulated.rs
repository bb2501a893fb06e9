//! The simulated agency: it adds up, it is the same each time, and it comes back from plain files.

use std::collections::BTreeMap;

use headway_lake::{Lake, LakeScan, RawColumns, SeriesFilter, read_parquet, write_csv, write_parquet};
use headway_model::{Level, PeriodKind, StudentGroup, ValueState};
use headway_simulate::{SIMULATED_GROUPS, Simulation};

fn small() -> Simulation {
    Simulation { districts: 7, schools: 30, years: 2018..=2023, suppress_below: 0, ..Simulation::for_state(1, "math") }
}

/// State, numerator and denominator of every row; -1 is unknown.
fn rows(simulation: &Simulation) -> BTreeMap<(String, String, i32), (ValueState, f64, f64)> {
    let mut rows = BTreeMap::new();
    for batch in simulation.batches() {
        for row in 0..batch.len() {
            let place = batch.places.text_by_number(batch.place[row]).to_owned();
            let group = batch.groups.text_by_number(batch.group[row]).to_owned();
            let state = ValueState::of_number(batch.state[row]).expect("a known state");
            let known = |x: f64| if x.is_nan() { -1.0 } else { x };
            let entry = (state, known(batch.numerator[row]), known(batch.denominator[row]));
            assert_eq!(rows.insert((place, group, batch.period[row]), entry), None, "a row came twice");
        }
    }
    rows
}

#[test]
fn totals_are_sums_and_groups_are_parts() {
    let simulation = small();
    let rows = rows(&simulation);
    assert_eq!(rows.len() as u64, simulation.row_count());
    let places: Vec<_> = simulation.places().collect();
    assert_eq!(places.len(), 38);
    let counts = |place_id: &str, group: &str, year: i32| match rows[&(place_id.to_owned(), group.to_owned(), year)] {
        (ValueState::Exact, k, n) => (k, n),
        (ValueState::NotApplicable, ..) => (0.0, 0.0),
        (other, ..) => panic!("{other:?}"),
    };
    for year in simulation.years.clone() {
        for place in &places {
            for group in SIMULATED_GROUPS {
                let own = counts(&place.id, group, year);
                let parts = places.iter().filter(|p| p.parent.as_deref() == Some(&place.id));
                let sum = parts.map(|p| counts(&p.id, group, year)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
                assert!(place.level == Level::School || own == sum, "{} {group} {year}", place.id);
                let all = counts(&place.id, "all", year);
                assert!(own.0 <= all.0 && own.1 - own.0 <= all.1 - all.0, "{} {group} {year}", place.id);
            }
            let races = SIMULATED_GROUPS[1..7].iter().map(|group| counts(&place.id, group, year));
            let sum = races.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            assert_eq!(sum, counts(&place.id, "all", year));
        }
    }
    for code in SIMULATED_GROUPS {
        assert!(StudentGroup::of_code(code).is_some(), "{code} is no group of the model");
    }
}

#[test]
fn the_seed_decides_everything() {
    let simulation = small();
    assert!(rows(&simulation) == rows(&simulation));
    assert!(rows(&simulation) != rows(&Simulation { seed: 2, ..small() }));
    // A longer simulation goes on where the shorter one ends.
    let longer = rows(&Simulation { years: 2018..=2025, ..small() });
    assert!(rows(&simulation).iter().all(|(key, row)| longer.get(key) == Some(row)));
}

#[test]
fn small_groups_are_hidden_and_an_interrupted_year_is_not_tested() {
    let whole = rows(&small());
    let hidden = rows(&Simulation { suppress_below: 10, interrupted: Some(2020), ..small() });
    let (mut suppressed, mut lower) = (0, 0);
    for (key @ (place, group, year), &(state, k, n)) in &hidden {
        match year {
            2020 => assert_eq!(state, ValueState::NotTested),
            _ if state == ValueState::Suppressed => {
                assert!(k == -1.0 && n == -1.0 && whole[key].2 < 10.0 && whole[key].2 > 0.0);
                suppressed += 1;
            }
            2021 if place == "00000000" => {
                let before = whole[key];
                lower += i32::from(k / n < before.1 / before.2 - 0.03);
            }
            _ => assert!(state == ValueState::NotApplicable || n >= 10.0, "{place} {group} {year}"),
        }
    }
    assert!(suppressed > 100 && lower >= 8, "{suppressed} suppressed, {lower} groups lower");
}

#[test]
fn plain_files_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let simulation = Simulation { suppress_below: 10, ..small() };
    let (csv, parquet) = (folder.path().join("raw.csv"), folder.path().join("raw.parquet"));
    write_csv(simulation.batches(), &csv).expect("the folder can be written");
    let text = std::fs::read_to_string(&csv).expect("it was written");
    assert_eq!(text.lines().count() as u64, 1 + simulation.row_count());
    assert!(text.starts_with("year,unit,group,n,value\n2018,00001001,all,"), "{}", &text[..60]);
    write_parquet(simulation.batches(), &parquet).expect("the folder can be written");

    let lake = Lake::in_folder(folder.path().join("lake"));
    let mut columns = RawColumns {
        measure: "math",
        period_kind: PeriodKind::SchoolYear,
        place: "unit",
        period: "year",
        value: "value",
        group: Some("group"),
        grade: None,
        numerator: None,
        denominator: Some("n"),
    };
    let mut import = lake.begin_import(1);
    read_parquet(&parquet, &columns, |batch| import.push(&batch)).expect("the columns are there");
    let segments =
        import.write_segments().expect("no row twice").publish_segments().expect("the folder can be written");
    assert_eq!(segments[0].rows, simulation.row_count());
    let filter = SeriesFilter::default().places(["00000000"]).with_groups(["all"]);
    let panel =
        LakeScan::new(&lake, &segments).expect("it is there").with_filter(filter).read_panel().expect("it is whole");
    let state = panel.find_series("all", "all", "00000000").expect("the state is there");
    assert_eq!(state.period, [2018, 2019, 2020, 2021, 2022, 2023]);
    assert_eq!(state.denominator[0], rows(&simulation)[&("00000000".into(), "all".into(), 2018)].2);

    let mut check = |change: &dyn Fn(&mut RawColumns<'static>), reason: &str| {
        let before = columns.clone();
        change(&mut columns);
        let error = read_parquet(&parquet, &columns, |_| Ok(())).expect_err("the columns are not as said");
        assert!(error.to_string().contains(reason), "{error}");
        columns = before;
    };
    check(&|c| c.value = "score", "no column score");
    check(&|c| c.period = "unit", "periods are whole numbers");
    check(&|c| c.place = "year", "column year holds no texts");
}

/// Grades are parts of all grades together, for every place, group and year, and come back from plain files.
#[test]
fn grades_add_up() {
    let simulation = Simulation { grades: 3, ..small() };
    type Grades = BTreeMap<String, (f64, f64)>;
    let mut counts: BTreeMap<(String, String, i32), Grades> = BTreeMap::new();
    let mut rows = 0;
    for batch in simulation.batches() {
        rows += batch.len() as u64;
        for row in 0..batch.len() {
            let text = |names: &headway_model::Names, number: u32| names.text_by_number(number).to_owned();
            let key = (text(&batch.places, batch.place[row]), text(&batch.groups, batch.group[row]), batch.period[row]);
            let known = |x: f64| if x.is_nan() { 0.0 } else { x };
            let count = (known(batch.numerator[row]), known(batch.denominator[row]));
            let again = counts.entry(key).or_default().insert(text(&batch.grades, batch.grade[row]), count);
            assert_eq!(again, None, "a row came twice");
        }
    }
    assert_eq!(rows, simulation.row_count());
    for (key, grades) in &counts {
        assert_eq!(grades.keys().collect::<Vec<_>>(), ["01", "02", "03", "all"]);
        let sum = ["01", "02", "03"].iter().fold((0.0, 0.0), |a, g| (a.0 + grades[*g].0, a.1 + grades[*g].1));
        assert_eq!(sum, grades["all"], "{key:?}");
    }
    let state = &counts[&("00000000".to_owned(), "all".to_owned(), 2020)];
    assert!(state["01"] != state["02"] && state["01"].1 > 0.0, "{state:?}");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (csv, parquet) = (folder.path().join("raw.csv"), folder.path().join("raw.parquet"));
    write_csv(simulation.batches(), &csv).expect("the folder can be written");
    let text = std::fs::read_to_string(&csv).expect("it was written");
    assert!(text.starts_with("year,unit,group,grade,n,value\n2018,00001001,all,all,"), "{}", &text[..60]);
    assert_eq!(text.lines().count() as u64, 1 + simulation.row_count());
    write_parquet(simulation.batches(), &parquet).expect("the folder can be written");
    let columns = RawColumns {
        measure: "math",
        period_kind: PeriodKind::SchoolYear,
        place: "unit",
        period: "year",
        value: "value",
        group: Some("group"),
        grade: Some("grade"),
        numerator: None,
        denominator: Some("n"),
    };
    let mut students = 0.0;
    read_parquet(&parquet, &columns, |batch| {
        for row in (0..batch.len()).filter(|&row| batch.period[row] == 2020) {
            let key = (batch.places.text_by_number(batch.place[row]), batch.groups.text_by_number(batch.group[row]));
            if key == ("00000000", "all") && batch.grades.text_by_number(batch.grade[row]) == "02" {
                students += batch.denominator[row];
            }
        }
        Ok(())
    })
    .expect("the columns are there");
    assert_eq!(students, state["02"].1);
}
