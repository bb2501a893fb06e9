use headway_access::{AccessArea, PersonRole};
use headway_work::{MemberState, SignInResult, WorkError};

use crate::support::{DAY, PASSWORD, agency, at, on_both, operator, random, token};

#[tokio::test]
async fn an_invitation_is_used_once_and_looking_uses_nothing() {
    on_both(async |team| {
        let (person, token) = team.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        for _ in 0..3 {
            let open = team.service.find_invitation(at(5), &token).await.expect("read").expect("still open");
            assert_eq!((open.person.id.clone(), open.invitation.accepted_at), (person.clone(), None));
        }
        let weak = team.service.accept_invitation(at(6), &token, "short", random()).await.expect_err("too weak");
        assert!(matches!(weak, WorkError::Invalid { field: "password", .. }), "{weak}");
        team.service.accept_invitation(at(7), &token, PASSWORD, random()).await.expect("accepted");
        assert!(team.service.find_invitation(at(8), &token).await.expect("read").is_none());
        let again = team.service.accept_invitation(at(9), &token, "another password", random()).await;
        assert!(again.expect_err("used").to_string().contains("used already"));
        let (wrong, _) = team.try_password(at(10), "lee@a.gov", "another password").await;
        assert!(matches!(wrong, SignInResult::Wrong), "the first password stands");
        team.sign_in(at(11), " LEE@A.gov ").await;
        assert!(team.service.find_invitation(at(8), &self::token()).await.expect("read").is_none());
    })
    .await;
}

#[tokio::test]
async fn it_lives_fourteen_days_and_the_inviter_sees_what_became_of_it() {
    on_both(async |team| {
        let (person, token) = team.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let state = async |now| team.service.member(&operator(), at(now), &person).await.expect("there").state;
        assert_eq!(state(1).await, MemberState::Invited);
        let last = 14 * DAY - 1;
        assert!(team.service.find_invitation(at(last), &token).await.expect("read").is_some());
        assert_eq!(state(last).await, MemberState::Invited);
        assert!(team.service.find_invitation(at(last + 1), &token).await.expect("read").is_none());
        assert_eq!(state(last + 1).await, MemberState::InvitationExpired);
        let late = team.service.accept_invitation(at(last + 1), &token, PASSWORD, random()).await;
        assert!(late.is_err(), "its days are over");

        let other = self::token();
        team.service.invite_again(&operator(), at(15 * DAY), &person, &other).await.expect("asked again");
        assert_eq!(state(15 * DAY).await, MemberState::Invited);
        team.service.accept_invitation(at(15 * DAY), &other, PASSWORD, random()).await.expect("accepted");
        assert_eq!(state(15 * DAY + 1).await, MemberState::Active);
    })
    .await;
}

#[tokio::test]
async fn a_new_invitation_ends_the_old_one_and_all_sessions() {
    on_both(async |team| {
        let (person, first) = team.invite("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let second = token();
        team.service.invite_again(&operator(), at(1), &person, &second).await.expect("asked again");
        assert!(team.service.find_invitation(at(2), &first).await.expect("read").is_none());
        team.service.accept_invitation(at(3), &second, PASSWORD, random()).await.expect("accepted");
        let (_, session) = team.sign_in(at(4), "lee@a.gov").await;
        let third = token();
        team.service.invite_again(&operator(), at(5), &person, &third).await.expect("a forgotten password");
        assert!(team.service.signed_in(at(6), &session).await.expect("read").is_some(), "not before it is accepted");
        team.service.accept_invitation(at(7), &third, "quite another one", random()).await.expect("accepted");
        assert!(team.service.signed_in(at(8), &session).await.expect("read").is_none());
        let (old, _) = team.try_password(at(9), "lee@a.gov", PASSWORD).await;
        assert!(matches!(old, SignInResult::Wrong));
    })
    .await;
}

#[tokio::test]
async fn who_can_not_be_asked_in() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Admin, agency("a")).await;
        let invite = async |name: &str, mail: &str, role, area: AccessArea| {
            let member = headway_work::NewMember { name, mail, role, area };
            team.service.invite_member(&operator(), at(1), &member, &token()).await.expect_err("refused").to_string()
        };
        let check = |text: String, words: &str| assert!(text.contains(words), "“{text}” does not say “{words}”");
        check(invite(" ", "x@a.gov", PersonRole::Viewer, agency("a")).await, "name");
        check(invite("X", "x", PersonRole::Viewer, agency("a")).await, "not an address of mail");
        check(invite("X", "Lee@A.GOV", PersonRole::Viewer, agency("a")).await, "lee already");
        check(invite("X", "x@a.gov", PersonRole::District, agency("a")).await, "can't be granted");
        assert_eq!(team.store.people().await.expect("read").len(), 1, "nobody was half asked in");
    })
    .await;
}
