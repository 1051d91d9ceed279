//! The provider's rows.

use super::Row;
use crate::itflow::statement::{Cell, cell};
use crate::itflow::table::Table;
use crate::itflow::tables::firm;
use crate::world::model::{Category, Firm, Link, Role, Sla, SlaRule, Status, User, UserType};

/// The firm as the row of settings.
pub(in crate::itflow) struct Settings<'a>(pub(in crate::itflow) &'a Firm);

impl Row for Settings<'_> {
    fn table(&self) -> &'static Table {
        &firm::SETTINGS
    }

    fn cells(&self) -> Vec<Cell> {
        let firm = self.0;
        vec![
            cell("company_id", 1),
            cell("config_current_database_version", &firm.database_version),
            cell("config_smtp_password", &firm.smtp_password),
            cell("config_imap_password", &firm.imap_password),
            cell("config_invoice_prefix", &firm.invoice_prefix),
            cell("config_invoice_next_number", firm.next_invoice_number),
            cell("config_invoice_footer", &firm.invoice_footer),
            cell("config_ticket_prefix", &firm.ticket_prefix),
            cell("config_ticket_from_name", &firm.name),
            cell("config_ticket_from_email", &firm.email),
            cell("config_ticket_next_number", firm.next_ticket_number),
            cell("config_ticket_autoclose_hours", firm.autoclose_hours),
            cell("config_azure_client_secret", &firm.azure_secret),
            cell("config_client_portal_enable", firm.portal_enabled),
            cell("config_login_key_secret", &firm.login_key),
            cell("config_timezone", &firm.timezone),
        ]
    }
}

/// The firm as the row of the company.
pub(in crate::itflow) struct Company<'a>(pub(in crate::itflow) &'a Firm);

impl Row for Company<'_> {
    fn table(&self) -> &'static Table {
        &firm::COMPANIES
    }

    fn cells(&self) -> Vec<Cell> {
        let firm = self.0;
        vec![
            cell("company_id", 1),
            cell("company_name", &firm.name),
            cell("company_address", &firm.address),
            cell("company_city", &firm.city),
            cell("company_country", &firm.country),
            cell("company_phone", &firm.phone),
            cell("company_email", &firm.email),
            cell("company_website", &firm.website),
            cell("company_locale", "en_US"),
            cell("company_currency", &firm.currency),
            cell("company_created_at", firm.created),
        ]
    }
}

impl Row for Role {
    fn table(&self) -> &'static Table {
        &firm::USER_ROLES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("role_id", self.id),
            cell("role_name", &self.name),
            cell("role_is_admin", self.admin),
            cell("role_created_at", self.created),
        ]
    }
}

impl Row for User {
    fn table(&self) -> &'static Table {
        &firm::USERS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("user_id", self.id),
            cell("user_name", &self.name),
            cell("user_email", &self.email),
            cell("user_password", &self.password),
            cell("user_auth_method", &self.auth_method),
            cell("user_type", if self.user_type == UserType::Agent { 1 } else { 2 }),
            cell("user_status", self.enabled),
            cell("user_token", &self.token),
            cell("user_password_reset_token", &self.reset_token),
            cell("user_created_at", self.created),
            cell("user_archived_at", self.archived),
            cell("user_role_id", self.role),
        ]
    }
}

impl Row for Status {
    fn table(&self) -> &'static Table {
        &firm::TICKET_STATUSES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("ticket_status_id", self.id),
            cell("ticket_status_name", &self.name),
            cell("ticket_status_color", &self.colour),
            cell("ticket_status_active", self.active),
            cell("ticket_status_pauses_sla", self.pauses_sla),
            cell("ticket_status_order", self.order),
        ]
    }
}

impl Row for Category {
    fn table(&self) -> &'static Table {
        &firm::CATEGORIES
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("category_id", self.id),
            cell("category_name", &self.name),
            cell("category_description", &self.description),
            cell("category_type", &self.category_type),
            cell("category_color", &self.colour),
            cell("category_order", self.order),
            cell("category_created_at", self.created),
            cell("category_archived_at", self.archived),
        ]
    }
}

impl Row for Sla {
    fn table(&self) -> &'static Table {
        &firm::SLAS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("sla_id", self.id),
            cell("sla_name", &self.name),
            cell("sla_description", &self.description),
            cell("sla_response_minutes", self.response_minutes),
            cell("sla_resolution_minutes", self.resolution_minutes),
            cell("sla_created_at", self.created),
        ]
    }
}

impl Row for SlaRule {
    fn table(&self) -> &'static Table {
        &firm::SLA_ASSIGNMENTS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("sla_assignment_id", self.id),
            cell("sla_assignment_client_id", self.client),
            cell("sla_assignment_priority", &self.priority),
            cell("sla_assignment_sla_id", self.sla),
        ]
    }
}

impl Row for Link {
    fn table(&self) -> &'static Table {
        &firm::CUSTOM_LINKS
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            cell("custom_link_id", self.id),
            cell("custom_link_name", &self.name),
            cell("custom_link_description", &self.description),
            cell("custom_link_uri", &self.uri),
            cell("custom_link_location", self.location),
            cell("custom_link_created_at", self.created),
        ]
    }
}
