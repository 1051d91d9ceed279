//! Settings, users, pick lists; and the queues that a writer adds to.

use crate::itflow::table::{Table, chars, created, flag, hours, id, int, link, stamp, table, text, updated};

pub(crate) static SETTINGS: Table = table(
    "settings",
    &[
        int("company_id"),
        chars("config_current_database_version", 10),
        chars("config_smtp_password", 200).null().internal(),
        chars("config_imap_password", 200).null().internal(),
        chars("config_invoice_prefix", 200).null(),
        int("config_invoice_next_number").null(),
        text("config_invoice_footer").null(),
        chars("config_ticket_prefix", 200).null(),
        chars("config_ticket_from_name", 200).null(),
        chars("config_ticket_from_email", 200).null(),
        int("config_ticket_next_number").null(),
        flag("config_ticket_client_general_notifications").or("1"),
        int("config_ticket_autoclose_hours").or("72"),
        chars("config_azure_client_secret", 200).null().internal(),
        flag("config_module_enable_itdoc").or("1"),
        flag("config_module_enable_accounting").or("1"),
        flag("config_module_enable_ticketing").or("1"),
        flag("config_client_portal_enable").or("1"),
        chars("config_login_key_secret", 255).null().internal(),
        chars("config_timezone", 200).or("America/New_York"),
        chars("config_business_days", 20).or("1,2,3,4,5"),
        hours("config_business_hours_start").or("09:00:00"),
        hours("config_business_hours_end").or("17:00:00"),
    ],
);
pub(crate) static COMPANIES: Table = table(
    "companies",
    &[
        id("company_id"),
        chars("company_name", 200),
        chars("company_address", 200).null(),
        chars("company_city", 200).null(),
        chars("company_state", 200).null(),
        chars("company_zip", 200).null(),
        chars("company_country", 200).null(),
        chars("company_phone", 200).null(),
        chars("company_email", 200).null(),
        chars("company_website", 200).null(),
        chars("company_logo", 250).null(),
        chars("company_locale", 200).null(),
        chars("company_currency", 200).null().or("USD"),
        chars("company_tax_id", 200).null(),
        created("company_created_at"),
        updated("company_updated_at"),
    ],
);
pub(crate) static USER_ROLES: Table = table(
    "user_roles",
    &[
        id("role_id"),
        chars("role_name", 200),
        chars("role_description", 200).null(),
        flag("role_type").or("1"),
        flag("role_is_admin"),
        created("role_created_at"),
        updated("role_updated_at"),
        stamp("role_archived_at"),
    ],
);
pub(crate) static USERS: Table = table(
    "users",
    &[
        id("user_id"),
        chars("user_name", 200),
        chars("user_email", 200),
        chars("user_password", 200).internal(),
        chars("user_auth_method", 200).or("local"),
        flag("user_type").or("1"),
        flag("user_status").or("1"),
        chars("user_token", 200).null().internal(),
        chars("user_password_reset_token", 200).null().internal(),
        stamp("user_password_reset_token_expire"),
        chars("user_avatar", 200).null(),
        created("user_created_at"),
        updated("user_updated_at"),
        stamp("user_archived_at"),
        link("user_role_id").null(),
    ],
);
pub(crate) static TICKET_STATUSES: Table = table(
    "ticket_statuses",
    &[
        id("ticket_status_id"),
        chars("ticket_status_name", 200),
        chars("ticket_status_color", 200),
        flag("ticket_status_active").or("1"),
        flag("ticket_status_pauses_sla"),
        link("ticket_status_order"),
    ],
);
pub(crate) static CATEGORIES: Table = table(
    "categories",
    &[
        id("category_id"),
        chars("category_name", 200),
        chars("category_description", 255).null().internal(),
        chars("category_type", 200),
        chars("category_color", 200).null(),
        chars("category_icon", 200).null(),
        link("category_order"),
        link("category_parent").null(),
        created("category_created_at"),
        updated("category_updated_at"),
        stamp("category_archived_at"),
    ],
);
pub(crate) static SLAS: Table = table(
    "slas",
    &[
        id("sla_id"),
        chars("sla_name", 200),
        chars("sla_description", 500).null().internal(),
        int("sla_response_minutes"),
        int("sla_resolution_minutes").null(),
        created("sla_created_at"),
        stamp("sla_archived_at"),
    ],
);
pub(crate) static SLA_ASSIGNMENTS: Table = table(
    "sla_assignments",
    &[
        id("sla_assignment_id"),
        link("sla_assignment_client_id"),
        chars("sla_assignment_priority", 200),
        link("sla_assignment_sla_id"),
    ],
);
pub(crate) static CUSTOM_LINKS: Table = table(
    "custom_links",
    &[
        id("custom_link_id"),
        chars("custom_link_name", 200),
        text("custom_link_description").null(),
        chars("custom_link_uri", 500),
        flag("custom_link_new_tab"),
        chars("custom_link_icon", 200).null(),
        link("custom_link_location").or("1"),
        link("custom_link_order"),
        created("custom_link_created_at"),
        updated("custom_link_updated_at"),
        stamp("custom_link_archived_at"),
    ],
);
pub(crate) static LOGS: Table = table(
    "logs",
    &[
        id("log_id"),
        chars("log_type", 200),
        chars("log_action", 255),
        chars("log_description", 1000),
        chars("log_ip", 200).null(),
        chars("log_user_agent", 250).null(),
        created("log_created_at"),
        link("log_client_id"),
        link("log_user_id"),
        link("log_entity_id"),
    ],
);
pub(crate) static NOTIFICATIONS: Table = table(
    "notifications",
    &[
        id("notification_id"),
        chars("notification_type", 200),
        chars("notification", 1000),
        chars("notification_action", 250).null(),
        created("notification_timestamp"),
        stamp("notification_dismissed_at"),
        int("notification_dismissed_by").null(),
        link("notification_client_id"),
        link("notification_user_id"),
        link("notification_entity_id").null(),
    ],
);
pub(crate) static EMAIL_QUEUE: Table = table(
    "email_queue",
    &[
        id("email_id"),
        flag("email_status"),
        chars("email_recipient", 255),
        chars("email_recipient_name", 255).null(),
        chars("email_from", 255),
        chars("email_from_name", 255),
        chars("email_subject", 255),
        text("email_content"),
        created("email_queued_at"),
        stamp("email_failed_at"),
        flag("email_attempts"),
        stamp("email_sent_at"),
    ],
);
