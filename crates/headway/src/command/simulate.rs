//! `simulate`: a state or a nation of any size, deterministic.

use crate::CommandAnswer;
use crate::args::SimulateArgs;
use crate::context::CommandContext;
use crate::output::print_line;

pub(crate) fn run_simulate(context: &CommandContext, args: &SimulateArgs) -> anyhow::Result<CommandAnswer> {
    let rows = headway_simulate::write_simulation(
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
    context.note_done(format_args!("{} is written", args.output.display()));
    print_line(format_args!("Wrote {rows} simulated observations to {}.", args.output.display()))?;
    Ok(CommandAnswer::Done)
}
