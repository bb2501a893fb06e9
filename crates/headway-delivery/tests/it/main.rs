//! Integration tests of headway-delivery.

mod calc_faults;
mod calc_reference;
mod calc_status;
mod plan_any;
mod plan_files;
mod plan_massachusetts;
mod plan_north_carolina;
