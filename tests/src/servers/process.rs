//! A server process that cannot outlive its tests. It runs under a small shell that holds the
//! reading end of a pipe: when the test process ends, however it ends, the pipe closes, and the
//! shell stops the server and removes its folder.

use anyhow::{Context as _, Result, ensure};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use tempfile::TempDir;

/// Arguments: the signal that stops the server, its folder, the server and its arguments.
/// Ends by itself when the server does; then the folder stays, for its log.
const KEEPER: &str = r#"
stop=$1 room=$2; shift 2
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ cat <&3 >/dev/null; : >"$room/told"; kill -s "$stop" "$server" 2>/dev/null; } &
wait "$server"
if [ -e "$room/told" ]; then cd /; rm -rf -- "$room"; fi
kill -s KILL -- "-$$"
"#;

/// A temporary folder, and the user whom it belongs to. It goes when it is dropped.
#[derive(Debug)]
pub struct Room {
    folder: TempDir,
    owner: Option<&'static str>,
}

impl Room {
    /// `owner` is who runs the server in place of root; everybody else runs it as themselves.
    pub fn new(prefix: &str, owner: Option<&'static str>) -> Result<Self> {
        // It holds passwords: nobody else may look in.
        let private = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix(prefix).permissions(private).tempdir()?;
        let room = Self { folder, owner: None };
        let owner = owner.filter(|_| room.is_roots());
        Ok(Self { owner, ..room })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Who made the folder is who runs the tests.
    pub fn is_roots(&self) -> bool {
        fs::metadata(self.path()).is_ok_and(|folder| folder.uid() == 0)
    }

    /// Gives the folder and what is in it to its owner.
    pub fn hand_over(&self) -> Result<()> {
        let Some(owner) = self.owner else { return Ok(()) };
        let mut chown = Command::new("chown");
        chown.arg("-R").arg(owner).arg(self.path());
        finish(chown)
    }

    /// A command that runs here as the owner. `setpriv` becomes the program, where `su` and
    /// `runuser` would stay in between and keep signals from it.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self.owner {
            None => Command::new(program),
            Some(owner) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", owner, "--regid", owner, "--init-groups", "--"]).arg(program);
                command
            }
        };
        command.current_dir(self.path());
        command
    }
}

/// Runs a command to its end; what it said is part of the error.
pub fn finish(mut command: Command) -> Result<()> {
    let said = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(said.status.success(), "{command:?} failed:\n{}{}", text(&said.stdout), text(&said.stderr));
    Ok(())
}

/// A server under its keeper. Dropping it stops the server and waits for its end.
#[derive(Debug)]
pub struct Running {
    keeper: Child,
    line: Option<ChildStdin>,
    room: Room,
}

impl Running {
    pub fn start(room: Room, stop: &str, server: &[OsString]) -> Result<Self> {
        // Its own files for what it says: a test's output must not stay open after the test.
        let log = fs::File::create(room.path().join("log"))?;
        let mut command = room.command("sh");
        command.args(["-c", KEEPER, "keeper", stop]).arg(room.path()).args(server);
        command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        // A group of its own: an interrupt from the keyboard reaches the tests, and the pipe does the rest.
        let mut keeper = command.process_group(0).spawn().context("the server could not be started")?;
        Ok(Self { line: keeper.stdin.take(), keeper, room })
    }

    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.keeper.try_wait()?.is_some())
    }

    /// The end of what the server wrote.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.room.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
    }

    #[cfg(test)]
    pub fn room(&self) -> &Path {
        self.room.path()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.line.take();
        // The folder goes next, and nothing may run in it then.
        self.keeper.wait().ok();
    }
}
