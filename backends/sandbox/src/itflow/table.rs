//! A table as data, and its DDL in either dialect.

use super::Dialect;
use std::fmt::Write as _;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The key that counts by itself.
    Id,
    Int,
    Big,
    /// `tinyint(1)`, mostly a flag.
    Flag,
    Varchar(u16),
    Text,
    /// `decimal(15,2)`; text in SQLite, so that `43.60` stays `43.60`.
    Money,
    Float,
    Stamp,
    Day,
    /// A time of day or a duration, `HH:MM:SS`.
    Hours,
    Enum(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub shape: Shape,
    pub nullable: bool,
    pub default: Option<&'static str>,
    /// MariaDB stamps it at every change of the row.
    pub stamped: bool,
    /// No customer may ever read it: the seeded world has a canary in each row that fills it.
    pub internal: bool,
}

impl Column {
    const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, nullable: false, default: None, stamped: false, internal: false }
    }

    pub(super) const fn null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// NULL until something is said.
    pub(super) const fn unset(mut self) -> Self {
        self.nullable = true;
        self.default = None;
        self
    }

    pub(super) const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    pub(super) const fn internal(mut self) -> Self {
        self.internal = true;
        self
    }
}

/// A table. The first column is the key, unless `key` names more.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    pub key: &'static [&'static str],
    pub indexes: &'static [&'static str],
}

pub(super) const fn id(name: &'static str) -> Column {
    Column::new(name, Shape::Id)
}
pub(super) const fn int(name: &'static str) -> Column {
    Column::new(name, Shape::Int)
}
pub(super) const fn big(name: &'static str) -> Column {
    Column::new(name, Shape::Big)
}
/// A reference: 0 for none.
pub(super) const fn link(name: &'static str) -> Column {
    Column::new(name, Shape::Int).or("0")
}
pub(super) const fn flag(name: &'static str) -> Column {
    Column::new(name, Shape::Flag).or("0")
}
pub(super) const fn chars(name: &'static str, most: u16) -> Column {
    Column::new(name, Shape::Varchar(most))
}
pub(super) const fn text(name: &'static str) -> Column {
    Column::new(name, Shape::Text)
}
pub(super) const fn money(name: &'static str) -> Column {
    Column::new(name, Shape::Money).or("0.00")
}
pub(super) const fn float(name: &'static str) -> Column {
    Column::new(name, Shape::Float)
}
pub(super) const fn day(name: &'static str) -> Column {
    Column::new(name, Shape::Day)
}
pub(super) const fn hours(name: &'static str) -> Column {
    Column::new(name, Shape::Hours)
}
pub(super) const fn choice(name: &'static str, values: &'static str) -> Column {
    Column::new(name, Shape::Enum(values))
}
pub(super) const fn stamp(name: &'static str) -> Column {
    Column::new(name, Shape::Stamp).null()
}
/// When the row was made: now, if nothing else is said.
pub(super) const fn created(name: &'static str) -> Column {
    Column::new(name, Shape::Stamp).or("CURRENT_TIMESTAMP")
}
/// When the row was changed; NULL until then.
pub(super) const fn updated(name: &'static str) -> Column {
    Column { stamped: true, ..Column::new(name, Shape::Stamp).null() }
}

pub(super) const fn table(name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, columns, key: &[], indexes: &[] }
}

impl Table {
    pub(super) const fn keyed(mut self, key: &'static [&'static str]) -> Self {
        self.key = key;
        self
    }

    pub(super) const fn indexed(mut self, indexes: &'static [&'static str]) -> Self {
        self.indexes = indexes;
        self
    }

    /// The statements that make the table and its indexes.
    pub(super) fn ddl(&self, dialect: Dialect) -> Vec<String> {
        let mut sql = format!("CREATE TABLE {} (", self.name);
        for (at, column) in self.columns.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(sql, "{comma}\n  {} {}", column.name, column.ddl(dialect));
        }
        let counted = self.columns.first().is_some_and(|column| column.shape == Shape::Id);
        let key = if self.key.is_empty() {
            self.columns.first().map(|column| column.name).into_iter().collect()
        } else {
            self.key.to_vec()
        };
        // SQLite writes the key that counts at its column.
        if !(counted && dialect == Dialect::Sqlite) {
            let _ = write!(sql, ",\n  PRIMARY KEY ({})", key.join(", "));
        }
        sql.push_str("\n)");
        if dialect == Dialect::MariaDb {
            sql.push_str(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci");
        }
        let indexes = self.indexes.iter().map(|column| format!("CREATE INDEX {column}_ix ON {} ({column})", self.name));
        std::iter::once(sql).chain(indexes).collect()
    }
}

