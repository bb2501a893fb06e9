//! `simulate`: a state or a nation of any size, deterministic.

use crate::Answer;
use crate::args::Simulate;
use crate::context::Context;
use crate::output::line;

pub(crate) fn run(context: &Context, args: &Simulate) -> anyhow::Result<Answer> {
    let rows = headway_simulate::write(
        &headway_simulate::Size {
            places: args.schools,
            groups: args.groups,
            grades: args.grades,
            years: args.years,
            seed: args.seed,
        },
        Context::today(),
        &args.output,
    )?;
    context.done(format_args!("{} is written", args.output.display()));
    line(format_args!("Wrote {rows} simulated observations to {}.", args.output.display()))?;
    Ok(Answer::Done)
}
