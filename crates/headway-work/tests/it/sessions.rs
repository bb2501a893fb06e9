use headway_access::{AccessAction, PersonRole};
use headway_work::{SignInResult, WorkError};

use crate::support::{DAY, PASSWORD, agency, at, on_both, random};

#[tokio::test]
async fn a_session_ends_by_itself_and_by_hand() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let there = async |now, token| team.service.signed_in(at(now), token).await.expect("read").is_some();
        let (_, idle) = team.sign_in(at(10), "lee@a.gov").await;
        assert!(there(10 + DAY - 1, &idle).await);
        let (_, left) = team.sign_in(at(20), "lee@a.gov").await;
        assert!(!there(20 + DAY, &left).await, "a day without use");
        // The look a second before the day was over counted as use.
        assert!(there(10 + 2 * DAY - 10, &idle).await);
        for half in 4..14 {
            there(10 + half * DAY / 2, &idle).await;
        }
        assert!(there(10 + 7 * DAY - 1, &idle).await);
        assert!(!there(10 + 7 * DAY, &idle).await, "seven days at most");

        let (one, kept) = team.sign_in(at(8 * DAY), "lee@a.gov").await;
        let (two, ended) = team.sign_in(at(8 * DAY + 1), "lee@a.gov").await;
        let list = team.service.open_sessions(at(8 * DAY + 2), &one.person.id).await.expect("read");
        assert_eq!(list.iter().map(|s| s.number).collect::<Vec<_>>(), [two.session.number, one.session.number]);
        assert_eq!(list[0].client, "a browser");
        assert!(team.service.end_session(at(8 * DAY + 3), &one.scope, two.session.number).await.expect("ended"));
        assert!(!there(8 * DAY + 4, &ended).await && there(8 * DAY + 4, &kept).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        team.member("kim@a.gov", PersonRole::Admin, agency("a")).await;
        let (lee, token) = team.sign_in(at(5), "lee@a.gov").await;
        let (kim, _) = team.sign_in(at(6), "kim@a.gov").await;
        assert!(!team.service.end_session(at(7), &kim.scope, lee.session.number).await.expect("an answer"));
        assert!(team.service.signed_in(at(8), &token).await.expect("read").is_some());
    })
    .await;
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let (here, own) = team.sign_in(at(5), "lee@a.gov").await;
        let (_, other) = team.sign_in(at(6), "lee@a.gov").await;
        let change =
            async |present, password| team.service.change_password(at(7), &here, (present, password), random()).await;
        let wrong = change("not my password", "quite another one").await.expect_err("refused");
        assert!(matches!(wrong, WorkError::Invalid { field: "present", .. }), "{wrong}");
        let weak = change(PASSWORD, "short").await.expect_err("refused");
        assert!(matches!(weak, WorkError::Invalid { field: "password", .. }), "{weak}");
        change(PASSWORD, "quite another one").await.expect("changed");
        assert!(team.service.signed_in(at(8), &own).await.expect("read").is_some());
        assert!(team.service.signed_in(at(8), &other).await.expect("read").is_none());
        assert!(matches!(team.try_password(at(9), "lee@a.gov", PASSWORD).await.0, SignInResult::Wrong));
    })
    .await;
}

#[tokio::test]
async fn guessing_is_stopped_for_an_account_and_for_an_address() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        for n in 0..10 {
            let (result, _) = team.try_password(at(10 + n), "lee@a.gov", "a wrong password").await;
            assert!(matches!(result, SignInResult::Wrong), "{result:?}");
        }
        let (stopped, _) = team.try_password(at(30), "lee@a.gov", PASSWORD).await;
        let SignInResult::TooMany(seconds) = stopped else { panic!("{stopped:?}: the right one does not help") };
        assert_eq!(seconds, 15 * 60 - 20);
        let (signed_in, _) = team.sign_in(at(30 + seconds), "lee@a.gov").await;
        assert!(signed_in.scope.may(AccessAction::ReadPages, &agency("a")));

        let later = 10_000;
        for n in 0..50 {
            let (result, _) = team.try_password(at(later), &format!("nobody{n}@a.gov"), "a wrong password").await;
            assert!(matches!(result, SignInResult::Wrong), "{n}: {result:?}");
        }
        let (stopped, _) = team.try_password(at(later), "somebody@a.gov", "a wrong password").await;
        assert!(matches!(stopped, SignInResult::TooMany(_)), "{stopped:?}");
        team.sign_in(at(later + 15 * 60), "lee@a.gov").await;
    })
    .await;
}

/// Tries at once are counted before any is looked at.
#[tokio::test(flavor = "multi_thread")]
async fn tries_at_once_are_counted_too() {
    on_both(async |team| {
        team.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let tries: Vec<_> = (0..30)
            .map(|_| {
                let service = team.service.clone();
                tokio::spawn(async move {
                    let request = headway_work::SignInRequest {
                        mail: "lee@a.gov",
                        password: "a wrong password",
                        client_address: "192.0.2.1",
                        client: "",
                    };
                    service.sign_in(at(5), request, &crate::support::token()).await.expect("an answer")
                })
            })
            .collect();
        let mut looked_at = 0;
        for answer in tries {
            looked_at += u32::from(matches!(answer.await.expect("no panic"), SignInResult::Wrong));
        }
        assert_eq!(looked_at, 10);
    })
    .await;
}
