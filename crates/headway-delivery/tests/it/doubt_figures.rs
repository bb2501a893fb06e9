//! Figures that are doubted beside others: another scale in a few rows, another year's file, preliminary after final, jumps, parts
//! larger than their whole.

use std::fmt::Write as _;

use headway_delivery::intake::{DoubtKind, WithheldReason};

use crate::doubt::{Desk, HEADER, PROFILE, kinds, rates, texts};
use crate::support::{day, load, on_both, seen, sqlite};

/// Percents from 70 to 89.
fn high(i: usize) -> f64 {
    70.0 + (i * 7 % 20) as f64
}

#[tokio::test]
async fn a_few_fractions_among_percents_are_asked_about() {
    async fn check(what: &str, rate: impl Fn(usize) -> f64, want: Option<&str>) {
        let home = sqlite();
        let mut desk = Desk::new(&home).await;
        let text = rates(30, 2022, rate);
        let outcome = desk.bring(&text).await;
        let told = texts(&outcome);
        match want {
            None => assert_eq!((kinds(&outcome), outcome.withheld), (vec![], None), "{what}: {told}"),
            Some(words) => {
                assert_eq!(kinds(&outcome), [DoubtKind::OddScale], "{what}: {told}");
                assert_eq!(outcome.withheld, Some(WithheldReason::Doubt), "{what}");
                assert!(told.contains(words), "{what}: {told}");
                let yes = desk.bring_by(&text, PROFILE, |asked| asked.revises = true).await;
                assert!(yes.import.is_some(), "{what}: --revises lets it in");
            }
        }
    }
    check("all percents", high, None).await;
    check(
        "two of thirty",
        |i| if i == 4 || i == 9 { 0.84 } else { high(i) },
        Some("2 of 30; first: Place 4 (0004), 2021-22: 0.84"),
    )
    .await;
    check("nobody", |i| if i == 4 { 0.0 } else { high(i) }, None).await;
    check("low ones as they come", |i| if i == 4 { 0.84 } else { 3.0 * i as f64 }, None).await;
    check("far below all others in truth", |i| if i == 4 { 0.1 } else { high(i) }, None).await;
}

/// Beside its own last year one fraction is enough, whatever others have.
#[tokio::test]
async fn one_fraction_beside_its_own_years_is_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let wide = |i: usize| 2.0 + 3.0 * i as f64;
    desk.bring(&rates(30, 2021, wide)).await;
    let outcome = desk.bring(&rates(30, 2022, |i| if i == 20 { 0.61 } else { wide(i) + (i % 3) as f64 })).await;
    assert_eq!(kinds(&outcome), [DoubtKind::OddScale], "{}", texts(&outcome));
    assert!(texts(&outcome).contains("Place 20 (0020), 2021-22: 0.61"), "{}", texts(&outcome));
}

/// Of low percents too: one that is less than a tenth of all others, and a hundredth of its own last year.
#[tokio::test]
async fn one_fraction_among_low_percents_is_asked_about() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let low = |i: usize| 1.2 + 0.11 * i as f64;
    desk.bring(&rates(12, 2021, low)).await;
    let outcome = desk.bring(&rates(12, 2022, |i| if i == 4 { 0.0164 } else { low(i) + 0.01 * (i % 3) as f64 })).await;
    assert_eq!((kinds(&outcome), outcome.withheld), (vec![DoubtKind::OddScale], Some(WithheldReason::Doubt)));
    assert!(texts(&outcome).contains("(1 of 12; first: Place 4 (0004), 2021-22: 0.0164)"), "{}", texts(&outcome));
    let right = desk.bring(&rates(12, 2022, |i| if i == 4 { 0.4 } else { low(i) + 0.01 * (i % 3) as f64 })).await;
    assert_eq!((kinds(&right), right.withheld), (vec![], None), "{}", texts(&right));
}

