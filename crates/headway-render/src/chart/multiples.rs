//! The same measure for many student groups (or places), one small panel each, all on one scale.

use headway_model::Period;

use crate::{
    Chart, ChartFrame, ChartGap, ChartPoint, DataTable, MeasureUnit, StatusMark, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle, px},
    format,
    frame::{EDGE, tick_room},
    labels::{LabelRect, LabelRoom, same_side},
    palette,
    scale::{AxisScale, PeriodAxis},
    series::{exact_runs, last_exact, results_sentence, sorted_points},
};

/// Small panels on one scale, each with its last value and its target.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallMultiples {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of all values.
    pub unit: MeasureUnit,
    /// The panels, in reading order.
    pub panels: Vec<ChartPanel>,
    /// Periods from one due result to the next.
    pub every: i32,
    /// What a panel is of, as the title of the table's first column: "Group".
    pub of: &'static str,
}

/// One panel of [`SmallMultiples`].
#[derive(Clone, Debug, PartialEq)]
pub struct ChartPanel {
    /// Whose results: a student group's name.
    pub name: String,
    /// The results, in any order.
    pub points: Vec<ChartPoint>,
    /// Periods without a figure that have a reason of their own; there is no point of these.
    pub gaps: Vec<ChartGap>,
    /// The path to its target; one point is drawn as a level line over all periods. Empty for none.
    pub target: Vec<(Period, f64)>,
    /// Other figures that results are held against: the ends of a band, what a path asks for. Written figures keep to their side.
    pub marks: Vec<f64>,
    /// Its status, drawn as shape and word.
    pub status: Option<StatusMark>,
}

impl ChartPanel {
    /// Results only.
    pub fn new(name: impl Into<String>, points: Vec<ChartPoint>) -> Self {
        Self { name: name.into(), points, gaps: Vec::new(), target: Vec::new(), marks: Vec::new(), status: None }
    }

    fn clean_copy(&self) -> Self {
        let mut target: Vec<_> = self.target.iter().copied().filter(|t| t.1.is_finite()).collect();
        target.sort_by_key(|t| t.0.ordinal);
        Self { points: sorted_points(&self.points), target, ..self.clone() }
    }

    /// Periods that the panel has to show: a lone target is a level, not a place in time.
    fn shown_periods(&self) -> impl Iterator<Item = Period> {
        let path = if self.target.len() > 1 { &*self.target } else { &[] };
        let gaps = self.gaps.iter().map(|g| g.period);
        self.points.iter().map(|p| p.period).chain(gaps).chain(path.iter().map(|t| t.0))
    }

    /// What its latest period holds when that is no exact value.
    fn latest_words(&self, unit: &MeasureUnit) -> Option<(Option<Period>, String)> {
        let gap = self.gaps.iter().max_by_key(|gap| gap.period.ordinal);
        match (self.points.last(), gap) {
            (None, None) => Some((None, "no results".to_owned())),
            (last, Some(gap)) if last.is_none_or(|last| last.period.ordinal < gap.period.ordinal) => {
                Some((Some(gap.period), gap.reason.clone()))
            }
            (Some(last), _) if last.value.exact_number().is_none() => {
                Some((Some(last.period), last.published_text(unit, &self.rounding_marks())))
            }
            _ => None,
        }
    }
}

const TITLE: TextStyle = TextStyle::title(11.5);
const PLOT: f64 = 66.0;
const TITLE_LINE: f64 = 14.0;

/// Where everything lies.
struct PanelGrid<'a> {
    panels: &'a [ChartPanel],
    unit: &'a MeasureUnit,
    every: i32,
    columns: usize,
    /// Left edge of the first plot, plot width, distance from one plot to the next.
    x0: f64,
    plot: f64,
    pitch: f64,
}

/// What all panels show, gathered so that each kind is one path.
#[derive(Default)]
struct PanelMarks {
    lines: SvgPath,
    dashes: SvgPath,
    ranges: SvgPath,
    dots: Vec<(f64, f64)>,
    /// Middle, style and text; written last, over everything else.
    words: Vec<(f64, f64, TextStyle, String)>,
}

impl ChartPanel {
    /// The figures that its results are held against.
    fn rounding_marks(&self) -> Vec<f64> {
        self.target.last().map(|t| t.1).into_iter().chain(self.marks.iter().copied()).collect()
    }

    /// A result as its dot is labelled: never on another side of the target than the dot.
    fn short_result(&self, unit: &MeasureUnit, value: f64) -> String {
        unit.short_beside(value, &self.rounding_marks())
    }
}

