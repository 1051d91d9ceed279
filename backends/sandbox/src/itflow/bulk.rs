//! A world too large to be held: its tickets are made and written batch by batch, on top of a seeded
//! world without tickets. The first client owns as many of them in a small world as in a large one.

mod people;
mod ticket;

use super::Dialect;
use super::load::{create_schema, fill, insert};
use super::statement::number;
use crate::error::Result;
use crate::seed::Seed;
use crate::world::World;
use people::People;
use sea_orm::{ConnectionTrait, TransactionSession, TransactionTrait};

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    pub tickets: usize,
    /// How many of them are the first client's, spread evenly over the whole time.
    pub first_client: usize,
    /// Clients beside the five of the seeded world.
    pub clients: usize,
    pub contacts_per_client: usize,
    pub agents: usize,
}

/// What was written, without the seeded world's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Poured {
    pub tickets: usize,
    pub replies: usize,
}

/// Tickets per transaction: all that is ever in memory.
const BATCH: usize = 2_000;

impl Bulk {
    /// The world that the tickets are poured into.
    #[must_use]
    pub fn seed(&self) -> Seed {
        Seed {
            tickets_per_account: 0,
            invoices_per_account: 2,
            extra_accounts: self.clients,
            visible_canaries: false,
            ..Seed::default()
        }
    }
}

/// Makes the tables and fills them. `tell` hears how many tickets there are after every batch.
pub async fn pour<C>(conn: &C, bulk: &Bulk, mut tell: impl FnMut(usize)) -> Result<Poured>
where
    C: ConnectionTrait + TransactionTrait,
{
    let seed = bulk.seed();
    let world = World::seeded(&seed);
    create_schema(conn).await?;
    let transaction = conn.begin().await?;
    fill(&transaction, &world).await?;
    let people = People::new(&world, bulk);
    insert(&transaction, people.new_agents()).await?;
    insert(&transaction, people.new_contacts()).await?;
    transaction.commit().await?;
    let (first_ticket, first_reply) = (world.tickets.len() + 1, world.replies.len() + 1);
    drop(world);

    let mut maker = ticket::Maker::new(bulk, &people, seed.start, first_ticket, first_reply);
    let mut poured = Poured::default();
    while poured.tickets < bulk.tickets {
        let (tickets, replies) = maker.batch(BATCH.min(bulk.tickets - poured.tickets));
        let transaction = conn.begin().await?;
        insert(&transaction, &tickets).await?;
        insert(&transaction, &replies).await?;
        transaction.commit().await?;
        poured.tickets += tickets.len();
        poured.replies += replies.len();
        tell(poured.tickets);
    }
    Ok(poured)
}

/// Opens a new SQLite file for [`pour`]: what is interrupted is made again, so nothing waits for the disk.
pub async fn prepare<C: ConnectionTrait>(conn: &C) -> Result<()> {
    if Dialect::of(conn)? == Dialect::Sqlite {
        conn.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").await?;
    }
    Ok(())
}

/// How many tickets a client has.
pub async fn tickets_of<C: ConnectionTrait>(conn: &C, client: i32) -> Result<i64> {
    number(conn, "SELECT COUNT(*) FROM tickets WHERE ticket_client_id = ?", vec![client.into()]).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Database;

    async fn poured(tickets: usize) -> (sea_orm::DatabaseConnection, Poured) {
        let conn = Database::connect("sqlite::memory:").await.unwrap();
        let bulk = Bulk { tickets, first_client: 100, clients: 3, contacts_per_client: 5, agents: 4 };
        let mut told = Vec::new();
        let poured = pour(&conn, &bulk, |so_far| told.push(so_far)).await.unwrap();
        assert_eq!(told.last(), Some(&tickets));
        (conn, poured)
    }

    #[tokio::test]
    async fn the_first_client_has_as_many_tickets_in_a_small_world_as_in_a_large_one() {
        for tickets in [200, 4_500] {
            let (conn, poured) = poured(tickets).await;
            assert_eq!(poured.tickets, tickets);
            assert_eq!(tickets_of(&conn, 1).await.unwrap(), 100);
            let per_ticket = poured.replies as f64 / tickets as f64;
            assert!((2.0..4.0).contains(&per_ticket), "{per_ticket} replies a ticket");
            let rare = "SELECT COUNT(*) FROM tickets WHERE ticket_subject LIKE ?";
            let rare = number(&conn, rare, vec![format!("%{}%", ticket::RARE).into()]).await.unwrap();
            assert!((1..=200).contains(&rare), "{rare} tickets with the rare word");
        }
    }

    #[tokio::test]
    async fn every_contact_and_agent_of_a_ticket_exists() {
        let (conn, _) = poured(200).await;
        for sql in [
            "SELECT COUNT(*) FROM tickets WHERE ticket_id > 1 AND NOT EXISTS (SELECT 1 FROM contacts WHERE \
             contact_id = ticket_contact_id AND contact_client_id = ticket_client_id)",
            "SELECT COUNT(*) FROM tickets WHERE ticket_assigned_to > 0 AND NOT EXISTS (SELECT 1 FROM users WHERE \
             user_id = ticket_assigned_to AND user_type = 1)",
        ] {
            assert_eq!(number(&conn, sql, Vec::new()).await.unwrap(), 0, "{sql}");
        }
    }
}