impl Column {
    fn ddl(&self, dialect: Dialect) -> String {
        let mut sql = match dialect {
            Dialect::Sqlite => self.sqlite(),
            Dialect::MariaDb => self.mariadb(),
        };
        if self.shape == Shape::Id {
            return sql;
        }
        sql.push_str(if self.nullable { " NULL" } else { " NOT NULL" });
        if let Some(default) = self.default {
            let bare = default == "CURRENT_TIMESTAMP";
            let _ = if bare { write!(sql, " DEFAULT {default}") } else { write!(sql, " DEFAULT '{default}'") };
        }
        if self.stamped && dialect == Dialect::MariaDb {
            sql.push_str(" DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP");
        }
        sql
    }

    /// Types that drivers decode as they do MariaDB's. Texts compare without case, as there.
    fn sqlite(&self) -> String {
        match self.shape {
            Shape::Id => "INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
            Shape::Int => "INTEGER".to_owned(),
            Shape::Big => "BIGINT".to_owned(),
            Shape::Flag => "TINYINT".to_owned(),
            Shape::Varchar(most) => format!("VARCHAR({most}) COLLATE NOCASE"),
            Shape::Text | Shape::Enum(_) => "TEXT COLLATE NOCASE".to_owned(),
            Shape::Float => "REAL".to_owned(),
            Shape::Money | Shape::Stamp | Shape::Day | Shape::Hours => "TEXT".to_owned(),
        }
    }

    fn mariadb(&self) -> String {
        match self.shape {
            Shape::Id => "INT(11) NOT NULL AUTO_INCREMENT".to_owned(),
            Shape::Int => "INT(11)".to_owned(),
            Shape::Big => "BIGINT(20) UNSIGNED".to_owned(),
            Shape::Flag => "TINYINT(1)".to_owned(),
            Shape::Varchar(most) => format!("VARCHAR({most})"),
            Shape::Text => "LONGTEXT".to_owned(),
            Shape::Money => "DECIMAL(15,2)".to_owned(),
            Shape::Float => "FLOAT".to_owned(),
            Shape::Stamp => "DATETIME".to_owned(),
            Shape::Day => "DATE".to_owned(),
            Shape::Hours => "TIME".to_owned(),
            Shape::Enum(values) => format!("ENUM({values})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_description_makes_both_dialects() {
        static COLUMNS: [Column; 3] = [id("thing_id"), money("thing_price"), updated("thing_updated_at")];
        let things = Table { name: "things", columns: &COLUMNS, key: &[], indexes: &["thing_price"] };
        assert_eq!(
            things.ddl(Dialect::Sqlite),
            [
                "CREATE TABLE things (\n  thing_id INTEGER PRIMARY KEY AUTOINCREMENT,\n  thing_price TEXT NOT NULL \
                 DEFAULT '0.00',\n  thing_updated_at TEXT NULL\n)",
                "CREATE INDEX thing_price_ix ON things (thing_price)",
            ]
        );
        let maria = things.ddl(Dialect::MariaDb);
        assert!(maria[0].contains("thing_price DECIMAL(15,2) NOT NULL DEFAULT '0.00'"), "{maria:?}");
        assert!(maria[0].contains("thing_updated_at DATETIME NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP"));
        assert!(maria[0].contains("PRIMARY KEY (thing_id)\n) ENGINE=InnoDB"));
    }
}
