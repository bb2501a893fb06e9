//! Groups: who is left behind, and whether the gaps close.

mod places;

use axum::extract::{Path, State};
use axum::response::Html;
use headway_analytics::MeasureRef;
use headway_analytics::gaps::{GapCourse, GapLine};
use headway_delivery::model::{ALL, Direction, GroupCode, Period, StudentGroup};
use headway_delivery::view::{GapPlacesView, GroupCell, GroupsView, PlaceMatch};
use headway_render::{MeasureUnit, format};
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::ground::PageContext;
use crate::layout::NavSection;
use crate::link::PageLink;
use crate::parts::{
    ChoiceForm, GridColumn, GridColumnKind, ResponsiveTable, interval_text, observed_beside, period_text,
};
pub(crate) use places::gaps_csv;

/// One measure of the page: its groups in the order of the columns.
type GroupsRow = (MeasureRef, Option<Period>, Vec<GroupCell>);

/// `GET /{agency}/groups`
pub(crate) async fn groups_page(
    State(site): State<SiteState>,
    Path(agency): Path<String>,
    ask: QueryParams,
) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let place = ground.chosen_place(&agency)?;
    let view = ground.snapshot.groups_view(&agency, place.as_deref()).await?;
    if let Some(id) = place.filter(|id| view.rows.is_empty() && ground.snapshot.places.get(id).is_none()) {
        return Err(PageError::NotFound(format!("There is no place “{id}” here: write its name, or its id.")));
    }
    let by_place = places::load_gap_view(&ground, &view, &agency, &ask).await?;
    let content =
        GroupsPage { agency: &agency, ground: &ground, view: &view, by_place: by_place.as_ref() }.render_content();
    Ok(ground.html_answer(&agency, NavSection::Groups, "Groups", &content))
}

struct GroupsPage<'a> {
    agency: &'a str,
    ground: &'a PageContext,
    view: &'a GroupsView,
    /// One gap place by place, on the page of the agency's own place.
    by_place: Option<&'a GapPlacesView>,
}

