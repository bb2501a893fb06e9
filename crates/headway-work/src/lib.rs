//! The team at work: who the people are, how they come in, what they may do and why.
//!
//! This service knows people and nothing of plans and figures; it asks the store. Tokens and passwords pass through it and stay
//! nowhere: the store gets hashes.

mod demo;
mod error;
mod invite;
mod member;
mod password;
mod roles;
mod sign_in;
mod token;

use std::sync::Arc;

use headway_store::Store;
use tokio::sync::Semaphore;

pub use error::{Result, WorkError};
pub use headway_access as access;
pub use headway_model::{MailAddress, PersonId};
pub use headway_store::{ActivityRecord, InvitationRow, PersonRow, SessionRow};
pub use invite::{INVITATION_DAYS, NewMember, OpenInvitation};
pub use member::{Belongings, MemberState, TeamMember};
pub use password::{LONGEST_PASSWORD, SHORTEST_PASSWORD};
pub use sign_in::{SESSION_DAYS, SignInRequest, SignInResult, SignedIn, StartedSession};
pub use token::SecretToken;

/// People, invitations, sign-in and roles of a workspace. Clones share everything.
#[derive(Clone)]
pub struct TeamService {
    store: Store,
    /// Turns to work on a password: each takes a core and 19 MiB for a while.
    hashing: Arc<Semaphore>,
}

impl TeamService {
    /// The service over a workspace's store.
    pub fn new(store: Store) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { store, hashing: Arc::new(Semaphore::new(cores)) }
    }

    /// The same turns to work on passwords, over another store.
    #[must_use]
    pub fn on_store(&self, store: Store) -> Self {
        Self { store, hashing: Arc::clone(&self.hashing) }
    }

    /// Whether anybody was ever asked in: from then on pages ask who is there.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn has_people(&self) -> Result<bool> {
        Ok(self.store.has_people().await?)
    }
}
