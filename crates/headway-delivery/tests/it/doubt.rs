//! What is asked about a file before it is believed: one line a cause, and nothing about a file that has none.

use std::fmt::Write as _;

use headway_delivery::Workspace;
use headway_delivery::intake::{DoubtKind, ImportOutcome, ImportRequest, WithheldReason, sums_in_words};
use headway_delivery::model::ValueFlags;

use crate::support::{Home, import, on_both, request, seen, sqlite};

pub(crate) const PROFILE: &str = r#"
name = "Rates"
source = "A state"
unit = "{id}"
group = "{group}"
period = { kind = "school-year", from = "{year}" }
tokens = { "*" = "suppressed" }

[[level]]
is = "state"
id = '^ST$'
name = "{name}"

[[level]]
is = "district"
id = '^\d{4}$'
name = "{name}"
parent = "ST"

[[values]]
measure = "rate"
column = "rate"
scale = "percent"
denominator = "n"
"#;

pub(crate) const HEADER: &str = "id,name,group,year,rate,n\n";

/// Rates of places `0001` to `count` for all students of a year.
pub(crate) fn rates(count: usize, year: i32, rate: impl Fn(usize) -> f64) -> String {
    let mut text = HEADER.to_owned();
    for i in 1..=count {
        let _ = writeln!(text, "{i:04},Place {i},all,{year},{},100", rate(i));
    }
    text
}

pub(crate) struct Desk<'h> {
    home: &'h Home,
    pub(crate) headway: Workspace,
    files: usize,
}

impl<'h> Desk<'h> {
    pub(crate) async fn new(home: &'h Home) -> Self {
        Self::of(home, "ws").await
    }

    /// With a workspace of its own name.
    pub(crate) async fn of(home: &'h Home, name: &str) -> Self {
        Self { home, headway: home.workspace(name).await, files: 0 }
    }

    pub(crate) async fn bring_by(
        &mut self,
        text: &str,
        profile: &str,
        options: impl Fn(&mut ImportRequest),
    ) -> ImportOutcome {
        self.files += 1;
        let file = self.home.file(&format!("file-{}.csv", self.files), text);
        let mut asked = request(&file, profile, "2025-10-01");
        options(&mut asked);
        import(&self.headway, &asked).await.expect("the file can be read")
    }

    pub(crate) async fn bring(&mut self, text: &str) -> ImportOutcome {
        self.bring_by(text, PROFILE, |_| {}).await
    }

    /// The figures of a place for all students.
    pub(crate) async fn figures(&self, place: &str) -> Vec<(i32, Option<f64>)> {
        let snapshot = seen(&self.headway, "2026-01-01").await;
        let Ok(series) = snapshot.find_series("rate", Some(place), "all", "all").await else { return Vec::new() };
        series.observed.iter().map(|o| (o.period.ordinal, o.value.exact_number())).collect()
    }
}

pub(crate) fn kinds(outcome: &ImportOutcome) -> Vec<DoubtKind> {
    outcome.doubts.iter().map(|doubt| doubt.kind).collect()
}

pub(crate) fn texts(outcome: &ImportOutcome) -> String {
    outcome.doubts.iter().map(|doubt| format!("{doubt}\n")).collect()
}

#[tokio::test]
async fn another_report_is_no_revision() {
    /// A first file of forty places, then one of `count` with these rates.
    async fn check(what: &str, count: usize, rate: impl Fn(usize) -> f64, want: (&[DoubtKind], bool)) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let first = desk.bring(&rates(40, 2021, |i| 40.0 + i as f64)).await;
        assert_eq!((first.import, kinds(&first)), (Some(1), vec![]), "{what}");
        let text = rates(count, 2021, rate);
        let second = desk.bring(&text).await;
        let (doubts, held) = want;
        assert_eq!(kinds(&second), doubts, "{what}: {}", texts(&second));
        assert_eq!(second.withheld, held.then_some(WithheldReason::Doubt), "{what}");
        if held {
            assert!(second.import.is_none() && desk.figures("0001").await == [(2021, Some(41.0))], "{what}");
            assert!(texts(&second).contains("Place 1 (0001), 2020-21: 41 before"), "{what}: {}", texts(&second));
            let yes = desk.bring_by(&text, PROFILE, |asked| asked.revises = true).await;
            assert!(yes.import.is_some() && yes.withheld.is_none(), "{what}: --revises lets it in");
        }
    }
    let was = |i: usize| 40.0 + i as f64;
    check("all common figures differ", 30, |i| was(i) + 15.0, (&[DoubtKind::Revised], true)).await;
    check("all but one differ", 30, |i| was(i) + if i == 3 { 0.0 } else { 15.0 }, (&[DoubtKind::Revised], true)).await;
    check("a few are revised", 30, |i| was(i) + if i < 5 { 15.0 } else { 0.0 }, (&[], false)).await;
    check("recomputed, all a little", 30, |i| was(i) + 1.0 / 8.0 + 0.1, (&[], false)).await;
    check("recomputed rates", 40, |i| was(i) - 0.6, (&[DoubtKind::Revised], false)).await;
    check("a list of corrections", 12, |i| was(i) + 1.0, (&[], false)).await;
    check("another report of few places", 12, |i| was(i) + 15.0, (&[DoubtKind::Revised], true)).await;
    check("one correction", 1, |_| 70.0, (&[], false)).await;
    check("a hundredth", 40, |i| was(i) / 100.0, (&[DoubtKind::Revised], true)).await;
    check("the same figures", 40, was, (&[], false)).await;
}

