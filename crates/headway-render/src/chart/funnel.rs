//! Units against their size, with the limits that chance alone would seldom pass.

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format::{count_text, count_with_noun},
    frame::{EDGE, draw_grid, draw_ticks, tick_room},
    labels::{LabelRect, LabelRoom, centers_around},
    palette,
    scale::AxisScale,
    side::{self, SideLabel},
};

/// Places by size and value inside funnel limits; the ones outside are marked and named as far as there is room.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of the values.
    pub unit: MeasureUnit,
    /// What the size counts (`Students tested`).
    pub size_label: String,
    /// What a place is, one and many (`school`, `schools`).
    pub noun: (String, String),
    /// The places.
    pub places: Vec<FunnelPlace>,
    /// What they are compared with: its name and value (`State`, 62.0).
    pub center: (String, f64),
    /// The limits by size, in order of size.
    pub limits: Vec<FunnelLimit>,
}

/// A place in a [`FunnelChart`].
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelPlace {
    /// Its name.
    pub name: String,
    /// Its size: how many students the value rests on.
    pub size: f64,
    /// Its value.
    pub value: f64,
    /// Whether it is outside the limits, and on which side.
    pub flag: FunnelFlag,
    /// Shown and named whether it is outside or not.
    pub highlight: bool,
}

/// Where a place lies to the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelFlag {
    /// Chance alone can explain it.
    Within,
    /// Outside the limits on the better side.
    Better,
    /// Outside the limits on the worse side.
    Worse,
}

/// The limits for places of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelLimit {
    /// The size.
    pub size: f64,
    /// Lowest and highest of 95 in 100 places without a true difference.
    pub limits_95: (f64, f64),
    /// Lowest and highest of 998 in 1000.
    pub limits_998: (f64, f64),
}

impl FunnelFlag {
    fn color(self) -> &'static str {
        match self {
            Self::Within => palette::ACTUAL,
            Self::Better => palette::GOOD,
            Self::Worse => palette::BAD,
        }
    }

    fn label_text(self) -> &'static str {
        match self {
            Self::Within => "within the limits",
            Self::Better => "better than chance explains",
            Self::Worse => "worse than chance explains",
        }
    }
}

/// From so many places on a few far ones do not stretch the scale.
const MANY: usize = 100;
/// Most places that are named in the picture.
const NAMED: usize = 12;

impl FunnelChart {
    fn finite_places(&self) -> impl Iterator<Item = &FunnelPlace> {
        self.places.iter().filter(|p| p.size.is_finite() && p.size >= 0.0 && p.value.is_finite())
    }

    fn marked_places(&self) -> Vec<&FunnelPlace> {
        let mut marked: Vec<_> = self.finite_places().filter(|p| p.highlight || p.flag != FunnelFlag::Within).collect();
        // The largest first: where room is short, the name of the most students is shown.
        marked.sort_by(|a, b| {
            (b.highlight, b.size).partial_cmp(&(a.highlight, a.size)).unwrap_or(std::cmp::Ordering::Equal)
        });
        marked
    }

