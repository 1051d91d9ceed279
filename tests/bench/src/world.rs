//! The PSA that is read: an ITFlow sandbox of a chosen size, made once and kept.

use crate::place::{connect, fingerprint};
use anyhow::{Result, ensure};
use portico_sandbox::ItflowSandbox;
use portico_sandbox::itflow::bulk::{Bulk, pour, prepare, tickets_of};
use std::fs;
use std::path::Path;

/// What the viewer's account owns, in every world.
pub const OWN_TICKETS: usize = 5_000;

#[derive(Debug, Clone)]
pub struct World {
    pub tickets: usize,
    pub url: String,
}

/// Where its content comes from.
const SOURCES: &[&str] = &["backends/sandbox/src"];
const WHOLE: &str = "whole";

fn bulk(tickets: usize) -> Bulk {
    Bulk {
        tickets,
        first_client: OWN_TICKETS,
        clients: (tickets / 1_000).clamp(20, 1_000),
        contacts_per_client: 20,
        agents: 40,
    }
}

impl World {
    pub async fn of(dir: &Path, tickets: usize) -> Result<Self> {
        ensure!(tickets >= OWN_TICKETS, "a world has at least the viewer's {OWN_TICKETS} tickets");
        let folder = dir.join(format!("world-{tickets}"));
        let (bulk, whole) = (bulk(tickets), folder.join(WHOLE));
        let made_from = format!("{bulk:?} {}", fingerprint(SOURCES)?);
        let world = Self { tickets, url: ItflowSandbox::url_in(&folder) };
        if fs::read_to_string(&whole).is_ok_and(|text| text == made_from) {
            return Ok(world);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("itflow.sqlite"), "")?;
        println!("making a world of {tickets} tickets");
        let conn = connect(&world.url).await?;
        prepare(&conn).await?;
        let poured = pour(&conn, &bulk, |so_far| {
            if so_far % 100_000 == 0 {
                println!("  {so_far} tickets");
            }
        })
        .await?;
        let own = tickets_of(&conn, 1).await?;
        ensure!(usize::try_from(own)? == OWN_TICKETS, "the viewer's account has {own} tickets");
        println!("  {} tickets, {} replies", poured.tickets, poured.replies);
        conn.close().await?;
        fs::write(whole, made_from)?;
        Ok(world)
    }
}
