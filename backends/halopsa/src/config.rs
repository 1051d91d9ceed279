//! The settings of one Halo tenant.
//!
//! What Halo's documentation leaves open is a setting without a default. A command that needs one that is not set says
//! which, and is not among the capabilities.

use chrono_tz::Tz;
use portico_contract::{Error, Result};
use portico_transport::{Rate, Settings};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// One Halo tenant. `resource_url`, `client_id` and `client_secret` have no default.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HaloConfig {
    /// `https://halo.example.com/api`; without a path, `/api` is added.
    pub resource_url: String,
    /// `https://halo.example.com/auth`; by default on the host of `resource_url`.
    pub auth_url: Option<String>,
    /// The tenant's name, where the authorisation server is shared.
    pub tenant: Option<String>,
    pub client_id: String,
    pub client_secret: SecretString,
    /// Scopes with spaces between.
    pub scope: String,
    /// The zone of times that Halo writes without one.
    pub timezone: String,
    /// ISO code for amounts of which Halo does not name the currency.
    pub currency: Option<String>,
    /// Calls that the tenant allows in five minutes.
    pub calls: u32,
    /// Rows per page of tickets; Halo gives at most 100.
    pub ticket_page: u32,
    /// Rows per page of other lists.
    pub page: u32,
    /// How far a watermark is taken back: more than the clocks differ.
    pub overlap_minutes: u32,
    /// How long statuses, priorities and the like are believed.
    pub lists_minutes: u32,
    /// How long after an unclear answer a write may still show.
    pub settle_seconds: u64,
    pub call_timeout_seconds: u64,
    pub allow_http: bool,
    pub allow_local: bool,
    /// Certificates in PEM that are trusted beside the system's.
    pub ca_path: Option<PathBuf>,
    /// Whether new tickets carry the command's id in `third_party_id_string`.
    pub mark_tickets: bool,
    /// The numbers of `web_access_level`.
    pub web_access_none: Option<i64>,
    pub web_access_own: Option<i64>,
    pub web_access_site: Option<i64>,
    pub web_access_customer: Option<i64>,
    /// Names of user roles whose holders need no approval.
    pub auto_approved_roles: Vec<String>,
    /// Numbers of outcomes: of an answer that the customer sees, and of a note that they do not.
    pub reply_outcome: Option<i64>,
    pub note_outcome: Option<i64>,
    /// Whether `actionby_user_id` makes a reply the contact's own; else the text names the author.
    pub act_as_users: bool,
    /// Numbers of statuses. All closed ones are asked for by default.
    pub closed_statuses: Vec<i64>,
    pub closed_status: Option<i64>,
    pub resolved_status: Option<i64>,
    pub reopened_status: Option<i64>,
    /// The type of tickets for which nobody chose one.
    pub ticket_type: Option<i64>,
    /// The numbers of `result`.
    pub approval_approved: Option<i64>,
    pub approval_declined: Option<i64>,
    /// `emailcclist` or `followers_user`.
    pub followers_field: Option<String>,
    /// The scores of a good and of a bad rating.
    pub score_good: Option<i64>,
    pub score_bad: Option<i64>,
    /// The number of `method` of payments that are recorded.
    pub payment_method: Option<i64>,
    /// Whether tickets of types that Halo does not show to users are read: whoever sees an account's tickets sees these too.
    pub internal_tickets: bool,
    /// The numbers of `endusernew`: of a field that users may fill in, and of one that they must. Without them no form is
    /// known, and nothing of the catalogue can be asked for.
    pub field_optional: Option<i64>,
    pub field_required: Option<i64>,
    /// The numbers of the types of fields that hold a date.
    pub date_fields: Vec<i64>,
    /// Whether sales items are in the catalogue beside services.
    pub products: bool,
    /// Whether popup notes are for customers to see.
    pub popups: bool,
    /// The largest file that a command may have; nought: none. Halo's own limit is a setting of the tenant.
    pub attachment_megabytes: u32,
    /// What Halo sends with each webhook: the password of basic authentication, or a bearer token.
    pub webhook_secret: Option<SecretString>,
    /// The header of the signature that Halo makes of each webhook with the secret; without it the secret itself is sent.
    pub webhook_signature_header: Option<String>,
    /// What stands before the signature in that header.
    pub webhook_signature_prefix: String,
}

/// The least that a portal needs. Users, sites and clients come under `customers`.
const SCOPE: &str = "read:tickets edit:tickets read:customers edit:customers read:assets read:contracts read:invoices \
                     edit:invoices read:items read:kb read:quotes edit:quotes";

