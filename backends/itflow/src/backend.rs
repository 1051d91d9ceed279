//! The contract's verbs for ITFlow.

use crate::api::Api;
use crate::client::Client;
use crate::config::ItflowConfig;
use crate::map::person::{BILLING, PRIMARY, STANDARD, TECHNICAL};
use crate::map::value::Zone;
use async_trait::async_trait;
use portico_contract::{
    Applied, Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Clock, Command, Error, FieldGroup, Figures,
    FileBytes, Follows, Health, Limits, Marker, NativeFile, NativeId, Pass, Result, RoleMap, Snapshot, Sought, Stream,
    StreamCapability, Timestamp,
};
use secrecy::SecretString;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long the zone of ITFlow's settings is believed.
const ZONE_KEPT: Duration = Duration::from_secs(600);

/// Access facts and the built-in role that each stands for.
const ROLES: &[(&str, &str)] =
    &[(STANDARD, "STANDARD"), (BILLING, "BILLING"), (TECHNICAL, "TECHNICAL"), (PRIMARY, "PRIMARY")];

/// The streams, how each is followed, and how many statements a beat with nothing new costs.
const STREAMS: &[(Stream, Follows, u32)] = &[
    (Stream::Accounts, Follows::UpdatedSince, 2),
    (Stream::Sites, Follows::UpdatedSince, 2),
    (Stream::Contacts, Follows::UpdatedSince, 3),
    (Stream::Agents, Follows::FullScan, 2),
    (Stream::Choices, Follows::FullScan, 3),
    (Stream::Tickets, Follows::UpdatedSince, 3),
    (Stream::Assets, Follows::UpdatedSince, 2),
    (Stream::Invoices, Follows::UpdatedSince, 2),
    (Stream::RecurringInvoices, Follows::UpdatedSince, 3),
    (Stream::Quotes, Follows::UpdatedSince, 2),
    (Stream::Documents, Follows::UpdatedSince, 2),
    (Stream::Domains, Follows::UpdatedSince, 2),
    (Stream::Certificates, Follows::UpdatedSince, 2),
];

const CARRIES: &[FieldGroup] =
    &[FieldGroup::TicketSla, FieldGroup::TimeEntries, FieldGroup::InvoiceTax, FieldGroup::ContactPortalAccess];

#[derive(Debug)]
pub(crate) struct Itflow {
    info: BackendInfo,
    /// The same with the version, once a probe has seen it.
    probed: OnceLock<BackendInfo>,
    capabilities: Capabilities,
    pub(crate) client: Client,
    /// With the account that may write, where one is configured.
    pub(crate) writer: Option<Client>,
    /// The HTTP API, where it is configured.
    pub(crate) api: Option<Api>,
    pub(crate) config: ItflowConfig,
    pub(crate) clock: Clock,
    zone: Mutex<Option<(Instant, Zone)>>,
}

impl Itflow {
    pub(crate) fn new(instance: &str, config: ItflowConfig, clock: Clock) -> Result<Self> {
        let roles: RoleMap = ROLES.iter().map(|(fact, role)| ((*fact).to_owned(), (*role).to_owned())).collect();
        Ok(Self {
            info: BackendInfo { kind: crate::KIND, instance: instance.to_owned(), version: None, roles },
            probed: OnceLock::new(),
            capabilities: capabilities(&config),
            client: Client::new(&config)?,
            writer: Client::writing(&config)?,
            api: Api::new(&config, clock.clone())?,
            config,
            clock,
            zone: Mutex::new(None),
        })
    }

    /// The zone of the times: the setting, or what ITFlow's own settings say.
    pub(crate) async fn zone(&self, cx: &CallCx) -> Result<Zone> {
        if let Some(zone) = self.config.zone() {
            return Ok(Zone(zone));
        }
        let kept = *self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, zone)) = kept
            && since.elapsed() < ZONE_KEPT
        {
            return Ok(zone);
        }
        let settings = self.settings(cx).await?;
        self.zone_of(settings.and_then(|row| row.config_timezone).as_deref())
    }

    /// The zone when ITFlow's settings name this one; kept for a while.
    pub(crate) fn zone_of(&self, name: Option<&str>) -> Result<Zone> {
        if let Some(zone) = self.config.zone() {
            return Ok(Zone(zone));
        }
        let zone = name.and_then(|name| name.trim().parse().ok()).map(Zone).ok_or_else(|| {
            Error::credentials("ITFlow names no known time zone. Set `timezone` of this backend to the zone it uses.")
        })?;
        *self.zone.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), zone));
        Ok(zone)
    }

    pub(crate) fn learn_version(&self, version: Option<&str>) {
        if let Some(version) = version {
            let seen = BackendInfo { version: Some(version.to_owned()), ..self.info.clone() };
            self.probed.get_or_init(|| seen);
        }
    }
}

fn capabilities(config: &ItflowConfig) -> Capabilities {
    let bytes = config.uploads_dir.as_ref().map(|_| FieldGroup::AttachmentBytes);
    let passwords = config.read_password_hashes.then_some(FieldGroup::Passwords);
    let stream = |(stream, follows, calls_per_beat): &(Stream, Follows, u32)| {
        let id_sweep = *follows == Follows::UpdatedSince;
        let calls_per_beat = *calls_per_beat;
        (*stream, StreamCapability { follows: *follows, id_sweep, whole: true, calls_per_beat, calls_per_read: 1 })
    };
    Capabilities {
        streams: STREAMS.iter().map(stream).collect(),
        commands: crate::write::commands(config).collect(),
        marker: Marker::Body,
        settle: config.settle(),
        carries: CARRIES.iter().copied().chain(bytes).chain(passwords).collect(),
        limits: Limits { calls: None, max_subject: crate::api::LONGEST_SUBJECT, max_attachment: 0 },
        webhooks: false,
    }
}

#[async_trait]
impl Backend for Itflow {
    fn info(&self) -> &BackendInfo {
        self.probed.get().unwrap_or(&self.info)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn figures(&self) -> Option<Figures> {
        self.api.as_ref().map(Api::figures)
    }

    async fn probe(&self, cx: &CallCx) -> Result<Health> {
        self.examine(cx).await
    }

    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        self.page(cx, stream, pass, from).await
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        if !crate::load::READABLE.contains(&id.kind) {
            return Err(Error::unsupported(&format!("reading a single {}", id.kind)));
        }
        // A key that is no number was never one of ours.
        let ids: Vec<i64> = id.key.parse().into_iter().collect();
        Ok(self.load(cx, id.kind, &ids).await?.into_iter().next().map(|(_, snapshot)| snapshot))
    }

    async fn apply(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        self.carry_out(cx, command).await
    }

    async fn seek(&self, cx: &CallCx, command: &Command, _since: Timestamp) -> Result<Sought> {
        self.look_for(cx, command).await
    }

    async fn vouch(&self, cx: &CallCx, login: &str, password: &SecretString) -> Result<Vec<NativeId>> {
        self.known_by(cx, login, password).await
    }

    async fn open(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        self.bytes(cx, file).await
    }
}
