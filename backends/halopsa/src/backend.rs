//! The contract's verbs for Halo.

use crate::client::Client;
use crate::config::{HaloConfig, WINDOW};
use crate::feed::FEEDS;
use crate::hints::Deliveries;
use crate::lists::Lists;
use crate::map::parties::{AUTO_APPROVED, CATALOGUE, CONTRACTS, CUSTOMER, INVOICES, ORDERS, OWN, QUOTES, SITE};
use crate::map::value::Zone;
use async_trait::async_trait;
use portico_contract::{
    Applied, Backend, BackendInfo, Batch, CallCx, Capabilities, Checkpoint, Clock, Command, Delivery, Error,
    FieldGroup, Figures, FileBytes, Files, Finding, Follows, Health, Hint, Limits, Marker, NativeFile, NativeId, Pass,
    Result, RoleMap, Snapshot, Sought, Stream, StreamCapability, Timestamp,
};
use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;

/// Access facts and the built-in role that each stands for. Roles that a tenant made are facts of their own, for a role
/// map to name.
const ROLES: &[(&str, &str)] = &[
    (OWN, "SERVICE_CONTACT"),
    (SITE, "SERVICE_CONTACT"),
    (CUSTOMER, "ACCOUNT_REQUESTER"),
    (AUTO_APPROVED, "PRIMARY_SERVICE_CONTACT"),
    (INVOICES, "BILLING"),
    (CONTRACTS, "CONTRACT_VIEWER"),
    (CATALOGUE, "CATALOGUE_REQUESTER"),
    (QUOTES, "QUOTE_VIEWER"),
    (ORDERS, "QUOTE_APPROVER"),
];

const CARRIES: &[FieldGroup] = &[
    FieldGroup::TicketSla,
    FieldGroup::TicketTeam,
    FieldGroup::TicketUrgencyImpact,
    FieldGroup::TimeEntries,
    FieldGroup::InvoiceTax,
    FieldGroup::InvoicePeriod,
    FieldGroup::InvoicePdf,
    FieldGroup::AttachmentBytes,
];

/// Longer subjects are cut by Halo.
const SUBJECT: usize = 255;

/// Streams whose pages come without children.
const THIN: &[Stream] = &[Stream::Tickets, Stream::Invoices];

#[derive(Debug)]
pub(crate) struct Halo {
    info: BackendInfo,
    /// The same with the version, once a probe has seen it.
    probed: OnceLock<BackendInfo>,
    capabilities: Capabilities,
    pub(crate) client: Client,
    pub(crate) config: HaloConfig,
    pub(crate) clock: Clock,
    pub(crate) zone: Zone,
    pub(crate) lists: Lists,
    pub(crate) deliveries: Deliveries,
    /// Whether Halo was seen to keep the marker of a ticket: see `seek`.
    pub(crate) marker: AtomicU8,
}

impl Halo {
    pub(crate) fn new(instance: &str, config: HaloConfig, clock: Clock) -> Result<Self> {
        let client = Client::new(&config, clock.clone())?;
        Self::with(instance, config, clock, client)
    }

    pub(crate) fn with(instance: &str, config: HaloConfig, clock: Clock, client: Client) -> Result<Self> {
        let zone = config.zone().map(Zone).ok_or_else(|| Error::credentials("The setting `timezone` is no zone."))?;
        let roles: RoleMap = ROLES.iter().map(|(fact, role)| ((*fact).to_owned(), (*role).to_owned())).collect();
        Ok(Self {
            info: BackendInfo { kind: crate::KIND, instance: instance.to_owned(), version: None, roles },
            probed: OnceLock::new(),
            capabilities: capabilities(&config),
            client,
            config,
            clock,
            zone,
            lists: Lists::default(),
            deliveries: Deliveries::default(),
            marker: AtomicU8::default(),
        })
    }

    pub(crate) fn learn_version(&self, version: Option<&str>) {
        if let Some(version) = version {
            let seen = BackendInfo { version: Some(version.to_owned()), ..self.info.clone() };
            self.probed.get_or_init(|| seen);
        }
    }
}

fn capabilities(config: &HaloConfig) -> Capabilities {
    let feeds = FEEDS.iter().map(|feed| {
        let (whole, id_sweep) = (!THIN.contains(&feed.stream), feed.id_sweep());
        let (follows, calls_per_beat) = (feed.follows, feed.calls_per_beat);
        // What has children is one call, and they are another.
        let calls_per_read = if whole { 1 } else { 2 };
        (feed.stream, StreamCapability { follows, id_sweep, whole, calls_per_beat, calls_per_read })
    });
    let choices = StreamCapability {
        follows: Follows::FullScan,
        id_sweep: false,
        whole: true,
        calls_per_beat: 2,
        calls_per_read: 1,
    };
    let access = config.web_access_own.map(|_| FieldGroup::ContactPortalAccess);
    let followers = config.followers_field.as_ref().map(|_| FieldGroup::TicketFollowers);
    Capabilities {
        streams: feeds.chain([(Stream::Choices, choices)]).collect(),
        commands: crate::write::commands(config).collect(),
        marker: if config.mark_tickets { Marker::Field } else { Marker::None },
        settle: config.settle(),
        carries: CARRIES.iter().copied().chain(access).chain(followers).collect(),
        limits: Limits {
            calls: Some((config.calls, WINDOW)),
            max_subject: SUBJECT,
            max_attachment: config.largest_file(),
        },
        webhooks: config.webhook_secret.is_some(),
    }
}

#[async_trait]
impl Backend for Halo {
    fn info(&self) -> &BackendInfo {
        self.probed.get().unwrap_or(&self.info)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn figures(&self) -> Option<Figures> {
        Some(self.client.figures())
    }

    async fn probe(&self, cx: &CallCx) -> Result<Health> {
        self.examine(cx).await
    }

    async fn report(&self, cx: &CallCx) -> Result<Vec<Finding>> {
        self.answers(cx).await
    }

    async fn pull(&self, cx: &CallCx, stream: Stream, pass: Pass, from: Option<&Checkpoint>) -> Result<Batch> {
        self.page(cx, stream, pass, from).await
    }

    async fn read(&self, cx: &CallCx, id: &NativeId) -> Result<Option<Snapshot>> {
        self.load(cx, id).await
    }

    async fn apply(&self, cx: &CallCx, command: &Command) -> Result<Applied> {
        self.carry_out(cx, command, None).await
    }

    async fn apply_with(&self, cx: &CallCx, command: &Command, files: &dyn Files) -> Result<Applied> {
        self.carry_out(cx, command, Some(files)).await
    }

    async fn seek(&self, cx: &CallCx, command: &Command, since: Timestamp) -> Result<Sought> {
        let kind = command.intent.kind();
        if !self.capabilities.commands.contains(&kind) {
            return Err(Error::unsupported(kind.as_str()));
        }
        self.look_for(cx, command, since).await
    }

    async fn open(&self, cx: &CallCx, file: &NativeFile) -> Result<FileBytes> {
        self.bytes(cx, file).await
    }

    fn hints(&self, delivery: &Delivery) -> Result<Vec<Hint>> {
        self.told(delivery)
    }
}
