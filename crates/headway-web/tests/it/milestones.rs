//! The page of milestones: its counts add up, each leads to as many rows, and filters of another agency's lead there.

use crate::site::get;

/// The counts of the page's list: address and number, the first of all.
fn counts(page: &str) -> Vec<(String, usize)> {
    let list =
        page.split("<ul class=\"tally\">").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap_or_default();
    let link = |item: &str| {
        let href = item.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&");
        let text = item.split('>').find(|text| text.starts_with(|c: char| c.is_ascii_digit()))?;
        let digits: String =
            text.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
        Some((href, digits.parse().ok()?))
    };
    list.split("<li>").skip(1).filter_map(link).collect()
}

/// How many rows the table has.
fn rows(page: &str) -> usize {
    page.split("<tbody")
        .nth(1)
        .map_or(0, |rest| rest.split("</tbody>").next().unwrap_or_default().matches("<tr").count())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_milestones_add_up() {
    let mut seen = 0;
    for path in ["/a/ma-dese/milestones", "/a/simulated/milestones", "/a/simulated/milestones?program=reading-coaches"]
    {
        let (code, _, page) = get(path).await;
        assert_eq!(code, 200, "{path}");
        let found = counts(&page);
        let Some(((_, all), states)) = found.split_first() else { continue };
        assert_eq!(states.iter().map(|(_, n)| n).sum::<usize>(), *all, "{path}: {found:?}");
        assert_eq!(rows(&page), *all, "{path}");
        for (link, n) in states {
            let (code, _, of_state) = get(link).await;
            assert_eq!((code, rows(&of_state)), (200, *n), "{link}");
            assert_eq!(
                counts(&of_state).iter().map(|(_, n)| *n).collect::<Vec<_>>(),
                found.iter().map(|(_, n)| *n).collect::<Vec<_>>()
            );
            seen += 1;
        }
    }
    assert!(seen > 2, "the samples have milestones in several states");
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_program_and_owner_lead_to_their_agency() {
    for (path, right) in [
        ("/a/ma-dese/milestones?program=reading-coaches", "/a/simulated/milestones?program=reading-coaches"),
        ("/a/ma-dese/milestones?owner=literacy-lead", "/a/simulated/milestones?owner=literacy-lead"),
        ("/a/simulated/milestones?program=ewis", "/a/ma-dese/milestones?program=ewis"),
    ] {
        let (code, _, page) = get(path).await;
        assert_eq!(code, 404, "{path}");
        assert!(page.contains(&format!("href=\"{right}")), "{path} leads to {right}: {page}");
    }
    let (code, _, _) = get("/a/simulated/milestones?program=nobody").await;
    assert_eq!(code, 404, "no agency has such a program");
}