impl Default for HaloConfig {
    fn default() -> Self {
        Self {
            resource_url: String::new(),
            auth_url: None,
            tenant: None,
            client_id: String::new(),
            client_secret: SecretString::from(""),
            scope: SCOPE.to_owned(),
            timezone: "UTC".to_owned(),
            currency: None,
            calls: 300,
            ticket_page: 100,
            page: 200,
            overlap_minutes: 10,
            lists_minutes: 10,
            settle_seconds: 60,
            call_timeout_seconds: 30,
            allow_http: false,
            allow_local: false,
            ca_path: None,
            mark_tickets: true,
            web_access_none: None,
            web_access_own: None,
            web_access_site: None,
            web_access_customer: None,
            auto_approved_roles: Vec::new(),
            reply_outcome: None,
            note_outcome: None,
            act_as_users: false,
            closed_statuses: Vec::new(),
            closed_status: None,
            resolved_status: None,
            reopened_status: None,
            ticket_type: None,
            approval_approved: None,
            approval_declined: None,
            followers_field: None,
            score_good: None,
            score_bad: None,
            payment_method: None,
            internal_tickets: false,
            field_optional: None,
            field_required: None,
            date_fields: Vec::new(),
            products: false,
            popups: false,
            attachment_megabytes: 10,
            webhook_secret: None,
            webhook_signature_header: None,
            webhook_signature_prefix: String::new(),
        }
    }
}

/// The window in which Halo counts calls.
pub(crate) const WINDOW: Duration = Duration::from_secs(300);

/// Fields by which followers may be set.
pub(crate) const BY_ADDRESS: &str = "emailcclist";
pub(crate) const BY_USER: &str = "followers_user";

/// Numbers and the range in which they make sense.
type Bound = (&'static str, u64, u64, fn(&HaloConfig) -> u64);
const BOUNDS: &[Bound] = &[
    ("calls", 10, 100_000, |config| u64::from(config.calls)),
    ("ticket_page", 1, 100, |config| u64::from(config.ticket_page)),
    ("page", 1, 1_000, |config| u64::from(config.page)),
    ("overlap_minutes", 1, 1_440, |config| u64::from(config.overlap_minutes)),
    ("lists_minutes", 1, 1_440, |config| u64::from(config.lists_minutes)),
    ("settle_seconds", 1, 3_600, |config| config.settle_seconds),
    ("attachment_megabytes", 0, 50, |config| u64::from(config.attachment_megabytes)),
    ("call_timeout_seconds", 1, 300, |config| config.call_timeout_seconds),
];

impl HaloConfig {
    /// Every key whose value cannot work, with what to do about it. Touches no network.
    #[must_use]
    pub fn validate(&self) -> Vec<(&'static str, String)> {
        let mut problems: Vec<(&'static str, String)> = Vec::new();
        let mut add = |key, wrong: bool, text: &str| wrong.then(|| problems.push((key, text.to_owned())));
        let shape = "expected the address of Halo's API, such as https://halo.example.com/api";
        add("resource_url", self.base().is_none(), shape);
        add("auth_url", self.base().is_some() && self.token_url().is_none(), "expected https://halo.example.com/auth");
        add("client_id", self.client_id.trim().is_empty(), "missing: it is shown with the API application in Halo");
        let none = self.client_secret.expose_secret().is_empty();
        add("client_secret", none, "missing: set `client_secret_file` to a file that holds it");
        add("scope", self.scope.split_whitespace().next().is_none(), "empty: name at least read:tickets");
        add("timezone", self.zone().is_none(), "not a known time zone: write a name such as Europe/Berlin");
        let iso = |code: &String| code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase());
        add("currency", self.currency.as_ref().is_some_and(|code| !iso(code)), "expected an ISO code such as EUR");
        let known = |field: &String| [BY_ADDRESS, BY_USER].contains(&field.as_str());
        let wrong = self.followers_field.as_ref().is_some_and(|field| !known(field));
        add("followers_field", wrong, "expected emailcclist or followers_user");
        let same = self.approval_approved.is_some() && self.approval_approved == self.approval_declined;
        add("approval_declined", same, "must differ from `approval_approved`");
        let same = self.field_optional.is_some() && self.field_optional == self.field_required;
        add("field_required", same, "must differ from `field_optional`");
        let short = |secret: &SecretString| secret.expose_secret().len() < 16;
        add("webhook_secret", self.webhook_secret.as_ref().is_some_and(short), "must have at least 16 characters");
        let header = self.webhook_signature_header.as_deref();
        let wrong = header.is_some_and(|name| name.trim().parse::<http::HeaderName>().is_err());
        add("webhook_signature_header", wrong, "expected the name of a header");
        let alone = header.is_some() && self.webhook_secret.is_none();
        add("webhook_signature_header", alone, "needs `webhook_secret`, which the signature is made with");
        for (key, low, high, value) in BOUNDS {
            if !(*low..=*high).contains(&value(self)) {
                problems.push((key, format!("must be between {low} and {high}")));
            }
        }
        if problems.is_empty() {
            let named = self.transport().validate().into_iter();
            problems
                .extend(named.map(|(key, problem)| (if key == "base_url" { "resource_url" } else { key }, problem)));
        }
        problems
    }

    /// Fails with the first problem, if there is one.
    pub(crate) fn check(&self) -> Result<()> {
        match self.validate().into_iter().next() {
            None => Ok(()),
            Some((key, problem)) => Err(Error::credentials(format!("The setting `{key}` of this backend: {problem}."))),
        }
    }

    fn base(&self) -> Option<Url> {
        let mut url = Url::parse(self.resource_url.trim()).ok().filter(|url| url.has_host())?;
        if url.path() == "/" {
            url.set_path("/api");
        }
        Some(url)
    }

    /// Where tokens are given out, with the tenant where there is one.
    pub(crate) fn token_url(&self) -> Option<String> {
        let mut url = match &self.auth_url {
            Some(text) => Url::parse(text.trim()).ok().filter(Url::has_host)?,
            None => {
                let mut url = self.base()?;
                url.set_path("/auth");
                url
            }
        };
        url.path_segments_mut().ok()?.pop_if_empty().push("token");
        if let Some(tenant) = &self.tenant {
            url.query_pairs_mut().append_pair("tenant", tenant);
        }
        Some(url.into())
    }

    /// What the transport must know of Halo: 403 and a redirect to the log-in page may mean an old token.
    pub(crate) fn transport(&self) -> Settings {
        Settings {
            base_url: self.base().map(String::from).unwrap_or_default(),
            allow_http: self.allow_http,
            allow_local: self.allow_local,
            ca_file: self.ca_path.clone(),
            try_timeout: Duration::from_secs(self.call_timeout_seconds),
            calls: Some(Rate { calls: self.calls, window: WINDOW }),
            stale: &[401, 403, 302],
            ..Settings::default()
        }
    }

    pub(crate) fn zone(&self) -> Option<Tz> {
        self.timezone.trim().parse().ok()
    }

    pub(crate) fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds)
    }

    pub(crate) fn largest_file(&self) -> u64 {
        u64::from(self.attachment_megabytes) << 20
    }

    pub(crate) fn overlap(&self) -> Duration {
        Duration::from_secs(u64::from(self.overlap_minutes) * 60)
    }
}

