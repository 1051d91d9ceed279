//! Whatever people do upstream, in whatever order: once it is quiet and everything was read, both
//! sides say the same.

use crate::upstream;
use anyhow::{Context, Result};
use portico_sandbox::Editor;
use portico_sandbox::itflow::edit::{Flags, NewContact, NewInvoice, NewLine, NewReply, NewTicket, TicketChange};
use portico_sandbox::world::model::{InvoiceStatus, ReplyType};
use portico_tests::{House, Options};
use rust_decimal::Decimal;
use std::time::Duration;

const EDITS: usize = 120;

/// Splitmix64: the same edits for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    pub fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(0));
        from.get(usize::try_from(at).ok()?).copied()
    }
}

/// Somebody at work upstream.
struct Worker<'a> {
    house: &'a House,
    editor: Editor,
    dice: Dice,
}

impl Worker<'_> {
    async fn some(&mut self, table: &str, column: &str) -> Result<i32> {
        let sql = format!("SELECT CAST({column} AS CHAR) FROM {table} ORDER BY {column}");
        let ids = upstream::words(self.house, &sql).await?;
        let ids: Vec<i32> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        self.dice.pick(&ids).with_context(|| format!("{table} is empty"))
    }

    async fn ticket(&mut self) -> Result<i32> {
        self.some("tickets", "ticket_id").await
    }

    async fn reply(&mut self) -> Result<i32> {
        self.some("ticket_replies", "ticket_reply_id").await
    }

    async fn contact(&mut self) -> Result<i32> {
        self.some("contacts", "contact_id").await
    }

    async fn client(&mut self) -> Result<i32> {
        self.some("clients", "client_id").await
    }

    async fn invoice(&mut self) -> Result<i32> {
        self.some("invoices", "invoice_id").await
    }

    fn flags(&mut self) -> Flags {
        Flags { primary: self.dice.coin(), billing: self.dice.coin(), technical: self.dice.coin() }
    }

    fn reply_type(&mut self) -> ReplyType {
        self.dice.pick(&[ReplyType::Client, ReplyType::Public, ReplyType::Internal]).unwrap_or_default()
    }

    async fn on_the_desk(&mut self, turn: usize) -> Result<()> {
        let (at, editor) = (self.house.psa_now(), self.editor.clone());
        match self.dice.below(14) {
            0 | 1 => {
                let (client, contact) = (self.client().await?, self.contact().await?);
                let new = NewTicket { client, contact, subject: format!("Ticket {turn}"), ..NewTicket::default() };
                editor.add_ticket(&new, at).await.map(|_| ())
            }
            2 => {
                let (contact, client) = (self.contact().await?, self.client().await?);
                let change = TicketChange {
                    subject: Some(format!("Changed {turn}")),
                    contact: self.dice.coin().then_some(contact),
                    client: self.dice.coin().then_some(client),
                    priority: Some("Urgent".to_owned()),
                    ..TicketChange::default()
                };
                editor.update_ticket(self.ticket().await?, &change, at).await
            }
            3 => editor.resolve_ticket(self.ticket().await?, at).await,
            4 => editor.close_ticket(self.ticket().await?, 2, at).await,
            5 => editor.reopen_ticket(self.ticket().await?, at).await,
            6 => editor.archive_ticket(self.ticket().await?, at).await,
            7 => editor.delete_ticket(self.ticket().await?).await,
            8 => {
                let (ticket, reply_type) = (self.ticket().await?, self.reply_type());
                let time_worked = self.dice.coin().then(|| "00:10:00".to_owned());
                let new = NewReply { ticket, reply_type, body: format!("<p>Reply {turn}</p>"), by: 2, time_worked };
                editor.add_reply(&new, at).await.map(|_| ())
            }
            9 => {
                let reply_type = self.reply_type();
                editor.set_reply_type(self.reply().await?, reply_type, at).await
            }
            10 => editor.edit_reply(self.reply().await?, &format!("<p>Edited {turn}</p>"), at).await,
            11 => editor.archive_reply(self.reply().await?, at).await,
            12 => editor.delete_reply(self.reply().await?).await,
            _ if self.dice.coin() => {
                let (ticket, reply) = (self.ticket().await?, self.reply().await?);
                let reply = self.dice.coin().then_some(reply);
                editor.add_attachment(ticket, reply, &format!("{turn}.txt"), at).await.map(|_| ())
            }
            _ => {
                let file = self.some("ticket_attachments", "ticket_attachment_id").await?;
                editor.delete_attachment(file).await
            }
        }?;
        Ok(())
    }

    async fn at_the_parties(&mut self, turn: usize) -> Result<()> {
        let (at, editor) = (self.house.psa_now(), self.editor.clone());
        match self.dice.below(12) {
            0 => editor.add_client(&format!("Client {turn}"), "USD", at).await.map(|_| ()),
            1 => editor.rename_client(self.client().await?, &format!("Renamed {turn}"), at).await,
            2 => editor.archive_client(self.client().await?, at).await,
            3 => editor.unarchive_client(self.client().await?, at).await,
            4 => {
                let (client, flags, sign_in) = (self.client().await?, self.flags(), self.dice.coin());
                let email = Some(format!("contact{turn}@example.com"));
                let new = NewContact { client, name: format!("Contact {turn}"), email, flags, sign_in };
                editor.add_contact(&new, at).await.map(|_| ())
            }
            5 => {
                let client = self.client().await?;
                editor.move_contact(self.contact().await?, client, at).await
            }
            6 => {
                let flags = self.flags();
                editor.set_contact_flags(self.contact().await?, flags, at).await
            }
            7 => editor.set_contact_email(self.contact().await?, &format!("moved{turn}@example.com"), at).await,
            8 => editor.archive_contact(self.contact().await?, at).await,
            9 => editor.unarchive_contact(self.contact().await?, at).await,
            10 => editor.delete_contact(self.contact().await?).await,
            _ => {
                let enabled = self.dice.coin();
                editor.set_sign_in(self.contact().await?, enabled, at).await
            }
        }?;
        Ok(())
    }

    async fn in_the_books(&mut self, turn: usize) -> Result<()> {
        let (at, editor) = (self.house.psa_now(), self.editor.clone());
        match self.dice.below(7) {
            0 => {
                let price = Decimal::new(i64::try_from(self.dice.below(100_000))?, 2);
                let tax_percent = Decimal::from(self.dice.below(25));
                let line = NewLine { name: format!("Line {turn}"), quantity: Decimal::TWO, price, tax_percent };
                let new = NewInvoice {
                    client: self.client().await?,
                    status: InvoiceStatus::Sent,
                    date: at.date(),
                    due: at.date(),
                    currency: "EUR".to_owned(),
                    lines: vec![line.clone(), line],
                    ..NewInvoice::default()
                };
                editor.add_invoice(&new, at).await.map(|_| ())
            }
            1 => {
                let status = self.dice.pick(&InvoiceStatus::ALL).unwrap_or_default();
                editor.set_invoice_status(self.invoice().await?, status, at).await
            }
            2 => editor.set_invoice_note(self.invoice().await?, &format!("Note {turn}"), at).await,
            3 => editor.archive_invoice(self.invoice().await?, at).await,
            4 => editor.delete_invoice(self.invoice().await?).await,
            5 => {
                let amount = Decimal::new(i64::try_from(self.dice.below(9_000))?, 2);
                editor.add_payment(self.invoice().await?, amount, "Cash", at).await.map(|_| ())
            }
            _ => editor.delete_payment(self.some("payments", "payment_id").await?, at).await,
        }?;
        Ok(())
    }

    async fn edit(&mut self, turn: usize) -> Result<()> {
        match self.dice.below(20) {
            0..=9 => self.on_the_desk(turn).await,
            10..=14 => self.at_the_parties(turn).await,
            // The backup comes back, and ids with it.
            15 if turn % 40 == 39 => Ok(self.editor.restore(&self.house.world).await?),
            _ => self.in_the_books(turn).await,
        }
    }
}

/// Many edits with beats in between, then quiet and one sweep.
pub async fn converges(seed: u64, options: Options) -> Result<()> {
    let house = House::with(options).await?;
    let mut worker = Worker { house: &house, editor: house.editor(), dice: Dice(seed) };
    for turn in 0..EDITS {
        worker.edit(turn).await.with_context(|| format!("edit {turn} of seed {seed}"))?;
        let pause = worker.dice.below(90);
        house.pass(Duration::from_secs(pause));
        if worker.dice.below(6) == 0 {
            house.beat().await;
        }
    }
    upstream::sweep(&house).await?;
    crate::tickets::staff_is_right(&house).await?;
    crate::search::agrees(&house).await.with_context(|| format!("seed {seed}"))?;
    upstream::agrees(&house).await.with_context(|| format!("seed {seed}"))
}

#[tokio::test]
async fn random_edits_end_in_agreement() -> Result<()> {
    for seed in 1..=4 {
        converges(seed, Options::default()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn random_edits_end_in_agreement_page_by_page() -> Result<()> {
    let options = Options { configure: Some(crate::interrupted::small_pages), ..Options::default() };
    for seed in 11..=12 {
        converges(seed, options.clone()).await?;
    }
    Ok(())
}
