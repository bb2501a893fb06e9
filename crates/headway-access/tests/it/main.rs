//! Which role gives what, and where it holds.
#![allow(clippy::disallowed_methods, reason = "tests make scopes of every kind")]

use headway_access::{
    AccessAction, AccessArea, AccessScope, EditPlan, ManagePeople, NoName, PartKind, PersonRole, PlanPart, RoleGrant,
    SignIn, UseAccount,
};
use headway_model::AgencyId;
use jiff::Timestamp;

const ACTIONS: [AccessAction; 8] = [
    AccessAction::ReadPages,
    AccessAction::EditPlan,
    AccessAction::ImportData,
    AccessAction::PublishRelease,
    AccessAction::ManagePeople,
    AccessAction::ChangeSettings,
    AccessAction::KeepStore,
    AccessAction::SignIn,
];

fn agency(id: &str) -> AccessArea {
    AccessArea::Agency { agency: id.into() }
}

fn place(agency: &str, place: &str) -> AccessArea {
    AccessArea::Place { agency: agency.into(), place: place.into() }
}

fn program(agency: &str, id: &str) -> AccessArea {
    let part = PlanPart { kind: PartKind::Program, id: id.to_owned() };
    AccessArea::Part { agency: agency.into(), part }
}

fn grant(role: PersonRole, area: AccessArea) -> RoleGrant {
    let granted_at = Timestamp::UNIX_EPOCH;
    RoleGrant {
        number: 1,
        person: "p1".into(),
        role,
        area,
        granted_at,
        granted_by: "ann".to_owned(),
        ended_at: None,
        ended_by: None,
    }
}

fn person(role: PersonRole, area: AccessArea) -> AccessScope {
    AccessScope::of_person("p1".into(), vec![grant(role, area)])
}

/// Every role x every action x own agency, another, its places and parts, the workspace: what is not listed is denied.
#[test]
fn what_a_role_gives_and_where() {
    use AccessAction::{ChangeSettings, EditPlan, ImportData, ManagePeople, PublishRelease, ReadPages};
    use PersonRole::{Admin, Contributor, Data, Delivery, District, Grants, Leader, Reviewer, Viewer};
    let (own, mine) = (agency("own"), place("own", "0035"));
    let asked = [
        own.clone(),
        mine.clone(),
        place("own", "0036"),
        program("own", "ewis"),
        agency("other"),
        AccessArea::Workspace,
    ];
    let writes = |role| match role {
        Data => vec![ImportData, PublishRelease],
        Delivery => vec![EditPlan],
        Admin => vec![ManagePeople, ChangeSettings],
        District => vec![ManagePeople],
        Viewer | Contributor | Reviewer | Leader | Grants => vec![],
    };
    for role in PersonRole::ALL {
        for held in [own.clone(), mine.clone(), program("own", "ewis"), AccessArea::Workspace] {
            let scope = person(role, held.clone());
            let granted = ACTIONS.into_iter().filter(|action| *action != AccessAction::SignIn);
            for (action, area) in granted.flat_map(|action| asked.iter().map(move |area| (action, area))) {
                let gives = action == ReadPages || writes(role).contains(&action);
                let below = held.includes(area);
                let exact =
                    held == *area || (held == AccessArea::Workspace && matches!(area, AccessArea::Agency { .. }));
                let reaches = if matches!(action, ReadPages | ManagePeople) { below } else { exact };
                assert_eq!(scope.may(action, area), gives && reaches, "{role} of {held}: {action} in {area}");
                assert_eq!(scope.reasons(action, area).count(), usize::from(gives && reaches), "the same rows say why");
            }
        }
    }
}

#[test]
fn areas_lie_in_each_other() {
    let check =
        |outer: &AccessArea, inner: &AccessArea, want| assert_eq!(outer.includes(inner), want, "{outer}: {inner}");
    check(&AccessArea::Workspace, &place("a", "1"), true);
    check(&agency("a"), &AccessArea::Workspace, false);
    check(&agency("a"), &place("a", "1"), true);
    check(&agency("a"), &place("b", "1"), false);
    check(&place("a", "1"), &place("a", "1"), true);
    check(&place("a", "1"), &place("a", "10"), false);
    check(&place("a", "1"), &agency("a"), false);
    check(&program("a", "x"), &program("a", "y"), false);
}

#[test]
fn roles_are_granted_where_they_fit() {
    let areas = [AccessArea::Workspace, agency("a"), place("a", "1"), program("a", "x")];
    for (role, fits) in [
        (PersonRole::Viewer, [true, true, true, true]),
        (PersonRole::Contributor, [true, true, false, true]),
        (PersonRole::Reviewer, [true, true, false, true]),
        (PersonRole::Data, [true, true, false, false]),
        (PersonRole::Delivery, [true, true, false, false]),
        (PersonRole::Leader, [true, true, false, false]),
        (PersonRole::Grants, [true, true, false, false]),
        (PersonRole::District, [false, false, true, false]),
        (PersonRole::Admin, [true, true, false, false]),
    ] {
        assert_eq!(areas.each_ref().map(|area| role.fits(area)), fits, "{role}");
        assert_eq!(PersonRole::from_id(role.id()), Some(role));
    }
}

#[test]
fn an_ended_role_gives_nothing() {
    let ended = RoleGrant { ended_at: Some(Timestamp::UNIX_EPOCH), ..grant(PersonRole::Admin, AccessArea::Workspace) };
    let scope = AccessScope::of_person("p1".into(), vec![ended]);
    assert!(!scope.may(AccessAction::ReadPages, &agency("a")) && scope.grants().next().is_none());
    assert!(scope.permit::<ManagePeople>(AccessArea::Workspace).is_err());
}

#[test]
fn permits_name_who_acts_and_where() {
    let own = AgencyId::from("own");
    let lead = person(PersonRole::Delivery, agency("own"));
    let permit = lead.agency(&own).and_then(|scope| scope.permit::<EditPlan>()).expect("her plan");
    assert_eq!((permit.actor(), permit.area()), ("person:p1", &agency("own")));
    let other = AgencyId::from("other");
    assert!(lead.agency(&other).is_err(), "no handle of an agency that is not hers");
    let denied = lead.agency(&own).expect("she reads it").permit::<ManagePeople>().expect_err("people are the admin's");
    assert_eq!(
        denied.to_string(),
        "no role gives the right to manage people and roles in agency own. An admin can grant one"
    );

    let operator = AccessScope::operator(" ann ").expect("a name");
    let permit = operator.permit::<EditPlan>(AccessArea::Workspace).expect("everything");
    assert_eq!((permit.actor(), permit.person()), ("ann", None));
    for name in ["", "  ", "\t\n"] {
        assert_eq!(AccessScope::operator(name).err(), Some(NoName));
    }
}

#[test]
fn a_visitor_may_only_try_to_sign_in() {
    let visitor = AccessScope::visitor();
    for action in ACTIONS {
        assert_eq!(visitor.may(action, &agency("a")), action == AccessAction::SignIn, "{action}");
    }
    assert!(visitor.permit::<SignIn>(AccessArea::Workspace).is_ok());
    assert!(visitor.permit::<UseAccount>(AccessArea::Workspace).is_err());
    assert!(person(PersonRole::Viewer, agency("a")).permit::<UseAccount>(AccessArea::Workspace).is_ok());
}
