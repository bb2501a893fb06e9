//! One verdict a row: the status, the pace against the pace that is needed, and the chance, in one sentence that does not
//! contradict itself.

use headway_analytics::{NoOdds, NoSignal, ResultSignal, SignalWord, TargetOdds};
use headway_model::status::{Status, StatusTone, TargetAssessment};
use headway_render::{MeasureUnit, format};

use crate::track::TrackRow;

impl TrackRow {
    /// "Off track: +0.4 points a year since 2019-20, needs +1.6 points a year; chance about 3 in 10". What is not known is left
    /// out; a chance that points the other way than the status is said with "but", a latest result only where it is more than
    /// noise.
    pub fn verdict_sentence(&self) -> String {
        let status = self.standing.status.label_text();
        let mut letters = status.chars();
        let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let odds = self.odds.ok().map(|odds| chance_words(self.standing.status, odds));
        let said: Vec<String> = [pace_words(&self.standing), odds, signal_words(self.signal).map(str::to_owned)]
            .into_iter()
            .flatten()
            .collect();
        if said.is_empty() { text } else { format!("{text}: {}", said.join("; ")) }
    }
}

/// "+0.4 points a year since 2019-20, needs +1.6 points a year". Over a break there is no pace so far.
pub fn pace_words(standing: &TargetAssessment) -> Option<String> {
    let unit = MeasureUnit::of_plan(standing.measured_in.as_deref());
    let so_far = pace_so_far_words(standing);
    let beside = standing.pace_so_far();
    let needed = standing.pace_to_go();
    let needed = needed.map(|pace| format!("needs {} a year", unit.difference_beside(pace, beside.as_slice())));
    let said: Vec<String> = so_far.into_iter().chain(needed).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

/// "+0.4 points a year since 2019-20": from the baseline to the result that is judged; where a later one is known it says until
/// when: "+2.7 points a year from 2021-22 to 2023-24".
pub fn pace_so_far_words(standing: &TargetAssessment) -> Option<String> {
    let (pace, since) = standing.pace_so_far().zip(standing.baseline_period)?;
    let unit = MeasureUnit::of_plan(standing.measured_in.as_deref());
    let needed = standing.pace_to_go();
    let pace = unit.difference_beside(pace, needed.as_slice());
    let until = standing.period.filter(|judged| standing.latest_period.is_some_and(|latest| *judged < latest));
    let since = format::period_text(since);
    Some(match until {
        Some(until) => format!("{pace} a year from {since} to {}", format::period_text(until)),
        None => format!("{pace} a year since {since}"),
    })
}

/// "chance about 3 in 10"; with "but" where a status says where a series stands and the chance that it ends elsewhere.
pub fn chance_words(status: Status, odds: TargetOdds) -> String {
    let other_way = match status.tone() {
        StatusTone::Good => odds.chance < 0.5,
        StatusTone::Bad => odds.chance >= 0.5,
        _ => false,
    };
    format!("{}chance {}", if other_way { "but " } else { "" }, odds.chance_text())
}

/// Why no chance is said, in few words; nothing where there is nothing ahead that could be met.
pub fn no_chance_words(why: NoOdds) -> Option<String> {
    match why {
        NoOdds::NoFigure | NoOdds::Over => None,
        why => Some(format!("no chance can be said: {}", why.short_reason())),
    }
}

/// "the latest result is clearly higher than before"; nothing of a result within noise, or that can't be told from it.
pub fn signal_words(signal: Result<ResultSignal, NoSignal>) -> Option<&'static str> {
    match signal.ok()?.word {
        SignalWord::None => None,
        SignalWord::High => Some("the latest result is clearly higher than before"),
        SignalWord::Low => Some("the latest result is clearly lower than before"),
    }
}
