//! A team on an empty store, on each database.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use headway_access::{AccessArea, AccessRight, AccessScope, Permit, PersonRole};
use headway_model::PersonId;
use headway_store::Store;
use headway_work::{NewMember, SecretToken, SignInRequest, SignInResult, SignedIn, TeamService};
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse battery";
static NEXT: AtomicU32 = AtomicU32::new(1);
static RANDOM: AtomicU8 = AtomicU8::new(1);

pub(crate) struct Team {
    pub(crate) service: TeamService,
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

/// Runs a test on SQLite, and on PostgreSQL where there is a server.
pub(crate) async fn on_both(test: impl AsyncFn(&Team)) {
    test(&Team::on(None).await).await;
    match std::env::var("HEADWAY_TEST_POSTGRES").ok().filter(|url| !url.is_empty()) {
        Some(url) => test(&Team::on(Some(url)).await).await,
        None => eprintln!("left out: HEADWAY_TEST_POSTGRES names no server, so PostgreSQL was not tried"),
    }
}

impl Team {
    async fn on(server: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = match server {
            None => format!("sqlite:{}", folder.path().join("team.db").display()),
            Some(server) => {
                let schema = format!("team_{}_{number}", std::process::id());
                let mut connection = PgConnection::connect(&server).await.expect("HEADWAY_TEST_POSTGRES is reachable");
                let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
                connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.expect("a schema of one's own");
                let mark = if server.contains('?') { '&' } else { '?' };
                format!("{server}{mark}options[search_path]={schema}")
            }
        };
        let store = Store::create(&address).await.expect("an empty store");
        Self { service: TeamService::new(store.clone()), store, folder }
    }

    /// Asks somebody in; gives the person and the link's token.
    pub(crate) async fn invite(&self, mail: &str, role: PersonRole, area: AccessArea) -> (PersonId, SecretToken) {
        let token = token();
        let member = NewMember { name: mail.split('@').next().expect("a name"), mail, role, area };
        (self.service.invite_member(&operator(), at(0), &member, &token).await.expect("asked in"), token)
    }

    /// Somebody who has accepted.
    pub(crate) async fn member(&self, mail: &str, role: PersonRole, area: AccessArea) -> PersonId {
        let (person, token) = self.invite(mail, role, area).await;
        self.service.accept_invitation(at(1), &token, PASSWORD, random()).await.expect("accepted");
        person
    }

    pub(crate) async fn try_password(&self, now: Timestamp, mail: &str, password: &str) -> (SignInResult, SecretToken) {
        let token = token();
        let request = SignInRequest { mail, password, client_address: "192.0.2.1", client: "a browser" };
        (self.service.sign_in(now, request, &token).await.expect("an answer"), token)
    }

    /// Somebody signed in.
    pub(crate) async fn sign_in(&self, now: Timestamp, mail: &str) -> (SignedIn, SecretToken) {
        let (result, token) = self.try_password(now, mail, PASSWORD).await;
        assert!(matches!(result, SignInResult::Started(_)), "{result:?}");
        (self.service.signed_in(now, &token).await.expect("read").expect("a session"), token)
    }

    /// The permit to manage people of somebody signed in.
    pub(crate) async fn manager(&self, mail: &str, area: AccessArea) -> Permit<headway_access::ManagePeople> {
        self.sign_in(at(2), mail).await.0.scope.permit(area).expect("she manages people")
    }
}

/// The operator's permit.
#[expect(clippy::disallowed_methods, reason = "tests act at the command line")]
pub(crate) fn operator<R: AccessRight>() -> Permit<R> {
    let scope = AccessScope::operator("ann").expect("a name");
    scope.permit(AccessArea::Workspace).expect("the operator may")
}

pub(crate) fn agency(id: &str) -> AccessArea {
    AccessArea::Agency { agency: id.into() }
}

pub(crate) fn place(agency: &str, place: &str) -> AccessArea {
    AccessArea::Place { agency: agency.into(), place: place.into() }
}

/// Other bytes each time.
pub(crate) fn random() -> [u8; 32] {
    [RANDOM.fetch_add(1, Ordering::Relaxed); 32]
}

pub(crate) fn token() -> SecretToken {
    SecretToken::from_random(random())
}

/// So many seconds after the tests begin.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000).expect("a time") + SignedDuration::from_secs(seconds)
}

pub(crate) const DAY: i64 = 24 * 60 * 60;
