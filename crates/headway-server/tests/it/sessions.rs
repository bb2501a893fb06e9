//! One's own account: sessions are listed and ended, the password changes.

use headway_delivery::access::PersonRole;

use crate::office::{PASSWORD, agency, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_one_by_one_and_by_a_new_password() {
    on_both(async |office| {
        let one = office.member("lee@a.gov", PersonRole::Viewer, agency("a")).await;
        let other = office.sign_in("lee@a.gov").await;
        let kim = office.member("kim@a.gov", PersonRole::Viewer, agency("a")).await;
        let page = office.get("/account", Some(&one)).await.body;
        assert!(page.contains("this one") && page.contains("viewer"), "{page}");
        let path = page.split("action=\"").find(|part| part.starts_with("/account/session/"));
        let path = path.and_then(|part| part.split('"').next()).expect("the other session can be ended").to_owned();
        office.post(&path, Some(&kim), &[]).await;
        assert_eq!(office.get("/account", Some(&other)).await.status, 200, "not by somebody else");
        assert_eq!(office.post(&path, Some(&one), &[]).await.location, "/account");
        assert_eq!(office.get("/account", Some(&other)).await.status, 303, "ended");

        let third = office.sign_in("lee@a.gov").await;
        let change = async |present, password, again| {
            let fields = [("present", present), ("password", password), ("again", again)];
            office.post("/account/password", Some(&one), &fields).await
        };
        let new = "quite another one";
        assert!(change("not it at all", new, new).await.body.contains("not your present password"));
        assert!(change(PASSWORD, new, "a third one").await.body.contains("differ"));
        assert_eq!(change(PASSWORD, new, new).await.status, 303);
        assert_eq!(office.get("/account", Some(&third)).await.status, 303, "others ended");
        assert_eq!(office.post("/sign-out", Some(&one), &[]).await.location, "/sign-in");
        assert_eq!(office.get("/account", Some(&one)).await.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_after_the_session_is_over_changes_nothing_and_says_so() {
    on_both(async |office| {
        let cookie = office.member("lee@a.gov", PersonRole::Admin, agency("a")).await;
        office.wait(25 * 60 * 60);
        let answer = office.post("/admin/invite", Some(&cookie), &[("name", "Kim"), ("mail", "kim@a.gov")]).await;
        assert!(answer.status == 401 && answer.body.contains("nothing was changed"), "{}", answer.body);
    })
    .await;
}
