//! Integration tests of headway-delivery.

mod book;
mod calc;
mod configuration;
mod doubt;
mod doubt_figures;
mod doubt_places;
mod doubt_shared;
mod fuzz;
mod intake;
mod judgement_breaks;
mod judgement_odds;
mod judgement_places;
mod massachusetts;
mod parquet;
mod plan_any;
mod plan_files;
mod plan_massachusetts;
mod plan_north_carolina;
mod publish;
mod published_cases;
mod scorecard;
mod series;
mod snapshot;
mod support;
mod time;
mod too_little;
