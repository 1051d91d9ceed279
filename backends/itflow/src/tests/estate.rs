//! Sites, assets, domains, certificates and documents.

use super::fixture::{installation, keys, record};
use portico_contract::value::Visibility;
use portico_contract::{Kind, NativeId, Pass, Record, Stream};

#[tokio::test]
async fn archived_sites_stay_inactive() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Sites, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2", "4"]);
    let site = |id: &str| match record(&batch, id) {
        Record::Site(site) => site.clone(),
        other => panic!("{other:?}"),
    };
    let quay = site("site:1");
    assert_eq!((quay.primary, quay.active, quay.notes.as_deref()), (true, true, Some("key under the mat")));
    assert_eq!((quay.city.as_deref(), quay.phone.as_deref()), (Some("Albany"), Some("5185550201")));
    let old = site("site:2");
    assert_eq!((old.active, old.city, old.phone), (false, None, None));
    assert!(site("site:4").active, "a zero date is no date");
}

#[tokio::test]
async fn assets_keep_the_providers_links_and_notes_inside() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Assets, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["9", "10"]);
    let Record::Asset(laptop) = record(&batch, "asset:9") else { panic!() };
    assert_eq!(laptop.url.as_deref(), Some("https://status.example/9"));
    assert_eq!(laptop.contact, Some(NativeId::new(Kind::Contact, 1)));
    assert_eq!(laptop.site, Some(NativeId::new(Kind::Site, 1)));
    assert_eq!(laptop.warranty_expires_on.unwrap().to_string(), "2027-01-31");
    assert!(laptop.key_fields.iter().all(|field| field.visibility == Visibility::Hidden));
    assert_eq!(laptop.key_fields[0].value, "https://manage.example/9");
    let Record::Asset(server) = record(&batch, "asset:10") else { panic!() };
    assert_eq!((&server.status, &server.make, server.warranty_expires_on), (&None, &None, None));
    assert!(server.url.is_none() && server.key_fields.is_empty());
}

#[tokio::test]
async fn domains_name_their_registrar_and_no_secret_text() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Domains, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2"]);
    let Record::Domain(first) = record(&batch, "domain:1") else { panic!() };
    assert_eq!(first.registrar.as_deref(), Some("Registrar Co"));
    assert_eq!(first.name_servers.as_deref(), Some("ns1.example\nns2.example"));
    assert_eq!(first.records.as_deref(), Some("A 192.0.2.7\nMX mx.example"));
    assert_eq!(first.expires_on.unwrap().to_string(), "2027-03-01");
    let Record::Domain(second) = record(&batch, "domain:2") else { panic!() };
    let unset = (&second.registrar, &second.name_servers, &second.records, second.expires_on);
    assert_eq!(unset, (&None, &None, &None, None));
}

#[tokio::test]
async fn certificates_point_at_their_domain() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Certificates, Pass::Full, None).await;
    assert_eq!(keys(&batch), ["1", "2"]);
    let Record::Certificate(www) = record(&batch, "certificate:1") else { panic!() };
    assert_eq!((www.domain.as_ref().unwrap().key.as_str(), www.issuer.as_deref()), ("1", Some("ACME CA")));
    let Record::Certificate(mail) = record(&batch, "certificate:2") else { panic!() };
    assert_eq!((&mail.domain, &mail.host, &mail.issuer, mail.expires_on), (&None, &None, &None, None));
}

#[tokio::test]
async fn documents_are_hidden_unless_they_are_for_customers() {
    let itflow = installation(|_| {}).await;
    let batch = itflow.whole(Stream::Documents, Pass::Full, None).await;
    // 3 is archived and 4 belongs to no client.
    assert_eq!(keys(&batch), ["1", "2"]);
    let Record::Document(welcome) = record(&batch, "document:1") else { panic!() };
    assert_eq!((welcome.visibility, welcome.folder.as_deref()), (Visibility::Public, Some("Policies")));
    // Made safe where it is shown.
    assert_eq!(welcome.body.0, "<p>Hello <script>x</script></p>");
    let Record::Document(runbook) = record(&batch, "document:2") else { panic!() };
    // It names a folder of another client.
    assert_eq!((runbook.visibility, runbook.folder.as_deref()), (Visibility::Hidden, None));
}