#[tokio::test]
async fn one_year_of_another_report_is_found_among_many() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let years = |shift: f64| {
        let year =
            |y: i32| rates(20, y, |i| 40.0 + i as f64 + f64::from(y % 7) / 2.0 + if y == 2020 { shift } else { 0.0 });
        (2015..=2021).map(|y| year(y).replace(HEADER, "")).fold(HEADER.to_owned(), |all, text| all + &text)
    };
    desk.bring(&years(0.0)).await;
    let second = desk.bring(&years(9.0)).await;
    assert_eq!((kinds(&second), second.withheld), (vec![DoubtKind::Revised], Some(WithheldReason::Doubt)));
    let text = texts(&second);
    assert!(text.contains("nearly every figure of 2019-20") && text.contains("20 of 20"), "{text}");
}

#[tokio::test]
async fn a_change_of_scale_is_asked_about() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let rate = |i: usize, year: i32| 70.0 + ((i * 7 + 2 * year as usize) % 5 + i % 20) as f64;
        for year in 2021..=2023 {
            let outcome = desk.bring(&rates(40, year, |i| rate(i, year))).await;
            assert_eq!(kinds(&outcome), [], "{}", texts(&outcome));
        }
        let small = rates(40, 2024, |i| rate(i, 2024) / 100.0);
        let outcome = desk.bring(&small).await;
        assert_eq!((kinds(&outcome), outcome.withheld), (vec![DoubtKind::Scale], Some(WithheldReason::Doubt)));
        assert!(texts(&outcome).contains("figures of 2023-24 are a hundredth"), "{}", texts(&outcome));
        assert_eq!(desk.figures("0001").await.len(), 3);
        let fraction = PROFILE.replace("\"percent\"", "\"fraction\"");
        let mended = desk.bring_by(&small, &fraction, |_| {}).await;
        assert_eq!((mended.import.is_some(), kinds(&mended)), (true, vec![]), "{}", texts(&mended));
        // An old year filled in, known before all others, is held against the year after it; and years within one file.
        let filled_in = rates(40, 2020, |_| 0.8);
        let old = desk.bring_by(&filled_in, PROFILE, |asked| asked.known_from = "2020-10-01".parse().expect("a day"));
        assert_eq!(kinds(&old.await), [DoubtKind::Scale]);
        let both = rates(40, 2018, |_| 80.0) + &rates(40, 2019, |_| 0.8).replace(HEADER, "");
        assert_eq!(kinds(&desk.bring(&both).await), [DoubtKind::Scale]);
    })
    .await;
}

#[tokio::test]
async fn what_the_last_file_had_is_missed() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let row = |id: &str, group: &str, year: i32| format!("{id},Name {id},{group},{year},50,100\n");
    let mut first = HEADER.to_owned() + &row("ST", "all", 2021);
    let mut second = HEADER.to_owned();
    for i in 1..=20 {
        let id = format!("{i:04}");
        first += &(row(&id, "all", 2021) + &row(&id, "mwh", 2021) + &row(&id, "ecd", 2021));
        if i <= 15 {
            second += &(row(&id, "all", 2022) + &row(&id, "mwh", 2022));
        }
    }
    desk.bring(&first).await;
    let outcome = desk.bring(&second).await;
    let text = texts(&outcome);
    assert_eq!((kinds(&outcome), outcome.import), (vec![DoubtKind::Missing], Some(2)));
    assert!(text.contains("import 1 (file-1.csv): the state; 5 of 20 districts; the group Economically"), "{text}");
    // As complete as the last one: nothing to say.
    let outcome = desk.bring(&second.replace(",2022,", ",2023,")).await;
    assert_eq!(kinds(&outcome), [], "{}", texts(&outcome));
}