    fn describe_data(&self) -> String {
        let of = |flag| self.finite_places().filter(|p| p.flag == flag).collect::<Vec<_>>();
        let mut out = vec![format!(
            "{}; {} {}.",
            count_with_noun(self.finite_places().count(), &self.noun.0, &self.noun.1),
            self.center.0,
            self.unit.value_text(self.center.1)
        )];
        for flag in [FunnelFlag::Better, FunnelFlag::Worse] {
            let places = of(flag);
            let named: Vec<String> =
                places.iter().take(20).map(|p| format!("{} ({})", p.name, self.unit.value_text(p.value))).collect();
            let more = if places.len() > 20 { format!(" and {} more", places.len() - 20) } else { String::new() };
            let list = if named.is_empty() { String::new() } else { format!(": {}{more}", named.join(", ")) };
            out.push(format!("{} {}{list}.", count_text(places.len()), flag.label_text()));
        }
        let shown = self.finite_places().filter(|p| p.highlight && p.flag == FunnelFlag::Within);
        out.extend(shown.map(|p| format!("{}: {}, {}.", p.name, self.unit.value_text(p.value), p.flag.label_text())));
        out.join(" ")
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        let top = top + 10.0;
        let (floor, ceiling) = self.unit.natural_bounds();
        let natural = |v: &f64| floor.is_none_or(|f| *v >= f) && ceiling.is_none_or(|c| *v <= c);
        let limits = self.limits.iter().flat_map(|l| [l.limits_998.0, l.limits_998.1]).filter(natural);
        let (lo, hi) = self.value_reach();
        let numbers =
            self.finite_places().map(|p| p.value).chain([self.center.1]).chain(limits).map(|v| v.clamp(lo, hi));
        let sides = self.side_labels(side::widest_label(width));
        let height = (width * 0.36).clamp(170.0, 260.0).max(side::total_height(sides.iter().map(|s| &s.1)));
        let bottom = top + height;
        let values = AxisScale::with_round_ends(numbers, &self.unit, height / 50.0, (bottom, top));
        let x0 = tick_room(&values, &self.unit);
        let x1 = (width - side::room_for_labels(sides.iter().map(|s| &s.1))).max(x0 + 60.0);
        let sizes = self.finite_places().map(|p| p.size).chain([0.0]);
        let sizes = AxisScale::over_values(sizes, &MeasureUnit::Count, ((x1 - x0) / 70.0).floor(), (x0 + 4.0, x1));

        draw_grid(&mut canvas, &values, &self.unit, (x0, x1));
        draw_ticks(&mut canvas, &sizes, &MeasureUnit::Count, bottom, (EDGE, width - EDGE));
        let title = TextStyle::AXIS.elide_text(&self.size_label, width - 2.0 * EDGE);
        let half = TextStyle::AXIS.text_width(&title) / 2.0;
        let middle = f64::midpoint(x0, x1).clamp(EDGE + half, (width - EDGE - half).max(EDGE + half));
        canvas.draw_text(middle, bottom + 32.0, TextAnchor::Middle, TextStyle::AXIS, &title);
        let mut room = LabelRoom::new(LabelRect { x0, y0: top - 8.0, x1, y1: bottom - 1.0 });
        self.draw_limits(&mut canvas, &sizes, &values, (x0, x1), &mut room);
        let notes = self.draw_dots(&mut canvas, &sizes, &values, &mut room);
        let placed: Vec<(f64, SideLabel)> =
            sides.into_iter().map(|(value, side)| (values.pixel_at(value.clamp(values.lo, values.hi)), side)).collect();
        side::draw_labels(&mut canvas, x1, &placed, (top - 6.0, bottom + 6.0));
        self.frame.close_picture(canvas, width, bottom + 36.0, &notes, &self.frame.detail_text(&self.describe_data()))
    }

    /// What the scale has to reach: among many places a few far ones would press all others onto one line.
    fn value_reach(&self) -> (f64, f64) {
        let mut values: Vec<f64> = self.finite_places().map(|p| p.value).collect();
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        match values.len() {
            ..MANY => (f64::NEG_INFINITY, f64::INFINITY),
            _ if at(0.95) <= at(0.05) => (f64::NEG_INFINITY, f64::INFINITY),
            _ => {
                let beyond = 2.0 * (at(0.95) - at(0.05));
                (at(0.05) - beyond, at(0.95) + beyond)
            }
        }
    }

    fn side_labels(&self, max: f64) -> Vec<(f64, SideLabel)> {
        let mut sides = Vec::new();
        if let Some(last) = self.limits.iter().rfind(|l| limit_numbers(l).iter().all(|v| v.is_finite())) {
            let detail = TextStyle::detail(palette::MUTED);
            for (value, name) in [(last.limits_998.1, "99.8% limit"), (last.limits_95.1, "95% limit")] {
                sides.push((value, SideLabel::new(&[(detail, name.to_owned())], max)));
            }
        }
        let center = format!("{} {}", self.center.0, self.unit.value_text(self.center.1));
        if self.center.1.is_finite() {
            sides.push((self.center.1, SideLabel::new(&[(TextStyle::label(palette::INK), center)], max)));
        }
        sides
    }

