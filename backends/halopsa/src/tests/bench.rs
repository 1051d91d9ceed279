//! The adapter on a tenant, with people at work in Halo.
//!
//! Everything follows from the seed, the clock and the order of calls, so that a run can be recorded and replayed.

use super::fixture::{House, command, config, number};
use crate::backend::Halo;
use crate::client::Client;
use crate::config::HaloConfig;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use portico_contract::command::{
    AddComment, CloseTicket, DecideApproval, DecideQuote, RateTicket, RecordPayment, ReopenTicket, ResolveTicket,
    SetFollowers, UpdateTicket, UpsertContact,
};
use portico_contract::value::{Html, Money, Visibility};
use portico_contract::{Backend, Command, CommandKind, Delivery, Intent, Kind, NativeFile, NativeId, Timestamp};
use portico_sandbox::halopsa::NewAction;
use portico_testkit::FaultProxy;
use portico_testkit::conformance::{Bench, Broken, Edit};
use portico_transport::Wire;
use secrecy::ExposeSecret;
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) struct HaloBench {
    house: House,
    halo: Halo,
    settings: HaloConfig,
    proxy: Option<FaultProxy>,
    contact: NativeId,
    account: NativeId,
    /// Tickets for commands, which nobody else works on. Made before, so that what a command makes moves no number.
    spare: Mutex<Vec<i64>>,
    count: AtomicU64,
}

const SPARE: usize = 20;

fn failed(error: impl std::fmt::Display) -> Broken {
    Broken(error.to_string())
}

impl HaloBench {
    /// With nothing between.
    pub(super) async fn plain() -> Self {
        let house = House::new().await;
        let settings = config(&house.tenant);
        let halo = Halo::new("box", settings.clone(), house.clock.clone()).unwrap();
        Self::on(house, halo, settings, None).await
    }

    /// Through a proxy. Tokens go round it: what is asked here is asked of calls.
    pub(super) async fn proxied() -> Self {
        let house = House::new().await;
        let address = house.tenant.url().trim_start_matches("http://").parse().unwrap();
        let proxy = FaultProxy::start(address).await.unwrap();
        let settings = HaloConfig { resource_url: format!("{}/api", proxy.url()), ..config(&house.tenant) };
        let halo = Halo::new("box", settings.clone(), house.clock.clone()).unwrap();
        Self::on(house, halo, settings, Some(proxy)).await
    }

    /// Over another wire: a recorder, a replayer.
    pub(super) async fn over(wire: impl FnOnce(&HaloConfig) -> Arc<dyn Wire>) -> Self {
        let house = House::new().await;
        let settings = config(&house.tenant);
        let client = Client::over(wire(&settings), &settings, house.clock.clone()).unwrap();
        let halo = Halo::with("box", settings.clone(), house.clock.clone(), client).unwrap();
        Self::on(house, halo, settings, None).await
    }

    async fn on(house: House, halo: Halo, settings: HaloConfig, proxy: Option<FaultProxy>) -> Self {
        let (contact, account) = house.contact().await;
        let open = |_| house.tenant.open_ticket(number(&account), number(&contact), "Spare").unwrap();
        let spare = Mutex::new((0..SPARE).map(open).collect());
        Self { house, halo, settings, proxy, contact, account, spare, count: AtomicU64::new(1) }
    }

    fn count(&self) -> u64 {
        self.count.fetch_add(1, Ordering::SeqCst)
    }

    /// A new ticket of the contact's.
    fn ticket(&self) -> Result<NativeId, Broken> {
        if let Some(spare) = self.spare.lock().map_err(failed)?.pop() {
            return Ok(NativeId::new(Kind::Ticket, spare));
        }
        let subject = format!("Made for number {}", self.count());
        let made = self.house.tenant.open_ticket(number(&self.account), number(&self.contact), &subject);
        Ok(NativeId::new(Kind::Ticket, made.map_err(failed)?))
    }

