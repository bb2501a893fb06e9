//! Integration tests of headway-model.

mod plan_check;
mod plan_check_odd;
mod plan_check_targets;
mod plan_diff;
mod plan_diff_all;
mod plan_milestones;
mod status_breaks;
mod status_choice;
mod status_federal;
mod status_growth;
mod status_others;
mod status_own_period;
mod status_path;
mod status_properties;
mod status_rhythm;
mod status_stated;
mod status_support;
mod status_targets;
mod status_words;