/// The value of a setting, or the failure that names it and what it is for.
pub(crate) fn needed<T: Copy>(value: Option<T>, key: &'static str, what: &str) -> Result<T> {
    value.ok_or_else(|| {
        Error::unsupported(what).with_detail(format!("the setting `{key}` of this backend is not set: see its page"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> HaloConfig {
        serde_json::from_str(
            r#"{"resource_url":"https://halo.example.com","client_id":"a","client_secret":"hunter22"}"#,
        )
        .unwrap()
    }

    #[test]
    fn three_keys_are_enough_and_unknown_ones_are_refused() {
        assert_eq!(good().validate(), []);
        assert_eq!(good().transport().base_url, "https://halo.example.com/api");
        assert_eq!(good().token_url().unwrap(), "https://halo.example.com/auth/token");
        assert!(serde_json::from_str::<HaloConfig>(r#"{"resource":"x"}"#).is_err());
    }

    #[test]
    fn the_auth_server_and_its_tenant_are_settings() {
        let config = HaloConfig {
            auth_url: Some("https://auth.example.net/auth/".into()),
            tenant: Some("acme & sons".into()),
            ..good()
        };
        assert_eq!(config.token_url().unwrap(), "https://auth.example.net/auth/token?tenant=acme+%26+sons");
    }

    #[test]
    fn each_bad_value_is_named_and_the_secret_never_shows() {
        let config = HaloConfig {
            resource_url: "halo".into(),
            client_id: " ".into(),
            timezone: "Mars/Olympus".into(),
            currency: Some("euro".into()),
            followers_field: Some("cc".into()),
            approval_approved: Some(1),
            approval_declined: Some(1),
            calls: 0,
            ticket_page: 101,
            webhook_secret: Some(SecretString::from("short")),
            webhook_signature_header: Some("X Halo".into()),
            ..good()
        };
        let keys: Vec<_> = config.validate().into_iter().map(|(key, _)| key).collect();
        let expected = [
            "resource_url",
            "client_id",
            "timezone",
            "currency",
            "followers_field",
            "approval_declined",
            "webhook_secret",
            "webhook_signature_header",
            "calls",
            "ticket_page",
        ];
        assert_eq!(keys, expected);
        let said = format!("{config:?} {:?} {}", config.validate(), config.check().unwrap_err().log());
        assert!(!said.contains("hunter22"), "{said}");
        assert_eq!(HaloConfig { resource_url: "http://halo.example.com".into(), ..good() }.validate().len(), 1);
    }
}
