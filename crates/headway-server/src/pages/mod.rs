//! The server's own pages: signing in, one's account, people and roles. None needs JavaScript.

pub(crate) mod account;
mod area;
pub(crate) mod invitation;
pub(crate) mod people;
pub(crate) mod person;
mod roles;
pub(crate) mod sign_in;
