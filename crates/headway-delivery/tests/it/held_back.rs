//! Gaps that an earlier release told, and the rates that come later: with both, hidden counts follow, unless the new ones are held back.

use headway_delivery::Workspace;
use headway_delivery::publish::{HiddenReason, PreparedRelease, Release, ShownValue};

use crate::made_of::{Case, Counts, PROFILE, csv, number, plan, rate, rates, share, told};
use crate::support::{Home, ann, at, day, import, request, sqlite};

/// The first of the two years, whose gaps are told before the rates come.
const YEAR: i32 = 2022;

fn state(counts: &Counts, group: &'static str, year: i32) -> f64 {
    rate(&counts[&("st".to_owned(), group, year)])
}

const RANGE: &str = "range = [-100, 100]\n";

/// Gaps to the state and rates, in one file.
fn gaps(counts: &Counts) -> Case {
    let of_group = |group: &str, year: i32| {
        let found = counts.iter().find(|((place, g, y), _)| place == "st" && *g == group && *y == year);
        rate(found.expect("the state has all groups").1)
    };
    Case {
        plan: plan(&[("r", "percent", ""), ("gap", "points", "")]),
        values: String::new(),
        csv: csv("k,n,gap", counts, |_, _, group, year, of| {
            format!("{},{},{:.1}", of[0], of[1], rate(of) - of_group(group, year))
        }),
    }
}

/// Gaps of the first year, and then the rates of both; the releases that come with each.
async fn releases(home: &Home, hold_back: bool, counts: &Counts) -> (Workspace, Release, PreparedRelease) {
    let Case { plan, csv, .. } = gaps(counts);
    let said = format!("unit: st, publishing: {{ hold_back: {hold_back} }} }}");
    let headway = home.with_plans("w", &[&plan.replacen("unit: st }", &said, 1)]).await;
    let of_year = |line: &&str| line.contains("period") || line.contains("2022-23");
    let file = home.file("a.csv", &csv.lines().filter(of_year).map(|line| format!("{line}\n")).collect::<String>());
    let profile = format!("ignore = [\"k\"]\n{PROFILE}{}", number("gap", "number", Some("n")) + RANGE);
    import(&headway, &request(&file, &profile, "2025-01-01")).await.expect("the file can be read");
    let mut first = headway.make_release("st", day("2025-02-01"), day("2025-02-01")).await.expect("there are results");
    headway.record_release(&mut first, &ann(), at(3)).await.expect("no other release comes in between");
    let file = home.file("b.csv", &csv);
    let profile = format!("ignore = [\"gap\"]\n{PROFILE}{}", share("r", "k", "n"));
    import(&headway, &request(&file, &profile, "2025-06-01")).await.expect("the file can be read");
    let second = headway.make_release("st", day("2025-07-01"), day("2025-07-01")).await.expect("there are results");
    (headway, first.release, second)
}

/// Hidden counts of the rate that follow from the gap told first and the state's rate.
fn attack(counts: &Counts, first: &Release, second: &Release) -> Vec<String> {
    let find = |((place, group, year), of): (&(String, &'static str, i32), &Vec<u64>)| {
        let (gap, n) = told(first, "gap", (place.as_str(), *group, *year));
        let above = told(second, "r", ("st", *group, *year)).0?;
        let k = ((gap? + above) * n? / 100.0).round();
        let hidden = told(second, "r", (place.as_str(), *group, *year)).0.is_none();
        (hidden && k == of[0] as f64).then(|| format!("{place} {group} {year}: {k}"))
    };
    counts.iter().filter(|((.., year), _)| *year == YEAR).filter_map(find).collect()
}

fn held(release: &Release, year: i32) -> (usize, usize) {
    let rows = || release.measure("r").expect("it is in the release").rows.iter();
    let rows = || rows().filter(move |row| row.period.year() == year + 1);
    let held = rows().filter(|row| row.value.shown() == ShownValue::Hidden(HiddenReason::MadeOf)).count();
    (held, rows().filter(|row| matches!(row.value.shown(), ShownValue::Exact(_))).count())
}

#[tokio::test]
async fn rates_that_come_after_gaps_are_held_back_where_the_agency_says_so() {
    let counts = rates(6);
    assert!(state(&counts, "all", YEAR) > 0.0);
    let home = sqlite();
    let (headway, first, open) = releases(&home, false, &counts).await;
    assert!(attack(&counts, &first, &open.release).len() > 10, "{:?}", attack(&counts, &first, &open.release));
    assert!(open.notes.iter().any(|note| note.contains("`publishing: { hold_back: true }`")), "{:?}", open.notes);
    assert!(open.release.audit.made_of_hidden > 10);
    headway.close().await;

    let home = sqlite();
    let (headway, first, mut second) = releases(&home, true, &counts).await;
    assert_eq!(attack(&counts, &first, &second.release), Vec::<String>::new());
    let (of_first, told_first) = held(&second.release, YEAR);
    let (of_second, told_second) = held(&second.release, YEAR + 1);
    assert!(of_first > 10 && told_first == 0 && of_second == 0 && told_second > 10, "of later years no gap was told");
    assert_eq!(second.release.audit.made_of_hidden, 0, "nothing follows from what was told");
    assert!(second.notes.iter().any(|note| note.contains("are held back")), "{:?}", second.notes);
    // In the release after it as well.
    headway.record_release(&mut second, &ann(), at(4)).await.expect("no other release comes in between");
    let third = headway.make_release("st", day("2025-08-01"), day("2025-08-01")).await.expect("there are results");
    assert_eq!((attack(&counts, &first, &third.release), held(&third.release, YEAR).1), (Vec::new(), 0));
    headway.close().await;
}