impl GroupsPage<'_> {
    fn render_content(&self) -> Markup {
        let view = self.view;
        let named = matches!(self.ground.snapshot.which_place(self.agency, &view.place_name), Ok(PlaceMatch::One(id)) if id == view.place);
        let now = if named { view.place_name.as_str() } else { view.place.as_str() };
        html! {
            p.question { "Who is left behind?" }
            h1 { (groups_headline(view)) }
            p.lede { (view.place_name) ". " (closing_sentence(view)) }
            (ChoiceForm::new(PageLink::for_agency(self.agency, "groups")).add_place(now, &PageLink::for_agency(self.agency, "places.json")).with_kept(&self.ground.kept).render_form())
            @if view.rows.is_empty() { p { "No measure has results by student group here." } }
            @else {
                h2 { "Every gap" }
                p { "How far each group is behind or ahead of the one that it is compared with (lower or higher, where a value is to be kept and neither side is better): all students; for race and ethnicity White; for female male. A dash: the group, or the one it is compared with, is not in the report of that period, which does not mean that it has no students. Closing and widening are said in points, where 95% intervals bear them out; what odds say stands with each measure below." }
                (self.gap_matrix())
                (self.few_points())
                h2 { "Measure by measure" }
                @for row in &view.rows { (self.measure_section(row)) }
                @if let Some(by_place) = self.by_place { (places::places_section(self, by_place)) }
            }
            (self.missing_section())
        }
    }

    fn measure_link(&self, measure: &MeasureRef, group: &str) -> PageLink {
        PageLink::for_agency(self.agency, "measure")
            .with_id(&measure.id)
            .with_choice("unit", &self.view.place)
            .with_unless("group", group, ALL)
            .with_kept(&self.ground.kept)
    }

    fn gap_matrix(&self) -> Markup {
        let some = |at: usize| self.view.rows.iter().any(|(_, _, cells)| cells[at].gap.is_some());
        let columns: Vec<(usize, &(GroupCode, String))> =
            self.view.groups.iter().enumerate().filter(|(at, _)| some(*at)).collect();
        let named = columns.iter().map(|(_, (_, name))| (name.as_str(), GridColumnKind::Figure));
        let titles: Vec<GridColumn<'_>> =
            [("Measure", GridColumnKind::Words), ("For", GridColumnKind::Short)].into_iter().chain(named).collect();
        let line = |(measure, at, cells): &GroupsRow| {
            let name = html! { a href=(self.measure_link(measure, ALL)) { (measure.name) } };
            let gaps = columns.iter().map(|(i, _)| gap_cell(measure, &cells[*i]));
            [name, html! { (period_text(*at)) }].into_iter().chain(gaps).collect()
        };
        let caption = html! { "Behind is the worse side, whatever the direction, in each measure’s own unit (percentage points where it is a percentage), with half the width of the 95% interval. No word below it: no clear change since the first comparable year" };
        let rows = self.view.rows.iter().map(line).collect();
        html! { @if !columns.is_empty() {
            div.matrix { (ResponsiveTable { label: "Every gap", caption, columns: &titles, rows }.table_markup()) }
        } }
    }

    /// Gaps that look small in points, said the other way.
    fn few_points(&self) -> Markup {
        let said: Vec<(&MeasureRef, String)> = self
            .view
            .rows
            .iter()
            .flat_map(|(measure, _, cells)| cells.iter().map(move |c| (measure, c)))
            .filter_map(|(measure, c)| Some((measure, c.line.as_ref()?.other_words()?)))
            .collect();
        html! { @if !said.is_empty() {
            h2 { "Few points, and yet" }
            p { "Where a result is rare, or nearly everybody has it, few points can be a large part." }
            ul { @for (measure, words) in said { li { a href=(self.measure_link(measure, ALL)) { (measure.name) } ": " (words) "." } } }
        } }
    }

    /// Groups in the data that a report leaves out: what is not in a report is not nothing.
    fn missing_section(&self) -> Markup {
        let names = |codes: &[GroupCode]| {
            codes.iter().map(|c| StudentGroup::name_of(c).into_owned()).collect::<Vec<_>>().join(", ")
        };
        html! { @if !self.view.missing.is_empty() {
            h2 { "In the data, and not in the report" }
            p { "Groups that the agency has results of, in other places or of other measures, and that the results here leave out." }
            ul { @for (measure, groups) in &self.view.missing { li { a href=(self.measure_link(measure, ALL)) { (measure.name) } ": " (names(groups)) } } }
        } }
    }

    fn measure_section(&self, (measure, at, cells): &GroupsRow) -> Markup {
        let unit = MeasureUnit::of_plan(measure.unit.as_deref());
        html! { details {
            summary { (measure.name) ", " (period_text(*at)) }
            div.scroll tabindex="0" role="region" aria-label=(measure.name) { table {
                caption { (measure.name) ", " (period_text(*at)) }
                thead { tr { th scope="col" { "Group" } th.n scope="col" { "Result" } th.n scope="col" { "Distance" } th scope="col" { (if has_sides(measure) { "95% interval (plus: behind)" } else { "95% interval (plus: higher)" }) } th scope="col" { "To" } th.n scope="col" { "Group ÷ compared" } th.n scope="col" { "Odds ÷ odds" } th scope="col" { "At first" } th scope="col" { "Course" } } }
                tbody { @for ((code, name), cell) in self.view.groups.iter().zip(cells) { tr class=[(code == ALL).then_some("total")] {
                    th scope="row" { @if cell.latest.is_some() { a href=(self.measure_link(measure, code)) { (name) } } @else { (name) } }
                    td.n { @if cell.latest.is_some() { (observed_beside(&unit, cell.latest.as_ref(), &cell.marks)) } @else { (not_reported(&unit, *at, cell)) } }
                    td.n { (gap_markup(measure, cell)) }
                    td.p { @if let Some((lo, hi)) = cell.line.as_ref().and_then(interval_ends) { (interval_text(&unit, lo, hi)) } }
                    td { @if let Some(r) = &cell.reference { @if cell.gap.is_some() { (StudentGroup::name_of(r)) } } }
                    td.n { @if let Some(ratio) = cell.line.as_ref().and_then(|l| l.ratio) { (format::number_text(ratio, 2)) } }
                    td.n { @if let Some(ratio) = cell.line.as_ref().and_then(|l| l.odds_ratio) { (format::number_text(ratio, 2)) } }
                    td.p { @if let Some((first, gap)) = cell.first_gap { (gap_text(measure, gap)) " in " (period_text(Some(first))) } }
                    td { @if let Some(line) = &cell.line { (line.full_course_text()) } @else if let Some(newer) = &cell.newer { (newer) } }
                } } }
            } }
        } }
    }
}

