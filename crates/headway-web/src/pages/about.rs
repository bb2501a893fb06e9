//! About: how a status is computed, in plain words, and what its words mean.

use axum::extract::{Query, State};
use axum::response::Html;
use headway_delivery::model::status::Status;
use maud::{Markup, html};

use crate::Site;
use crate::ask::Ask;
use crate::error::PageError;
use crate::layout::{Frame, Section, page as frame};
use crate::parts::status;

const WORDS: [(Status, &str); 12] = [
    (Status::NoTarget, "No target with a figure is in force."),
    (Status::NotReporting, "A period is over, its result was due, and nothing came."),
    (Status::TooFewStudents, "The latest result is hidden because too few students are behind it."),
    (Status::NotYetDue, "No result after the baseline is due yet."),
    (Status::TargetMet, "The target’s period is over and its result keeps the promise."),
    (Status::TargetMissed, "The target’s period is over and its result does not keep the promise."),
    (Status::CannotTell, "What is published allows more than one answer: a range, or a break in the series."),
    (Status::Ahead, "Better than the path by more than the tolerance, or already past the final target."),
    (Status::OnTrack, "On the path or better, within the tolerance."),
    (Status::Near, "Below the path, within the tolerance."),
    (Status::OffTrack, "Below the path by more than the tolerance."),
    (Status::MovingAway, "Below the path, and worse than where it started."),
];

/// `GET /about`
pub(crate) async fn page(State(site): State<Site>, Query(ask): Query<Ask>) -> Result<Html<String>, PageError> {
    let ground = site.ground(&ask).await?;
    let content = html! {
        h1 { "About the methods" }
        p.lede { "A status is computed, never chosen. It travels with its method, version and inputs; a person’s judgement stands beside it." }
        h2 { "The words of a status" }
        dl.facts { @for (word, meaning) in WORDS { dt { (status(word)) } dd { (meaning) } } }
        h2 { "The methods" }
        (methods())
        h2 { "What is known, and since when" }
        p { "Every figure carries the import that brought it. A restated figure is a new vintage: the old one stays, and any page can be asked as of an earlier day. Suppressed, missing and zero are three different things." }
    };
    let frame = frame(
        &Frame {
            title: "About the methods",
            section: Section::None,
            agencies: &ground.tabs,
            agency: None,
            as_of: ground.as_of,
        },
        &content,
    );
    Ok(Html(frame.into_string()))
}

fn methods() -> Markup {
    html! {
        h3 #trajectory { "trajectory" }
        p { "The latest completed result against the agreed path from baseline to target: straight between its points unless the plan agreed on others. The tolerance is half a year’s required progress unless the plan says otherwise." }
        h3 #gpra { "gpra" }
        p { "The words of US federal performance reports: the year’s result against the year’s target and the year before." }
        h3 #cagr { "cagr" }
        p { "The growth rate so far as a share of the growth rate required (Statistics Canada, Open SDG)." }
        h3 #trend { "trend" }
        p { "The straight line of the last five yearly changes, extended to the target’s year (German sustainability strategy)." }
        h3 #signal { "signal" }
        p { "Whether the latest result lies outside what the series’ own past explains: XmR chart with the rules of NHS England’s Making Data Count." }
    }
}
