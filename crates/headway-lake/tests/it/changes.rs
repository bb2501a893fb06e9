//! What a new import changes, before it is published.

use headway_lake::{FigureChange, FigureDiff, Lake, VintageRanking, diff_import};
use headway_model::Value;
use proptest::prelude::*;

use crate::support::{expected, import, only, row, some_rows, write};

#[test]
fn added_changed_same_gone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lake = Lake::in_folder(folder.path());
    let mut segments =
        import(&lake, 1, &[row("all", "1", 2019, 5.0), row("all", "1", 2020, 1.0), row("all", "2", 2020, 2.0)]);
    segments.extend(import(&lake, 2, &[row("all", "1", 2020, 1.5), row("all", "3", 2020, 3.0)]));
    let new = [row("all", "1", 2020, 1.0), row("all", "2", 2020, 2.0), row("ecd", "2", 2020, 0.0)];
    let written = write(&lake, 3, &new).expect("the rows agree");
    let check = |rank: &VintageRanking<'_>, counts: [u64; 4], changes: &[&str]| {
        let mut seen = Vec::new();
        let show = |value: Value| value.exact_number().map_or("?".to_owned(), |x| x.to_string());
        let note = |change: FigureChange<'_>| {
            let FigureChange { group, place, period, vintage, before, after, .. } = change;
            let after = after.map_or("gone".to_owned(), show);
            seen.push(format!("{group} {place} {period} v{vintage} {} {after}", show(before)));
        };
        let found = diff_import(&lake, only(&written), &segments, rank, note).expect("the files are whole");
        let [added, changed, same, gone] = counts;
        assert_eq!(found, FigureDiff { added, changed, same, gone });
        assert_eq!(seen, changes);
    };
    check(&|vintage| Some(vintage), [1, 1, 1, 1], &["all 1 2020 v2 1.5 1", "all 3 2020 v2 3 gone"]);
    // The second import became known before the first.
    check(&|vintage| Some(-vintage), [1, 0, 2, 1], &["all 3 2020 v2 3 gone"]);
    check(&|vintage| (vintage == 1).then_some(1), [1, 0, 2, 0], &[]);
    check(&|_| None, [3, 0, 0, 0], &[]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_adds_up(old in some_rows(), new in some_rows()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let lake = Lake::in_folder(folder.path());
        let segments = import(&lake, 1, &old);
        let written = write(&lake, 2, &new).expect("each key is there once");
        let mut called = 0;
        let found = diff_import(&lake, only(&written), &segments, &|v| Some(v), |_| called += 1).expect("the files are whole");
        prop_assert_eq!(found.added + found.changed + found.same, new.len() as u64);
        prop_assert_eq!(found.changed + found.gone, called);
        let both = expected(&[(1, old.clone()), (2, new.clone())], &Default::default(), &|v| Some(v));
        prop_assert_eq!(old.len() as u64 + found.added, both.len() as u64);
        // An import against itself.
        let again = write(&lake, 3, &old).expect("each key is there once");
        let same = diff_import(&lake, only(&again), &segments, &|v| Some(v), |_| ()).expect("the files are whole");
        prop_assert_eq!(same, headway_lake::FigureDiff { same: old.len() as u64, ..Default::default() });
    }
}
