//! `places`: nations, states, regions, districts and schools that there are.

use headway_delivery::model::Place;
use serde_json::json;

use crate::CommandAnswer;
use crate::args::{OutputFormat, PlacesArgs};
use crate::command::track::parse_level;
use crate::context::CommandContext;
use crate::output::{self, print_line, text_cell};

/// How many places a table shows before it says how to see the rest.
const SHOWN: usize = 200;

pub(crate) async fn run_places(context: &CommandContext, args: &PlacesArgs) -> anyhow::Result<CommandAnswer> {
    let wanted = args.level.as_deref().map(parse_level).transpose()?;
    let (_, snapshot) = context.load_snapshot().await?;
    let places = snapshot.places_list(&args.words.join(" "), wanted, args.within.as_deref())?;
    match context.format {
        OutputFormat::Json => {
            let each = |p: &&Place| json!({ "place": p.id, "unit": p.id, "name": p.name, "level": p.level.id(), "parent": p.parent });
            output::print_json(&places.iter().map(each).collect::<Vec<_>>())?;
        }
        OutputFormat::Csv => {
            let row = |p: &&Place| {
                vec![
                    p.id.to_string(),
                    p.name.clone(),
                    p.level.id().to_owned(),
                    p.parent.as_deref().unwrap_or_default().to_owned(),
                ]
            };
            output::print_csv(&["place", "name", "level", "parent"], places.iter().map(row))?;
        }
        OutputFormat::Table if places.is_empty() => print_line("No place fits, or no results came in yet.")?,
        OutputFormat::Table => {
            let row = |p: &&Place| {
                let above = p.parent.as_deref().map(|id| snapshot.places.display_name(id).to_owned());
                vec![
                    text_cell(&p.id),
                    text_cell(&p.name),
                    text_cell(p.level.id()),
                    text_cell(above.unwrap_or_default()),
                ]
            };
            output::print_table(&["place", "name", "level", "part of"], places.iter().take(SHOWN).map(row).collect())?;
            if places.len() > SHOWN {
                let more = places.len() - SHOWN;
                print_line(format_args!(
                    "{more} more: name words, --level or --within, or take all with --format csv."
                ))?;
            }
        }
    }
    Ok(CommandAnswer::Done)
}