#[tokio::test]
async fn last_years_figures_under_this_years_label_are_asked_about() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        desk.bring(&rates(30, 2021, high)).await;
        let copy = rates(30, 2022, |i| if i == 3 { 71.5 } else { high(i) });
        let outcome = desk.bring(&copy).await;
        assert_eq!((kinds(&outcome), outcome.withheld), (vec![DoubtKind::Copied], Some(WithheldReason::Doubt)));
        let told = texts(&outcome);
        assert!(
            told.contains("nearly all figures of 2021-22 are those of 2020-21 (29 of 30; first: Place 1"),
            "{told}"
        );
        assert_eq!(desk.figures("0001").await.len(), 1, "nothing was written");
        let yes = desk.bring_by(&copy, PROFILE, |asked| asked.revises = true).await;
        assert!(yes.import.is_some());
        // Half of them the same, or all of them 0 or 100, is nothing to ask about.
        let half = rates(30, 2023, |i| high(i) + (i % 2) as f64);
        assert_eq!(kinds(&desk.bring(&half).await), []);
        let both =
            rates(30, 2010, |i| (i % 2 * 100) as f64) + &rates(30, 2011, |i| (i % 2 * 100) as f64).replace(HEADER, "");
        assert_eq!(kinds(&desk.bring(&both).await), []);
    })
    .await;
}

/// Of a year longer ago, and of one group or grade alone.
#[tokio::test]
async fn any_known_years_figures_are_asked_about() {
    let of = |group: &str, year: i32, rate: &dyn Fn(usize) -> f64| {
        let all = rates(20, year, rate).replace(",all,", &format!(",{group},"));
        all.trim_start_matches(HEADER).to_owned()
    };
    let moved = |by: f64| move |i: usize| high(i) + by * (1 + i % 3) as f64;
    let year = |year: i32, all: f64, female: f64| {
        format!("{HEADER}{}{}", of("all", year, &moved(all)), of("Female", year, &moved(female)))
    };
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    for (ending, by) in [(2019, 0.1), (2020, 0.3), (2021, 0.6)] {
        assert_eq!(kinds(&desk.bring(&year(ending, by, by + 0.1)).await), []);
    }
    let old = desk.bring(&year(2022, 0.1, 0.2)).await;
    let told = texts(&old);
    assert_eq!((kinds(&old)[0], old.withheld), (DoubtKind::Copied, Some(WithheldReason::Doubt)), "{told}");
    assert!(told.contains("nearly all figures of 2021-22 are those of 2018-19 (40 of 40"), "{told}");
    let one = desk.bring(&year(2022, 0.9, 0.7)).await;
    let told = texts(&one);
    assert_eq!((kinds(&one), one.withheld), (vec![DoubtKind::Copied], Some(WithheldReason::Doubt)), "{told}");
    assert!(told.contains("nearly all figures of Female in 2021-22 are those of 2020-21 (20 of 20"), "{told}");
    assert_eq!(kinds(&desk.bring(&year(2022, 0.9, 1.1)).await), []);
}

#[tokio::test]
async fn preliminary_after_final_is_told() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        desk.bring(&rates(5, 2022, |i| 40.0 + i as f64)).await;
        let early = rates(5, 2022, |i| if i == 2 { 44.5 } else { 40.0 + i as f64 });
        let same_day = desk.bring_by(&early, PROFILE, |asked| asked.provisional = true).await;
        assert_eq!(kinds(&same_day), [DoubtKind::Early], "{}", texts(&same_day));
        assert!(
            texts(&same_day).contains("The final ones hold, which were known on 2025-10-01 too"),
            "{}",
            texts(&same_day)
        );
        assert_eq!(desk.figures("0002").await, [(2022, Some(42.0))]);
        let later = desk
            .bring_by(&early, PROFILE, |asked| (asked.provisional, asked.known_from) = (true, day("2025-12-01")))
            .await;
        let told = texts(&later);
        assert!(told.contains("5 figures; first: Place 1 (0001), 2021-22: final 41, preliminary 41"), "{told}");
        assert!(told.contains("The preliminary ones hold from 2025-12-01 on"), "{told}");
        assert_eq!(desk.figures("0002").await, [(2022, Some(44.5))], "it became known later, and holds");
        // Preliminary first and final then is how it should be; so is an earlier preliminary one filled in.
        let last = desk.bring_by(&early, PROFILE, |asked| asked.known_from = day("2026-01-05")).await;
        assert_eq!(kinds(&last), [], "{}", texts(&last));
        let filled_in = desk
            .bring_by(&early, PROFILE, |asked| (asked.provisional, asked.known_from) = (true, day("2023-01-05")))
            .await;
        assert_eq!(kinds(&filled_in), [], "{}", texts(&filled_in));
    })
    .await;
}

