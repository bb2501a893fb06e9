//! Files that are in already: the same statement again, or the same bytes with another standing.

use headway_model::VintageId;
use headway_store::CatalogImport;

use super::ImportRequest;
use crate::{Error, Result, Workspace};

impl Workspace {
    /// The import in force that says what is asked for: these bytes by this profile, known from the same day where a day was said,
    /// preliminary or final alike. With another standing the same bytes are another statement.
    ///
    /// # Errors
    /// [`Error::Refused`] when something else is asked of the same statement: another import's place, or another source.
    pub(super) async fn find_same_import(
        &self,
        request: &ImportRequest,
        sha256: &str,
        profile: &str,
        provisional: bool,
    ) -> Result<Option<VintageId>> {
        let imports = self.store.imports_of_file(sha256, profile).await?;
        let same = |import: &&CatalogImport| {
            let vintage = &import.vintage;
            vintage.provisional == provisional && (!request.known_from_said || vintage.known_from == request.known_from)
        };
        let Some(import) = imports.iter().rev().find(same) else { return Ok(None) };
        let id = import.vintage.id;
        let asked = match (request.replaces, &request.source) {
            (Some(other), _) if other != id && import.replaces != Some(other) => {
                format!(
                    "so they can't take the place of import {other}. To take import {other} out, run `headway imports undo \
                     {other}`; to replace it with these files, undo import {id} first"
                )
            }
            (_, Some(source)) if *source != import.vintage.source => format!(
                "with the source “{}”. To load them with another source, undo import {id} first",
                import.vintage.source
            ),
            _ => return Ok(Some(id)),
        };
        if request.dry_run {
            return Ok(Some(id));
        }
        let standing = if provisional { "preliminary" } else { "final" };
        Err(Error::Refused(format!(
            "these files are loaded already as import {id} (known from {}, {standing}), {asked}",
            import.vintage.known_from
        )))
    }
}
