//! Real files of agencies, read from the folder of shared material beside the workspace; each test says so and returns when that
//! folder is not there. The figures asserted were counted and summed by other programs.

mod broken;
mod duplicates;
mod edfacts;
mod elsewhere;
mod figures;
mod guessed;
mod guessed_doubt;
mod ids;
mod layout;
mod massachusetts;
mod north_carolina;
mod profiles;
mod support;
mod texas;
mod workbooks;
