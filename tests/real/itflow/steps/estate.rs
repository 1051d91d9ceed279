//! Assets, documents, domains, certificates.

use super::{Act, By, Step, step};
use portico_contract::Kind;

const A1: &str = "{ asset(id: \"{a1.id}\") { name status serial } }";
const D1: &str = "{ document(id: \"{d1.id}\") { name body } }";
const N1: &str = "{ domain(id: \"{n1.id}\") { name expiresOn } }";
const C1: &str = "{ certificate(id: \"{c1.id}\") { name host issuer expiresOn } }";

const ASSET: &[&str] = &[
    "description",
    "make",
    "model",
    "os",
    "ip",
    "ipv6",
    "nat_ip",
    "mac",
    "uri",
    "uri_2",
    "uri_client",
    "physical_location",
    "purchase_reference",
    "purchase_date",
    "warranty_expire",
    "install_date",
    "notes",
];
const DOMAIN: &[&str] = &["description", "notes"];
const CERTIFICATE: &[&str] = &["description", "public_key", "notes"];

const fn agent(name: &'static str, act: Act) -> Step {
    step(name, By::Agent, act)
}

pub const STEPS: &[Step] = &[
    agent(
        "an asset is added for a contact",
        Act::Blank(
            ASSET,
            &[
                ("add_asset", "1"),
                ("client_id", "{alder}"),
                ("name", "zqlaptop"),
                ("type", "Laptop"),
                ("serial", "S1"),
                ("status", "Deployed"),
                ("contact", "{sam}"),
            ],
        ),
    )
    .learns("a1", Kind::Asset, "assets", "asset_id")
    .opens("sam", A1, &["zqlaptop"], &[]),
    agent(
        "it goes to somebody else and gets a status",
        Act::Blank(
            ASSET,
            &[
                ("edit_asset", "1"),
                ("asset_id", "{a1}"),
                ("name", "zqlaptop"),
                ("type", "Laptop"),
                ("serial", "S2"),
                ("status", "Out for Repair"),
                ("contact", "{ben}"),
            ],
        ),
    )
    .opens("tess", A1, &["Out for Repair", "\"S2\""], &[]),
    agent("it is archived", Act::Link("archive_asset={a1}")).opens("tess", A1, &[], &["zqlaptop"]),
    agent("it is restored", Act::Link("restore_asset={a1}")).opens("tess", A1, &["zqlaptop"], &[]).after_beat(),
    agent("it is deleted", Act::Link("delete_asset={a1}")).opens("tess", A1, &[], &["zqlaptop"]).by_pass(),
    agent(
        "a document is written",
        Act::Blank(
            &["folder", "description"],
            &[
                ("add_document", "1"),
                ("client_id", "{alder}"),
                ("name", "zqhandbook"),
                ("content", "<p>zqchapter one</p><script>zqevil()</script>"),
            ],
        ),
    )
    .learns("d1", Kind::Document, "documents", "document_id")
    // ITFlow shows a document to its client unless told otherwise.
    .opens("tess", D1, &["zqhandbook", "zqchapter"], &["zqevil"]),
    agent(
        "it is hidden from the client",
        Act::Form(&[("toggle_document_visibility", "1"), ("document_id", "{d1}"), ("document_visible", "0")]),
    )
    .opens("tess", D1, &[], &["zqhandbook"]),
    agent(
        "it is shown to the client",
        Act::Form(&[("toggle_document_visibility", "1"), ("document_id", "{d1}"), ("document_visible", "1")]),
    )
    .opens("tess", D1, &["zqhandbook"], &[])
    .after_beat(),
    agent(
        "it is written anew",
        Act::Blank(
            &["folder", "description"],
            &[("edit_document", "1"), ("document_id", "{d1}"), ("name", "zqhandbook"), ("content", "<p>zqtwo</p>")],
        ),
    )
    .opens("tess", D1, &["zqtwo"], &["zqchapter"]),
    agent(
        "it is hidden again",
        Act::Form(&[("toggle_document_visibility", "1"), ("document_id", "{d1}"), ("document_visible", "0")]),
    )
    .opens("tess", D1, &[], &["zqhandbook"]),
    agent(
        "it is shown once more",
        Act::Form(&[("toggle_document_visibility", "1"), ("document_id", "{d1}"), ("document_visible", "1")]),
    ),
    agent("it is archived", Act::Link("archive_document={d1}")).opens("tess", D1, &[], &["zqhandbook"]),
    agent("it is restored", Act::Link("restore_document={d1}")),
    agent("it is deleted", Act::Link("delete_document={d1}")).opens("tess", D1, &[], &["zqhandbook"]).by_pass(),
    agent(
        "a domain is added",
        Act::Blank(
            DOMAIN,
            &[("add_domain", "1"), ("client_id", "{alder}"), ("name", "zqalder.example"), ("expire", "2026-12-10")],
        ),
    )
    .learns("n1", Kind::Domain, "domains", "domain_id")
    .opens("tess", N1, &["zqalder.example", "2026-12-10"], &[]),
    agent(
        "it is renewed",
        Act::Blank(
            DOMAIN,
            &[("edit_domain", "1"), ("domain_id", "{n1}"), ("name", "zqalder.example"), ("expire", "2027-12-10")],
        ),
    )
    .opens("tess", N1, &["2027-12-10"], &[]),
    agent("it is archived", Act::Link("archive_domain={n1}")).opens("tess", N1, &[], &["zqalder"]),
    agent(
        "a certificate is added",
        Act::Blank(
            CERTIFICATE,
            &[
                ("add_certificate", "1"),
                ("client_id", "{alder}"),
                ("name", "zqshop"),
                ("domain", "shop.alder.example"),
                ("issued_by", "zqauthority"),
                ("expire", "2026-12-12"),
            ],
        ),
    )
    .learns("c1", Kind::Certificate, "certificates", "certificate_id")
    .opens("tess", C1, &["zqshop", "2026-12-12"], &[]),
    agent("it is archived", Act::Link("archive_certificate={c1}")).opens("tess", C1, &[], &["zqshop"]),
    agent("it is restored", Act::Link("restore_certificate={c1}")).opens("tess", C1, &["zqshop"], &[]).after_beat(),
    agent("it is deleted", Act::Link("delete_certificate={c1}")).opens("tess", C1, &[], &["zqshop"]).by_pass(),
];
