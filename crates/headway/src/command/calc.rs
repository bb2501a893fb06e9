//! `calc`: a method alone, JSON in, JSON out.

use crate::Answer;
use crate::context::WrongUse;

pub(crate) fn run(method: &str) -> anyhow::Result<Answer> {
    let out = std::io::BufWriter::new(std::io::stdout().lock());
    match headway_delivery::calc::run(method, std::io::stdin().lock(), out) {
        Ok(()) => Ok(Answer::Done),
        Err(headway_delivery::calc::CalcError::Io(error)) => Err(error.into()),
        Err(error) => Err(WrongUse(error.to_string()).into()),
    }
}
