//! Places below one that nobody knows: `S2` below `D01`, where there is a `D1`.

use std::collections::{BTreeMap, BTreeSet};

use headway_model::Level;

use super::{DoubtKind, ImportDoubt};

/// A place, its level, and the place that it is said to belong to.
pub(in crate::intake) type ChildPlace<'a> = (&'a str, Level, &'a str);

/// Tells of places whose parent is unknown. Where most parents of a level are, their files are still to come, or never will:
/// that is no fault.
pub(in crate::intake) fn orphan_doubt<'a>(
    children: impl Iterator<Item = ChildPlace<'a>>,
    is_known: impl Fn(&str) -> bool,
) -> Option<ImportDoubt> {
    let mut levels: BTreeMap<Level, [BTreeSet<(&str, &str)>; 2]> = BTreeMap::new();
    for (place, level, parent) in children {
        levels.entry(level).or_default()[usize::from(is_known(parent))].insert((place, parent));
    }
    let few = levels.values().filter(|[unknown, known]| unknown.len() < known.len());
    let orphans: Vec<&(&str, &str)> = few.flat_map(|[unknown, _]| unknown).collect();
    let (place, parent) = orphans.first()?;
    let cause = match orphans.len() {
        1 => "a place whose parent is unknown".to_owned(),
        count => format!("{count} places whose parent is unknown"),
    };
    Some(ImportDoubt {
        kind: DoubtKind::Missing,
        measures: Vec::new(),
        cause,
        count: 0,
        of: None,
        first: format!("{place} below {parent}"),
        advice: "Check the parent's id in the file: until it is known, no sum and no list of a place has them"
            .to_owned(),
        until: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_that_nobody_knows_is_told() {
        use Level::{District, School};
        let check = |children: &[ChildPlace<'_>], want: Option<(&str, &str)>| {
            let found = orphan_doubt(children.iter().copied(), |id| ["st", "D1"].contains(&id));
            assert_eq!(found.as_ref().map(|doubt| (doubt.cause.as_str(), doubt.first.as_str())), want, "{children:?}");
        };
        check(&[("D1", District, "st"), ("S1", School, "D1")], None);
        let one = [("S1", School, "D1"), ("S2", School, "D01"), ("S3", School, "D1"), ("S2", School, "D01")];
        check(&one, Some(("a place whose parent is unknown", "S2 below D01")));
        check(&[("S1", School, "D7"), ("S2", School, "D8")], None);
        check(&[("D1", District, "zz"), ("S1", School, "D1")], None);
    }
}
