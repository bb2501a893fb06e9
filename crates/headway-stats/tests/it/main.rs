//! The methods against reference outputs and by their properties.

mod bands;
mod beside;
mod bright;
mod cases;
mod change;
mod forecast_guarantee;
mod forecast_panel;
mod forecast_single;
mod forecast_whole;
mod funnel;
mod gap;
mod guard;
mod hard;
mod logistic;
mod mixed;
mod moderated;
mod noise;
mod oracle;
mod panels;
mod relations;
mod shock;
mod slopes;
mod suppress;
mod table;
mod xmr;
