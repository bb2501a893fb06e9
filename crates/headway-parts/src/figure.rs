//! A chart on a page: the finding as text, the picture, the same data as a table one key away.

use headway_render::{Chart, DataTable};
use maud::{Markup, PreEscaped, html};

/// A table of more rows would make the page heavy; it is a file then.
const ROWS: usize = 150;

/// The chart, wide and narrow (the style sheet shows one), its words for those who don't see it, and its data.
pub fn chart_figure(chart: &impl Chart) -> Markup {
    let data = chart.data_table();
    html! {
        figure {
            (PreEscaped(chart.svg_pair()))
            @if data.rows.len() <= ROWS { details { summary { "Show the data as a table" } (data_table(&data)) } }
            @else { p.note { "All values are in the file below." } }
        }
    }
}

fn data_table(data: &DataTable) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(data.caption) { table {
            caption { (data.caption) }
            thead { tr { @for column in &data.columns { th scope="col" class=[column.numeric.then_some("n")] { (column.title) } } } }
            tbody { @for row in &data.rows { tr {
                @for (column, cell) in data.columns.iter().zip(row) {
                    td class=[column.numeric.then_some("n")] { (cell) }
                }
            } } }
        } }
    }
}