#[tokio::test]
async fn groups_are_held_against_all_students() {
    async fn check(what: &str, rows: &[(&str, f64)], want: Option<(DoubtKind, &str)>) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let mut text = HEADER.to_owned();
        for (group, n) in rows {
            let _ = writeln!(text, "ST,The state,{group},2022,50,{n}");
        }
        let outcome = desk.bring(&text).await;
        assert_eq!(outcome.import, Some(1), "{what}: it is told, and let in");
        match want {
            None => assert_eq!(kinds(&outcome), [], "{what}: {}", texts(&outcome)),
            Some((kind, words)) => {
                assert_eq!(kinds(&outcome), [kind], "{what}: {}", texts(&outcome));
                assert!(texts(&outcome).contains(words), "{what}: {}", texts(&outcome));
            }
        }
    }
    let parts = |words| Some((DoubtKind::Parts, words));
    let shares = Some((DoubtKind::Shares, "The state (ST), 2021-22"));
    let odd = "The state (ST), 2021-22: Female 520 + Male 440 = 960 of 1,000";
    check("women and men too few", &[("all", 1000.0), ("female", 520.0), ("male", 440.0)], parts(odd)).await;
    check("women and men too many", &[("all", 900.0), ("female", 520.0), ("male", 440.0)], parts("= 960 of 900")).await;
    check("women and men", &[("all", 1000.0), ("female", 520.0), ("male", 480.0)], None).await;
    check("one not recorded", &[("all", 1000.0), ("female", 520.0), ("male", 479.0)], None).await;
    check("with a third", &[("all", 1000.0), ("female", 520.0), ("male", 440.0), ("non-binary", 40.0)], None).await;
    check("two races of more", &[("all", 215.0), ("mwh", 100.0), ("mbl", 60.0)], None).await;
    check("races of nobody", &[("all", 215.0), ("mwh", 0.0), ("mbl", 0.0)], parts("White 0 = 0 of 215")).await;
    let all = [("all", 1107.0), ("female", 1107.0), ("male", 1107.0), ("mbl", 1107.0), ("mwh", 1107.0)];
    check("shares of the whole", &all, shares).await;
    check("all of one group", &[("all", 90.0), ("ecd", 90.0), ("male", 90.0)], None).await;
}

#[tokio::test]
async fn where_races_make_a_whole_an_odd_place_is_named() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let mut text = HEADER.to_owned();
    for i in 1..=30 {
        let white = if i == 7 { 45 } else { 60 };
        for (group, n) in [("all", 100), ("mwh", white), ("mbl", 40)] {
            let _ = writeln!(text, "{i:04},Place {i},{group},2022,50,{n}");
        }
    }
    let outcome = desk.bring(&text).await;
    let told = texts(&outcome);
    assert!(told.contains("1 of 30") && told.contains("Place 7 (0007)") && told.contains("= 85 of 100"), "{told}");
}

#[tokio::test]
async fn levels_are_held_against_each_other() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let row = |id: &str, n: u32| format!("{id},Name {id},all,2022,50,{n}\n");
    let districts = row("0001", 400) + &row("0002", 590);
    let outcome = desk.bring(&(HEADER.to_owned() + &row("ST", 1000) + &districts)).await;
    let [line] = &sums_in_words(&outcome.sums)[..] else { panic!("one sum: {:?}", outcome.sums) };
    assert!(line.contains("1,000 students, its 2 districts add up to 990 (−10, −1 %)"), "{line}");
    // A corrected district beside what was known of the others and of the state.
    let outcome = desk.bring(&(HEADER.to_owned() + &row("0002", 600))).await;
    let [line] = &sums_in_words(&outcome.sums)[..] else { panic!("one sum: {:?}", outcome.sums) };
    assert!(line.contains("1,000 students, its 2 districts add up to 1,000"), "{line}");
    // No row of the state anywhere.
    let alone = sqlite();
    let mut desk = Desk::new(&alone).await;
    let outcome = desk.bring(&(HEADER.to_owned() + &districts)).await;
    let [line] = &sums_in_words(&outcome.sums)[..] else { panic!("one sum: {:?}", outcome.sums) };
    assert!(line.contains("no row of the state; 2 districts add up to 990 students in 2021-22"), "{line}");
}

