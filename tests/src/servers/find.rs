//! Where the servers' programs are. Distributions hide them: Debian keeps PostgreSQL in a folder per
//! version that is on nobody's path, and MariaDB's server among the administrator's programs.

use std::path::{Path, PathBuf};

/// The server and the program that prepares its data folder.
#[derive(Debug, Clone)]
pub struct Programs {
    pub server: PathBuf,
    pub prepare: PathBuf,
}

/// Both have to lie in one folder: a lone `postgres` on the path may be a link to another version.
pub fn postgres() -> Option<Programs> {
    path_folders().into_iter().chain(postgres_folders()).find_map(|folder| {
        let programs = Programs { server: folder.join("postgres"), prepare: folder.join("initdb") };
        (programs.server.is_file() && programs.prepare.is_file()).then_some(programs)
    })
}

pub fn mariadb() -> Option<Programs> {
    let mut folders = path_folders();
    folders.extend(["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/opt/homebrew/bin"].map(PathBuf::from));
    let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    Some(Programs { server: find("mariadbd")?, prepare: find("mariadb-install-db")? })
}

/// Newest version first.
fn postgres_folders() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Path::new("/usr/lib/postgresql")
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, folder)| folder).collect()
}

#[expect(clippy::disallowed_methods, reason = "the path of the test run, not a setting of the product")]
fn path_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}