/// That a group is not in the report of the row's period, and its last result of another.
fn not_reported(unit: &MeasureUnit, at: Option<Period>, cell: &GroupCell) -> Markup {
    html! { span.note { @match (&cell.other, at) {
        (Some(other), Some(at)) => {
            "not in the report of " (period_text(Some(at))) " (" (observed_beside(unit, Some(other), &cell.marks)) " in " (period_text(Some(other.period))) ")"
        }
        _ => "not in the data",
    } } }
}

/// A gap with how sure it is and where it goes, or why it can’t be followed; no word where no clear change can be said.
fn gap_cell(measure: &MeasureRef, cell: &GroupCell) -> Markup {
    let unit = MeasureUnit::of_plan(measure.unit.as_deref());
    let line = cell.line.as_ref();
    let half = line.and_then(|l| l.interval).map(|(lo, hi)| (hi - lo) / 2.0);
    html! {
        (gap_markup(measure, cell))
        @if let Some(half) = half { br; " " span.note { (plus_minus(&unit, half)) } }
        @if let Some(words) = line.and_then(|l| l.clear_course().or(l.not_followed())) { br; " " span.note.words { (words) } }
        @if let Some(newer) = &cell.newer { br; " " span.note.words { (newer) } }
    }
}

/// "±0.3"; nothing is so sure that it could be ±0.0.
fn plus_minus(unit: &MeasureUnit, half: f64) -> String {
    match short_difference(unit, half) {
        none if none == short_difference(unit, 0.0) => "under ±0.1".to_owned(),
        some => format!("±{}", some.trim_start_matches('+')),
    }
}

/// A gap in the measure's unit; bold on the bad side.
fn gap_markup(measure: &MeasureRef, cell: &GroupCell) -> Markup {
    html! { @match cell.gap {
        None => span.note { "–" },
        Some(gap) if distance_behind(measure, gap) > 0.0 => strong { (gap_text(measure, gap)) },
        Some(gap) => (gap_text(measure, gap)),
    } }
}

/// "11.0 behind", "2.3 ahead"; "lower", "higher" where neither side is better.
fn gap_text(measure: &MeasureRef, gap: f64) -> String {
    let unit = MeasureUnit::of_plan(measure.unit.as_deref());
    let far = short_difference(&unit, gap.abs());
    let far = far.trim_start_matches('+');
    match distance_behind(measure, gap) {
        _ if !has_sides(measure) && gap != 0.0 => format!("{far} {}", if gap < 0.0 { "lower" } else { "higher" }),
        b if b > 0.0 => format!("{far} behind"),
        b if b < 0.0 => format!("{far} ahead"),
        _ => far.to_owned(),
    }
}

/// A difference without the word for points, which the caption says.
fn short_difference(unit: &MeasureUnit, gap: f64) -> String {
    let text = unit.difference_text(gap);
    text.strip_suffix(" points").map_or(text.clone(), str::to_owned)
}

/// How far the group is on the bad side; zero or less on the good side, and where neither side is.
fn distance_behind(measure: &MeasureRef, gap: f64) -> f64 {
    measure.direction.and_then(Direction::sign).map_or(0.0, |sign| -sign * gap)
}

/// The 95% interval of a gap: of a difference without a better side as the difference is told, plus where the group is higher.
fn interval_ends(line: &GapLine) -> Option<(f64, f64)> {
    if line.has_sides() { line.interval } else { line.signed_difference().1 }
}