#[tokio::test]
async fn a_period_that_is_not_over_is_told() {
    async fn check(year: i32, want: &[&str]) {
        let home = sqlite();
        let outcome = Desk::new(&home).await.bring(&rates(3, year, |_| 50.0)).await;
        let told = texts(&outcome);
        assert_eq!((outcome.import, outcome.doubts.len()), (Some(1), want.len().min(1)), "{year}: {told}");
        assert!(want.iter().all(|words| told.contains(words)), "{year}: {told}");
    }
    check(2025, &[]).await;
    check(
        2026,
        &[
            "2025-26 was not over on 2025-10-01",
            "ends on 2026-06-30",
            "3 figures",
            "not judged until 2026-07-01; from then on they count, unless newer ones come",
        ],
    )
    .await;
    check(2036, &["2035-36 had not begun on 2025-10-01"]).await;
}

#[tokio::test]
async fn a_file_read_in_another_way_takes_the_place_of_the_first() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let text = "id,name,group,rate,n\n0001,A,all,40,100\n0002,B,all,50,100\n";
        let of_year = |year: &str| PROFILE.replace("{year}", year);
        desk.bring_by(text, &of_year("2020"), |_| {}).await;
        let again = desk.bring_by(text, &of_year("2021"), |_| {}).await;
        assert_eq!((kinds(&again), again.withheld), (vec![DoubtKind::Again], Some(WithheldReason::Doubt)));
        assert!(texts(&again).contains("import 1") && texts(&again).contains("--replaces 1"), "{}", texts(&again));
        let taken = desk.bring_by(text, &of_year("2021"), |asked| asked.replaces = Some(1)).await;
        assert_eq!((taken.import, taken.replaces, taken.measures[0].withdrawn), (Some(3), Some(1), 2));
        assert_eq!(desk.figures("0001").await, [(2021, Some(40.0))], "the wrong year is withdrawn");
        assert_eq!(seen(&desk.headway, "2026-01-01").await.visible_imports().count(), 1);
        desk.headway.undo_import(3, &crate::support::ann(), crate::support::at(9)).await.expect("it is in place");
        assert_eq!(desk.figures("0001").await, [(2020, Some(40.0))], "undone, the first holds again");
        // Other bytes, or the same by another profile into other measures, are nothing to ask about.
        let other = of_year("2021").replace("\"Rates\"", "\"Other\"").replace("\"rate\"\ncolumn", "\"other\"\ncolumn");
        assert_eq!(kinds(&desk.bring_by(text, &other, |_| {}).await), []);
        assert_eq!(kinds(&desk.bring_by(&text.replace("40", "41"), &of_year("2021"), |_| {}).await), []);
    })
    .await;
}

