//! `locations`, `assets`, `domains` and `certificates` → sites, assets, domains and certificates.

use super::value::{date, is_set, words};
use crate::wire::estate::{AssetRow, CertificateRow, DomainRow, LocationRow};
use portico_contract::record::{Asset, Certificate, Domain, Record, Site};
use portico_contract::value::{CustomValue, Visibility};
use portico_contract::{Kind, NativeId};
use serde_json::Value as Json;

/// Archived sites stay, inactive: people and tickets refer to them.
pub(crate) fn site(row: &LocationRow) -> Option<Record> {
    Some(Record::Site(Site {
        id: NativeId::new(Kind::Site, row.location_id),
        account: NativeId::from_row(Kind::Account, row.location_client_id)?,
        name: row.location_name.trim().to_owned(),
        address: words(row.location_address.as_deref()),
        city: words(row.location_city.as_deref()),
        region: words(row.location_state.as_deref()),
        postal_code: words(row.location_zip.as_deref()),
        country: words(row.location_country.as_deref()),
        phone: words(row.location_phone.as_deref()),
        primary: row.location_primary == Some(true),
        notes: words(row.location_notes.as_deref()),
        active: !is_set(row.location_archived_at.as_deref()),
    }))
}

pub(crate) fn asset(row: &AssetRow) -> Option<Record> {
    let account = live(row.asset_client_id, row.asset_archived_at.as_deref())?;
    let links = [("uri", "Link", &row.asset_uri), ("uri_2", "Second link", &row.asset_uri_2)];
    Some(Record::Asset(Box::new(Asset {
        id: NativeId::new(Kind::Asset, row.asset_id),
        account,
        site: NativeId::from_row(Kind::Site, row.asset_location_id),
        contact: NativeId::from_row(Kind::Contact, row.asset_contact_id),
        number: None,
        name: row.asset_name.trim().to_owned(),
        asset_type: words(Some(&row.asset_type)),
        status: words(row.asset_status.as_deref()),
        make: words(Some(&row.asset_make)),
        model: words(row.asset_model.as_deref()),
        serial: words(row.asset_serial.as_deref()),
        operating_system: words(row.asset_os.as_deref()),
        url: words(row.asset_uri_client.as_deref()),
        key_fields: links.into_iter().filter_map(|(key, label, uri)| hidden(key, label, uri.as_deref())).collect(),
        notes: words(row.asset_notes.as_deref()),
        installed_on: date(row.asset_install_date.as_deref()),
        purchased_on: date(row.asset_purchase_date.as_deref()),
        warranty_expires_on: date(row.asset_warranty_expire.as_deref()),
        active: true,
    })))
}

/// A value for the provider's own people.
fn hidden(key: &str, label: &str, text: Option<&str>) -> Option<CustomValue> {
    Some(CustomValue {
        key: key.to_owned(),
        label: label.to_owned(),
        value: Json::String(words(text)?),
        visibility: Visibility::Hidden,
    })
}

pub(crate) fn domain(row: &DomainRow) -> Option<Record> {
    Some(Record::Domain(Domain {
        id: NativeId::new(Kind::Domain, row.domain_id),
        account: live(row.domain_client_id, row.domain_archived_at.as_deref())?,
        name: row.domain_name.trim().to_owned(),
        registrar: words(row.vendor_name.as_deref()),
        name_servers: words(row.domain_name_servers.as_deref()),
        records: records(row),
        notes: words(row.domain_notes.as_deref()),
        expires_on: date(row.domain_expire.as_deref()),
    }))
}

/// Addresses and mail servers, a line each. Texts and the registry's answer are not among them: they
/// hold tokens and people's addresses, and ITFlow shows them to no customer.
fn records(row: &DomainRow) -> Option<String> {
    let columns = [("A", &row.domain_ip), ("MX", &row.domain_mail_servers)];
    let lines = columns.into_iter().flat_map(|(kind, column)| {
        let lines = column.as_deref().unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(move |line| format!("{kind} {line}"))
    });
    words(Some(&lines.collect::<Vec<_>>().join("\n")))
}

pub(crate) fn certificate(row: &CertificateRow) -> Option<Record> {
    Some(Record::Certificate(Certificate {
        id: NativeId::new(Kind::Certificate, row.certificate_id),
        account: live(row.certificate_client_id, row.certificate_archived_at.as_deref())?,
        domain: NativeId::from_row(Kind::Domain, row.certificate_domain_id),
        name: row.certificate_name.trim().to_owned(),
        host: words(row.certificate_domain.as_deref()),
        issuer: words(Some(&row.certificate_issued_by)),
        notes: words(row.certificate_notes.as_deref()),
        expires_on: date(row.certificate_expire.as_deref()),
    }))
}

/// The account of a row that is not archived and belongs to somebody.
pub(super) fn live(client: i64, archived: Option<&str>) -> Option<NativeId> {
    NativeId::from_row(Kind::Account, client).filter(|_| !is_set(archived))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_the_customers_link_is_the_url_of_an_asset() {
        let row = AssetRow {
            asset_id: 1,
            asset_client_id: 1,
            asset_make: " ".into(),
            asset_uri: some("https://idrac.internal"),
            asset_uri_2: some(""),
            asset_uri_client: some("https://status.example"),
            asset_install_date: some("0000-00-00"),
            ..AssetRow::default()
        };
        let Some(Record::Asset(asset)) = asset(&row) else { panic!() };
        assert_eq!(asset.url.as_deref(), Some("https://status.example"));
        let fields: Vec<_> = asset.key_fields.iter().map(|f| (f.key.as_str(), f.visibility)).collect();
        assert_eq!(fields, [("uri", Visibility::Hidden)]);
        assert_eq!((asset.make, asset.installed_on, asset.site), (None, None, None));
    }

    #[test]
    fn archived_and_ownerless_rows_are_none_but_archived_sites_stay() {
        let then = some("2026-01-01 00:00:00");
        let row = LocationRow { location_client_id: 1, location_archived_at: then.clone(), ..LocationRow::default() };
        assert!(matches!(site(&row), Some(Record::Site(site)) if !site.active));
        assert_eq!(site(&LocationRow::default()), None);
        assert_eq!(live(1, then.as_deref()), None);
        assert_eq!(live(0, None), None);
        assert!(live(1, Some("0000-00-00 00:00:00")).is_some());
    }

    #[test]
    fn records_of_a_domain_are_lines() {
        let row = DomainRow {
            domain_ip: some("192.0.2.1\r\n192.0.2.2\n"),
            domain_mail_servers: some("10 mx.example"),
            ..DomainRow::default()
        };
        assert_eq!(records(&row).as_deref(), Some("A 192.0.2.1\nA 192.0.2.2\nMX 10 mx.example"));
        assert_eq!(records(&DomainRow::default()), None);
    }
}
