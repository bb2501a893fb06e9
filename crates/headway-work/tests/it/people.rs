use headway_access::{AccessAction, AccessArea, ManagePeople, PersonRole};
use headway_model::PersonId;
use headway_store::{ActivityFilter, Store};
use headway_work::{MemberState, NewMember, SignInResult};

use crate::support::{PASSWORD, agency, at, on_both, operator, place, token};

const READ: AccessAction = AccessAction::ReadPages;

#[tokio::test]
async fn roles_are_granted_ended_and_explained_by_the_same_rows() {
    on_both(async |team| {
        let lee = team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let why = async |area: AccessArea| {
            let rows = team.service.explain_access(&lee, READ, &area).await.expect("read");
            rows.into_iter().map(|grant| (grant.role, grant.area, grant.granted_by)).collect::<Vec<_>>()
        };
        let viewer = (PersonRole::Viewer, agency("a"), "ann".to_owned());
        assert_eq!(why(agency("a")).await, std::slice::from_ref(&viewer));
        assert_eq!(why(place("a", "0035")).await, [viewer]);
        assert_eq!(why(agency("b")).await, []);
        let data = (PersonRole::Data, &agency("b"));
        let number = team.service.grant_role(&operator(), at(2), &lee, data).await.expect("granted");
        let twice = team.service.grant_role(&operator(), at(3), &lee, data).await.expect("held already");
        assert_eq!(number, twice, "one row for one role");
        assert_eq!(why(agency("b")).await, [(PersonRole::Data, agency("b"), "ann".to_owned())]);
        let (signed_in, token) = team.sign_in(at(4), "lee@a.gov").await;
        assert!(signed_in.scope.may(AccessAction::ImportData, &agency("b")));
        assert!(team.service.end_role(&operator(), at(5), number).await.expect("ended"));
        assert!(!team.service.end_role(&operator(), at(6), number).await.expect("ended before"));
        assert_eq!(why(agency("b")).await, []);
        let next = team.service.signed_in(at(7), &token).await.expect("read").expect("the session holds");
        assert!(!next.scope.may(READ, &agency("b")), "the next request knows");
    })
    .await;
}

