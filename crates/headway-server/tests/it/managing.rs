//! The admin's pages: asking in, roles, why, closing.

use headway_delivery::access::{AccessArea, PersonRole};

use crate::office::{Office, agency, on_both, operator, place};

async fn person_path(office: &Office, name: &str) -> String {
    let members = office.team.members(&operator(), office.now()).await.expect("read");
    let member = members.into_iter().find(|member| member.person.name == name).expect("there");
    format!("/admin/person/{}", member.person.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_asks_in_grants_explains_and_closes() {
    on_both(async |office| {
        let admin = office.member("root@a.gov", PersonRole::Admin, AccessArea::Workspace).await;
        let fields = [("name", "Kim Lee"), ("mail", "kim@a.gov"), ("role", "viewer"), ("agency", "a")];
        let page = office.post("/admin/invite", Some(&admin), &fields).await;
        assert!(page.status == 200 && page.body.contains("http://localhost/invitation/"), "{}", page.body);
        let twice = office.post("/admin/invite", Some(&admin), &fields).await;
        assert!(twice.status == 422 && twice.body.contains("Kim Lee already"), "{}", twice.body);
        assert!(twice.body.contains("value=\"kim@a.gov\""), "nothing typed is lost");
        let list = office.get("/admin", Some(&admin)).await.body;
        assert!(
            list.contains("invited") && list.contains("2026-12-05") && list.contains("viewer for agency a"),
            "{list}"
        );
        assert!(list.contains("invite person") && list.contains("What was done last"), "{list}");

        let path = person_path(office, "Kim Lee").await;
        let grant = async |fields: &[(&str, &str)]| office.post(&format!("{path}/role"), Some(&admin), fields).await;
        assert_eq!(grant(&[("role", "district"), ("agency", "a"), ("place", "0001")]).await.status, 303);
        for (fields, words) in [
            (vec![("role", "district"), ("agency", "a")], "granted for agency a"),
            (vec![("role", "viewer"), ("agency", "zz")], "no agency “zz”"),
            (vec![("role", "viewer"), ("agency", "a"), ("place", "9999")], "no place “9999”"),
            (vec![("role", "contributor"), ("agency", "a"), ("part_kind", "program"), ("part", "x")], "no program “x”"),
            (vec![("role", "king"), ("agency", "a")], "Choose a role"),
        ] {
            let refused = grant(&fields).await;
            assert!(refused.status == 422 && refused.body.contains(words), "{words}: {}", refused.body);
        }
        let why = office.get(&format!("{path}?agency=a&place=0001"), Some(&admin)).await.body;
        let answer = why.split("She can see the pages of place 0001 of a by:").nth(1).expect("an answer");
        let rows = answer.split("</ul>").next().expect("a list");
        assert!(rows.contains("viewer") && rows.contains("district") && rows.contains(" by root"), "{rows}");
        let why = office.get(&format!("{path}?agency=b"), Some(&admin)).await.body;
        assert!(why.contains("She can’t see the pages of agency b"), "{why}");

        let ended = format!("{path}/role/2/end");
        assert_eq!(office.post(&ended, Some(&admin), &[]).await.status, 303);
        let why = office.get(&format!("{path}?agency=a"), Some(&admin)).await.body;
        assert!(why.contains("She can’t see the pages of agency a"), "{why}");
        assert_eq!(office.post(&format!("{path}/close"), Some(&admin), &[]).await.status, 303);
        let page = office.get(&path, Some(&admin)).await.body;
        assert!(page.contains("closed") && page.contains("What was hers") && page.contains("district"), "{page}");
        let again = office.post(&format!("{path}/invite"), Some(&admin), &[]).await;
        assert!(again.status == 409 && again.body.contains("closed"), "{}", again.body);
    })
    .await;
}

/// An agency's admin and a district's see and touch their own people only, also by addresses written by hand.
#[tokio::test(flavor = "multi_thread")]
async fn managers_keep_to_their_own_people() {
    on_both(async |office| {
        office.member("root@a.gov", PersonRole::Admin, AccessArea::Workspace).await;
        office.member("bee@b.gov", PersonRole::Viewer, agency("b")).await;
        let of_agency = office.member("admin@a.gov", PersonRole::Admin, agency("a")).await;
        let of_district = office.member("super@d.us", PersonRole::District, place("a", "0001")).await;
        let list = office.get("/admin", Some(&of_agency)).await.body;
        assert!(list.contains("super") && !list.contains("root@") && !list.contains("bee@"), "{list}");
        assert!(!list.contains("What was done last") && !list.contains("The whole workspace"), "{list}");
        for name in ["root", "bee"] {
            let path = person_path(office, name).await;
            for cookie in [&of_agency, &of_district] {
                assert_eq!(office.get(&path, Some(cookie)).await.status, 404, "{name}");
                for act in ["invite", "close", "role/1/end", "role/2/end"] {
                    let answer = office.post(&format!("{path}/{act}"), Some(cookie), &[]).await;
                    assert_eq!(answer.status, 409, "{name} {act}: {}", answer.body);
                    assert!(!answer.body.contains("/invitation/"), "no link");
                }
                let fields = [("role", "admin"), ("agency", "")];
                let answer = office.post(&format!("{path}/role"), Some(cookie), &fields).await;
                assert_eq!(answer.status, 404, "{name}: {}", answer.body);
            }
        }
        let invite = async |cookie, fields: &[(&str, &str)]| office.post("/admin/invite", Some(cookie), fields).await;
        let person = [("name", "New"), ("mail", "new@d.us")];
        let with = |more: &[(&'static str, &'static str)]| [&person[..], more].concat();
        for (cookie, more) in [
            (&of_agency, vec![("role", "admin"), ("agency", "")]),
            (&of_agency, vec![("role", "viewer"), ("agency", "b")]),
            (&of_district, vec![("role", "viewer"), ("agency", "a")]),
            (&of_district, vec![("role", "district"), ("agency", "a"), ("place", "0002")]),
        ] {
            let answer = invite(cookie, &with(&more)).await;
            assert!(
                answer.status == 422 && answer.body.contains("No role gives the right"),
                "{more:?}: {}",
                answer.body
            );
        }
        let own = with(&[("role", "viewer"), ("agency", "a"), ("place", "0001")]);
        assert_eq!(invite(&of_district, &own).await.status, 200, "its own people");
    })
    .await;
}
