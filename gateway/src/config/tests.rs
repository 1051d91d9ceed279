//! The configuration as a whole: the sample, the environment, all problems at once.

use super::*;
use secrecy::ExposeSecret;

fn no_adapters(_: &[BackendSettings]) -> Problems {
    Problems::default()
}

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
    let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::read(text, "portico.toml", &variables, no_adapters)
}

/// The sample with its settings switched on: `#key = value` becomes `key = value`.
fn uncommented(sample: &str) -> String {
    sample.lines().map(|line| line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(line)).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    )
}

fn same(a: &Config, b: &Config) {
    assert_eq!(format!("{a:#?}"), format!("{b:#?}"));
    assert_eq!(a.database.url.expose_secret(), b.database.url.expose_secret());
}

#[test]
fn the_sample_is_the_defaults_with_and_without_its_comment_signs() {
    let defaults = read("", &[]).unwrap();
    same(&read(SAMPLE, &[]).unwrap(), &defaults);
    let (settings, _) = SAMPLE.split_once("#[[backends]]").unwrap();
    same(&read(&uncommented(settings), &[]).unwrap(), &defaults);
}

#[test]
fn the_sample_shows_every_key_and_a_backend() {
    fn keys<T: DeserializeOwned>(sample: &Table, section: &str) {
        let shown = sample.get(section).and_then(Value::as_table).unwrap();
        for key in fields::of::<T>().unwrap() {
            assert!(shown.contains_key(*key), "{section}.{key} is missing in sample.toml");
        }
    }
    let sample: Table = toml::from_str(&uncommented(SAMPLE)).unwrap();
    keys::<HttpSettings>(&sample, "server");
    keys::<Limits>(&sample, "limits");
    keys::<DatabaseSettings>(&sample, "database");
    keys::<DataSettings>(&sample, "data");
    keys::<SyncSettings>(&sample, "sync");
    keys::<AuthSettings>(&sample, "auth");
    keys::<LogSettings>(&sample, "log");
    keys::<ProviderSettings>(&sample, "provider");
    keys::<RetentionSettings>(&sample, "retention");
    let config = read(&uncommented(SAMPLE), &[]).unwrap();
    assert_eq!(config.backends.len(), 1);
}

#[test]
fn all_problems_of_all_sections_come_at_once() {
    let file = "
        colour = 'red'
        [sync]
        every_secnds = 1
        wait_ms = 'long'
        [auth]
        session_days = 0
        [log]
        format = 'xml'
        [database]
        url = 'mysql://u:canary@h/d'
        [[backends]]
        id = 'a'
        kind = 'itflow'
        [[backends]]
        id = 'A b'
        kind = 'itflow'
    ";
    let problems = read(file, &[("PORTICO__LIMITS__DEPTH", "none")]).unwrap_err();
    let mut keys: Vec<_> = problems.0.iter().map(|p| p.key.as_str()).collect();
    keys.sort_unstable();
    let expected = [
        "auth.session_days",
        "backends[1].id",
        "colour",
        "database.url",
        "limits.depth",
        "log.format",
        "sync.every_secnds",
        "sync.wait_ms",
    ];
    assert_eq!(keys, expected);
    let text = problems.to_string();
    assert_eq!(text.lines().count(), expected.len());
    assert!(text.contains("nearest known one is `every_seconds`"));
    assert!(!text.contains("canary"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let config = read("[sync]\nevery_seconds = 30", &[("PORTICO__SYNC__EVERY_SECONDS", "60")]).unwrap();
    assert_eq!(config.sync.every_seconds, 60);
    assert_eq!(config.sync.wait_ms, 1_500);
}

#[test]
fn the_file_is_found_by_argument_then_by_variable() {
    let dir = tempfile::tempdir().unwrap();
    let [one, two] = ["one.toml", "two.toml"].map(|name| {
        let path = dir.path().join(name);
        std::fs::write(&path, format!("[provider]\nname = '{name}'")).unwrap();
        path
    });
    let variable = || [(environment::FILE.to_owned(), two.display().to_string())].into_iter();
    assert_eq!(Config::load(Some(&one), variable(), no_adapters).unwrap().provider.name, "one.toml");
    assert_eq!(Config::load(None, variable(), no_adapters).unwrap().provider.name, "two.toml");
    let missing = Config::load(Some(&dir.path().join("none")), std::iter::empty(), no_adapters).unwrap_err();
    assert!(missing.to_string().contains("Cannot read the file"));
}

#[test]
fn a_syntax_error_names_the_line_but_does_not_repeat_it() {
    let problems = read("[database]\nurl = 'canary", &[]).unwrap_err();
    assert_eq!(problems.0[0].key, "portico.toml:2");
    assert!(!problems.to_string().contains("canary"));
}

#[test]
fn debug_of_everything_shows_no_secret() {
    let file = "[database]\nurl = 'postgres://u:canary@h/d'\n[[backends]]\nid='a'\nkind='b'\nkey='canary'";
    assert!(!format!("{:?}", read(file, &[]).unwrap()).contains("canary"));
}

#[test]
fn the_demo_lives_in_one_folder() {
    let config = Config::for_demo(Path::new("/srv/demo"), 4321).unwrap();
    assert_eq!(config.database.url.expose_secret(), "sqlite:///srv/demo/portico.sqlite?mode=rwc");
    assert!(format!("{:?}", config.server).contains("4321"));
}
