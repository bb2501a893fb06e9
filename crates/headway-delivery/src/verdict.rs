//! One verdict a row: the status, the speed against the speed that is needed, and the chance, in one sentence that does not
//! contradict itself.

use headway_model::status::Tone;
use headway_render::Unit;

use crate::track::TrackRow;

impl TrackRow {
    /// "Off track: 0.4 points a year since 2019-20, 1.6 needed; chance 3 in 10". What is not known is left out; a chance that
    /// points the other way than the status is said with "but".
    pub fn verdict(&self) -> String {
        let s = &self.standing;
        let mut text = s.status.words().to_owned();
        if let Some(first) = text.get(..1) {
            text = first.to_uppercase() + &text[1..];
        }
        let mut said: Vec<String> = self.speed().into_iter().collect();
        if let Ok(odds) = self.odds {
            let against = match s.status.tone() {
                Tone::Good => odds.chance < 0.5,
                Tone::Bad => odds.chance >= 0.5,
                _ => false,
            };
            let but = if against { "but " } else { "" };
            said.push(format!("{but}chance {}", odds.words()));
        }
        match said.is_empty() {
            true => text,
            false => format!("{text}: {}", said.join("; ")),
        }
    }

    /// "0.4 points a year since 2019-20, 1.6 points needed"
    fn speed(&self) -> Option<String> {
        let s = &self.standing;
        let unit = Unit::of_plan(s.measured_in.as_deref());
        let so_far = s.pace_so_far().zip(s.baseline_period);
        let so_far = so_far.map(|(pace, since)| format!("{} a year since {since}", unit.difference(pace)));
        let needed = s.pace_to_go().map(|pace| unit.difference(pace));
        match (so_far, needed) {
            (Some(so_far), Some(needed)) => Some(format!("{so_far}, {needed} needed")),
            (None, Some(needed)) => Some(format!("{needed} a year needed")),
            (so_far, None) => so_far,
        }
    }
}
