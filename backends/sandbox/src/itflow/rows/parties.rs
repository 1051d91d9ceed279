//! The customers' rows.

use super::Row;
use crate::itflow::statement::{Cell, cell};
use crate::itflow::table::Table;
use crate::itflow::tables::parties;
use crate::world::model::{Client, Contact, Location};

impl Row for Client {
    fn table(&self) -> &'static Table {
        &parties::CLIENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("client_id", self.id),
            cell("client_lead", self.lead),
            cell("client_name", &self.name),
            cell("client_type", &self.client_type),
            cell("client_website", &self.website),
            cell("client_referral", &self.referral),
            cell("client_rate", self.rate),
            cell("client_currency_code", &self.currency),
            cell("client_net_terms", self.net_terms),
            cell("client_tax_id_number", &self.tax_number),
            cell("client_abbreviation", &self.abbreviation),
            cell("client_notes", &self.notes),
            cell("client_created_at", self.created),
            cell("client_updated_at", self.updated),
            cell("client_archived_at", self.archived),
        ]
    }
}

impl Row for Location {
    fn table(&self) -> &'static Table {
        &parties::LOCATIONS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("location_id", self.id),
            cell("location_name", &self.name),
            cell("location_description", &self.description),
            cell("location_country", &self.country),
            cell("location_address", &self.address),
            cell("location_city", &self.city),
            cell("location_state", &self.region),
            cell("location_zip", &self.zip),
            cell("location_phone", &self.phone),
            cell("location_primary", self.primary),
            cell("location_notes", &self.notes),
            cell("location_created_at", self.created),
            cell("location_archived_at", self.archived),
            cell("location_client_id", self.client),
        ]
    }
}

impl Row for Contact {
    fn table(&self) -> &'static Table {
        &parties::CONTACTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("contact_id", self.id),
            cell("contact_name", &self.name),
            cell("contact_title", &self.title),
            cell("contact_email", &self.email),
            cell("contact_phone", &self.phone),
            cell("contact_mobile", &self.mobile),
            cell("contact_pin", &self.pin),
            cell("contact_notes", &self.notes),
            cell("contact_primary", self.primary),
            cell("contact_important", self.important),
            cell("contact_billing", self.billing),
            cell("contact_technical", self.technical),
            cell("contact_created_at", self.created),
            cell("contact_updated_at", self.updated),
            cell("contact_archived_at", self.archived),
            cell("contact_location_id", self.location),
            cell("contact_user_id", self.user),
            cell("contact_department", &self.department),
            cell("contact_client_id", self.client),
        ]
    }
}
