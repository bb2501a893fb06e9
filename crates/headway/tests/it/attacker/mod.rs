//! The attacker: takes only what was published, and tries to find the counts that are hidden in it.

mod attack;
mod files;
mod knowledge;
mod markup;
mod pages;
mod programs;
mod puzzle;
mod releases;
mod state;

use std::path::{Path, PathBuf};

use headway_delivery::publish::StepWeakness;
use puzzle::{Puzzle, Unknown};
use releases::{Releases, outcome};

/// What a puzzle gives away: (least, most) for every unknown after interval propagation and linear programs.
fn solved(mut puzzle: Puzzle) -> Vec<(f64, f64)> {
    puzzle.propagate().expect("what is known fits together");
    let all = vec![true; puzzle.lo.len()];
    programs::solve(&mut puzzle, &all, &all);
    puzzle.propagate().expect("what was found fits together");
    puzzle.lo.into_iter().zip(puzzle.hi).collect()
}

/// A table of counts with its margins, of which some inner cells are hidden.
fn table<const R: usize, const C: usize>(counts: [[u32; C]; R], hidden: &[(usize, usize)]) -> Vec<(f64, f64)> {
    let mut puzzle = Puzzle::default();
    let cells: Vec<Vec<Unknown>> = counts.iter().map(|row| row.iter().map(|_| puzzle.unknown()).collect()).collect();
    for (r, row) in counts.iter().enumerate() {
        let sum = f64::from(row.iter().sum::<u32>());
        puzzle.row(cells[r].iter().map(|&c| (c, 1.0)).collect(), sum, sum);
        for (c, &n) in row.iter().enumerate().filter(|&(c, _)| !hidden.contains(&(r, c))) {
            puzzle.within(cells[r][c], n.into(), n.into());
        }
    }
    for c in 0..C {
        let sum = f64::from(counts.iter().map(|row| row[c]).sum::<u32>());
        puzzle.row(cells.iter().map(|row| (row[c], 1.0)).collect(), sum, sum);
    }
    let found = solved(puzzle);
    hidden.iter().map(|&(r, c)| found[cells[r][c]]).collect()
}

#[test]
fn the_attacker_can_subtract() {
    let counts = [[3, 20, 30], [15, 4, 40], [50, 60, 7]];
    assert_eq!(table(counts, &[(0, 0)]), [(3.0, 3.0)]);
    assert_eq!(table(counts, &[(0, 0), (0, 1)]), [(3.0, 3.0), (20.0, 20.0)]);
    assert_eq!(table(counts, &[(0, 0), (0, 1), (1, 0), (1, 1)]), [(0.0, 18.0), (5.0, 23.0), (0.0, 18.0), (1.0, 19.0)]);
}

#[test]
fn the_attacker_solves_linear_programs_and_counts_in_whole_numbers() {
    // Three hidden in a ring: no sum has only one of them, but together they have one solution.
    let mut ring = Puzzle::default();
    let cells: Vec<Unknown> = (0..3).map(|_| ring.unknown()).collect();
    for (a, b, sum) in [(0, 1, 9.0), (1, 2, 11.0), (2, 0, 8.0)] {
        ring.row(vec![(cells[a], 1.0), (cells[b], 1.0)], sum, sum);
    }
    assert_eq!(solved(ring), [(3.0, 3.0), (6.0, 6.0), (5.0, 5.0)]);

    // 3x + 5y = 11: a line of real numbers, but one point of whole ones.
    let mut whole = Puzzle::default();
    let (x, y) = (whole.unknown(), whole.unknown());
    whole.row(vec![(x, 3.0), (y, 5.0)], 11.0, 11.0);
    assert_eq!(solved(whole), [(2.0, 2.0), (1.0, 1.0)]);

    // A rate of 33.3 % to a tenth, of fewer than six: one of three.
    let mut rate = Puzzle::default();
    let (yes, of) = (rate.unknown(), rate.unknown());
    rate.within(of, 1.0, 5.0);
    rate.row(vec![(yes, 100.0), (of, -33.25)], 0.0, f64::INFINITY);
    rate.row(vec![(yes, 100.0), (of, -33.35)], f64::NEG_INFINITY, 0.0);
    assert_eq!(solved(rate), [(1.0, 1.0), (3.0, 3.0)]);
}

