//! The methods against reference outputs and by their properties.

mod forecast_single;
mod noise;
mod oracle;
mod xmr;
