//! `person`: who is asked in, with which roles. What the admin's pages do, for the operator: the first admin comes in by it.

use headway_delivery::access::{AccessArea, PartKind, PersonRole, PlanPart, RoleGrant};
use headway_work::{MemberState, NewMember, PersonId, SecretToken, TeamMember, TeamService};
use serde_json::{Value, json};

use crate::CommandAnswer;
use crate::args::{OutputFormat, PersonCommand, RoleArea};
use crate::context::{CommandContext, WrongUse};
use crate::output::{self, moment_text, print_line, text_cell};

const TITLES: [&str; 7] = ["person", "name", "mail", "state", "roles", "invited_until", "closed_at"];

pub(crate) async fn run(context: &CommandContext, command: &PersonCommand) -> anyhow::Result<CommandAnswer> {
    let headway = context.open_workspace().await?;
    let team = TeamService::new(headway.operations().clone());
    match command {
        PersonCommand::Add { name, mail, role, area, address } => {
            let (role, area) = (role_named(role)?, area_named(area)?);
            if let Some(agency) = area.agency() {
                headway.snapshot(CommandContext::today()).await?.agency(agency)?;
            }
            let token = SecretToken::from_random(CommandContext::random()?);
            let member = NewMember { name, mail, role, area };
            let person =
                team.invite_member(&CommandContext::current_user()?, CommandContext::now(), &member, &token).await?;
            print_link(context, &team, &person, &token, address).await
        }
        PersonCommand::Invite { person, address } => {
            let (person, token) =
                (find(&team, person).await?.person.id, SecretToken::from_random(CommandContext::random()?));
            team.invite_again(&CommandContext::current_user()?, CommandContext::now(), &person, &token).await?;
            print_link(context, &team, &person, &token, address).await
        }
        PersonCommand::List => print_people(context, &team).await,
        PersonCommand::Roles { person, grant, area, end } => {
            let person = find(&team, person).await?.person.id;
            if let Some(role) = grant {
                let role = (role_named(role)?, &area_named(area)?);
                team.grant_role(&CommandContext::current_user()?, CommandContext::now(), &person, role).await?;
            }
            if let Some(number) = *end {
                own_role(&team, &person, number).await?;
                team.end_role(&CommandContext::current_user()?, CommandContext::now(), number).await?;
            }
            print_roles(context, &team, &person).await
        }
        PersonCommand::Close { person } => {
            let person = find(&team, person).await?.person;
            let hers = team.close_member(&CommandContext::current_user()?, CommandContext::now(), &person.id).await?;
            context.note_done(format_args!("the account of {} is closed", person.name));
            match context.format {
                OutputFormat::Json => output::print_json(&json!({
                    "person": person.id, "name": person.name, "state": MemberState::Closed,
                    "roles": hers.grants.iter().map(role_json).collect::<Vec<_>>(),
                    "invitations": hers.invitations.iter().map(|(_, asked)| &asked.id).collect::<Vec<_>>(),
                }))?,
                OutputFormat::Table | OutputFormat::Csv => {
                    print_line(format_args!("The account of {} is closed. What was hers, to hand over:", person.name))?;
                    for grant in hers.grants.iter().filter(|grant| grant.ended_at.is_none()) {
                        print_line(format_args!("  {} for {}", grant.role, grant.area))?;
                    }
                    for (_, asked) in &hers.invitations {
                        print_line(format_args!("  the invitation of {}, not accepted yet", asked.name))?;
                    }
                }
            }
            Ok(CommandAnswer::Done)
        }
    }
}

/// The link is shown here once: the store keeps only a hash of it.
async fn print_link(
    context: &CommandContext,
    team: &TeamService,
    person: &PersonId,
    token: &SecretToken,
    address: &str,
) -> anyhow::Result<CommandAnswer> {
    let member = team.member(&CommandContext::current_user()?, CommandContext::now(), person).await?;
    context.note_done(format_args!("{} is asked in as {person}", member.person.name));
    let link = format!("{}/invitation/{}", address.trim_end_matches('/'), token.reveal());
    let until = member.person.invitation.as_ref().map(|invitation| invitation.expires_at);
    match context.format {
        OutputFormat::Json => {
            let mut told = member_json(&member);
            told["invitation"] = json!(link);
            output::print_json(&told)?;
        }
        OutputFormat::Csv => output::print_csv(&["person", "invitation"], [vec![person.to_string(), link]])?,
        OutputFormat::Table => {
            print_line(format_args!(
                "{} is asked in as {person}. This link is shown once and can be used once:",
                member.person.name
            ))?;
            print_line(format_args!("\n  {link}\n"))?;
            print_line(format_args!(
                "It holds until {}. `headway serve` serves the pages; everybody signs in from now on.",
                until.map(moment_text).unwrap_or_default()
            ))?;
        }
    }
    Ok(CommandAnswer::Done)
}

async fn print_people(context: &CommandContext, team: &TeamService) -> anyhow::Result<CommandAnswer> {
    let members = team.members(&CommandContext::current_user()?, CommandContext::now()).await?;
    match context.format {
        OutputFormat::Json => output::print_json(&members.iter().map(member_json).collect::<Vec<_>>())?,
        OutputFormat::Csv => output::print_csv(&TITLES, members.iter().map(member_texts))?,
        OutputFormat::Table if members.is_empty() => {
            print_line("Nobody is asked in yet: `headway person add NAME MAIL --role admin` asks the first one in.")?;
        }
        OutputFormat::Table => {
            let rows = members.iter().map(|member| member_texts(member)[..5].iter().map(text_cell).collect());
            output::print_table(&TITLES[..5], rows.collect())?;
        }
    }
    Ok(CommandAnswer::Done)
}