    fn write(&self, path: &'static str, object: serde_json::Value) -> Result<i64, Broken> {
        self.house.tenant.write(path, object).map_err(failed)
    }

    /// An intent of a kind that can be carried out now.
    fn intent(&self, kind: CommandKind, unique: u64) -> Result<Option<Intent>, Broken> {
        let (contact, account) = (&self.contact, &self.account);
        let text = |what: &str| format!("{what} {unique}");
        Ok(Some(match kind {
            CommandKind::OpenTicket => {
                Intent::OpenTicket(super::writes::new_ticket(contact, account, &text("Conforming")))
            }
            CommandKind::AddComment => Intent::AddComment(AddComment {
                ticket: self.ticket()?,
                body: Html(format!("<p>{}</p>", text("Said"))),
                visibility: Visibility::Public,
                attachments: Vec::new(),
                seconds_worked: None,
            }),
            CommandKind::UpdateTicket => Intent::UpdateTicket(UpdateTicket {
                ticket: self.ticket()?,
                assignee: Some(NativeId::new(Kind::Agent, 3)),
                team: None,
                priority: Some("1".to_owned()),
                status: Some("28".to_owned()),
                category: None,
            }),
            CommandKind::ResolveTicket => {
                let note = Some(Html(format!("<p>{}</p>", text("Solved"))));
                Intent::ResolveTicket(ResolveTicket { ticket: self.ticket()?, note })
            }
            CommandKind::CloseTicket => Intent::CloseTicket(CloseTicket { ticket: self.ticket()? }),
            CommandKind::ReopenTicket => {
                let ticket = self.ticket()?;
                self.house.tenant.close_ticket(number(&ticket)).map_err(failed)?;
                Intent::ReopenTicket(ReopenTicket { ticket, note: None })
            }
            CommandKind::SetFollowers => {
                Intent::SetFollowers(SetFollowers { ticket: self.ticket()?, followers: vec![contact.clone()] })
            }
            CommandKind::DecideApproval => {
                let ticket = number(&self.ticket()?);
                let asked = json!({ "ticket_id": ticket, "user_id": number(contact), "summary": "Buy" });
                let seq = self.write("TicketApproval", asked)?;
                let approval = NativeId::new(Kind::Approval, format!("{ticket}/{seq}"));
                Intent::DecideApproval(DecideApproval { approval, approve: true, note: None })
            }
            CommandKind::DecideQuote => {
                let quote = json!({ "client_id": number(account), "title": text("Quote"), "total": 10.0, "status": 1, "status_name": "Sent", "lines": [] });
                let quote = NativeId::new(Kind::Quote, self.write("Quotation", quote)?);
                Intent::DecideQuote(DecideQuote { quote, accept: true, note: None })
            }
            CommandKind::UpsertContact => Intent::UpsertContact(UpsertContact {
                contact: None,
                account: account.clone(),
                name: Some(text("Ada Byron")),
                title: None,
                department: None,
                email: Some(format!("ada{unique}@conforming.example")),
                phone: None,
                mobile: None,
                facts: None,
            }),
            CommandKind::RecordPayment => {
                let invoice = self.house.tenant.add_invoice(number(account), 10.0, true).map_err(failed)?;
                Intent::RecordPayment(RecordPayment {
                    invoice: NativeId::new(Kind::Invoice, invoice),
                    amount: Money { amount: 10.into(), currency: "USD".to_owned() },
                    method: "card".to_owned(),
                    reference: format!("ch_{unique}"),
                })
            }
            CommandKind::RateTicket => {
                Intent::RateTicket(RateTicket { ticket: self.ticket()?, positive: true, note: None })
            }
            CommandKind::RequestItem | CommandKind::SetAutopay => return Ok(None),
        }))
    }

    /// How many rows of a list have this value.
    fn holding(&self, path: &'static str, field: &str, value: &serde_json::Value) -> usize {
        let tenant = &self.house.tenant;
        tenant.ids(path).iter().filter(|(id, _)| tenant.value(path, *id, field) == *value).count()
    }

