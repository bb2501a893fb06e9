//! Charts as SVG drawn by our own code, the same data as a table and as words, and PNG where a file is wanted.
//!
//! Every chart is a plain struct that implements [`Chart`]: `svg` draws it at a width in pixels, `text_alternative` says it in
//! words, `table` gives the same data in rows. Nothing here does IO, reads a clock or makes a random number; the same
//! struct gives the same bytes.
//!
//! An SVG works inline in a page (classes `hw-*` for its style sheet), as a file, and in [`png`]: what it needs to look
//! right is in presentation attributes, which any style sheet overrides.

mod canvas;
mod chart;
pub mod format;
mod frame;
mod labels;
mod mark;
mod metrics;
pub mod palette;
mod planned;
mod png;
mod scale;
mod series;
mod side;
mod table;

pub use chart::{
    ChartForecast, ChartPanel, ChartSignal, DistributionChart, ForecastStep, FunnelChart, FunnelFlag, FunnelLimit,
    FunnelPlace, GapChart, GapRow, PersistenceChart, PersistentPlace, PlaceValue, ProcessChart, ReliabilityBin,
    ReliabilityChart, SmallMultiples, SparklineChart, TargetPath, TrajectoryChart, XmrLimits, XmrPoint, YearMark,
    gap_cell, spread_headline,
};
pub use format::MeasureUnit;
pub use frame::ChartFrame;
pub use mark::{StatusMark, status_mark};
pub use metrics::text_width;
pub use planned::{
    breaks_and_gaps, expected_text, groups_apart, interval_text, latest_text, measure_unit, path_by_method,
    result_text, target_path,
};
pub use png::{PngError, svg_to_png};
pub use series::{ChartBreak, ChartGap, ChartPoint};
pub use table::{DataTable, TableColumn};

/// What every chart can do.
pub trait Chart {
    /// The chart as one SVG element, `width` pixels wide (240 at least; less is drawn as 240). Its height follows from its content.
    fn to_svg(&self, width: f64) -> String;

    /// What the chart shows, in words: the headline first, then what a reader of the picture would see.
    fn text_alternative(&self) -> String;

    /// The data of the chart, every point of it, as text in the measure's unit.
    fn data_table(&self) -> DataTable;

    /// The chart for a page of any width: drawn wide (720) and narrow (340), in `<div class="hw-wide">` and
    /// `<div class="hw-narrow">`. The page's style sheet shows one of them.
    fn svg_pair(&self) -> String {
        format!(
            "<div class=\"hw-wide\">{}</div><div class=\"hw-narrow\">{}</div>",
            self.to_svg(720.0),
            self.to_svg(340.0)
        )
    }
}