#[tokio::test]
async fn a_place_that_jumps_tenfold_is_told() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let counts = |year: i32, of: &dyn Fn(usize) -> usize| {
        (1..=30).fold(HEADER.to_owned(), |all, i| {
            all + &format!("{i:04},Place {i},all,{year},{},{}\n", high(i) + f64::from(year % 7), of(i))
        })
    };
    desk.bring(&counts(2021, &|i| 200 + i)).await;
    let outcome = desk.bring(&counts(2022, &|i| if i == 7 { 2070 } else { 205 + i })).await;
    assert_eq!((kinds(&outcome), outcome.import), (vec![DoubtKind::Jump], Some(2)), "{}", texts(&outcome));
    let told = texts(&outcome);
    assert!(told.contains("1 of 30; first: Place 7 (0007): 207 in 2020-21, 2,070 in 2021-22"), "{told}");
    // All of them together are no place's fault, and small ones may grow.
    let all = desk.bring(&counts(2023, &|i| if i == 7 { 20000 } else { 2100 + i })).await;
    assert!(!kinds(&all).contains(&DoubtKind::Jump), "{}", texts(&all));
    assert!(texts(&all).contains("are about 961 % of those beside them (30 of 30"), "{}", texts(&all));
}

#[tokio::test]
async fn parts_larger_than_their_whole_are_told() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    let profile =
        format!("{PROFILE}\n[[level]]\nis = 'school'\nid = '^(\\d{{4}})-'\nname = '{{name}}'\nparent = '{{1}}'\n");
    let mut text = HEADER.to_owned() + "ST,The state,all,2022,50,1000\n";
    for (id, group, n) in [("0001", "all", 300), ("0001", "ecd", 320), ("0002", "all", 700), ("0002", "ecd", 90)] {
        let _ = writeln!(text, "{id},Place {id},{group},2022,50,{n}");
    }
    text += "0001-1,Alder,all,2022,50,310\n0002-1,Birch,all,2022,50,200\n";
    let outcome = desk.bring_by(&text, &profile, |_| {}).await;
    let told = texts(&outcome);
    assert_eq!(kinds(&outcome), [DoubtKind::Larger, DoubtKind::Larger], "{told}");
    assert!(told.contains("320 of 300"), "{told}");
    assert!(told.contains("Alder (0001-1), 2021-22: 310, and Place 0001 (0001) has 300"), "{told}");
    let right = text.replace("all,2022,50,310", "all,2023,50,300").replace("ecd,2022,50,320", "ecd,2023,50,300");
    let right = right.replace(",2022,", ",2023,");
    assert!(!kinds(&desk.bring_by(&right, &profile, |_| {}).await).contains(&DoubtKind::Larger));
}

#[tokio::test]
async fn what_the_plan_holds_impossible_is_told() {
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    load(
        &desk.headway,
        "agency: { id: a, name: Agency }\nplan: { id: p, edition: \"2022-01\" }\nstrategies: [ { id: s, name: Strategy } ]\n\
         measures:\n- { id: rate, name: A rate, unit: percent, direction: increase, period: school-year, serves: [s], bounds: [20, 90] }\n",
    )
    .await;
    let text = rates(10, 2022, high)
        .replace(",85,", ",95.5,")
        .replace("0010,Place 10,all,2022,80,", "0010,Place 10,all,2022,5-10,");
    let outcome = desk.bring_by(&text, &format!("bands = true\n{}", PROFILE.trim_start()), |_| {}).await;
    let told = texts(&outcome);
    assert!(
        kinds(&outcome).contains(&DoubtKind::Bounds) && told.contains("outside of the plan's bounds, 20 to 90"),
        "{told}"
    );
}