/// The same bytes, known from another day or of another release, are loaded; another wish about the same statement is refused.
#[tokio::test]
async fn the_same_bytes_with_another_standing_are_another_statement() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let text = rates(3, 2022, |i| 40.0 + i as f64);
        let preliminary = async |desk: &Desk<'_>| {
            let snapshot = seen(&desk.headway, "2026-01-01").await;
            let series = snapshot.find_series("rate", Some("0001"), "all", "all").await.expect("it has figures");
            series.observed[0].flags.has_all(ValueFlags::PROVISIONAL)
        };
        let first = desk.bring_by(&text, PROFILE, |asked| asked.provisional = true).await;
        assert_eq!((first.import, preliminary(&desk).await), (Some(1), true));
        let last = desk.bring(&text).await;
        assert_eq!((last.import, last.already, last.withheld), (Some(2), None, None), "{}", texts(&last));
        assert!(!preliminary(&desk).await, "the final release holds");
        let later = desk.bring_by(&text, PROFILE, |asked| asked.known_from = crate::support::day("2025-12-01")).await;
        assert_eq!((later.import, later.already), (Some(3), None));
        // The same statement again changes nothing; without a day neither, whatever today is.
        assert_eq!(desk.bring(&text).await.already, Some(2));
        let nightly = desk.bring_by(&text, PROFILE, |asked| {
            (asked.known_from, asked.known_from_said) = (crate::support::day("2025-12-24"), false);
        });
        assert_eq!(nightly.await.already, Some(3));
        let file = home.file("again.csv", &text);
        let refused = async |change: &dyn Fn(&mut ImportRequest), want: &str| {
            let mut asked = request(&file, PROFILE, "2025-10-01");
            change(&mut asked);
            let told = import(&desk.headway, &asked).await.expect_err("refused").to_string();
            assert!(told.contains("import 2") && told.contains(want), "{told}");
        };
        refused(&|asked| asked.replaces = Some(1), "imports undo 1").await;
        refused(&|asked| asked.source = Some("Another report".to_owned()), "another source").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_publisher_took_out_is_withdrawn_by_replacing() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        desk.bring(&rates(3, 2022, |i| 40.0 + i as f64)).await;
        let fewer = rates(2, 2022, |i| 40.0 + i as f64);
        let beside = desk.bring(&(fewer.clone() + "\n")).await;
        let changes = &beside.measures[0];
        assert_eq!((changes.same, changes.gone, changes.withdrawn), (2, 1, 0));
        assert_eq!(desk.figures("0003").await, [(2022, Some(43.0))], "not in the file, and it stays");
        let replacing = desk.bring_by(&fewer, PROFILE, |asked| {
            asked.replaces = Some(1);
            asked.known_from = "2025-12-01".parse().expect("a day");
        });
        let replacing = replacing.await;
        assert_eq!((replacing.import, replacing.measures[0].withdrawn), (Some(3), 1));
        assert_eq!(desk.figures("0003").await, [], "withdrawn");
        // As it was known before, it is still there; merged files say the same; the replaced one can't be replaced again.
        let before = seen(&desk.headway, "2025-11-30").await;
        assert!(before.find_series("rate", Some("0003"), "all", "all").await.is_ok());
        desk.headway
            .compact_lake(&crate::support::ann(), crate::support::at(8))
            .await
            .expect("the files can be merged");
        assert_eq!(desk.figures("0003").await, []);
        let mut asked = request(&home.file("x.csv", &fewer.replace("Place 1", "Place One")), PROFILE, "2025-12-02");
        asked.replaces = Some(1);
        let refused = import(&desk.headway, &asked).await.expect_err("its place is taken").to_string();
        assert!(refused.contains("import 3 has taken the place of import 1"), "{refused}");
        asked.replaces = Some(99);
        assert!(import(&desk.headway, &asked).await.is_err(), "there is no such import");
    })
    .await;
}

#[tokio::test]
async fn all_or_nothing_and_preliminary_are_as_they_say() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let odd = rates(4, 2022, |_| 50.0) + "0005,E,all,2022,eighty,100\n";
    let held = desk.bring_by(&odd, PROFILE, |asked| asked.all_or_nothing = true).await;
    assert_eq!((held.import, held.withheld), (None, Some(WithheldReason::Refusals)));
    assert_eq!(desk.figures("0001").await, []);
    let taken = desk.bring_by(&odd, PROFILE, |asked| asked.provisional = true).await;
    assert!(taken.import.is_some() && taken.has_refusals());
    let imports = desk.headway.all_imports().await.expect("a list");
    assert_eq!(imports.last().and_then(|i| i.refused), Some((1, 1)), "the catalog says what was refused");
    let snapshot = seen(&desk.headway, "2026-01-01").await;
    let series = snapshot.find_series("rate", Some("0001"), "all", "all").await.expect("it is there");
    assert!(series.observed.iter().all(|o| o.flags.has_all(ValueFlags::PROVISIONAL)), "{:?}", series.observed);
    // A dry run of a loaded file tells its report again.
    let again = desk.bring_by(&odd, PROFILE, |asked| (asked.provisional, asked.dry_run) = (true, true)).await;
    assert!(again.already.is_some() && again.report.is_some() && again.has_refusals());
}

#[tokio::test]
async fn two_files_that_contradict_each_other_leave_nothing() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let one = home.file("one.csv", &rates(5, 2022, |_| 50.0));
    let two = home.file("two.csv", &(rates(5, 2022, |_| 70.0) + "0009,I,mwh,2022,60,100\n"));
    let mut asked = request(&one, PROFILE, "2025-10-01");
    asked.files.push(two);
    let outcome = import(&desk.headway, &asked).await.expect("the files can be read");
    assert_eq!((outcome.import, outcome.withheld), (None, Some(WithheldReason::Contradiction)));
    let imports = desk.headway.all_imports().await.expect("a list");
    assert!(imports.iter().all(|i| i.state != headway_delivery::ImportState::Published), "nothing of either is in");
    assert!(desk.bring(&rates(5, 2022, |_| 50.0)).await.import.is_some());
}
