//! Real files of agencies, read from the folder of shared material beside the workspace; each test says so and returns when that
//! folder is not there.

mod edfacts;
mod support;
