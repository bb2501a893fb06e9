//! Places whose ids differ in white space alone: one place under two ids.

use std::collections::{BTreeMap, BTreeSet};

use super::{DoubtAnswer, DoubtKind, ImportDoubt};

/// Asks about places of the import whose ids are those of another place but for white space. `all` are the ids of all places,
/// `own` tells which of them the import names.
pub(in crate::intake) fn alike_ids_doubt<'a>(
    all: impl Iterator<Item = &'a str> + Clone,
    own: &BTreeSet<&str>,
) -> Option<ImportDoubt> {
    let squeezed = |id: &str| id.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let spaced: BTreeMap<String, &str> =
        all.clone().filter(|id| id.contains(char::is_whitespace)).map(|id| (squeezed(id), id)).collect();
    if spaced.is_empty() {
        return None;
    }
    let (mut count, mut first) = (0, String::new());
    for id in all {
        let Some(other) = spaced.get(&squeezed(id)).filter(|other| **other != id) else { continue };
        if !own.contains(id) && !own.contains(other) {
            continue;
        }
        if count == 0 {
            first = format!("“{other}” and “{id}”");
        }
        count += 1;
    }
    (count > 0).then(|| ImportDoubt {
        kind: DoubtKind::Missing,
        measures: Vec::new(),
        cause: if count == 1 {
            "a place whose id differs from another's in white space alone".to_owned()
        } else {
            format!("{count} places whose ids differ from others' in white space alone")
        },
        count: 0,
        of: None,
        first,
        advice: "Write each id in one way (in the profile `pick` takes a part of a text, `map` puts another in its place); if they \
                 are two places, import with --revises"
            .to_owned(),
        until: Some(DoubtAnswer::Revises),
    })
}

#[cfg(test)]
mod tests {
    use super::alike_ids_doubt;

    #[test]
    fn white_space_makes_no_other_place() {
        let check = |all: &[&str], own: &[&str], want: Option<&str>| {
            let found = alike_ids_doubt(all.iter().copied(), &own.iter().copied().collect());
            assert_eq!(found.map(|doubt| doubt.first).as_deref(), want, "{all:?}");
        };
        check(&["D01", "D02"], &["D01"], None);
        check(&["D 01", "D01", "D02"], &["D 01"], Some("“D 01” and “D01”"));
        check(&["D 01", "D01"], &["D01"], Some("“D 01” and “D01”"));
        check(&["D 01", "D01", "D02"], &["D02"], None);
        check(&["New York", "York"], &["York"], None);
    }
}
