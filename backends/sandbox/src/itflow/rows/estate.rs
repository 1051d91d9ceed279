//! The rows of what the provider looks after.

use super::Row;
use crate::itflow::statement::{Cell, cell};
use crate::itflow::table::Table;
use crate::itflow::tables::estate;
use crate::world::model::{Asset, Certificate, Document, Domain, File, Folder, Interface, Vendor};

impl Row for Vendor {
    fn table(&self) -> &'static Table {
        &estate::VENDORS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("vendor_id", self.id),
            cell("vendor_name", &self.name),
            cell("vendor_account_number", &self.account_number),
            cell("vendor_notes", &self.notes),
            cell("vendor_created_at", self.created),
            cell("vendor_archived_at", self.archived),
            cell("vendor_client_id", self.client),
        ]
    }
}

impl Row for Asset {
    fn table(&self) -> &'static Table {
        &estate::ASSETS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("asset_id", self.id),
            cell("asset_type", &self.asset_type),
            cell("asset_name", &self.name),
            cell("asset_description", &self.description),
            cell("asset_make", &self.make),
            cell("asset_model", &self.model),
            cell("asset_serial", &self.serial),
            cell("asset_os", &self.os),
            cell("asset_uri", &self.uri),
            cell("asset_uri_2", &self.uri_2),
            cell("asset_uri_client", &self.uri_client),
            cell("asset_status", &self.status),
            cell("asset_purchase_date", self.purchased),
            cell("asset_warranty_expire", self.warranty),
            cell("asset_install_date", self.installed),
            cell("asset_notes", &self.notes),
            cell("asset_created_at", self.created),
            cell("asset_updated_at", self.updated),
            cell("asset_archived_at", self.archived),
            cell("asset_vendor_id", self.vendor),
            cell("asset_location_id", self.location),
            cell("asset_contact_id", self.contact),
            cell("asset_client_id", self.client),
        ]
    }
}

impl Row for Interface {
    fn table(&self) -> &'static Table {
        &estate::ASSET_INTERFACES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("interface_id", self.id),
            cell("interface_name", &self.name),
            cell("interface_mac", &self.mac),
            cell("interface_ip", &self.ip),
            cell("interface_notes", &self.notes),
            cell("interface_primary", self.primary),
            cell("interface_created_at", self.created),
            cell("interface_asset_id", self.asset),
        ]
    }
}

impl Row for Domain {
    fn table(&self) -> &'static Table {
        &estate::DOMAINS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("domain_id", self.id),
            cell("domain_name", &self.name),
            cell("domain_description", &self.description),
            cell("domain_expire", self.expires),
            cell("domain_txt", &self.txt),
            cell("domain_raw_whois", &self.raw_whois),
            cell("domain_notes", &self.notes),
            cell("domain_created_at", self.created),
            cell("domain_archived_at", self.archived),
            cell("domain_registrar", self.registrar),
            cell("domain_client_id", self.client),
        ]
    }
}

impl Row for Certificate {
    fn table(&self) -> &'static Table {
        &estate::CERTIFICATES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("certificate_id", self.id),
            cell("certificate_name", &self.name),
            cell("certificate_domain", &self.host),
            cell("certificate_issued_by", &self.issued_by),
            cell("certificate_expire", self.expires),
            cell("certificate_notes", &self.notes),
            cell("certificate_created_at", self.created),
            cell("certificate_archived_at", self.archived),
            cell("certificate_domain_id", self.domain),
            cell("certificate_client_id", self.client),
        ]
    }
}

impl Row for Folder {
    fn table(&self) -> &'static Table {
        &estate::FOLDERS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![cell("folder_id", self.id), cell("folder_name", &self.name), cell("folder_client_id", self.client)]
    }
}

impl Row for Document {
    fn table(&self) -> &'static Table {
        &estate::DOCUMENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("document_id", self.id),
            cell("document_name", &self.name),
            cell("document_description", &self.description),
            cell("document_content", &self.content),
            cell("document_content_raw", &self.content),
            cell("document_client_visible", self.client_visible),
            cell("document_created_at", self.created),
            cell("document_updated_at", self.updated),
            cell("document_archived_at", self.archived),
            cell("document_folder_id", self.folder),
            cell("document_created_by", self.created_by),
            cell("document_client_id", self.client),
        ]
    }
}

impl Row for File {
    fn table(&self) -> &'static Table {
        &estate::FILES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("file_id", self.id),
            cell("file_reference_name", &self.reference),
            cell("file_name", &self.name),
            cell("file_description", &self.description),
            cell("file_ext", &self.extension),
            cell("file_size", self.size),
            cell("file_mime_type", &self.mime_type),
            cell("file_created_at", self.created),
            cell("file_archived_at", self.archived),
            cell("file_client_id", self.client),
        ]
    }
}

/// The tie between a document and its file.
pub(in crate::itflow) struct DocumentFile<'a>(pub(in crate::itflow) &'a File);

impl Row for DocumentFile<'_> {
    fn table(&self) -> &'static Table {
        &estate::DOCUMENT_FILES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![cell("document_id", self.0.document), cell("file_id", self.0.id)]
    }
}