impl SmallMultiples {
    fn clean_copy(&self) -> Self {
        Self { panels: self.panels.iter().map(ChartPanel::clean_copy).collect(), ..self.clone() }
    }

    fn all_numbers(&self) -> impl Iterator<Item = f64> {
        self.panels.iter().flat_map(|p| {
            let points = p.points.iter().flat_map(|q| q.finite_numbers());
            points.chain(p.target.iter().map(|t| t.1))
        })
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        if self.panels.is_empty() {
            canvas.draw_text(width / 2.0, top + 20.0, TextAnchor::Middle, TextStyle::SUB, "No results yet");
            return self.frame.close_picture(
                canvas,
                width,
                top + 30.0,
                &[],
                &self.frame.detail_text(&self.describe_data()),
            );
        }
        let scale = |from, to| AxisScale::over_values(self.all_numbers(), &self.unit, 3.0, (from, to));
        let x0 = tick_room(&scale(0.0, 1.0), &self.unit);
        let columns = ((width - x0) / 130.0).floor().clamp(1.0, 4.0).min(self.panels.len() as f64);
        let pitch = (width - x0 - EDGE) / columns;
        // Room for the last value at the right of each plot.
        let values = self.panels.iter().filter_map(|p| Some(p.short_result(&self.unit, last_exact(&p.points)?.1)));
        let room = values.map(|t| TextStyle::label(palette::ACTUAL).text_width(&t)).fold(0.0, f64::max) + 20.0;
        let grid = PanelGrid {
            panels: &self.panels,
            unit: &self.unit,
            every: self.every,
            columns: columns as usize,
            x0,
            plot: (pitch - room).max(40.0),
            pitch,
        };
        let bottom = grid.draw_panels(&mut canvas, top, &scale);
        self.frame.close_picture(canvas, width, bottom, &[], &self.frame.detail_text(&self.describe_data()))
    }

    fn describe_data(&self) -> String {
        let of = |p: &ChartPanel| {
            let status = p.status.map(|s| format!(" {}.", s.word())).unwrap_or_default();
            let target =
                p.target.last().map(|t| format!(" Target {}.", self.unit.trimmed_text(t.1))).unwrap_or_default();
            let at = |at: Option<Period>| at.map(|at| format!("{}: ", format::period_text(at))).unwrap_or_default();
            let latest = p.latest_words(&self.unit).map(|(period, w)| format!(" {}{w}.", at(period)));
            let latest = latest.unwrap_or_default();
            match last_exact(&p.points) {
                Some((period, value)) => {
                    format!(
                        "{}: {} in {}.{latest}{target}{status}",
                        p.name,
                        self.unit.value_beside(value, &p.rounding_marks()),
                        format::period_text(period)
                    )
                }
                None if p.points.is_empty() => format!("{}:{latest}{target}{status}", p.name),
                None => format!(
                    "{}: {}{target}{status}",
                    p.name,
                    results_sentence(&p.points, &self.unit, &[], &p.rounding_marks())
                ),
            }
        };
        self.panels.iter().map(of).collect::<Vec<_>>().join(" ")
    }
}