    fn draw_limits(
        &self,
        canvas: &mut SvgCanvas,
        sizes: &AxisScale,
        values: &AxisScale,
        (x0, x1): (f64, f64),
        room: &mut LabelRoom,
    ) {
        let (mut outer, mut inner) = (SvgPath::new(), SvgPath::new());
        let curves: [fn(&FunnelLimit) -> f64; 4] =
            [|l| l.limits_998.0, |l| l.limits_998.1, |l| l.limits_95.0, |l| l.limits_95.1];
        for (i, curve) in curves.into_iter().enumerate() {
            let path = if i < 2 { &mut outer } else { &mut inner };
            let inside = |l: &&FunnelLimit| {
                let (size, value) = (l.size, curve(l));
                size >= 0.0 && size <= sizes.hi && value >= values.lo && value <= values.hi
            };
            let points = self.limits.iter().filter(inside).map(|l| (sizes.pixel_at(l.size), values.pixel_at(curve(l))));
            let points: Vec<(f64, f64)> = points.collect();
            points.windows(2).for_each(|pair| room.take_line(pair[0], pair[1]));
            path.add_line(points);
        }
        let stroke = format!("class=\"hw-limit\" fill=\"none\" stroke=\"{}\"", palette::AXIS);
        canvas.draw_path(&inner, &format!("{stroke} stroke-dasharray=\"2 3\""));
        canvas.draw_path(&outer, &format!("{stroke} stroke-width=\"1.4\" stroke-dasharray=\"6 4\""));
        if self.center.1.is_finite() {
            let line = format!("class=\"hw-average\" stroke=\"{}\" stroke-width=\"1.4\"", palette::INK);
            canvas.draw_path(SvgPath::new().add_horizontal(x0, x1, values.pixel_at(self.center.1)), &line);
        }
    }

    fn draw_dots(
        &self,
        canvas: &mut SvgCanvas,
        sizes: &AxisScale,
        values: &AxisScale,
        room: &mut LabelRoom,
    ) -> Vec<String> {
        let mut crowd = SvgPath::new();
        for place in self.finite_places().filter(|p| p.flag == FunnelFlag::Within && !p.highlight) {
            let (x, y) = place_spot(place, sizes, values);
            crowd.add_point(x, y);
            room.take_rect(LabelRect::centered_at(x, y, 3.0, 3.0));
        }
        let many = self.places.len() > 600;
        canvas.draw_path(
            &crowd,
            &format!(
                "class=\"hw-crowd\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\" stroke-opacity=\".75\"",
                palette::CROWD,
                if many { 4 } else { 6 }
            ),
        );
        let marked = self.marked_places();
        for place in &marked {
            let (x, y) = place_spot(place, sizes, values);
            room.take_rect(LabelRect::centered_at(x, y, 6.0, 6.0));
            let mut shape = SvgPath::new();
            match place.flag {
                FunnelFlag::Within => {
                    shape.add_area([(x - 4.5, y - 4.5), (x + 4.5, y - 4.5), (x + 4.5, y + 4.5), (x - 4.5, y + 4.5)])
                }
                FunnelFlag::Better => shape.add_area([(x - 6.0, y), (x, y - 6.0), (x + 6.0, y), (x, y + 6.0)]),
                FunnelFlag::Worse => shape.add_area([(x - 6.0, y + 5.0), (x, y - 6.0), (x + 6.0, y + 5.0)]),
            };
            canvas.draw_path(&shape, &format!("fill=\"{}\" stroke=\"#fff\"", place.flag.color()));
        }
        let named = self.name_places(canvas, &marked, sizes, values, room);
        let mut notes = Vec::new();
        let any = |flag: FunnelFlag| marked.iter().any(|p| p.flag == flag);
        let shapes = [
            (FunnelFlag::Within, "square: bright spot"),
            (FunnelFlag::Better, "diamond: better than chance explains"),
            (FunnelFlag::Worse, "triangle: worse than chance explains"),
        ];
        let said: Vec<&str> = shapes.into_iter().filter(|(flag, _)| any(*flag)).map(|(_, words)| words).collect();
        if !said.is_empty() {
            notes.push(format!("Marks: {}", said.join(", ")));
        }
        let far = self.finite_places().filter(|p| !(values.lo..=values.hi).contains(&p.value)).count();
        if far > 0 {
            notes.push(format!(
                "{} beyond the scale, drawn at its edge",
                count_with_noun(far, &self.noun.0, &self.noun.1)
            ));
        }
        if named < marked.len() {
            let unnamed = count_with_noun(
                marked.len() - named,
                &format!("marked {}", self.noun.0),
                &format!("marked {}", self.noun.1),
            );
            notes.push(format!("{unnamed} without a name here: see the table"));
        }
        notes
    }
}

