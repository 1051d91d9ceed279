//! Vendors, assets, domains, certificates, documents and files.

use crate::itflow::table::{Table, big, chars, created, day, flag, id, int, link, stamp, table, text, updated};

pub(crate) static VENDORS: Table = table(
    "vendors",
    &[
        id("vendor_id"),
        chars("vendor_name", 200),
        chars("vendor_description", 200).null(),
        chars("vendor_account_number", 200).null().internal(),
        text("vendor_notes").null().internal(),
        created("vendor_created_at"),
        updated("vendor_updated_at"),
        stamp("vendor_archived_at"),
        link("vendor_client_id"),
    ],
);
pub(crate) static ASSETS: Table = table(
    "assets",
    &[
        id("asset_id"),
        chars("asset_type", 200),
        chars("asset_name", 200),
        chars("asset_description", 255).null(),
        chars("asset_make", 200),
        chars("asset_model", 200).null(),
        chars("asset_serial", 200).null(),
        chars("asset_os", 200).null(),
        chars("asset_uri", 500).null().internal(),
        chars("asset_uri_2", 500).null().internal(),
        chars("asset_uri_client", 500).null(),
        chars("asset_status", 200).null(),
        day("asset_purchase_date").null(),
        day("asset_warranty_expire").null(),
        day("asset_install_date").null(),
        text("asset_notes").null().internal(),
        flag("asset_favorite"),
        created("asset_created_at"),
        updated("asset_updated_at"),
        stamp("asset_archived_at"),
        stamp("asset_accessed_at"),
        link("asset_vendor_id"),
        link("asset_location_id"),
        link("asset_contact_id"),
        link("asset_client_id"),
    ],
);
pub(crate) static ASSET_INTERFACES: Table = table(
    "asset_interfaces",
    &[
        id("interface_id"),
        chars("interface_name", 200),
        chars("interface_description", 200).null(),
        chars("interface_mac", 200).null(),
        chars("interface_ip", 200).null(),
        text("interface_notes").null().internal(),
        flag("interface_primary").null(),
        created("interface_created_at"),
        updated("interface_updated_at"),
        stamp("interface_archived_at"),
        int("interface_network_id").null(),
        int("interface_asset_id"),
    ],
);
pub(crate) static DOMAINS: Table = table(
    "domains",
    &[
        id("domain_id"),
        chars("domain_name", 200),
        text("domain_description").null(),
        day("domain_expire").null(),
        chars("domain_ip", 255).null(),
        chars("domain_name_servers", 255).null(),
        chars("domain_mail_servers", 255).null(),
        text("domain_txt").null().internal(),
        text("domain_raw_whois").null().internal(),
        text("domain_notes").null().internal(),
        created("domain_created_at"),
        updated("domain_updated_at"),
        stamp("domain_archived_at"),
        link("domain_registrar"),
        link("domain_client_id"),
    ],
);
pub(crate) static CERTIFICATES: Table = table(
    "certificates",
    &[
        id("certificate_id"),
        chars("certificate_name", 200),
        text("certificate_description").null(),
        chars("certificate_domain", 200).null(),
        chars("certificate_issued_by", 200),
        day("certificate_expire").null(),
        text("certificate_public_key").null(),
        text("certificate_notes").null().internal(),
        created("certificate_created_at"),
        updated("certificate_updated_at"),
        stamp("certificate_archived_at"),
        link("certificate_domain_id"),
        link("certificate_client_id"),
    ],
);
pub(crate) static FOLDERS: Table = table(
    "folders",
    &[
        id("folder_id"),
        chars("folder_name", 200),
        link("parent_folder"),
        link("folder_location").null(),
        link("folder_client_id"),
    ],
);
pub(crate) static DOCUMENTS: Table = table(
    "documents",
    &[
        id("document_id"),
        chars("document_name", 200),
        text("document_description").null(),
        text("document_content"),
        text("document_content_raw"),
        int("document_client_visible").or("1"),
        created("document_created_at"),
        updated("document_updated_at"),
        stamp("document_archived_at"),
        link("document_folder_id"),
        link("document_created_by"),
        link("document_updated_by"),
        link("document_client_id"),
    ],
);
pub(crate) static FILES: Table = table(
    "files",
    &[
        id("file_id"),
        chars("file_reference_name", 200).null().internal(),
        chars("file_name", 200),
        chars("file_description", 250).null(),
        chars("file_ext", 10).null(),
        big("file_size").or("0"),
        chars("file_mime_type", 100).null(),
        created("file_created_at"),
        updated("file_updated_at"),
        stamp("file_archived_at"),
        link("file_created_by"),
        link("file_folder_id"),
        link("file_client_id"),
    ],
);
pub(crate) static DOCUMENT_FILES: Table =
    table("document_files", &[int("document_id"), int("file_id")]).keyed(&["document_id", "file_id"]);