impl PanelGrid<'_> {
    /// Draws all panels; gives the height at which the last row ends.
    fn draw_panels(&self, canvas: &mut SvgCanvas, top: f64, scale: &dyn Fn(f64, f64) -> AxisScale) -> f64 {
        let mut grid = SvgPath::new();
        let mut marks = PanelMarks::default();
        let mut y = top;
        let rows = self.panels.chunks(self.columns).enumerate();
        for (row, panels) in rows {
            let titles: Vec<Vec<String>> = panels.iter().map(|p| TITLE.wrap_text(&p.name, self.pitch - 8.0)).collect();
            let status = if panels.iter().any(|p| p.status.is_some()) { TITLE_LINE + 1.0 } else { 0.0 };
            let head = TITLE_LINE * titles.iter().map(Vec::len).max().unwrap_or(1) as f64 + status;
            let values = scale(y + head + 8.0 + PLOT, y + head + 8.0);
            for (column, (panel, title)) in panels.iter().zip(&titles).enumerate() {
                let x0 = self.x0 + self.pitch * column as f64;
                self.draw_head(canvas, panel, title, (x0, y));
                for tick in values.tick_values() {
                    grid.add_horizontal(x0, x0 + self.plot, values.pixel_at(tick));
                }
                self.draw_panel(&mut marks, panel, x0, &values);
            }
            for tick in values.tick_values() {
                let text = self.unit.tick_text(tick, values.step);
                canvas.text_mid(self.x0 - 6.0, values.pixel_at(tick), TextAnchor::End, TextStyle::AXIS, &text);
            }
            y += head + 8.0 + PLOT + 8.0;
            // The periods stand under the lowest panel of each column.
            let below = (row + 1) * self.columns;
            for column in (0..panels.len()).filter(|c| below + c >= self.panels.len()) {
                self.draw_ends(canvas, self.x0 + self.pitch * column as f64, y + 8.0);
            }
            y += if below + self.columns > self.panels.len() { 20.0 } else { 14.0 };
        }
        canvas.draw_path(&grid, &format!("class=\"hw-grid\" stroke=\"{}\"", palette::GRID));
        let dashed = format!("class=\"hw-target\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", palette::TARGET);
        canvas.draw_path(&marks.dashes, &format!("{dashed} stroke-dasharray=\"7 4\""));
        let stroke = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", palette::ACTUAL);
        canvas.draw_path(&marks.ranges, &stroke);
        canvas.draw_path(
            &marks.lines,
            &format!("class=\"hw-actual\" {stroke} stroke-linecap=\"round\" stroke-linejoin=\"round\""),
        );
        canvas.draw_group(&format!("fill=\"{}\" stroke=\"#fff\"", palette::ACTUAL), |canvas| {
            for (x, y) in marks.dots {
                canvas.draw_dot(x, y, 3.5, "", "");
            }
        });
        for (x, y, style, text) in marks.words {
            canvas.text_mid(x, y, TextAnchor::Middle, style, &text);
        }
        y
    }

    fn draw_head(&self, canvas: &mut SvgCanvas, panel: &ChartPanel, title: &[String], (x0, y): (f64, f64)) {
        for (i, line) in title.iter().enumerate() {
            canvas.draw_text(x0, y + 11.0 + TITLE_LINE * i as f64, TextAnchor::Start, TITLE, line);
        }
        if let Some(mark) = panel.status {
            let at = y + TITLE_LINE * title.len() as f64 + 2.0;
            canvas.draw_raw(&format!(
                "<g transform=\"translate({} {}) scale(.7)\">{}</g>",
                px(x0),
                px(at),
                mark.svg_shapes()
            ));
            canvas.draw_text(x0 + 15.0, at + 9.5, TextAnchor::Start, TextStyle::NOTE, mark.word());
        }
    }

    fn grid_periods(&self, x0: f64) -> Option<PeriodAxis> {
        let all = self.panels.iter().flat_map(ChartPanel::shown_periods);
        PeriodAxis::over_periods(all, (x0 + 3.0, x0 + self.plot - 1.0))
    }

    /// First and last period under a panel; one of them where there is no room for both.
    fn draw_ends(&self, canvas: &mut SvgCanvas, x0: f64, y: f64) {
        let Some(periods) = self.grid_periods(x0) else { return };
        let text = |ordinal| format::period_axis(Period { kind: periods.kind, ordinal });
        let (first, last) = (text(periods.first), text(periods.last));
        let both = TextStyle::AXIS.text_width(&first) + TextStyle::AXIS.text_width(&last) + 8.0 <= self.plot + 14.0;
        if both && periods.first < periods.last {
            canvas.draw_text(x0, y, TextAnchor::Start, TextStyle::AXIS, &first);
        }
        canvas.draw_text(x0 + self.plot + 12.0, y, TextAnchor::End, TextStyle::AXIS, &last);
    }

    fn draw_panel(&self, marks: &mut PanelMarks, panel: &ChartPanel, x0: f64, values: &AxisScale) {
        let area = LabelRect {
            x0: x0 - 2.0,
            y0: values.pixel_at(values.hi) - 8.0,
            x1: x0 + self.pitch - 4.0,
            y1: values.pixel_at(values.lo) + 8.0,
        };
        let mut room = LabelRoom::new(area);
        let periods = self.grid_periods(x0);
        let path: Vec<(f64, f64)> = match (&*panel.target, &periods) {
            ([], _) | (_, None) => Vec::new(),
            ([(_, level)], _) => vec![(x0, values.pixel_at(*level)), (x0 + self.plot, values.pixel_at(*level))],
            (path, Some(periods)) => path.iter().map(|&(p, v)| (periods.pixel_of(p), values.pixel_at(v))).collect(),
        };
        marks.dashes.add_line(path.iter().copied());
        path.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
        if let Some(periods) = &periods {
            let place = |&(p, v): &(Period, f64)| (periods.pixel_of(p), values.pixel_at(v));
            for run in exact_runs(&panel.points, self.every, &[]) {
                let run: Vec<(f64, f64)> = run.iter().map(place).collect();
                match &*run {
                    [(x, y)] => {
                        marks.lines.add_point(*x, *y);
                    }
                    run => {
                        marks.lines.add_line(run.iter().copied());
                        run.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
                    }
                }
            }
            for point in panel.points.iter().filter(|p| p.value.exact_number().is_none()) {
                if let [lo, hi] = *point.finite_numbers().collect::<Vec<_>>() {
                    let (x, y0, y1) = (periods.pixel_of(point.period), values.pixel_at(lo), values.pixel_at(hi));
                    marks.ranges.add_vertical(x, y0, y1);
                    room.take_rect(LabelRect { x0: x - 3.0, y0: y1, x1: x + 3.0, y1: y0 });
                }
            }
            if let Some(last) = last_exact(&panel.points) {
                let (x, y) = place(&last);
                marks.dots.push((x, y));
                room.take_rect(LabelRect::centered_at(x, y, 4.0, 4.0));
                let style = TextStyle::label(palette::ACTUAL);
                let text = panel.short_result(self.unit, last.1);
                let half = style.text_width(&text) / 2.0;
                let near = [0.0, -6.0, 6.0, -10.0, 10.0].map(|dy| (x + half + 8.0, y + dy));
                let over = [-14.0, 14.0, -22.0, 22.0].map(|dy| (x, y + dy));
                let centers = near.into_iter().chain(over).filter(|label| same_side((x, y), *label, &path));
                if let Some((cx, cy)) = room.place_box((2.0 * half, 11.0), centers) {
                    marks.words.push((cx, cy, style, text));
                }
            }
        }
        if let Some((_, words)) = panel.latest_words(self.unit) {
            let half = TextStyle::NOTE.text_width(&words) / 2.0;
            let x = x0 + half.max(self.plot / 2.0).min((self.pitch - 8.0) / 2.0);
            let heights = [values.hi, values.lo].map(|v| values.pixel_at(v));
            let between = (0..12).map(|i| (x, heights[1] - 4.0 - 6.0 * f64::from(i)));
            if let Some((cx, cy)) = room.place_box((2.0 * half, 11.0), between) {
                marks.words.push((cx, cy, TextStyle::NOTE, words));
            }
        }
    }
}

