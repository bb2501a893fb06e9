//! Groups: who is left behind.

use headway_analytics::gaps::{self, GapLine};
use headway_analytics::{MeasureRef, SeriesObservation};
use headway_model::{ALL, GroupCode, Period, PlaceId, StudentGroup, common_period};

use crate::{Result, Snapshot};

/// Every measure by student group, for one place.
#[derive(Clone, Debug)]
pub struct GroupsView {
    /// The place.
    pub place: PlaceId,
    /// Its name.
    pub place_name: String,
    /// Codes and names of the groups, in the order of the columns.
    pub groups: Vec<(GroupCode, String)>,
    /// One row a measure: the measure, the latest period with results by group (else of all students), and a cell a group.
    pub rows: Vec<(MeasureRef, Option<Period>, Vec<GroupCell>)>,
    /// What the reports leave out: each measure with results here, and the groups that the agency has data of (in other places or
    /// of other measures) and that this place's results of the measure have not. A measure without any group has all of them.
    pub missing: Vec<(MeasureRef, Vec<GroupCode>)>,
}

/// One measure for one group.
#[derive(Clone, Debug, Default)]
pub struct GroupCell {
    /// The group's value in the row's period; `None` when the data have none: the group is missing from the report.
    pub latest: Option<SeriesObservation>,
    /// Distance to the group's reference in the measure's unit, where both values are exact.
    pub gap: Option<f64>,
    /// The same, in the first comparable period for which both are known.
    pub first_gap: Option<(Period, f64)>,
    /// Code of the reference group.
    pub reference: Option<String>,
    /// The gap with its interval and where it goes, where both are exactly known.
    pub line: Option<GapLine>,
    /// The group's last result of another period, where it has none in the row's.
    pub other: Option<SeriesObservation>,
    /// The figures that its results are held against: its target, what the path asks for.
    pub marks: Vec<f64>,
    /// What is told of the gap in a period after the last for which both are exactly known.
    pub newer: Option<String>,
}

impl Snapshot {
    /// The groups page of an agency, for its own place or another.
    pub async fn groups_view(&self, agency: &str, place_id: Option<&str>) -> Result<GroupsView> {
        let book = self.agency(agency)?;
        let place_id = place_id.map(PlaceId::from).or_else(|| book.agency.place.clone()).unwrap_or_default();
        let mut codes = std::collections::BTreeSet::new();
        let mut known = std::collections::BTreeSet::new();
        let mut reports: Vec<(MeasureRef, Vec<GroupCode>)> = Vec::new();
        let mut found = Vec::new();
        for planned in &book.measures {
            let Some(scored) = self.scored_if_sound(&planned.measure.id).await? else { continue };
            let mut series = Vec::new();
            known.extend(scored.group_codes());
            for group in scored.group_codes() {
                if let Some(at) = scored.find_series(&group, ALL, &place_id) {
                    let observed = scored.observations_of(at);
                    if !observed.is_empty() {
                        series.push((group, observed));
                    }
                }
            }
            if !series.is_empty() {
                reports
                    .push((MeasureRef::for_measure(&planned.measure), series.iter().map(|(g, _)| g.clone()).collect()));
            }
            if series.len() > 1 {
                codes.extend(series.iter().map(|(group, _)| group.clone()));
                found.push((MeasureRef::for_measure(&planned.measure), series, scored));
            }
        }
        let codes = StudentGroup::sort_for_display(codes.into_iter().collect());
        let rows = found
            .into_iter()
            .map(|(measure, series, scored)| {
                let all = series.iter().find(|(g, _)| g == ALL).or(series.first()).map(|(_, o)| o);
                let groups = series.iter().filter(|(group, _)| group != ALL).map(|(_, own)| own.as_slice());
                let newest = || all.into_iter().flatten().rev().find(|o| o.is_result()).map(|o| o.period);
                let period = shared_period(groups).or_else(newest);
                let cells = codes
                    .iter()
                    .map(|code| {
                        let line = gaps::gap_line(&scored, code, ALL, &place_id);
                        let newer = line.as_ref().and_then(|line| line.newer.as_ref()).map(|newer| newer.words.clone());
                        // A gap of another period says nothing of this row's.
                        let line = line.filter(|line| Some(line.period) == period);
                        // Since a break: before it the gap was another one.
                        let first_gap = line.as_ref().and_then(GapLine::first_difference);
                        let at = scored.find_series(code, ALL, &place_id);
                        let standing = at.map(|at| scored.standing_of(at, None)).transpose()?;
                        let marks = standing.map(|standing| standing.rounding_marks().to_vec()).unwrap_or_default();
                        Ok(GroupCell { line, first_gap, newer, marks, ..group_cell(&series, code, period) })
                    })
                    .collect::<Result<_>>()?;
                Ok((measure, period, cells))
            })
            .collect::<Result<_>>()?;
        let groups =
            codes.into_iter().map(|c| (StudentGroup::name_of(&c).into_owned(), c)).map(|(n, c)| (c, n)).collect();
        let lacks = |has: &[GroupCode]| {
            StudentGroup::sort_for_display(known.iter().filter(|g| *g != ALL && !has.contains(g)).cloned().collect())
        };
        let missing = reports.into_iter().map(|(measure, has)| (measure, lacks(&has)));
        let missing = missing.filter(|(_, lacking)| !lacking.is_empty()).collect();
        Ok(GroupsView {
            missing,
            place_name: self.places.display_name(&place_id).to_owned(),
            place: place_id,
            groups,
            rows,
        })
    }
}