    /// One of many things that people do to a ticket. What does not fit is not done.
    fn bustle(&self, number: u64, ticket: i64, client: i64) {
        let tenant = &self.house.tenant;
        let note = |hidden, user| NewAction {
            ticket,
            note: format!("<p>Random {number}</p>"),
            hidden,
            user,
            ..NewAction::default()
        };
        let actions: Vec<i64> = tenant.ids("Actions").iter().filter(|key| key.0 == ticket).map(|key| key.1).collect();
        let last = actions.last().copied().unwrap_or(0);
        let user = super::fixture::number(&self.contact);
        let _fits = match number % 13 {
            0 | 7 => tenant.open_ticket(client, 0, &format!("Random {number}")).map(drop),
            1 => tenant.update_ticket(ticket, json!({ "summary": format!("Random {number}") })),
            2 => tenant.add_action(&note(false, user)).map(drop),
            3 => tenant.add_action(&note(true, 0)).map(drop),
            4 => tenant.set_hidden(ticket, last, number.is_multiple_of(2)),
            5 => tenant.close_ticket(ticket),
            6 => tenant.delete_ticket(ticket),
            8 => tenant.move_ticket(ticket, client),
            9 => tenant.recover_ticket(ticket),
            10 => tenant.update_user(user, json!({ "phonenumber": format!("+1 {number}") })),
            11 => tenant.add_invoice(client, 10.0, true).map(drop),
            _ => {
                tenant.purge_ticket(ticket);
                Ok(())
            }
        };
    }
}

#[async_trait]
impl Bench for HaloBench {
    fn backend(&self) -> &dyn Backend {
        &self.halo
    }

    async fn edit(&self, turn: usize) -> Result<Option<Edit>, Broken> {
        let tenant = &self.house.tenant;
        let (client, user) = (number(&self.account), number(&self.contact));
        self.house.clock.advance(Duration::from_secs(60));
        // The ticket of this turn, at the customer since before the mirrors were filled.
        let ids = tenant.ids("Tickets");
        let mine = ids.iter().filter(|(id, _)| tenant.value("Tickets", *id, "deleted") != true);
        let ticket = mine.map(|(id, _)| *id).nth(turn).ok_or_else(|| Broken("no ticket is left".to_owned()))?;
        let changed = |fields| tenant.update_ticket(ticket, fields).map(|()| ticket);
        let note = |hidden| {
            let note = NewAction { ticket, note: "<p>More</p>".to_owned(), hidden, ..NewAction::default() };
            tenant.add_action(&note).map(|_| ticket)
        };
        let purged = || {
            tenant.purge_ticket(ticket);
            Ok(ticket)
        };
        let (what, kind, key, stays) = match turn {
            0 => ("a new ticket", Kind::Ticket, tenant.open_ticket(client, user, "New"), true),
            1 => ("a new subject", Kind::Ticket, changed(json!({ "summary": "Changed" })), true),
            2 => ("an internal note", Kind::Ticket, note(true), true),
            3 => ("an answer", Kind::Ticket, note(false), true),
            4 => ("closing", Kind::Ticket, tenant.close_ticket(ticket).map(|()| ticket), true),
            5 => ("a move", Kind::Ticket, tenant.move_ticket(ticket, client).map(|()| ticket), true),
            6 => ("deleting", Kind::Ticket, tenant.delete_ticket(ticket).map(|()| ticket), false),
            7 => ("purging", Kind::Ticket, purged(), false),
            8 => {
                let done = tenant.update_user(user, json!({ "mobilenumber": "+1 555 0100" }));
                ("a new number", Kind::Contact, done.map(|()| user), true)
            }
            9 => {
                let done = tenant.update("Client", client, json!({ "website": "https://new.example" }));
                ("a new site", Kind::Account, done.map(|()| client), true)
            }
            10 => ("a new invoice", Kind::Invoice, tenant.add_invoice(client, 10.0, true), true),
            11 => {
                let invoice = tenant.add_invoice(client, 10.0, true).map_err(failed)?;
                ("a payment", Kind::Invoice, tenant.add_payment(invoice, 4.0).map(|_| invoice), true)
            }
            _ => return Ok(None),
        };
        let ids = vec![NativeId::new(kind, key.map_err(failed)?)];
        let (changed, gone) = if stays { (ids, Vec::new()) } else { (Vec::new(), ids) };
        Ok(Some(Edit { what: what.to_owned(), changed, gone }))
    }

