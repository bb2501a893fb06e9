//! The data page: which files there are, and what their columns mean.

use headway_release::file_name;
use headway_render::format;
use maud::{Markup, html};

use super::book::ReleaseView;

const COLUMNS: [(&str, &str); 13] = [
    ("measure", "Identifier of the measure"),
    (
        "place, place_name, level, parent",
        "Identifier, name and level of the place, and the place that it belongs to. Identifiers are text: leading zeros count",
    ),
    ("group, group_name", "Student group: EDFacts code in small letters, and name"),
    ("grade", "Grade, or all"),
    ("period", "School year, cohort, month: as the measure counts"),
    ("shown", "How the figure is published: exact, range, hidden or missing"),
    ("value", "The figure, when it is exact"),
    ("lo, hi", "Lowest and highest that it can be, when it is a range; empty on the open side"),
    ("label", "The same in words"),
    (
        "why",
        "Why there is no figure: few-students, complement, secondary, by-source, uncounted, made-of (hidden); not-tested, not-applicable, not-reported, missing (none there)",
    ),
    ("numerator, denominator", "The counts behind the figure, when they are published; empty is not zero"),
    (
        "flags",
        "What else is known of the figure: preliminary, or a range whose bound is itself excluded; empty where nothing is",
    ),
    (
        "vintage, simulated",
        "Number of the import that brought the figure (listed in datapackage.json), and whether it is made up",
    ),
];

/// The page.
pub(super) fn data_page(book: &ReleaseView<'_>) -> Markup {
    html! {
        h1 { "Data" }
        p.lede { "Every figure of this site as files, one measure each: CSV for spreadsheets, JSON for programs." }
        div.scroll tabindex="0" role="region" aria-label="Files" { table {
            caption { "Files" }
            thead { tr { th scope="col" { "Measure" } th scope="col" { "Tables" } th scope="col" { "Programs" } th.n scope="col" { "Figures" } } }
            tbody { @for measure in &book.release.measures { tr {
                th scope="row" { (measure.name) }
                td { a href={ "data/" (file_name(&measure.id)) ".csv" } { "CSV" } }
                td { a href={ "data/" (file_name(&measure.id)) ".json" } { "JSON" } }
                td.n { (format::count_text(measure.rows.len())) }
            } } }
        } }
        p { a href="datapackage.json" { "datapackage.json" } " describes all of it for programs: files, columns, rules, sources, audit. " a href="RULES.txt" { "RULES.txt" } " says the rules in words." }
        h2 { "Columns of the CSV files" }
        dl.facts { @for (name, meaning) in COLUMNS { dt { code { (name) } } dd { (meaning) "." } } }
        p.note { "An empty cell is not a zero. Hidden figures are hidden in every file; the counts behind them too." }
    }
}