/// The latest period for which most of the groups that have any exact result have one ([`common_period`]).
pub(crate) fn shared_period<'a>(groups: impl IntoIterator<Item = &'a [SeriesObservation]>) -> Option<Period> {
    let exact = |group: &'a [SeriesObservation]| {
        group.iter().filter(|o| o.value.exact_number().is_some() && o.is_result()).map(|o| o.period)
    };
    common_period(groups.into_iter().map(exact))
}

fn group_cell(series: &[(GroupCode, Vec<SeriesObservation>)], code: &str, period: Option<Period>) -> GroupCell {
    let of = |code: &str| series.iter().find(|(g, _)| g == code).map(|(_, o)| o.as_slice());
    let at = |o: &[SeriesObservation], p: Period| o.iter().find(|o| o.period == p).copied();
    let (Some(own), Some(period)) = (of(code), period) else { return GroupCell::default() };
    let latest = at(own, period);
    let elsewhere = if latest.is_none() { SeriesObservation::latest_result(own).copied() } else { None };
    let reference = StudentGroup::reference_of(code);
    let Some((reference, other)) = reference.and_then(|r| Some((r, of(r)?))) else {
        return GroupCell { latest, other: elsewhere, ..GroupCell::default() };
    };
    let gap_at = |p: Period| Some(at(own, p)?.value.exact_number()? - at(other, p)?.value.exact_number()?);
    GroupCell {
        latest,
        other: elsewhere,
        gap: gap_at(period),
        reference: Some(reference.to_owned()),
        ..GroupCell::default()
    }
}

#[cfg(test)]
mod tests {
    use headway_model::{PeriodKind, Value, ValueFlags};

    use super::*;

    #[test]
    fn the_period_is_the_latest_that_most_groups_share() {
        let year = |ordinal| Period { kind: PeriodKind::SchoolYear, ordinal };
        let of = |years: &[i32]| -> Vec<SeriesObservation> {
            let value = Value::Exact { value: 50.0 };
            let one = |y: &i32| SeriesObservation {
                starts: false,
                no_value: false,
                period: year(*y),
                value,
                numerator: None,
                denominator: None,
                flags: ValueFlags::default(),
                vintage: 1,
                over: *y < 2030,
            };
            years.iter().map(one).collect()
        };
        let check = |groups: &[&[i32]], shared: Option<i32>| {
            let groups: Vec<Vec<SeriesObservation>> = groups.iter().map(|years| of(years)).collect();
            let found = shared_period(groups.iter().map(Vec::as_slice));
            assert_eq!(found, shared.map(year), "{groups:?}");
        };
        check(&[&[2018, 2019], &[2018, 2019], &[2019, 2022]], Some(2019));
        check(&[&[2018, 2022], &[2019, 2022], &[2019]], Some(2022));
        check(&[&[2018], &[2019]], None);
        check(&[&[2018], &[2019], &[]], None);
        check(&[&[2020, 2031], &[2020, 2031]], Some(2020));
        check(&[], None);
    }
}
