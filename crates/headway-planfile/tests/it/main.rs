//! Integration tests of headway-planfile.

mod any;
mod files;
mod massachusetts;
mod north_carolina;
mod workbooks;
