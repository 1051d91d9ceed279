//! A tenant in a box, and the adapter on it.

use crate::backend::Halo;
use crate::config::HaloConfig;
use portico_contract::{
    Actor, Applied, Backend, Batch, CallCx, Clock, Command, Intent, Kind, Lane, NativeId, Pass, Record, Result,
    Snapshot, Stream,
};
use portico_sandbox::halopsa::{self, Halo as Tenant};
use portico_sandbox::{Now, Seed, World};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub(crate) struct House {
    pub(crate) tenant: Tenant,
    pub(crate) halo: Halo,
    pub(crate) clock: Clock,
    pub(crate) world: World,
}

pub(crate) fn cx() -> CallCx {
    CallCx::new(Lane::Interactive, Duration::from_secs(30))
}

pub(crate) fn config(tenant: &Tenant) -> HaloConfig {
    HaloConfig {
        resource_url: tenant.resource_url(),
        auth_url: Some(tenant.auth_url()),
        tenant: Some(tenant.tenant().to_owned()),
        client_id: tenant.client_id().to_owned(),
        client_secret: SecretString::from(tenant.client_secret()),
        currency: Some("USD".into()),
        calls: 100_000,
        call_timeout_seconds: 5,
        ticket_page: 7,
        page: 5,
        web_access_none: Some(halopsa::ACCESS_NONE),
        web_access_own: Some(halopsa::ACCESS_OWN),
        web_access_site: Some(halopsa::ACCESS_SITE),
        web_access_customer: Some(halopsa::ACCESS_CLIENT),
        reply_outcome: Some(2),
        note_outcome: Some(7),
        act_as_users: true,
        closed_status: Some(halopsa::CLOSED),
        resolved_status: Some(halopsa::PENDING),
        approval_approved: Some(halopsa::APPROVED),
        approval_declined: Some(halopsa::REJECTED),
        followers_field: Some("emailcclist".into()),
        score_good: Some(5),
        score_bad: Some(1),
        payment_method: Some(1),
        webhook_secret: Some(SecretString::from("a-webhook-secret")),
        ..HaloConfig::default()
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut HaloConfig)) -> Self {
        let world = World::seeded(&Seed::default());
        let clock = Clock::fake("2026-06-01T12:00:00Z".parse().unwrap());
        let now = clock.clone();
        let now: Now = Arc::new(move || now.now().naive_utc());
        let tenant = Tenant::start(&world, now).await.unwrap();
        tenant.set_limit(1_000_000);
        let mut config = config(&tenant);
        change(&mut config);
        let halo = Halo::new("box", config, clock.clone()).unwrap();
        Self { tenant, halo, clock, world }
    }

    /// A whole pass, with the number of its pages.
    pub(crate) async fn pass(&self, stream: Stream, pass: Pass, from: Option<&Batch>) -> (Batch, usize) {
        self.try_pass(stream, pass, from).await.unwrap()
    }

    pub(crate) async fn try_pass(&self, stream: Stream, pass: Pass, from: Option<&Batch>) -> Result<(Batch, usize)> {
        let mut whole = self.halo.pull(&cx(), stream, pass, from.map(|batch| &batch.next)).await?;
        let mut pages = 1;
        while whole.more {
            let page = self.halo.pull(&cx(), stream, pass, Some(&whole.next)).await?;
            whole.snapshots.extend(page.snapshots);
            whole.present.extend(page.present);
            whole.gone.extend(page.gone);
            (whole.next, whole.more) = (page.next, page.more);
            pages += 1;
        }
        Ok((whole, pages))
    }

    pub(crate) async fn full(&self, stream: Stream) -> Batch {
        self.pass(stream, Pass::Full, None).await.0
    }

    pub(crate) async fn ticket(&self, id: i64) -> Snapshot {
        self.halo.read(&cx(), &NativeId::new(Kind::Ticket, id)).await.unwrap().unwrap()
    }

    /// A user who may sign in, with their client.
    pub(crate) async fn contact(&self) -> (NativeId, NativeId) {
        let contacts = self.full(Stream::Contacts).await;
        let found = contacts.snapshots.iter().find_map(|snapshot| match snapshot.records.first() {
            Some(Record::Contact(contact)) if contact.access.portal == Some(true) => {
                Some((contact.id.clone(), contact.account.clone()))
            }
            _ => None,
        });
        found.unwrap()
    }

    pub(crate) async fn apply(&self, command: &Command) -> Result<Applied> {
        self.halo.apply(&cx(), command).await
    }
}

pub(crate) fn command(actor: &NativeId, number: u128, intent: Intent) -> Command {
    let actor = match actor.kind {
        Kind::Agent => Actor::Agent(actor.clone()),
        _ => Actor::Contact(actor.clone()),
    };
    Command { id: Uuid::from_u128(number), actor, intent }
}

pub(crate) fn number(id: &NativeId) -> i64 {
    id.key.parse().unwrap()
}