async fn print_roles(context: &CommandContext, team: &TeamService, person: &PersonId) -> anyhow::Result<CommandAnswer> {
    let grants = team.belongings(&CommandContext::current_user()?, person).await?.grants;
    let texts = |grant: &RoleGrant| {
        let ended = grant.ended_at.map(moment_text).unwrap_or_default();
        let [role, area] = [grant.role.to_string(), grant.area.to_string()];
        vec![grant.number.to_string(), role, area, moment_text(grant.granted_at), grant.granted_by.clone(), ended]
    };
    let titles = ["number", "role", "area", "granted_at", "granted_by", "ended_at"];
    match context.format {
        OutputFormat::Json => output::print_json(&grants.iter().map(role_json).collect::<Vec<_>>())?,
        OutputFormat::Csv => output::print_csv(&titles, grants.iter().map(texts))?,
        OutputFormat::Table if grants.is_empty() => print_line("No role was granted.")?,
        OutputFormat::Table => {
            output::print_table(
                &titles,
                grants.iter().map(|grant| texts(grant).iter().map(text_cell).collect()).collect(),
            )?;
        }
    }
    Ok(CommandAnswer::Done)
}

/// The member of this id or address; the newest where an address was given to several.
async fn find(team: &TeamService, text: &str) -> anyhow::Result<TeamMember> {
    let members = team.members(&CommandContext::current_user()?, CommandContext::now()).await?;
    let wanted = text.trim().to_lowercase();
    let fits = |member: &TeamMember| member.person.id == *text || member.person.mail.as_str() == wanted;
    let found = members.into_iter().rev().filter(fits).min_by_key(|member| member.state == MemberState::Closed);
    found.ok_or_else(|| WrongUse(format!("there is no person “{text}”: `headway person list` lists them")).into())
}

async fn own_role(team: &TeamService, person: &PersonId, number: i64) -> anyhow::Result<()> {
    let grants = team.belongings(&CommandContext::current_user()?, person).await?.grants;
    if grants.iter().any(|grant| grant.number == number) {
        return Ok(());
    }
    Err(WrongUse(format!("{person} has no role with the number {number}: `headway person roles {person}` lists them"))
        .into())
}

fn role_named(text: &str) -> Result<PersonRole, WrongUse> {
    PersonRole::from_id(text).ok_or_else(|| {
        let names: Vec<&str> = PersonRole::ALL.into_iter().map(PersonRole::id).collect();
        WrongUse(format!("“{text}” is not a role: {}", names.join(", ")))
    })
}

fn area_named(area: &RoleArea) -> Result<AccessArea, WrongUse> {
    let Some(agency) = area.agency.as_deref().map(Into::into) else { return Ok(AccessArea::Workspace) };
    match (&area.place, &area.part) {
        (Some(place), _) => Ok(AccessArea::Place { agency, place: place.as_str().into() }),
        (None, Some(part)) => {
            let parsed = part.split_once('/').and_then(|(kind, id)| Some((PartKind::from_id(kind)?, id.to_owned())));
            let (kind, id) = parsed.ok_or_else(|| WrongUse(format!("“{part}” is not KIND/ID: write program/ewis")))?;
            Ok(AccessArea::Part { agency, part: PlanPart { kind, id } })
        }
        (None, None) => Ok(AccessArea::Agency { agency }),
    }
}

fn member_texts(member: &TeamMember) -> Vec<String> {
    let roles: Vec<String> = member.grants.iter().map(|grant| format!("{} for {}", grant.role, grant.area)).collect();
    let person = &member.person;
    let until = person.invitation.as_ref().filter(|_| !person.has_account).map(|invitation| invitation.expires_at);
    vec![
        person.id.to_string(),
        person.name.clone(),
        person.mail.to_string(),
        member.state.label().to_owned(),
        roles.join("; "),
        until.map(|at| at.to_string()).unwrap_or_default(),
        person.closed_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

fn member_json(member: &TeamMember) -> Value {
    let person = &member.person;
    let until = person.invitation.as_ref().filter(|_| !person.has_account).map(|invitation| invitation.expires_at);
    json!({
        "person": person.id, "name": person.name, "mail": person.mail, "state": member.state,
        "invited_until": until, "closed_at": person.closed_at,
        "roles": member.grants.iter().map(role_json).collect::<Vec<_>>(),
    })
}

fn role_json(grant: &RoleGrant) -> Value {
    let (place, part) = match &grant.area {
        AccessArea::Place { place, .. } => (Some(place), None),
        AccessArea::Part { part, .. } => (None, Some(format!("{}/{}", part.kind.id(), part.id))),
        AccessArea::Workspace | AccessArea::Agency { .. } => (None, None),
    };
    json!({
        "number": grant.number, "role": grant.role, "agency": grant.area.agency(), "place": place, "part": part,
        "granted_at": grant.granted_at, "granted_by": grant.granted_by,
        "ended_at": grant.ended_at, "ended_by": grant.ended_by,
    })
}
