//! The first sign-in with the password that a PSA knows.

use anyhow::{Context, Result};
use portico::accounts::{SignIn, SignInRefused};
use portico::config::{BackendSettings, Config};
use portico_contract::Stream;
use portico_sandbox::itflow::edit::{Flags, NewContact};
use portico_tests::house::{House, Options};
use portico_tests::psa::Verb;
use portico_tests::{Psa, Who};
use secrecy::{ExposeSecret, SecretString};

/// `a portal password`, as PHP hashes it, at a cost that tests can pay.
const HASH: &str = "$2y$04$siFptzJJ3EsRGbMvAVorrOkXZELA0PkEtK./yL7wHNS1dg4O.FMfi";
const PASSWORD: &str = "a portal password";
const NEW: &str = "copper-lantern-19-fog";
const EMAIL: &str = "nia.frost@harbour.example.com";

fn read_hashes(config: &mut Config) {
    for backend in &mut config.backends {
        let toml::Value::Table(mut settings) = backend.value() else { continue };
        settings.insert("read_password_hashes".to_owned(), toml::Value::Boolean(true));
        *backend = BackendSettings::new(backend.id.clone(), backend.kind.clone(), settings);
    }
}

/// A house whose PSA has one more contact, whom Portico does not know.
async fn house(configure: Option<fn(&mut Config)>) -> Result<(House, Psa, i32)> {
    let psa = Psa::default();
    let house = House::with(Options { configure, psa: Some(psa.clone()), ..Options::default() }).await?;
    let new = NewContact {
        client: 1,
        name: "Nia Frost".to_owned(),
        email: Some(EMAIL.to_owned()),
        flags: Flags { billing: true, ..Flags::default() },
        sign_in: true,
    };
    let contact = house.editor().add_contact(&new, house.psa_now()).await?;
    house.editor().set_password_hash(contact, HASH, "local", house.psa_now()).await?;
    house.beat().await;
    Ok((house, psa, contact))
}

async fn sign_in(house: &House, login: &str, password: &str) -> Result<SecretString, SignInRefused> {
    let attempt = SignIn { login: login.to_owned(), password: SecretString::from(password), ..SignIn::default() };
    house.app.accounts.sign_in(attempt).await.map(|signed_in| signed_in.token)
}

#[tokio::test]
async fn a_contact_comes_in_with_the_psas_password_and_sees_what_is_theirs() -> Result<()> {
    let (house, psa, _) = house(Some(read_hashes)).await?;
    let token = sign_in(&house, EMAIL, PASSWORD).await.ok().context("not let in")?;
    let seen =
        house.data(Who::Token(token.expose_secret()), "{ viewer { name email } invoices(first: 1) { nodes { id } } }");
    let seen = seen.await?;
    assert_eq!((seen["viewer"]["name"].as_str(), seen["viewer"]["email"].as_str()), (Some("Nia Frost"), Some(EMAIL)));
    assert!(seen["invoices"]["nodes"][0]["id"].is_string(), "{seen}");
    assert_eq!(psa.calls(Verb::Vouch), 1);
    // From here on it is Portico's own, whatever becomes of it in the PSA.
    sign_in(&house, EMAIL, PASSWORD).await.ok().context("not let in again")?;
    assert_eq!(psa.calls(Verb::Vouch), 1);
    let user = house.app.accounts.find_user(portico::accounts::Realm::Customer, EMAIL).await;
    let user = user.ok().flatten().context("no user")?;
    house.app.accounts.set_password(user.id, &SecretString::from(NEW), None).await.ok().context("no new password")?;
    assert!(matches!(sign_in(&house, EMAIL, PASSWORD).await, Err(SignInRefused::Wrong)));
    sign_in(&house, EMAIL, NEW).await.ok().context("not let in with the new password")?;
    Ok(())
}

#[tokio::test]
async fn whoever_the_psas_portal_keeps_out_stays_out() -> Result<()> {
    let (house, _, contact) = house(Some(read_hashes)).await?;
    let (editor, now) = (house.editor(), house.psa_now());
    let refused = async |password: &str| {
        house.pass(std::time::Duration::from_secs(3_600));
        matches!(sign_in(&house, EMAIL, password).await, Err(SignInRefused::Wrong))
    };
    assert!(refused("a portal passwore").await);
    assert!(refused("").await);
    editor.set_sign_in(contact, false, now).await?;
    assert!(refused(PASSWORD).await, "locked");
    editor.set_sign_in(contact, true, now).await?;
    editor.archive_contact(contact, now).await?;
    assert!(refused(PASSWORD).await, "archived");
    editor.unarchive_contact(contact, now).await?;
    editor.archive_client(1, now).await?;
    assert!(refused(PASSWORD).await, "the client is archived");
    editor.unarchive_client(1, now).await?;
    editor.set_password_hash(contact, HASH, "azure", now).await?;
    assert!(refused(PASSWORD).await, "signs in with Microsoft");
    for hash in ["!", PASSWORD, ""] {
        editor.set_password_hash(contact, hash, "local", now).await?;
        assert!(refused(PASSWORD).await, "{hash:?} is no hash");
    }
    editor.set_password_hash(contact, HASH, "local", now).await?;
    assert!(!refused(PASSWORD).await, "and with everything in order is let in");
    Ok(())
}

#[tokio::test]
async fn without_the_setting_no_psa_is_asked() -> Result<()> {
    let (house, psa, _) = house(None).await?;
    assert!(matches!(sign_in(&house, EMAIL, PASSWORD).await, Err(SignInRefused::Wrong)));
    assert_eq!(psa.calls(Verb::Vouch), 0);
    Ok(())
}

/// The hash is in none of Portico's files, and in nothing that it said of the contact.
#[tokio::test]
async fn the_psas_hash_is_kept_nowhere() -> Result<()> {
    let (house, _, _) = house(Some(read_hashes)).await?;
    sign_in(&house, EMAIL, PASSWORD).await.ok().context("not let in")?;
    house.sweep(Stream::Contacts).await?;
    house.beat().await;
    let (mut files, mut found) = (0, false);
    for file in std::fs::read_dir(house.dir.path())? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if file.file_type()?.is_file() {
            let bytes = std::fs::read(file.path())?;
            let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            if name.starts_with("itflow") {
                found |= has(HASH);
                continue;
            }
            files += 1;
            assert!(!has(HASH) && !has(&HASH[7..]) && !has(PASSWORD), "{name}");
        }
    }
    assert!(files > 0 && found, "the search finds what is there");
    let log = portico_tests::log::kept().text();
    assert!(!log.contains(HASH) && !log.contains(PASSWORD));
    Ok(())
}
