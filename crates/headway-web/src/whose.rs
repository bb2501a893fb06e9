//! Every address is checked before its page is made: an agency's address never shows another's measure or place.
//!
//! The router's own names say what stands where (`agency`, `measure`, `place`, `import`); the choices `measure`, `unit`, `program` and
//! `owner` mean the same in a query. What is another's, or of an agency that is not there, is not found, with links to where it is.

use headway_delivery::Snapshot;
use headway_delivery::model::plan::{AgencyPlans, Plan};

use crate::ask::QueryParams;
use crate::error::PageError;
use crate::link::PageLink;

/// Where something is: the address, in words, whose it is.
type KnownAddress = (PageLink, String, String);

/// Refuses an address that puts something under an agency that it does not belong to.
pub(crate) async fn check_address(snapshot: &Snapshot, ask: &QueryParams) -> Result<(), PageError> {
    let Some(asked) = ask.path_part("agency") else { return Ok(()) };
    for measure in ask.path_part("measure").into_iter().chain(ask.chosen_value("measure")) {
        check_measure(snapshot, ask, asked, measure)?;
    }
    for place in ask.path_part("place").into_iter().chain(ask.chosen_value("unit")) {
        check_place(snapshot, ask, asked, place).await?;
    }
    for kind in ["strategy", "program", "owner"] {
        for id in ask.path_part(kind).into_iter().chain(ask.chosen_value(kind)) {
            check_item(snapshot, ask, asked, (kind, id))?;
        }
    }
    snapshot.agency(asked).map(drop).map_err(PageError::from)
}

fn check_measure(snapshot: &Snapshot, ask: &QueryParams, asked: &str, measure: &str) -> Result<(), PageError> {
    match snapshot.measure(measure) {
        Ok((owner, _)) if owner.agency.id != asked && !ask.viewer.reads_agency(&owner.agency.id) => {
            Err(PageError::NotFound(format!("There is no measure “{measure}” here.")))
        }
        Ok((owner, planned)) if owner.agency.id != asked => {
            let name = &planned.measure.name;
            let there = (ask.of_agency(&owner.agency.id), name.clone(), owner.agency.name.clone());
            Err(elsewhere_error(snapshot, asked, &format!("The measure “{name}”"), vec![there]))
        }
        // What no plan names is said by the page.
        _ => Ok(()),
    }
}

async fn check_place(snapshot: &Snapshot, ask: &QueryParams, asked: &str, place: &str) -> Result<(), PageError> {
    if snapshot.agency(asked).is_ok() && snapshot.shows_place(asked, place).await? {
        return Ok(());
    }
    let name = snapshot.places.display_name(place);
    let there = |a: &AgencyPlans| {
        // Another agency's page of this measure would show nothing: the measure is not its own.
        let link = match ask.path_part("measure").or(ask.chosen_value("measure")) {
            Some(_) => PageLink::for_agency(&a.agency.id, "place").with_id(place),
            None => ask.of_agency(&a.agency.id),
        };
        (link, name.to_owned(), a.agency.name.clone())
    };
    let owners = snapshot.agencies_of_place(place).await?;
    let known: Vec<&AgencyPlans> = owners.iter().copied().filter(|a| ask.viewer.reads_agency(&a.agency.id)).collect();
    if known.is_empty() && !owners.is_empty() {
        return Err(PageError::NotFound(format!("There is no place “{place}” here.")));
    }
    let owners: Vec<KnownAddress> = known.into_iter().map(there).collect();
    // A name, or what nobody knows: the page finds it or says so.
    if owners.is_empty() {
        Ok(())
    } else {
        Err(elsewhere_error(snapshot, asked, &format!("The place “{name}”"), owners))
    }
}

/// Strategies, programs and owners are read from the agency's own plans; what another's plans name leads there.
fn check_item(snapshot: &Snapshot, ask: &QueryParams, asked: &str, (kind, id): (&str, &str)) -> Result<(), PageError> {
    let name = |a: &AgencyPlans| {
        let of_plan = |plan: &std::sync::Arc<Plan>| match kind {
            "strategy" => plan.strategies.iter().find(|s| s.id == id).map(|s| s.name.clone()),
            "owner" => plan.owners.iter().find(|o| o.id == id).map(|o| o.name.clone()),
            _ => plan.programs.iter().find(|p| p.id == id).map(|p| p.name.clone()),
        };
        a.editions.iter().rev().find_map(of_plan)
    };
    if snapshot.agency(asked).is_ok_and(|own| name(own).is_some()) {
        return Ok(());
    }
    let there = |a: &AgencyPlans| Some((ask.of_agency(&a.agency.id), name(a)?, a.agency.name.clone()));
    let known = snapshot.book.agencies.iter().filter(|a| ask.viewer.reads_agency(&a.agency.id));
    let owners: Vec<KnownAddress> = known.filter_map(there).collect();
    match owners.first() {
        None => Ok(()),
        Some((_, name, _)) => {
            let what = format!("The {kind} “{name}”");
            Err(elsewhere_error(snapshot, asked, &what, owners))
        }
    }
}

/// Refuses an import that brought figures of other agencies only.
pub(crate) async fn check_import(
    snapshot: &Snapshot,
    ask: &QueryParams,
    agency: &str,
    number: i64,
) -> Result<(), PageError> {
    if snapshot.agency(agency).is_ok() && snapshot.shows_import(agency, number).await? {
        return Ok(());
    }
    let words = format!("Import {number}");
    let there = |a: &AgencyPlans| {
        (
            PageLink::for_agency(&a.agency.id, "import").with_id(&number.to_string()),
            words.clone(),
            a.agency.name.clone(),
        )
    };
    let owners = snapshot.agencies_of_import(number).await?.into_iter();
    let owners: Vec<KnownAddress> = owners.filter(|a| ask.viewer.reads_agency(&a.agency.id)).map(there).collect();
    Err(elsewhere_error(snapshot, agency, &words, owners))
}

fn elsewhere_error(snapshot: &Snapshot, asked: &str, what: &str, there: Vec<KnownAddress>) -> PageError {
    let text = match snapshot.agency(asked) {
        Ok(agency) if there.is_empty() => format!("{what} does not belong to {}.", agency.agency.name),
        Ok(agency) => format!("{what} does not belong to {}. It is here:", agency.agency.name),
        Err(_) if there.is_empty() => format!("There is no agency “{asked}” here."),
        Err(_) => format!("There is no agency “{asked}” here. {what} is at this address:"),
    };
    PageError::Another { text, there }
}