/// Whether one side is better.
fn has_sides(measure: &MeasureRef) -> bool {
    measure.direction.and_then(Direction::sign).is_some()
}

/// The group that is furthest behind in more than half of the measures that report it, else the largest gap in points.
fn groups_headline(view: &GroupsView) -> String {
    // By group: in how many measures it can be compared, and in how many it is furthest behind.
    let mut counts = vec![(0, 0); view.groups.len()];
    let mut largest: Option<(f64, &MeasureRef, usize)> = None;
    for (measure, _, cells) in view.rows.iter().filter(|(measure, ..)| has_sides(measure)) {
        let gaps: Vec<(usize, f64)> =
            cells.iter().enumerate().filter_map(|(at, c)| Some((at, distance_behind(measure, c.gap?)))).collect();
        gaps.iter().for_each(|(at, _)| counts[*at].0 += 1);
        let Some((at, far)) = gaps.into_iter().filter(|g| g.1 > 0.0).max_by(|a, b| a.1.total_cmp(&b.1)) else {
            continue;
        };
        counts[at].1 += 1;
        let in_points = MeasureUnit::of_plan(measure.unit.as_deref()) == MeasureUnit::Percent;
        if in_points && largest.is_none_or(|(most, ..)| far > most) {
            largest = Some((far, measure, at));
        }
    }
    let name = |at: usize| view.groups[at].1.as_str();
    let most = counts.iter().enumerate().filter(|(_, (of, worst))| *of > 1 && 2 * worst > *of).max_by_key(|(_, c)| c.1);
    match (most, largest) {
        (Some((at, (of, worst))), _) => {
            let how = if of == worst { format!("all {of}") } else { format!("{worst} of the {of}") };
            format!("{}: furthest behind in {how} measures where they can be compared", name(at))
        }
        (None, Some((far, measure, at))) => {
            let far = MeasureUnit::Percent.difference_text(far);
            format!("The largest gap: {}, {} behind, {}", name(at), far.trim_start_matches('+'), measure.name)
        }
        (None, None) => format!("Student groups in {}", view.place_name),
    }
}

/// How many gaps close and widen, where the data bear it out.
fn closing_sentence(view: &GroupsView) -> String {
    let courses: Vec<GapCourse> = view
        .rows
        .iter()
        .flat_map(|(measure, _, cells)| {
            // The very words of the table: whoever leads has no gap.
            let gaps = cells.iter().filter(|c| c.gap.is_some() && has_sides(measure));
            gaps.filter_map(|c| c.line.as_ref()?.gap_trend())
        })
        .collect();
    if courses.is_empty() {
        return "No gap can be followed over time.".to_owned();
    }
    let count = |course| courses.iter().filter(|c| **c == course).count();
    let [closing, widening, overtook, fell] =
        [GapCourse::Closing, GapCourse::Widening, GapCourse::Overtook, GapCourse::FellBehind].map(count);
    let leads = if leads(view) > 0 { " Leads are not counted." } else { "" };
    let followed = format::count_with_noun(courses.len(), "gap that can be followed", "gaps that can be followed");
    if closing + widening + overtook + fell == 0 {
        return format!("Of {followed}, none clearly closes or widens.{leads}");
    }
    let verb = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut said = vec![verb(closing, "closes", "close"), verb(widening, "widens", "widen")];
    said.extend((overtook > 0).then(|| verb(overtook, "has turned into a lead", "have turned into leads")));
    said.extend((fell > 0).then(|| verb(fell, "was a lead before", "were leads before")));
    let last = said.pop().unwrap_or_default();
    format!("Of {followed}, {} and {last}; no clear change can be said of the others.{leads}", said.join(", "))
}

/// How many groups that lead, first and last, have a course of their own in the table.
fn leads(view: &GroupsView) -> usize {
    let rows = view.rows.iter().filter(|(measure, ..)| has_sides(measure)).flat_map(|(_, _, cells)| cells);
    rows.filter_map(|cell| cell.line.as_ref()).filter(|line| line.trend.is_some() && line.gap_trend().is_none()).count()
}
