//! About: how a status is computed, in plain words, and what its words mean.

use axum::extract::State;
use axum::response::Html;
use headway_delivery::model::status::Status;
use maud::{Markup, html};

use crate::SiteState;
use crate::ask::QueryParams;
use crate::error::PageError;
use crate::parts::{status_label, status_meaning, told_status};

/// `GET /about`
pub(crate) async fn about_page(State(site): State<SiteState>, ask: QueryParams) -> Result<Html<String>, PageError> {
    let ground = site.load_ground(&ask).await?;
    let content = html! {
        h1 { "About the methods" }
        p.lede { "A status is computed, never chosen. It travels with its method, version and inputs; a person’s judgement stands beside it." }
        h2 { "The words of a status" }
        dl.facts {
            // A method's own words follow those of the usual one.
            @for own in [false, true] { @for status in Status::all_statuses().filter(|status| is_of_method(*status) == own) {
                dt { (status_label(status)) } dd { (status_meaning(status)) }
            } }
            dt { (told_status(Status::TooFewStudents)) } dd { "On the public site: the latest result is not told, for one of the reasons that it names." }
        }
        h2 { "The methods" }
        (methods_section())
        h2 { "What is known, and since when" }
        p { "Every figure carries the import that brought it. A restated figure is a new vintage: the old one stays, and any page can be asked as of an earlier day. Suppressed, missing and zero are three different things." }
    };
    Ok(Html(ground.common_page("About the methods", &content).into_string()))
}

/// Whether a status is a word of one of the methods that a measure has to ask for.
fn is_of_method(status: Status) -> bool {
    matches!(status, Status::Gpra(_) | Status::Cagr(_) | Status::Trend(_))
}

fn methods_section() -> Markup {
    html! {
        h3 #trajectory { "trajectory" }
        p { "The latest completed result against the agreed path from baseline to target: straight between its points unless the plan agreed on others. The tolerance is half a year’s required progress unless the plan says otherwise." }
        h3 #gpra { "gpra" }
        p { "The words of US federal performance reports: the year’s result against the year’s target and the year before." }
        h3 #cagr { "cagr" }
        p { "The growth rate so far as a share of the growth rate required (Statistics Canada, Open SDG)." }
        h3 #trend { "trend" }
        p { "The straight line of the last five yearly changes, extended to the target’s year (German sustainability strategy)." }
        h3 #panel-damped-trend { "panel-damped-trend" }
        p { "The odds that a target is met. What one short series can’t tell, its kin (the same measure, level, student group and grade) can: how fast noise is smoothed away, how much of a change all share, how far forecasts missed in the past. The chance is the share of such misses with which the target would be reached. Beside it stands the chance if only the last result stood." }
        h3 #panel-whole { "panel-whole" }
        p { "The agency’s own results, one series that has no kin, read from the panel of its districts: its last result, plus how its districts are expected to change, weighted by students. It misses by what all districts miss by together. One series can’t be calibrated, so its chance is never called so: “from its districts” says that the odds of the districts, which it is read from, are." }
        h3 #theta-t { "theta-t" }
        p { "The same for a series with fewer than 30 kin: the Theta method on the series alone, with wide intervals. It can’t be calibrated, and says so." }
        h3 #backtest { "backtest" }
        p { "Each past year taken as today: what the methods would have said, held against what came. Odds count as calibrated when their 80% intervals held 75 to 85% of the results, their 95% intervals at least 90%, chances were nearer to what came than those of the last result and no more than a tenth off, over 100 forecasts and three years of results or more." }
        h3 #moderated-t { "moderated-t" }
        p { "Whether the latest result is more than noise: against the mean of the series’ earlier results, by a test that borrows strength from its kin (Smyth 2004), and with counts known also beyond what the draw of students explains. A signal is said at a false discovery rate below 5% over all kin." }
        h3 #xmr { "xmr" }
        p { "The natural limits of a series’ own past: XmR chart with the rules of NHS England’s Making Data Count." }
        h3 #lasting-distance { "lasting-distance" }
        p { "Bright spots: each year’s results against what the places’ student groups let expect, and what of the distance lasts from year to year, at a false discovery rate below 5%, flagged in two years or more." }
        h3 #gap { "gap" }
        p { "A student group against its reference: the difference with its sampling error, and whether it closes or widens at 95%, in points and in odds." }
        h3 #precedent { "precedent" }
        p { "How many comparable places ever kept the pace that is needed from here for as many years. Said where at least five have a history that is long enough." }
    }
}