/// An admin of one agency, and a district's, reach their own people only: nobody's password can be set by somebody with less.
#[tokio::test]
async fn nobody_manages_beyond_their_area() {
    on_both(async |team| {
        team.member("admin@a.gov", PersonRole::Admin, agency("a")).await;
        team.member("super@d.us", PersonRole::District, place("a", "0035")).await;
        let root = team.member("root@s.gov", PersonRole::Admin, AccessArea::Workspace).await;
        let lee = team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let dee = team.member("dee@d.us", PersonRole::Viewer, place("a", "0035")).await;
        let of_agency = team.manager("admin@a.gov", agency("a")).await;
        let of_district = team.manager("super@d.us", place("a", "0035")).await;
        let refuse = async |permit: &headway_access::Permit<ManagePeople>, person: &PersonId, what: &str| {
            let service = &team.service;
            assert!(service.invite_again(permit, at(5), person, &token()).await.is_err(), "{what}: a new password");
            assert!(service.close_member(permit, at(5), person).await.is_err(), "{what}: closed");
        };
        refuse(&of_agency, &root, "the workspace's admin by an agency's").await;
        refuse(&of_district, &lee, "an agency's viewer by a district's").await;
        refuse(&of_district, &root, "the workspace's admin by a district's").await;
        let grant = async |permit, role, area: AccessArea| {
            team.service.grant_role(permit, at(6), &dee, (role, &area)).await.map_err(|error| error.to_string())
        };
        grant(&of_agency, PersonRole::Admin, AccessArea::Workspace).await.expect_err("not above itself");
        grant(&of_agency, PersonRole::Viewer, agency("b")).await.expect_err("not beside itself");
        grant(&of_district, PersonRole::Viewer, agency("a")).await.expect_err("not above itself");
        grant(&of_district, PersonRole::Admin, place("a", "0035")).await.expect_err("no such role there");
        grant(&of_district, PersonRole::District, place("a", "0035")).await.expect("its own people");
        assert!(team.service.end_role(&of_agency, at(7), 3).await.is_err(), "the workspace's role stays");

        let names = async |permit| {
            let members = team.service.members(permit, at(8)).await.expect("read");
            members.into_iter().map(|member| member.person.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&of_district).await, ["super", "dee"]);
        assert_eq!(names(&of_agency).await, ["admin", "super", "lee", "dee"]);
        assert_eq!(names(&operator()).await.len(), 5);
        assert!(team.service.recent_activity(&of_agency, 9).await.expect("read").is_empty());
        assert!(!team.service.recent_activity(&operator(), 9).await.expect("read").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_ends_everything_and_the_person_stays() {
    on_both(async |team| {
        let lee = team.member("lee@a.gov", PersonRole::Admin, agency("a")).await;
        let manager = team.manager("lee@a.gov", agency("a")).await;
        let kim = NewMember { name: "Kim", mail: "kim@a.gov", role: PersonRole::Viewer, area: agency("a") };
        team.service.invite_member(&manager, at(3), &kim, &token()).await.expect("asked in");
        let (_, session) = team.sign_in(at(4), "lee@a.gov").await;
        let hers = team.service.close_member(&operator(), at(5), &lee).await.expect("closed");
        assert_eq!(hers.grants.iter().map(|grant| grant.role).collect::<Vec<_>>(), [PersonRole::Admin]);
        let asked: Vec<&str> = hers.invitations.iter().map(|(_, person)| person.name.as_str()).collect();
        assert_eq!(asked, ["Kim"], "what she left open is listed");
        assert!(team.service.signed_in(at(6), &session).await.expect("read").is_none());
        assert!(matches!(team.try_password(at(7), "lee@a.gov", PASSWORD).await.0, SignInResult::Wrong));
        assert!(team.service.explain_access(&lee, READ, &agency("a")).await.expect("read").is_empty());
        let member = team.service.member(&operator(), at(8), &lee).await.expect("she stays");
        assert_eq!((member.state, member.person.name.as_str()), (MemberState::Closed, "lee"));
        assert!(team.service.close_member(&operator(), at(9), &lee).await.is_err(), "once");
        let again = team.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await.0;
        assert_ne!(again, lee, "who comes back is asked in anew");
    })
    .await;
}

/// Every write has its activity with who did it; passwords, tokens and their hashes stand in none, and signing in makes no page anew.
#[tokio::test]
async fn activity_says_who_and_keeps_no_secret() {
    on_both(async |team| {
        let (_, link) = team.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        team.service.accept_invitation(at(1), &link, PASSWORD, [9; 32]).await.expect("accepted");
        let (signed_in, cookie) = team.sign_in(at(2), "lee@a.gov").await;
        assert!(team.service.end_session(at(3), &signed_in.scope, signed_in.session.number).await.expect("ended"));
        let list = team.store.list_activity(ActivityFilter::default(), 99).await.expect("read");
        let told: Vec<(&str, &str)> = list.iter().rev().map(|a| (a.who.as_str(), a.operation.as_str())).collect();
        assert_eq!(
            told,
            [
                ("ann", "invite person"),
                ("person:p1", "accept invitation"),
                ("person:p1", "sign in"),
                ("person:p1", "end session")
            ]
        );
        assert_eq!(team.store.figures_version().await.expect("read"), 0, "figures are as they were");
        let account = team.store.account_of(&"p1".into()).await.expect("read").expect("an account");
        assert!(!format!("{account:?}").contains("argon2"), "not in a log");
        for activity in &list {
            let detail = team.store.activity_detail(activity.number).await.expect("read").expect("there");
            let text = format!("{detail:?}");
            for secret in [link.reveal(), cookie.reveal(), PASSWORD, &account.password_hash, "argon2"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    })
    .await;
}

/// A backup brings people, roles and passwords back; nobody stays signed in.
#[tokio::test]
async fn people_come_back_from_a_backup_and_sign_in_anew() {
    on_both(async |team| {
        let lee = team.member("lee@a.gov", PersonRole::Viewer, place("a", "0035")).await;
        let (_, session) = team.sign_in(at(2), "lee@a.gov").await;
        let folder = team.folder.path().join("backup");
        team.store.write_backup(&folder).await.expect("backed up");
        let address = format!("sqlite:{}", team.folder.path().join("restored.db").display());
        let (store, restored) = Store::restore_backup(&address, &folder, &operator(), at(3)).await.expect("restored");
        for table in ["person", "account", "invitation", "session", "role_grant"] {
            assert!(restored.rows.contains(&(table, 1)), "{table}: {:?}", restored.rows);
        }
        let service = headway_work::TeamService::new(store.clone());
        assert!(service.signed_in(at(4), &session).await.expect("read").is_none());
        let rows = service.explain_access(&lee, READ, &place("a", "0035")).await.expect("read");
        assert_eq!(rows, team.service.explain_access(&lee, READ, &place("a", "0035")).await.expect("read"));
        let account = store.account_of(&lee).await.expect("read");
        assert!(account.is_some() && account == team.store.account_of(&lee).await.expect("read"));
        assert_eq!(store.people().await.expect("read"), team.store.people().await.expect("read"));
        assert_eq!(store.check_health().await.expect("read").problems, Vec::<String>::new());
    })
    .await;
}
