//! What every command shares: the workspace, the day, who is asking, and how to answer.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use headway_delivery::access::{AccessArea, AccessRight, AccessScope, Permit};
use headway_delivery::{Snapshot, Workspace};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{CommonArgs, OutputFormat};
use crate::output;

/// A command used wrongly: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// Refuses a file that can't be written before anything is worked out: one with another ending than these, or in no folder.
pub(crate) fn can_write(file: &std::path::Path, endings: &[&str]) -> Result<(), WrongUse> {
    let ending = file.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !endings.contains(&ending.as_str()) {
        let wanted: Vec<String> = endings.iter().map(|it| format!(".{it}")).collect();
        return Err(WrongUse(format!("{}: give the file the ending {}", file.display(), wanted.join(" or "))));
    }
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(WrongUse(format!("{}: there is no such folder", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Refuses to replace a file that is there already. What is no file on disk (`/dev/stdout`) is written to.
pub(crate) fn is_free(file: &std::path::Path) -> Result<(), WrongUse> {
    if !file.is_file() {
        return Ok(());
    }
    Err(WrongUse(format!("{} is there already: name another file, or replace it with --force", file.display())))
}

/// The time zone of this machine, or the one that `TZ` names. A name that nobody knows is told once, and UTC taken.
fn time_zone() -> TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    let told = |error: jiff::Error| {
        tracing::warn!(%error, "the time zone of this machine is not known, so days begin and end as in UTC: check TZ");
        TimeZone::UTC
    };
    ZONE.get_or_init(|| TimeZone::try_system().unwrap_or_else(told)).clone()
}

/// What every command shares.
pub(crate) struct CommandContext {
    pub(crate) workspace: PathBuf,
    pub(crate) format: OutputFormat,
    pub(crate) color: bool,
    pub(crate) as_of: Option<Date>,
    verbose: bool,
    opened: Mutex<Vec<Workspace>>,
    done: Mutex<Vec<String>>,
}

impl CommandContext {
    pub(crate) fn new(common: &CommonArgs) -> Self {
        let plain = common.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            workspace: common.workspace.clone(),
            format: common.format,
            color: !plain && std::io::stdout().is_terminal(),
            as_of: common.as_of,
            verbose: common.verbose,
            opened: Mutex::default(),
            done: Mutex::default(),
        }
    }

    /// The log goes to standard error, so that answers can be piped.
    pub(crate) fn start_log(&self) {
        let level = if self.verbose { tracing::Level::INFO } else { tracing::Level::WARN };
        tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(self.color).init();
    }

    /// Today, by the machine's clock and time zone: this and [`CommandContext::now`] are the only places that read a clock.
    pub(crate) fn today() -> Date {
        Self::now().to_zoned(time_zone()).date()
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock comes in")]
    pub(crate) fn now() -> Timestamp {
        Timestamp::now()
    }

    /// 32 bytes that nobody can guess, from the system: the only place that makes any.
    pub(crate) fn random() -> anyhow::Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
        Ok(bytes)
    }

    /// The day as of which is asked.
    pub(crate) fn asked_day(&self) -> Date {
        self.as_of.unwrap_or_else(Self::today)
    }

    /// What the user of the machine may do: everything, and by this name.
    #[expect(clippy::disallowed_methods, reason = "whoever runs commands on the machine is the operator")]
    pub(crate) fn operator() -> anyhow::Result<AccessScope> {
        let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        let name = user.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or("command line");
        Ok(AccessScope::operator(name)?)
    }

    /// The operator's permit for what a command writes.
    pub(crate) fn current_user<R: AccessRight>() -> anyhow::Result<Permit<R>> {
        Ok(Self::operator()?.permit(AccessArea::Workspace)?)
    }

    /// The workspace, which [`CommandContext::close_all`] closes.
    pub(crate) async fn open_workspace(&self) -> anyhow::Result<Workspace> {
        self.note_opened(Workspace::open(&self.workspace).await?).await
    }

    /// The same, whatever is wrong with its lake.
    pub(crate) async fn open_unchecked(&self) -> anyhow::Result<Workspace> {
        self.note_opened(Workspace::open_unchecked(&self.workspace).await?).await
    }

    async fn note_opened(&self, headway: Workspace) -> anyhow::Result<Workspace> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).push(headway.clone());
        let now = Self::now();
        if let Some(last) = headway.written_after(now).await? {
            let now = output::moment_text(now);
            let last = output::moment_text(last);
            let text = format!(
                "headway: the clock says {now}, but this workspace was written to at {last}. What is written now would seem \
                 older than it is: check the clock of this machine, and of the one that wrote."
            );
            writeln!(std::io::stderr(), "{text}")?;
        }
        Ok(headway)
    }

    /// Notes what is done and stays, before it is told: telling can fail.
    pub(crate) fn note_done(&self, what: impl std::fmt::Display) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).push(what.to_string());
    }

    /// What was done and could not be told, where that is all that went wrong.
    pub(crate) fn untold_work(&self, error: &anyhow::Error) -> Option<String> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let telling = error.is::<std::io::Error>() || error.is::<csv::Error>() || error.is::<serde_json::Error>();
        (telling && !done.is_empty()).then(|| done.join("; "))
    }

    /// Closes what was opened: all that was written is in the database's own file then.
    pub(crate) async fn close_all(&self) {
        let opened = std::mem::take(&mut *self.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for headway in opened {
            headway.close().await;
        }
    }

    /// The workspace and everything as it was known on the day.
    pub(crate) async fn load_snapshot(&self) -> anyhow::Result<(Workspace, Arc<Snapshot>)> {
        let headway = self.open_workspace().await?;
        let snapshot = headway.snapshot(self.asked_day()).await?;
        Ok((headway, snapshot))
    }
}
