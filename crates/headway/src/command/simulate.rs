//! `simulate`: a state or a nation of any size, deterministic.

use crate::CommandAnswer;
use crate::args::SimulateArgs;
use crate::context::CommandContext;
use crate::output::line;

pub(crate) fn run(context: &CommandContext, args: &SimulateArgs) -> anyhow::Result<CommandAnswer> {
    let rows = headway_simulate::write(
        &headway_simulate::SimulationSize {
            places: args.schools,
            groups: args.groups,
            grades: args.grades,
            years: args.years,
            seed: args.seed,
        },
        CommandContext::today(),
        &args.output,
    )?;
    context.done(format_args!("{} is written", args.output.display()));
    line(format_args!("Wrote {rows} simulated observations to {}.", args.output.display()))?;
    Ok(CommandAnswer::Done)
}
