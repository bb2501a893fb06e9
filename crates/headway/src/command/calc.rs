//! `calc`: a method alone, JSON in, JSON out.

use std::io::{BufWriter, IsTerminal as _, Write as _};

use headway_calc::{CalcError, method_help, run_method as calc};

use crate::CommandAnswer;
use crate::args::CalcArgs;
use crate::context::WrongUse;

pub(crate) fn run_calc(given: &CalcArgs) -> anyhow::Result<CommandAnswer> {
    let wrong = |error: CalcError| match error {
        CalcError::Io(error) => anyhow::Error::new(error),
        error => WrongUse(error.to_string()).into(),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    if given.help {
        out.write_all(method_help(given.method.as_deref()).map_err(wrong)?.as_bytes())?;
        out.flush()?;
        return Ok(CommandAnswer::Done);
    }
    let Some(method) = &given.method else {
        let names: Vec<&str> = headway_calc::method_names().collect();
        return Err(
            WrongUse(format!("calc needs a method: {}; headway calc --help tells more", names.join(", "))).into()
        );
    };
    let input = std::io::stdin();
    if input.is_terminal() {
        // Somebody who forgot the input would wait for ever.
        writeln!(
            std::io::stderr(),
            "reading JSON from here until Ctrl-D; headway calc {method} --help shows an example"
        )?;
    }
    let tally = calc(method, input.lock(), out).map_err(wrong)?;
    let Some(first) = tally.first else { return Ok(CommandAnswer::Done) };
    writeln!(
        std::io::stderr(),
        "headway: {} of {} could not be answered, each says why in its note; the first is {first}",
        tally.refused,
        tally.asked
    )?;
    Ok(CommandAnswer::No)
}
