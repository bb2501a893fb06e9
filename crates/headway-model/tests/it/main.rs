//! Integration tests of headway-model.

mod plan_check;