#[tokio::test]
async fn nothing_is_known_from_a_day_to_come() {
    let home = sqlite();
    let desk = Desk::new(&home).await;
    let mut asked = crate::support::request(&home.file("x.csv", &rates(3, 2022, high)), PROFILE, "2027-10-01");
    asked.today = day("2026-11-30");
    let told = crate::support::import(&desk.headway, &asked).await.expect_err("refused").to_string();
    assert!(told.contains("--known-from 2027-10-01: that day is still to come (today is 2026-11-30)"), "{told}");
    assert!(seen(&desk.headway, "2028-01-01").await.visible_imports().count() == 0);
}

/// Whole periods are counted from the end of the agency's own year.
#[tokio::test]
async fn whole_periods_are_counted_from_the_plans_year_end() {
    let plan = "agency: { id: st, name: A state, unit: ST, fiscal_year_ends: \"09-30\" }\n\
        plan: { id: p, name: A plan, edition: \"2020-01\" }\n\
        measures:\n  - { id: rate, name: Rate, unit: percent, direction: increase, period: fiscal-year,\n      \
        targets: [{ unit: ST, baseline: { period: 2019, value: 60 }, target: { period: 2030, value: 66 } }] }\n";
    let home = sqlite();
    let mut desk = Desk::new(&home).await;
    load(&desk.headway, plan).await;
    let profile = format!("whole_from = 30\n{}", PROFILE.trim_start()).replace("school-year", "fiscal-year");
    for (known, partial) in [("2022-10-29", true), ("2022-10-30", false)] {
        let text = rates(3, 2022, |i| 40.0 + i as f64);
        let outcome =
            desk.bring_by(&text, &profile, |asked| (asked.known_from, asked.dry_run) = (day(known), true)).await;
        let told = texts(&outcome);
        assert_eq!(
            told.contains(&format!("known on {known}, and whole from 2022-10-30 on")),
            partial,
            "{known}: {told}"
        );
    }
}

/// A profile may say from when on figures are of the whole period: earlier ones never become results.
#[tokio::test]
async fn partial_figures_stay_partial_where_the_profile_says_so() {
    on_both(async |home| {
        let mut desk = Desk::new(home).await;
        let profile = format!("whole_from = 60\n{}", PROFILE.trim_start());
        let over = async |desk: &Desk<'_>| {
            let snapshot = seen(&desk.headway, "2026-01-01").await;
            let series = snapshot.find_series("rate", Some("0001"), "all", "all").await.expect("it has figures");
            series.observed.iter().map(|o| (o.over, o.value.exact_number())).collect::<Vec<_>>()
        };
        let text = rates(3, 2022, |i| 40.0 + i as f64);
        let early = desk.bring_by(&text, &profile, |asked| asked.known_from = day("2022-08-01")).await;
        let told = texts(&early);
        assert!(
            told.contains(
                "2021-22 is partial by the profile (`whole_from`): known on 2022-08-01, and whole from 2022-08-29 on"
            ),
            "{told}"
        );
        assert_eq!(over(&desk).await, [(false, Some(41.0))], "it never becomes a result");
        let whole = rates(3, 2022, |i| 44.0 + i as f64);
        desk.bring_by(&whole, &profile, |asked| (asked.known_from, asked.revises) = (day("2022-09-01"), true)).await;
        assert_eq!(over(&desk).await, [(true, Some(45.0))]);
        // Without the word a figure counts once its period is over.
        desk.bring_by(&rates(3, 2023, |i| 45.0 + i as f64), PROFILE, |asked| asked.known_from = day("2023-02-01"))
            .await;
        assert_eq!(over(&desk).await, [(true, Some(45.0)), (true, Some(46.0))]);
    })
    .await;
}
