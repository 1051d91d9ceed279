//! Assets, domains, certificates and documents of every client.

use super::{Builder, next_id};
use crate::canary::Visibility;
use crate::world::model::{Asset, Certificate, Document, Domain, File, Folder, Interface, Stamp, Vendor};

/// Type, name, make, status, put away.
const ASSETS: [(&str, &str, &str, &str, bool); 4] = [
    ("Laptop", "LT", "Lenovo", "Deployed", false),
    ("Server", "SRV", "Dell", "Deployed", false),
    ("Printer", "PRN", "Brother", "Out for Repair", false),
    ("Phone", "PH", "Yealink", "Retired", true),
];

pub(super) fn add(b: &mut Builder<'_>) {
    let clients: Vec<i32> = b.world.clients.iter().map(|client| client.id).collect();
    for client in clients {
        let vendor = vendor(b, client);
        assets(b, client, vendor);
        let domain = domain(b, client);
        certificate(b, client, domain);
        documents(b, client);
    }
}

fn vendor(b: &mut Builder<'_>, client: i32) -> i32 {
    let id = next_id(&b.world.vendors);
    let object = format!("vendor{id}");
    let vendor = Vendor {
        id,
        client,
        name: format!("Example Carrier {client}"),
        account_number: b.secret(client, &object, "account_number"),
        notes: b.secret(client, &object, "notes"),
        created: Stamp::At(b.days_ago(300)),
        archived: Stamp::Never,
    };
    b.world.vendors.push(vendor);
    id
}

fn assets(b: &mut Builder<'_>, client: i32, vendor: i32) {
    // Contacts lie in the order of their clients.
    let first = b.world.contacts.partition_point(|contact| contact.client < client);
    let people = b.world.contacts.iter().skip(first).take_while(|contact| contact.client == client);
    let people: Vec<i32> = people.map(|contact| contact.id).collect();
    let location = b.world.locations.iter().find(|location| location.client == client).map_or(0, |found| found.id);
    // Each to another contact, backwards, so that standard contacts have one too; the server is nobody's.
    let mut owners = people.iter().rev().copied();
    for (asset_type, name, make, status, archived) in ASSETS {
        let id = next_id(&b.world.assets);
        let object = format!("asset{id}");
        let visibility = if archived { Visibility::Internal } else { Visibility::Account };
        let asset = Asset {
            id,
            client,
            contact: if asset_type == "Server" { 0 } else { owners.next().unwrap_or(0) },
            location,
            vendor,
            asset_type: asset_type.to_owned(),
            name: format!("{name}-{id:03}"),
            description: Some(b.text("Standard image", client, &object, "description", visibility)),
            make: make.to_owned(),
            model: Some("Model 7".to_owned()),
            serial: Some(b.text("", client, &object, "serial", visibility)).filter(|serial| !serial.is_empty()),
            os: Some("Windows 11".to_owned()),
            uri: b.secret(client, &object, "uri"),
            uri_2: b.secret(client, &object, "uri_2"),
            uri_client: Some(format!("https://remote.northlight.example.com/{id}")),
            status: Some(status.to_owned()),
            purchased: Some(b.day(-400)),
            warranty: Some(b.day(20)),
            installed: Some(b.day(-390)),
            notes: b.secret(client, &object, "notes"),
            created: Stamp::At(b.days_ago(390)),
            updated: Stamp::Never,
            archived: if archived { Stamp::At(b.days_ago(9)) } else { Stamp::Never },
        };
        b.world.assets.push(asset);
        let port = Interface {
            id,
            asset: id,
            name: "eth0".to_owned(),
            mac: Some(format!("02:00:00:00:{:02x}:{:02x}", (id >> 8) & 0xff, id & 0xff)),
            ip: Some(format!("192.0.2.{}", id.rem_euclid(250))),
            notes: b.secret(client, &format!("interface{id}"), "notes"),
            primary: true,
            created: Stamp::At(b.days_ago(390)),
        };
        b.world.interfaces.push(port);
    }
}

fn domain(b: &mut Builder<'_>, client: i32) -> i32 {
    let id = next_id(&b.world.domains);
    let object = format!("domain{id}");
    let domain = Domain {
        id,
        client,
        name: format!("client{client}.example.com"),
        description: Some(b.account("Main domain", client, &object, "description")),
        expires: Some(b.day(30)),
        registrar: 1,
        txt: b.secret(client, &object, "txt"),
        raw_whois: b.secret(client, &object, "raw_whois"),
        notes: b.secret(client, &object, "notes"),
        created: Stamp::At(b.days_ago(380)),
        archived: Stamp::Never,
    };
    b.world.domains.push(domain);
    id
}

fn certificate(b: &mut Builder<'_>, client: i32, domain: i32) {
    let id = next_id(&b.world.certificates);
    let object = format!("certificate{id}");
    let certificate = Certificate {
        id,
        client,
        domain,
        name: b.account("Web certificate", client, &object, "name"),
        host: Some(format!("www.client{client}.example.com")),
        issued_by: "Example CA".to_owned(),
        expires: Some(b.day(40)),
        notes: b.secret(client, &object, "notes"),
        created: Stamp::At(b.days_ago(90)),
        archived: Stamp::Never,
    };
    b.world.certificates.push(certificate);
}

/// One document for the client with a file, one that only agents may read with another.
fn documents(b: &mut Builder<'_>, client: i32) {
    let folder = next_id(&b.world.folders);
    b.world.folders.push(Folder { id: folder, client, name: "Guides".to_owned() });
    for (name, client_visible) in [("How to reach us", true), ("Firewall passwords", false)] {
        let id = next_id(&b.world.documents);
        let object = format!("document{id}");
        let visibility = if client_visible { Visibility::Account } else { Visibility::Internal };
        let created = Stamp::At(b.days_ago(70));
        let document = Document {
            id,
            client,
            folder,
            name: b.text(name, client, &object, "name", visibility),
            description: Some(b.text("Guide", client, &object, "description", visibility)),
            content: format!("<h1>{}</h1>", b.text(name, client, &object, "content", visibility)),
            client_visible,
            created_by: 1,
            created,
            updated: Stamp::Never,
            archived: Stamp::Never,
        };
        b.world.documents.push(document);
        let object = format!("file{id}");
        b.world.files.push(File {
            id,
            client,
            document: id,
            name: format!("{}.pdf", b.text("guide", client, &object, "name", visibility)),
            reference: b.internal(client, &object, "reference"),
            description: None,
            extension: "pdf".to_owned(),
            size: 12_345,
            mime_type: "application/pdf".to_owned(),
            created,
            archived: Stamp::Never,
        });
    }
}
