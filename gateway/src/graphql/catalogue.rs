//! The catalogue: categories, items, and the form that each item asks to be filled in.

use super::actions::{self, CatalogueItemAction};
use super::connection::Connection;
use super::context::{children, desk, id, related};
use super::directive::{inherits, requiresPermission, signedIn};
use super::invoice::Money;
use super::row::Row;
use super::scalar::Html;
use crate::authz::permission::Permission;
use crate::readmodel::entity::{catalogue_categories, catalogue_items, forms};
use crate::sync::Sync;
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use portico_contract::{Kind, record};
use std::sync::Arc;

/// A shelf of the catalogue.
#[derive(Debug, Clone)]
pub struct CatalogueCategory(pub Arc<catalogue_categories::Model>);

/// A shelf of the catalogue.
#[Object(directive = requiresPermission::apply(Permission::CatalogueRead))]
impl CatalogueCategory {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::CatalogueCategory, self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What is in it.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whether it is offered.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The category it stands below.
    #[graphql(directive = inherits::apply())]
    async fn parent(&self, ctx: &Context<'_>) -> Option<Row<CatalogueCategory>> {
        related::<catalogue_categories::Entity>(ctx, self.0.parent_id).map(CatalogueCategory).map(Row)
    }

    /// What is in it, by name.
    #[graphql(directive = inherits::apply())]
    #[expect(unused_variables, reason = "the loader reads the window from the selection")]
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start: 1 to 100, 20 unless given.")] first: Option<i32>,
        #[graphql(desc = "Rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end: 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Rows before this cursor.")] before: Option<String>,
    ) -> Option<Row<Connection<CatalogueItem>>> {
        children::<catalogue_items::Entity, _>(ctx, self.0.id, CatalogueItem).map(Row)
    }
}

/// Something that can be asked for.
#[derive(Debug, Clone)]
pub struct CatalogueItem(pub Arc<catalogue_items::Model>);

/// Something that can be asked for.
#[Object(directive = requiresPermission::apply(Permission::CatalogueRead))]
impl CatalogueItem {
    /// Opaque and stable.
    #[graphql(directive = signedIn::apply())]
    pub async fn id(&self) -> ID {
        id(Kind::CatalogueItem, self.0.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What one gets, safe to show.
    async fn description(&self) -> Option<Html> {
        self.0.description.as_deref().map(Html::stored)
    }

    /// Name of an icon, in the words of the PSA.
    async fn icon(&self) -> Option<&str> {
        self.0.icon.as_deref()
    }

    /// What it costs.
    async fn price(&self) -> Option<Money> {
        Some(Money::stored(self.0.price?, self.0.currency.as_deref()?))
    }

    /// Whether somebody must approve it first; absent where the PSA does not say beforehand.
    async fn needs_approval(&self) -> Option<bool> {
        self.0.needs_approval
    }

    /// Whether it is offered.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The shelf it stands on.
    #[graphql(directive = inherits::apply())]
    async fn category(&self, ctx: &Context<'_>) -> Option<Row<CatalogueCategory>> {
        related::<catalogue_categories::Entity>(ctx, self.0.category_id).map(CatalogueCategory).map(Row)
    }

    /// What is to be filled in; absent where nothing is.
    #[graphql(directive = inherits::apply())]
    async fn form(&self, ctx: &Context<'_>) -> Option<Form> {
        related::<forms::Entity>(ctx, self.0.form_id).map(Form)
    }

    /// What you can do about it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Vec<CatalogueItemAction> {
        match (ctx.data::<Sync>(), desk(ctx)) {
            (Ok(sync), Ok(desk)) => actions::of_item(sync, &desk.scope, &self.0),
            _ => Vec::new(),
        }
    }
}

/// What is to be filled in.
#[derive(Debug, Clone)]
pub struct Form(pub Arc<forms::Model>);

/// What is to be filled in.
#[Object(directive = requiresPermission::apply(Permission::CatalogueRead))]
impl Form {
    /// Name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its fields, in the form's order.
    async fn fields(&self) -> Vec<FormField> {
        fields(&self.0).into_iter().map(FormField::new).collect()
    }
}

/// The fields that a row holds.
#[must_use]
pub fn fields(form: &forms::Model) -> Vec<record::FormField> {
    serde_json::from_str(&form.fields).unwrap_or_default()
}

/// What goes into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum FormFieldType {
    /// Text.
    Text,
    /// Rich text.
    Html,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A date, ISO 8601.
    Date,
    /// One of the options.
    Choice,
    /// A contact.
    Contact,
    /// An asset.
    Asset,
    /// A site.
    Site,
    /// A file.
    File,
}

const TYPES: &[(&str, FormFieldType)] = &[
    ("text", FormFieldType::Text),
    ("html", FormFieldType::Html),
    ("number", FormFieldType::Number),
    ("boolean", FormFieldType::Boolean),
    ("date", FormFieldType::Date),
    ("choice", FormFieldType::Choice),
    ("contact", FormFieldType::Contact),
    ("asset", FormFieldType::Asset),
    ("site", FormFieldType::Site),
    ("file", FormFieldType::File),
];

impl FormFieldType {
    /// What nobody knows better is text.
    #[must_use]
    pub fn of(word: &str) -> Self {
        TYPES.iter().find(|(known, _)| *known == word).map_or(Self::Text, |(_, it)| *it)
    }
}

/// A field of a form.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct FormField {
    /// By which an answer names it.
    key: String,
    /// What people read.
    label: String,
    /// What goes into it.
    #[graphql(name = "type")]
    field_type: FormFieldType,
    /// Whether it must be filled in.
    required: bool,
    /// What can be chosen, where something is to be chosen.
    options: Vec<FormOption>,
    /// Asked only if another field holds one of some values.
    depends_on: Option<FormDependency>,
    /// What it holds unless something else is said: text, or JSON.
    default: Option<String>,
    /// What helps to fill it in.
    help: Option<String>,
}

/// Something that can be chosen.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct FormOption {
    /// What an answer holds.
    value: String,
    /// What people read.
    label: String,
}

/// On what it depends that a field is asked.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(directive = inherits::apply())]
pub struct FormDependency {
    /// The other field.
    key: String,
    /// One of these.
    values: Vec<String>,
}

impl FormField {
    fn new(field: record::FormField) -> Self {
        let default = field.default.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let option = |it: record::FormOption| FormOption { value: it.value, label: it.label };
        Self {
            key: field.key,
            label: field.label,
            field_type: FormFieldType::of(&field.field_type),
            required: field.required,
            options: field.options.into_iter().map(option).collect(),
            depends_on: field.depends_on.map(|it| FormDependency { key: it.key, values: it.values }),
            default,
            help: field.help,
        }
    }
}
