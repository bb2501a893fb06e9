//! What a trajectory says: labels, text alternative, table.

use headway_model::Period;

use super::{ForecastStep, TargetPath, TrajectoryChart};
use crate::{
    DataTable, TableColumn,
    canvas::TextStyle,
    format, palette,
    series::{ChartPoint, gap_spans, results_sentence, suppressed_spans},
};

impl TrajectoryChart {
    pub(super) fn target_lines(&self, target: &TargetPath, by: bool) -> Vec<(TextStyle, String)> {
        let Some(&(period, value)) = target.path.last() else { return Vec::new() };
        let color = if target.current { palette::TARGET } else { palette::MUTED };
        let style = if target.current { TextStyle::label(color) } else { TextStyle::detail(color) };
        let figure = match target.band {
            Some((lo, hi)) => self.unit.range_text(lo, hi),
            None => self.unit.trimmed_text(value),
        };
        let mut lines = vec![(style, format!("{} {figure}", target.label))];
        if by {
            lines.push((TextStyle::detail(palette::MUTED), format!("by {}", format::period_axis(period))));
        }
        if let Some(chance) = &target.chance {
            lines.push((TextStyle::detail(color), format!("chance {chance}")));
        }
        lines
    }

    pub(super) fn forecast_lines(&self, step: &ForecastStep) -> Vec<(TextStyle, String)> {
        let range = self.unit.range_beside(step.range_80.0, step.range_80.1, &self.target_ends());
        vec![
            (
                TextStyle::label(palette::ACTUAL),
                format!("Forecast {}", self.unit.value_beside(step.mid, &self.target_ends())),
            ),
            (TextStyle::detail(palette::MUTED), format!("80% range {range}")),
        ]
    }

    pub(super) fn result_lines(&self, period: Period, value: f64) -> Vec<(TextStyle, String)> {
        vec![
            (TextStyle::label(palette::ACTUAL), self.unit.value_beside(value, &self.rounding_marks(period))),
            (TextStyle::detail(palette::MUTED), format::period_axis(period)),
        ]
    }

    /// The figures that a result of a period is held against: what each target's path asks for then, and the target itself.
    pub(super) fn rounding_marks(&self, period: Period) -> Vec<f64> {
        let on_the_way = self.targets.iter().filter_map(|t| t.value_at(period));
        on_the_way.chain(self.target_ends()).collect()
    }

    /// The figures of all targets.
    fn target_ends(&self) -> Vec<f64> {
        let of = |t: &TargetPath| match t.band {
            Some((lo, hi)) => vec![lo, hi],
            None => t.path.last().map(|(_, value)| *value).into_iter().collect(),
        };
        self.targets.iter().flat_map(of).collect()
    }

    /// Everything that the picture shows, beside headline and subtitle.
    pub(super) fn describe_data(&self) -> String {
        let mut out = vec![results_sentence(&self.points, &self.unit, &self.breaks, &self.target_ends())];
        out.extend(gap_spans(&self.points, &self.gaps).iter().map(|s| s.to_sentence() + "."));
        out.extend(suppressed_spans(&self.points).iter().map(|s| s.to_sentence() + "."));
        out.extend(
            self.breaks
                .iter()
                .map(|b| format!("Break in series from {}: {}.", format::period_text(b.period), b.reason)),
        );
        for target in &self.targets {
            let Some(&(period, value)) = target.path.last() else { continue };
            let figure = match target.band {
                Some((lo, hi)) => self.unit.range_text(lo, hi),
                None => self.unit.trimmed_text(value),
            };
            let chance = target.chance.as_ref().map(|c| format!(", chance {c}")).unwrap_or_default();
            out.push(format!("{}: {figure} by {}{chance}.", target.label, format::period_text(period)));
        }
        if let Some(step) = self.forecast.as_ref().and_then(|f| f.steps.last()) {
            out.push(format!(
                "Forecast for {}: {} (80% range {}, 95% range {}).",
                format::period_text(step.period),
                self.unit.value_beside(step.mid, &self.target_ends()),
                self.unit.range_beside(step.range_80.0, step.range_80.1, &self.target_ends()),
                self.unit.range_beside(step.range_95.0, step.range_95.1, &self.target_ends()),
            ));
        }
        out.join(" ")
    }

    pub(super) fn build_table(&self) -> DataTable {
        let mut periods: Vec<Period> = self.all_periods().collect();
        periods.sort_by_key(|p| p.ordinal);
        periods.dedup();
        let notes = self.period_notes();
        let mut columns = vec![TableColumn::text_column("Period"), TableColumn::number_column("Result")];
        // What stands beside the results on the way is the path; the target is its end.
        let title = |t: &TargetPath| match t.path.len() {
            0 | 1 => t.label.clone(),
            _ => format!("Path to {}", t.label.to_lowercase()),
        };
        columns.extend(self.targets.iter().map(|t| TableColumn::number_column(title(t))));
        if self.forecast.is_some() {
            columns.extend(["Forecast", "80% range", "95% range"].map(TableColumn::number_column));
        }
        if !notes.is_empty() {
            columns.push(TableColumn::text_column("Note"));
        }
        let rows = periods.iter().map(|&p| self.table_row(p, &notes)).collect();
        DataTable { caption: self.frame.headline.clone(), columns, rows }
    }

    fn table_row(&self, period: Period, notes: &[(Period, String)]) -> Vec<String> {
        let marks = self.rounding_marks(period);
        let words = |p: &ChartPoint| p.published_text(&self.unit, &marks);
        let result = self.points.iter().rfind(|p| p.period == period).map(words);
        let mut row = vec![format::period_text(period), result.unwrap_or_default()];
        let ends = self.target_ends();
        for target in &self.targets {
            // The target itself is written as the plan does; the path on the way is computed.
            let last = target.path.last().is_some_and(|(p, _)| *p == period);
            let figure = |v| match target.band {
                Some((lo, hi)) if last => self.unit.range_text(lo, hi),
                Some(band) => match target.corridor_at(v, band) {
                    (lo, hi) if lo < hi => self.unit.range_beside(lo, hi, &ends),
                    _ => self.unit.value_beside(v, &ends),
                },
                None if last => self.unit.trimmed_text(v),
                _ => self.unit.value_beside(v, &ends),
            };
            row.push(target.value_at(period).map(figure).unwrap_or_default());
        }
        if let Some(forecast) = &self.forecast {
            match forecast.steps.iter().find(|s| s.period == period) {
                Some(s) => row.extend([
                    self.unit.value_beside(s.mid, &ends),
                    self.unit.range_beside(s.range_80.0, s.range_80.1, &ends),
                    self.unit.range_beside(s.range_95.0, s.range_95.1, &ends),
                ]),
                None => row.extend([String::new(), String::new(), String::new()]),
            }
        }
        if !notes.is_empty() {
            let said = notes.iter().filter(|n| n.0 == period).map(|n| n.1.as_str());
            row.push(said.collect::<Vec<_>>().join("; "));
        }
        row
    }

    fn period_notes(&self) -> Vec<(Period, String)> {
        let gaps = self.gaps.iter().map(|g| (g.period, g.reason.clone()));
        let breaks = self.breaks.iter().map(|b| (b.period, format!("break in series: {}", b.reason)));
        let provisional = self.points.iter().filter(|p| p.provisional).map(|p| (p.period, "preliminary".to_owned()));
        gaps.chain(breaks).chain(provisional).collect()
    }
}
