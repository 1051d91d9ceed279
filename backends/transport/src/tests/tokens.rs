//! Tokens: fetched once, early enough, again when refused, and never lost.

use super::fake::{Act, Fake, clock, read, settings, with, within, write};
use crate::{
    ClientCredentials, Fetched, Fixed, Grant, OauthClient, Place, RefreshToken, Renewing, Request, Settings,
    TokenStore, Transport, Wire,
};
use async_trait::async_trait;
use futures_util::future::join_all;
use portico_contract::{Clock, Error, ErrorKind, Result, Sent};
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Numbered tokens; each takes a second.
#[derive(Debug, Clone, Default)]
struct Numbers {
    fetched: Arc<AtomicU32>,
    error: Option<ErrorKind>,
}

#[async_trait]
impl Grant for Numbers {
    async fn fetch(&self, _wire: &Arc<dyn Wire>) -> Result<Fetched> {
        let number = self.fetched.fetch_add(1, SeqCst) + 1;
        sleep(Duration::from_secs(1)).await;
        if let Some(kind) = self.error {
            return Err(Error::new(kind, "no"));
        }
        let secret = SecretString::from(format!("token-{number}"));
        Ok(Fetched { secret, lifetime: Some(Duration::from_secs(3_600)) })
    }
}

fn renewing(fake: &Arc<Fake>, settings: Settings, numbers: &Numbers, clock: &Clock) -> Arc<Transport> {
    with(fake, settings, Arc::new(Renewing::new(Place::Bearer, numbers.clone(), clock.clone())), clock)
}