    async fn random(&self, turn: u64) -> Result<bool, Broken> {
        self.house.clock.advance(Duration::from_secs(5));
        let pick = |path, salt: u64| {
            let mut ids = self.house.tenant.ids(path);
            if path == "Tickets" {
                ids.retain(|key| !self.spare.lock().is_ok_and(|spare| spare.contains(&key.0)));
            }
            let at = usize::try_from(turn.wrapping_mul(salt) >> 8).unwrap_or(0) % ids.len().max(1);
            ids.get(at).map_or(0, |key| key.0)
        };
        self.bustle(turn, pick("Tickets", 0x9E37_79B1), pick("Client", 0x85EB_CA77));
        Ok(true)
    }

    fn proxy(&self) -> Option<&FaultProxy> {
        self.proxy.as_ref()
    }

    fn since(&self) -> Timestamp {
        self.house.clock.now()
    }

    async fn command(&self, kind: CommandKind) -> Result<Option<Command>, Broken> {
        // Longer than the overlap: what was made before is not taken for this.
        self.house.clock.advance(Duration::from_secs(1_200));
        let unique = self.count();
        let intent = self.intent(kind, unique)?;
        Ok(intent.map(|intent| command(&self.contact, u128::from(unique), intent)))
    }

    async fn made(&self, command: &Command) -> Result<Option<usize>, Broken> {
        Ok(match &command.intent {
            Intent::OpenTicket(it) => Some(self.holding("Tickets", "summary", &json!(it.subject))),
            Intent::AddComment(it) => {
                let on = |key: &&(i64, i64)| key.0 == number(&it.ticket);
                Some(self.house.tenant.ids("Actions").iter().filter(on).count())
            }
            Intent::UpsertContact(it) => Some(self.holding("Users", "emailaddress", &json!(it.email))),
            Intent::RecordPayment(it) => Some(self.holding("InvoicePayment", "thirdpartyid", &json!(it.reference))),
            Intent::RateTicket(it) => Some(self.holding("Feedback", "ticket_id", &json!(number(&it.ticket)))),
            // The words that go with it.
            Intent::ResolveTicket(it) => {
                let on = |key: &&(i64, i64)| key.0 == number(&it.ticket);
                Some(self.house.tenant.ids("Actions").iter().filter(on).count())
            }
            _ => None,
        })
    }

    async fn file(&self) -> Result<Option<(NativeFile, Bytes)>, Broken> {
        let ticket = number(&self.ticket()?);
        let bytes = b"some bytes \x00\xff of a file";
        let file = json!({ "ticket_id": ticket, "filename": "a.bin", "data_base64": STANDARD.encode(bytes) });
        let id = self.write("Attachment", file)?;
        let owner = NativeId::new(Kind::Attachment, id);
        Ok(Some((NativeFile { owner, reference: id.to_string() }, Bytes::from_static(bytes))))
    }

    fn delivery(&self) -> Option<Delivery> {
        let secret = self.settings.webhook_secret.as_ref()?.expose_secret();
        let headers = vec![("Authorization".to_owned(), format!("Bearer {secret}"))];
        let unique = format!("delivery-{}", self.count());
        let body = json!({ "id": unique, "event": "Ticket Updated", "object_id": 7 }).to_string().into();
        Some(Delivery { headers, body, received_at: self.house.clock.now() })
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.settings.client_secret.expose_secret().to_owned(), "halo-token-".to_owned()]
    }
}
