//! The folder `uploads` of an ITFlow: small files for the attachments of a world.

use crate::error::Result;
use crate::world::World;
use std::path::Path;

/// Ending of a name and bytes that a program for such files opens.
const FILES: &[(&str, &[u8])] = &[
    ("jpg", include_bytes!("../files/picture.jpg")),
    ("png", include_bytes!("../files/picture.png")),
    ("pdf", include_bytes!("../files/page.pdf")),
    ("xlsx", include_bytes!("../files/table.xlsx")),
    ("csv", b"name,extension\r\nFront desk,100\r\nAccounts,114\r\n"),
    ("eml", b"From: someone@example.com\r\nTo: help@example.com\r\nSubject: As it came in\r\n\r\nHello!\r\n"),
    ("txt", b"A note that was attached.\n"),
];

/// What every other file holds: bytes of no format.
const OTHER: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7];

/// Writes the file of every attachment below this folder, where an adapter looks for it.
pub fn write_uploads(folder: &Path, world: &World) -> Result<()> {
    for file in &world.attachments {
        let ticket = folder.join("tickets").join(file.ticket.to_string());
        std::fs::create_dir_all(&ticket)?;
        std::fs::write(ticket.join(&file.reference), bytes_of(&file.name))?;
    }
    Ok(())
}

/// What the sandbox keeps under a name with this ending.
#[must_use]
pub fn bytes_of(name: &str) -> &'static [u8] {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    FILES.iter().find(|(known, _)| *known == ending).map_or(OTHER, |(_, bytes)| bytes)
}
