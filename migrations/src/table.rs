//! Tables as data: a name, its columns, its indices.

use sea_orm_migration::prelude::*;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    Uuid,
    Text,
    Int,
    Bool,
    Bytes,
}

use Holds::{Bool, Bytes, Int, Text, Uuid};

#[derive(Debug)]
pub struct Columns {
    pub required: &'static [(&'static str, Holds)],
    pub optional: &'static [(&'static str, Holds)],
}

#[derive(Debug)]
pub struct TableSpec {
    pub name: &'static str,
    pub key: &'static [(&'static str, Holds)],
    pub columns: Columns,
    pub unique: &'static [&'static [&'static str]],
    pub indices: &'static [&'static [&'static str]],
}

/// What every mirrored row carries beside its content.
pub const MIRROR: &[(&str, Holds)] =
    &[("backend_id", Uuid), ("native_key", Text), ("hash", Int), ("version", Int), ("read_at", Int)];

/// A column of a table that is there already, or of a new one.
pub fn column(name: &str, holds: Holds, required: bool) -> ColumnDef {
    let mut def = ColumnDef::new(Alias::new(name));
    match holds {
        Uuid => def.uuid(),
        Text => def.text(),
        Int => def.big_integer(),
        Bool => def.boolean(),
        Bytes => def.blob(),
    };
    if required {
        def.not_null();
    } else {
        def.null();
    }
    def
}

impl TableSpec {
    /// Tables of pulled records are the mirrors that a native key finds.
    fn is_mirror_of_records(&self) -> bool {
        self.name.starts_with("mirror_") && !self.unique.is_empty()
    }

    pub async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(Alias::new(self.name));
        let mirrored = if self.is_mirror_of_records() { MIRROR } else { &[] };
        for (name, holds) in self.key.iter().chain(mirrored).chain(self.columns.required) {
            table.col(column(name, *holds, true));
        }
        for (name, holds) in self.columns.optional {
            table.col(column(name, *holds, false));
        }
        let mut key = Index::create();
        for (name, _) in self.key {
            key.col(Alias::new(*name));
        }
        table.primary_key(&mut key);
        manager.create_table(table).await?;
        for (columns, unique) in self.unique.iter().map(|c| (*c, true)).chain(self.indices.iter().map(|c| (*c, false)))
        {
            self.index(manager, columns, unique).await?;
        }
        Ok(())
    }

    async fn index(&self, manager: &SchemaManager<'_>, columns: &[&str], unique: bool) -> Result<(), DbErr> {
        let mut index = Index::create();
        index.name(format!("ix_{}_{}", self.name, columns.join("_"))).table(Alias::new(self.name));
        for name in columns {
            index.col(Alias::new(*name));
        }
        if unique {
            index.unique();
        }
        manager.create_index(index).await
    }

    pub async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Alias::new(self.name)).if_exists().take()).await
    }
}