impl Chart for SmallMultiples {
    fn to_svg(&self, width: f64) -> String {
        self.clean_copy().draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        let chart = self.clean_copy();
        chart.frame.full_text(&chart.describe_data())
    }

    /// One row a panel, one column a period, then target and status where a panel has one.
    fn data_table(&self) -> DataTable {
        let chart = self.clean_copy();
        let periods =
            |p: &ChartPanel| [p.points.iter().map(|q| q.period).collect(), p.gaps.iter().map(|g| g.period).collect()];
        let mut periods: Vec<Period> = chart.panels.iter().flat_map(periods).flat_map(Vec::into_iter).collect();
        periods.sort_by_key(|p| p.ordinal);
        periods.dedup();
        let mut columns = vec![TableColumn::text_column(self.of)];
        columns.extend(periods.iter().map(|&p| TableColumn::number_column(format::period_text(p))));
        // A column in which no panel has anything says nothing.
        let targets = chart.panels.iter().any(|panel| !panel.target.is_empty());
        let statuses = chart.panels.iter().any(|panel| panel.status.is_some());
        columns.extend(targets.then(|| TableColumn::number_column("Target")));
        columns.extend(statuses.then(|| TableColumn::text_column("Status")));
        let row = |panel: &ChartPanel| {
            let mut row = vec![panel.name.clone()];
            row.extend(periods.iter().map(|&p| {
                let point = panel.points.iter().rfind(|q| q.period == p);
                let gap = || panel.gaps.iter().find(|g| g.period == p).map(|g| g.reason.clone());
                point.map(|q| q.published_text(&self.unit, &panel.rounding_marks())).or_else(gap).unwrap_or_default()
            }));
            let target = panel.target.last();
            let target = target.map(|t| format!("{} by {}", self.unit.trimmed_text(t.1), format::period_text(t.0)));
            row.extend(targets.then(|| target.unwrap_or_default()));
            row.extend(statuses.then(|| panel.status.map(|s| s.word().to_owned()).unwrap_or_default()));
            row
        };
        DataTable { caption: chart.frame.headline.clone(), columns, rows: chart.panels.iter().map(row).collect() }
    }
}