#[test]
fn the_attacker_reads_what_is_seen_and_what_is_only_heard() {
    let page = "<!doctype html><p>Three &lt; four</p><svg role=img aria-label='7 of 9'><title>62.1% in 2023-24</title></svg>\
                <table><caption>Groups</caption><thead><tr><th>Group<th>n</tr></thead><tr><th>All</th><td title=\"a>b\">1,2<b>3</b></td></tr></table>";
    let pieces = markup::pieces(page);
    let said = markup::sentences(&pieces);
    for text in ["Three < four", "7 of 9", "62.1% in 2023-24", "a>b"] {
        assert!(said.iter().any(|(_, s)| s == text), "{text}: {said:?}");
    }
    let tables = markup::tables(&pieces);
    assert_eq!((tables[0].caption.as_str(), tables[0].rows[0][1].as_str()), ("Groups", "1,23"));
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of METHODS.md")]
fn nobody_recovers_a_hidden_count() {
    let state = Releases::new(2);
    let first = state.publish("2023-12-01", "first");
    let alone = outcome(&state, &[&first]);
    state.import(1);
    let second = state.publish("2024-12-01", "second");
    let both = outcome(&state, &[&first, &second]);
    println!("one release: {alone:#?}\nboth releases: {both:#?}");
    assert!(alone.attacked > 500 && both.attacked > alone.attacked, "there is something to attack");
    assert_eq!((alone.recovered, both.recovered), (vec![], vec![]));
    a_count_in_a_text_that_is_only_heard_is_found(&state, &first);
}

/// A chart made of the agency's own figures would say the hidden counts to those who listen to it.
fn a_count_in_a_text_that_is_only_heard_is_found(state: &Releases, folder: &std::path::Path) {
    let known = releases::read(folder);
    let of_school = |cell: &&knowledge::Cell| cell.place.len() == 4 && cell.grade == "all";
    let mut few = known.why.iter().filter(|(_, why)| *why == "few-students").map(|(cell, _)| cell);
    let cell = few.rfind(of_school).expect("a school has few of some group");
    let (students, reached) = state.truth[0][cell];
    let page = folder.join("place").join(format!("{}.html", cell.place));
    let text = std::fs::read_to_string(&page).expect("the school has a page");
    let group = known.names[knowledge::GROUP].iter().find(|(_, code)| **code == cell.group).expect("it has a name").0;
    let said = format!(
        "<svg role=\"img\"><desc>{group}: {reached} of {students} students, {}.</desc></svg></main>",
        cell.period
    );
    let heading =
        text.find("Students who meet the reading standard</h2>").expect("it is the measure’s part of the page");
    assert!(heading < text.find("</main>").expect("the page has an end"), "the text stands under the measure");
    std::fs::write(&page, text.replace("</main>", &said)).expect("it can be written");
    let leaked = outcome(state, &[folder]);
    let of_cell = leaked.recovered.iter().filter(|found| found.contains(&format!("{cell:?}"))).count();
    assert_eq!(of_cell, 3, "students, those who reached it and those who did not: {:?}", leaked.recovered);
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of METHODS.md")]
fn without_a_part_of_the_step_hidden_counts_are_recovered() {
    let (state, day) = (Releases::narrow(2), "2023-12-01");
    let bare = state.weakened(day, "bare", StepWeakness { no_secondary: true, ..StepWeakness::default() });
    let bare = outcome(&state, &[&bare]);
    let no_others = state.weakened(day, "no-others", StepWeakness { no_complement: true, ..StepWeakness::default() });
    let no_others = outcome(&state, &[&no_others]);
    let first = state.publish(day, "first");
    state.import(1);
    let forgetful =
        state.weakened("2024-12-01", "forgetful", StepWeakness { no_earlier: true, ..StepWeakness::default() });
    let forgetful = outcome(&state, &[&first, &forgetful]);
    for (without, found) in [("secondary", bare), ("complement", no_others), ("earlier releases", forgetful)] {
        println!("without {without}: {} of {} recovered", found.recovered.len(), found.attacked);
        assert!(!found.recovered.is_empty(), "without {without} something follows: {found:#?}");
    }
}

/// The attack's own strength: with small counts hidden and nothing else, most of them are found.
#[test]
fn small_counts_hidden_alone_are_found() {
    let truth = state::truth(4, 2022..=2022, 7);
    let mut known = knowledge::Knowledge::default();
    for (cell, &(students, reached)) in &truth {
        known.cells.entry(cell.clone()).or_default();
        known.vintage.insert(cell.clone(), 1);
        if cell.place != "ST" {
            let parent = if cell.place.len() == 4 { &cell.place[..2] } else { "ST" };
            known.parent.insert(cell.place.clone(), parent.to_owned());
        }
        if students >= 10.0 {
            known.told(cell, knowledge::Says::Students(students, students));
            known.told(cell, knowledge::Says::Reached(reached, reached));
        } else {
            known.told(cell, knowledge::Says::Students(1.0, 9.0));
        }
    }
    let small = |cell: &knowledge::Cell| truth.get(cell).is_some_and(|counts| counts.0 < 10.0);
    let found = attack::attack(&[known], &|(cell, _)| small(cell));
    let of = |((cell, _), count): &(attack::Figure, attack::Count)| small(cell) && *count == attack::Count::Students;
    let all = found.intervals.keys().filter(|key| of(key)).count();
    let known = found.intervals.iter().filter(|(key, (lo, hi))| of(key) && lo == hi).count();
    assert!(all > 50 && 3 * known > all, "{known} of {all}");
}

/// Published twice; with `HEADWAY_TEST_STATES` so many states, published three times.
#[test]
#[expect(clippy::print_stdout, reason = "the figures of METHODS.md")]
fn other_small_states_are_published_again_and_again_and_tell_nothing() {
    let many = std::env::var("HEADWAY_TEST_STATES").ok().map(|n| n.parse::<u64>().expect("a number of states"));
    let (states, releases) = match many {
        Some(many) => ((1..=many).collect(), 3),
        None => (vec![8, 14, 33], 2),
    };
    let mut wrong = Vec::new();
    for seed in states {
        let state = Releases::new(seed);
        let folders = state.published(releases);
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        let of = outcome(&state, &folders);
        println!(
            "state {seed}: {} attacked, {} recovered, {} that tell of nobody",
            of.attacked,
            of.recovered.len(),
            of.harmless
        );
        assert!(of.attacked > 500, "there is something to attack");
        wrong.extend(of.recovered.into_iter().map(|found| format!("state {seed}: {found}")));
        // An older figure of many students may follow from whole numbers alone; that is rare, and tells of nobody.
        let rare = of.harmless * 1000 <= of.attacked;
        wrong.extend((!rare).then(|| format!("state {seed}: {} that tell of nobody", of.harmless)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