impl FunnelChart {
    /// Names the marked places where there is room, away from the center; gives how many were named.
    fn name_places(
        &self,
        canvas: &mut SvgCanvas,
        marked: &[&FunnelPlace],
        sizes: &AxisScale,
        values: &AxisScale,
        room: &mut LabelRoom,
    ) -> usize {
        let at = |p: &FunnelPlace| place_spot(p, sizes, values);
        // What a leader line may not cross: the other marks and names.
        let mut fixed: Vec<LabelRect> = Vec::new();
        let mut named = 0;
        for place in marked.iter().take(if sizes.pixel_span() < 400.0 { NAMED / 3 } else { NAMED }) {
            let style = TextStyle::detail(place.flag.color());
            let name = style.elide_text(&place.name, 170.0);
            let ((x, y), half) = (at(place), style.text_width(&name) / 2.0);
            let outward = if place.value >= self.center.1 { -1.0 } else { 1.0 };
            let foot = |(cx, cy): (f64, f64)| (x.clamp(cx - half, cx + half), cy - 7.0 * outward);
            let clear = |&(cx, cy): &(f64, f64)| {
                let (dy, (fx, fy)) = ((cy - y) * outward, foot((cx, cy)));
                let leader = LabelRect { x0: x.min(fx) - 1.0, y0: y.min(fy), x1: x.max(fx) + 1.0, y1: y.max(fy) };
                dy >= 0.0 && (dy < 18.0 || !fixed.iter().any(|f| f.is_overlapping(leader)))
            };
            let centers = centers_around((x, y), half, &[14.0, 20.0, 30.0, 44.0, 58.0]).filter(clear);
            if let Some((cx, cy)) = room.place_box((2.0 * half, 12.0), centers) {
                if (cy - y).abs() > 18.0 {
                    let (from, to) = ((x, y + 7.0 * outward), foot((cx, cy)));
                    canvas.draw_path(SvgPath::new().add_line([from, to]), &format!("stroke=\"{}\"", palette::AXIS));
                    room.take_line(from, to);
                    fixed.push(LabelRect {
                        x0: x.min(to.0) - 1.0,
                        y0: y.min(to.1),
                        x1: x.max(to.0) + 1.0,
                        y1: y.max(to.1),
                    });
                }
                canvas.text_mid(cx, cy, TextAnchor::Middle, style, &name);
                fixed.push(LabelRect::centered_at(cx, cy, half, 7.0));
                named += 1;
            }
        }
        named
    }
}

/// Where a place is drawn: one beyond the scale at its edge.
fn place_spot(place: &FunnelPlace, sizes: &AxisScale, values: &AxisScale) -> (f64, f64) {
    (sizes.pixel_at(place.size), values.pixel_at(place.value.clamp(values.lo, values.hi)))
}

fn limit_numbers(limit: &FunnelLimit) -> [f64; 4] {
    [limit.limits_95.0, limit.limits_95.1, limit.limits_998.0, limit.limits_998.1]
}

impl Chart for FunnelChart {
    fn to_svg(&self, width: f64) -> String {
        self.draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        self.frame.full_text(&self.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let row = |p: &FunnelPlace| {
            vec![
                p.name.clone(),
                crate::format::number_text(p.size, 0),
                self.unit.value_text(p.value),
                p.flag.label_text().to_owned(),
            ]
        };
        DataTable {
            caption: self.frame.headline.clone(),
            columns: vec![
                TableColumn::text_column("Place"),
                TableColumn::number_column(self.size_label.clone()),
                TableColumn::number_column("Result"),
                TableColumn::text_column("Limits"),
            ],
            rows: self.places.iter().map(row).collect(),
        }
    }
}
