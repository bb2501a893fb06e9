//! The place of each text in the order of the lake (bytewise), by its number.

use headway_model::Names;

/// The dictionaries of one measure.
#[derive(Clone, Debug, Default)]
pub(crate) struct MeasureDictionaries {
    pub(crate) groups: Names,
    pub(crate) grades: Names,
    pub(crate) places: Names,
}

/// Ranks of all three.
#[derive(Debug)]
pub(crate) struct DictionaryRanks {
    pub(crate) group: Vec<u32>,
    pub(crate) grade: Vec<u32>,
    pub(crate) place: Vec<u32>,
}

impl DictionaryRanks {
    pub(crate) fn from_dictionaries(names: &MeasureDictionaries) -> Self {
        Self { group: rank_names(&names.groups), grade: rank_names(&names.grades), place: rank_names(&names.places) }
    }

    /// Do these ranks cover all names that there are now?
    pub(crate) fn has_all_names(&self, names: &MeasureDictionaries) -> bool {
        self.group.len() == names.groups.len()
            && self.grade.len() == names.grades.len()
            && self.place.len() == names.places.len()
    }

    /// One number that orders series as the lake does.
    #[inline]
    pub(crate) fn series_rank(&self, (group, grade, place): (u16, u16, u32)) -> u64 {
        let (group, grade) = (self.group[usize::from(group)], self.grade[usize::from(grade)]);
        u64::from(group) << 48 | u64::from(grade) << 32 | u64::from(self.place[place as usize])
    }
}

fn rank_names(names: &Names) -> Vec<u32> {
    let texts: Vec<&str> = names.all_texts().collect();
    let mut order: Vec<u32> = (0..texts.len() as u32).collect();
    // Names often come in order already, which this sort sees.
    order.sort_by_key(|&number| texts[number as usize]);
    let mut ranks = vec![0; order.len()];
    for (rank, number) in (0..).zip(order) {
        ranks[number as usize] = rank;
    }
    ranks
}