fn shown(fake: &Fake) -> Vec<String> {
    fake.seen.lock().unwrap().iter().map(|seen| seen.authorization.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_get_the_one_token() {
    let (fake, numbers) = (Fake::new(&[], Act::Status(200)), Numbers::default());
    let transport = renewing(&fake, settings(), &numbers, &clock());
    join_all((0..30).map(|_| async { transport.send(&within(60), read()).await.unwrap() })).await;
    assert_eq!((numbers.fetched.load(SeqCst), fake.count()), (1, 30));
    assert!(shown(&fake).iter().all(|shown| shown == "Bearer token-1"));
}

#[tokio::test(start_paused = true)]
async fn all_who_waited_share_the_failure() {
    let numbers = Numbers { error: Some(ErrorKind::Unavailable), ..Numbers::default() };
    let fake = Fake::new(&[], Act::Status(200));
    let transport = renewing(&fake, Settings { tries: 1, ..settings() }, &numbers, &clock());
    let call = || async { transport.send(&within(60), write()).await.unwrap_err() };
    for error in join_all((0..30).map(|_| call())).await {
        assert_eq!((error.kind, error.sent), (ErrorKind::Unavailable, Sent::No));
    }
    assert_eq!((numbers.fetched.load(SeqCst), fake.count()), (1, 0));
    call().await;
    assert_eq!(numbers.fetched.load(SeqCst), 2, "the next one asks again");
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_are_not_tried_over_and_over() {
    let numbers = Numbers { error: Some(ErrorKind::Credentials), ..Numbers::default() };
    let fake = Fake::new(&[], Act::Status(200));
    let transport = renewing(&fake, settings(), &numbers, &clock());
    for _ in 0..20 {
        assert_eq!(transport.send(&within(60), read()).await.unwrap_err().kind, ErrorKind::Credentials);
    }
    assert_eq!(numbers.fetched.load(SeqCst), 1);
    sleep(Duration::from_secs(60)).await;
    transport.send(&within(60), read()).await.unwrap_err();
    assert_eq!(numbers.fetched.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_before_it_runs_out_by_our_clock() {
    let (fake, numbers, clock) = (Fake::new(&[], Act::Status(200)), Numbers::default(), clock());
    let transport = renewing(&fake, settings(), &numbers, &clock);
    for (step, token) in [(0, 1), (3_539, 1), (1, 2), (3_539, 2), (1, 3)] {
        clock.advance(Duration::from_secs(step));
        transport.send(&within(60), read()).await.unwrap();
        assert_eq!(shown(&fake).last().unwrap(), &format!("Bearer token-{token}"), "after {step} s more");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_for_all_whom_it_was_refused() {
    let (fake, numbers) = (Fake::new(&[Act::Status(401); 10], Act::Status(200)), Numbers::default());
    let transport = renewing(&fake, settings(), &numbers, &clock());
    join_all((0..10).map(|_| async { transport.send(&within(60), read()).await.unwrap() })).await;
    assert_eq!((numbers.fetched.load(SeqCst), fake.count()), (2, 20));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_no_token_may_make_does_not_cost_tokens() {
    let (fake, numbers) = (Fake::new(&[], Act::Status(401)), Numbers::default());
    let transport = renewing(&fake, settings(), &numbers, &clock());
    for _ in 0..20 {
        let error = transport.send(&within(60), write()).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (ErrorKind::Credentials, Sent::No));
    }
    assert_eq!((numbers.fetched.load(SeqCst), fake.count()), (2, 21));
}

#[tokio::test(start_paused = true)]
async fn a_403_asks_for_a_new_token_only_where_the_psa_needs_it() {
    for (stale, fetched, status) in [(&[401][..], 1, 403), (&[401, 403], 2, 200)] {
        let (fake, numbers) = (Fake::new(&[Act::Status(403)], Act::Status(200)), Numbers::default());
        let transport = renewing(&fake, Settings { stale, ..settings() }, &numbers, &clock());
        let answer = transport.send(&within(60), read()).await.unwrap();
        assert_eq!((numbers.fetched.load(SeqCst), answer.status.as_u16()), (fetched, status));
    }
    let (fake, numbers) = (Fake::new(&[], Act::Status(403)), Numbers::default());
    let transport = renewing(&fake, Settings { stale: &[401, 403], ..settings() }, &numbers, &clock());
    for _ in 0..5 {
        assert_eq!(transport.send(&within(60), read()).await.unwrap().status.as_u16(), 403, "then it is an answer");
    }
    assert_eq!(numbers.fetched.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_does_not_take_the_token_along() {
    let (fake, numbers) = (Fake::new(&[], Act::Status(200)), Numbers::default());
    let transport = renewing(&fake, settings(), &numbers, &clock());
    assert!(timeout(Duration::from_millis(300), transport.send(&within(60), read())).await.is_err());
    sleep(Duration::from_secs(1)).await;
    transport.send(&within(60), read()).await.unwrap();
    assert_eq!((numbers.fetched.load(SeqCst), shown(&fake)), (1, vec!["Bearer token-1".to_owned()]));
}

fn client() -> OauthClient {
    OauthClient {
        token_url: "https://auth.example/token?tenant=a".into(),
        client_id: "portico".into(),
        client_secret: SecretString::from("geheim"),
        scopes: vec!["all".into()],
    }
}

fn credentials(fake: &Arc<Fake>) -> Arc<Transport> {
    with(fake, settings(), Arc::new(Renewing::new(Place::Bearer, ClientCredentials(client()), clock())), &clock())
}

#[tokio::test(start_paused = true)]
async fn client_credentials_are_asked_for_at_the_token_url() {
    let token = Act::Body(r#"{"access_token":"abc","token_type":"Bearer","expires_in":3600}"#);
    let fake = Fake::new(&[token], Act::Status(200));
    credentials(&fake).send(&within(60), read()).await.unwrap();
    assert_eq!(fake.operations(), ["oauth.token", "t.read"]);
    assert_eq!(fake.seen.lock().unwrap()[0].url, "https://auth.example/token?tenant=a");
    assert_eq!(shown(&fake), ["", "Bearer abc"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_not_given_has_its_reason() {
    for (act, kind) in [
        (Act::Body("<html>geheim</html>"), ErrorKind::Contract),
        (Act::Body(r#"{"error":"invalid_client","error_description":"geheim"}"#), ErrorKind::Contract),
        (Act::Status(302), ErrorKind::Credentials),
        (Act::Status(500), ErrorKind::Unavailable),
        (Act::Breaks(Sent::Maybe), ErrorKind::Unavailable),
    ] {
        let fake = Fake::new(&[act], act);
        let error = credentials(&fake).send(&within(60), write()).await.unwrap_err();
        assert_eq!((error.kind, error.sent), (kind, Sent::No), "{act:?}");
        assert!(!error.log().to_string().contains("geheim"), "{}", error.log());
    }
}

/// Keeps tokens in memory; the first successor cannot be kept.
#[derive(Debug)]
struct Store {
    tokens: Mutex<Vec<String>>,
    broken: AtomicU32,
}

#[async_trait]
impl TokenStore for Store {
    async fn load(&self) -> Result<SecretString> {
        Ok(SecretString::from(self.tokens.lock().unwrap().last().unwrap().clone()))
    }

    async fn save(&self, token: &SecretString) -> Result<()> {
        if self.broken.load(SeqCst) > 0 {
            self.broken.fetch_sub(1, SeqCst);
            return Err(Error::internal("the disk is full"));
        }
        self.tokens.lock().unwrap().push(token.expose_secret().to_owned());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_rotated_refresh_token_is_kept_before_its_sibling_is_used() {
    for broken in [0, 2] {
        let first = Act::Body(r#"{"access_token":"a1","token_type":"bearer","expires_in":3600,"refresh_token":"r2"}"#);
        let second = Act::Body(r#"{"access_token":"a2","token_type":"bearer","expires_in":3600,"refresh_token":"r3"}"#);
        let fake = Fake::new(&if broken > 0 { vec![first, second] } else { vec![first] }, Act::Status(200));
        let store = Arc::new(Store { tokens: Mutex::new(vec!["r1".into()]), broken: AtomicU32::new(broken) });
        let grant = RefreshToken::new(client(), store.clone());
        let tokens = Arc::new(Renewing::new(Place::Bearer, grant, clock()));
        let transport = with(&fake, Settings { tries: 1, ..settings() }, tokens, &clock());
        for _ in 0..broken {
            transport.send(&within(60), read()).await.unwrap_err();
            assert_eq!(fake.operations(), ["oauth.token"], "nothing is used that is not kept, nor asked for twice");
        }
        transport.send(&within(60), read()).await.unwrap();
        let kept = store.tokens.lock().unwrap().clone();
        assert_eq!(kept, if broken > 0 { vec!["r1", "r2", "r3"] } else { vec!["r1", "r2"] });
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_goes_where_the_vendor_wants_it() {
    let key = || SecretString::from("k&y");
    let send = async |place, request: Request| {
        let fake = Fake::new(&[], Act::Status(200));
        let transport = with(&fake, settings(), Arc::new(Fixed::key(place, key())), &clock());
        let result = transport.send(&within(60), request).await.map(drop);
        (fake.seen.lock().unwrap().last().cloned(), result)
    };
    let (seen, _) = send(Place::Header("authorization", "Zoho-oauthtoken "), read()).await;
    assert_eq!(seen.unwrap().authorization, "Zoho-oauthtoken k&y");
    let (seen, _) = send(Place::QueryOrJson("api_key"), read()).await;
    assert_eq!(seen.unwrap().url, "https://psa.example/api/things?api_key=k%26y");
    let (seen, _) = send(Place::QueryOrJson("api_key"), write()).await;
    assert_eq!(seen.unwrap().url, "https://psa.example/api/things", "a body keeps the key out of logs of servers");
    let (seen, result) = send(Place::QueryOrJson("api_key"), write().json("text".into())).await;
    assert_eq!((seen.is_none(), result.unwrap_err().kind), (true, ErrorKind::Internal));
}
