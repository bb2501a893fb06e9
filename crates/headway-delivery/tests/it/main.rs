//! Integration tests of headway-delivery.

mod plan_any;
mod plan_files;
mod plan_massachusetts;
