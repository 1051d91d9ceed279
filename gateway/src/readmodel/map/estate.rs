//! What the provider looks after for an account: sites, assets, documents, domains, certificates.

use super::{date, json, millis};
use crate::readmodel::entity::{assets, certificates, documents, domains, sites};
use crate::readmodel::ids::Refs;
use crate::readmodel::table::{Entry, Mirrored};
use portico_contract::{Kind, Record};

impl Mirrored for sites::Entity {
    const KIND: Kind = Kind::Site;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<sites::Model> {
        let Record::Site(site) = entry.record else { return None };
        Some(sites::Model {
            id: refs.id(&site.id),
            backend_id: refs.backend,
            native_key: site.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&site.account),
            name: site.name.clone(),
            is_primary: site.primary,
            active: site.active,
            address: site.address.clone(),
            city: site.city.clone(),
            region: site.region.clone(),
            postal_code: site.postal_code.clone(),
            country: site.country.clone(),
            phone: site.phone.clone(),
            notes: site.notes.clone(),
        })
    }
}

impl Mirrored for assets::Entity {
    const KIND: Kind = Kind::Asset;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<assets::Model> {
        let Record::Asset(asset) = entry.record else { return None };
        Some(assets::Model {
            id: refs.id(&asset.id),
            backend_id: refs.backend,
            native_key: asset.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&asset.account),
            name: asset.name.clone(),
            key_fields: json(&asset.key_fields),
            installed_on: date(asset.installed_on),
            purchased_on: date(asset.purchased_on),
            warranty_expires_on: date(asset.warranty_expires_on),
            active: asset.active,
            site_id: refs.opt(asset.site.as_ref()),
            contact_id: refs.opt(asset.contact.as_ref()),
            number: asset.number.clone(),
            asset_type: asset.asset_type.clone(),
            status: asset.status.clone(),
            make: asset.make.clone(),
            model: asset.model.clone(),
            serial: asset.serial.clone(),
            operating_system: asset.operating_system.clone(),
            url: asset.url.clone(),
            notes: asset.notes.clone(),
        })
    }
}

impl Mirrored for documents::Entity {
    const KIND: Kind = Kind::Document;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<documents::Model> {
        let Record::Document(document) = entry.record else { return None };
        Some(documents::Model {
            id: refs.id(&document.id),
            backend_id: refs.backend,
            native_key: document.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&document.account),
            name: document.name.clone(),
            body: refs.html(&document.body.0),
            visibility: document.visibility.as_str().to_owned(),
            created_at: millis(document.created_at).unwrap_or_default(),
            updated_at: millis(document.updated_at.or(document.created_at)).unwrap_or_default(),
            folder: document.folder.clone(),
            description: document.description.clone(),
        })
    }
}

impl Mirrored for domains::Entity {
    const KIND: Kind = Kind::Domain;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<domains::Model> {
        let Record::Domain(domain) = entry.record else { return None };
        Some(domains::Model {
            id: refs.id(&domain.id),
            backend_id: refs.backend,
            native_key: domain.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&domain.account),
            name: domain.name.clone(),
            expires_on: date(domain.expires_on),
            registrar: domain.registrar.clone(),
            name_servers: domain.name_servers.clone(),
            records: domain.records.clone(),
            notes: domain.notes.clone(),
        })
    }
}

impl Mirrored for certificates::Entity {
    const KIND: Kind = Kind::Certificate;

    fn row(entry: Entry<'_>, refs: &Refs) -> Option<certificates::Model> {
        let Record::Certificate(certificate) = entry.record else { return None };
        Some(certificates::Model {
            id: refs.id(&certificate.id),
            backend_id: refs.backend,
            native_key: certificate.id.key.clone(),
            hash: 0,
            version: 0,
            read_at: 0,
            account_id: refs.id(&certificate.account),
            name: certificate.name.clone(),
            expires_on: date(certificate.expires_on),
            domain_id: refs.opt(certificate.domain.as_ref()),
            host: certificate.host.clone(),
            issuer: certificate.issuer.clone(),
            notes: certificate.notes.clone(),
        })
    }
}
