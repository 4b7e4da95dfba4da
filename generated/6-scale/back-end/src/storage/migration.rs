//! Bringing a stored table in line with the schema, as far as that can be done without a person.
//!
//! A missing table is created, and a missing column is added if its field is optional. A column that no field needs is
//! left alone if it may be empty, so that the version before, which knew its field, can be rolled back to. All else
//! might lose data or needs a value that only a person knows: then the API does not start.

use std::iter::once;

use super::schema::{Field, ID, Kind, Resource};

/// How an engine writes its types.
#[derive(Debug)]
pub struct Dialect {
    /// The definition of the id column, without its name.
    pub id: &'static str,
    pub text: &'static str,
    pub int: &'static str,
    pub bool: &'static str,
    pub time: &'static str,
}

/// A column as it is stored.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    pub r#type: String,
    pub not_null: bool,
}

impl Dialect {
    /// Returns the statements that bring the table of `resource` in line, or each difference that they cannot mend.
    pub fn migrate(&self, resource: &Resource, stored: &[Column]) -> Result<Vec<String>, Vec<String>> {
        if stored.is_empty() {
            return Ok(vec![self.create(resource)]);
        }
        let table = &resource.name;
        let mut statements = Vec::new();
        let mut problems = Vec::new();
        let mut problem =
            |column: &str, text: String| problems.push(format!("table `{table}`, column `{column}`: {text}"));
        for field in &resource.fields {
            match stored.iter().find(|column| column.name == field.name) {
                Some(column) => {
                    if let Some(text) = self.difference(field, column) {
                        problem(&field.name, text);
                    }
                }
                None if field.optional => {
                    statements.push(format!("ALTER TABLE {} ADD COLUMN {}", quote(table), self.column(field)));
                }
                None => problem(
                    &field.name,
                    "is missing, and the field is required: make the field optional, \
                     or add the column by hand, with a value for each record that is there"
                        .to_owned(),
                ),
            }
        }
        if !stored.iter().any(|column| column.name == ID) {
            problem(ID, "is missing: the table was made by somebody else, so rename it or the resource".to_owned());
        }
        for column in stored.iter().filter(|column| column.not_null && column.name != ID) {
            if !resource.fields.iter().any(|field| field.name == column.name) {
                problem(
                    &column.name,
                    "must not be empty, but there is no such field: bring the field back, \
                     or drop the column by hand if its data can go"
                        .to_owned(),
                );
            }
        }
        if problems.is_empty() { Ok(statements) } else { Err(problems) }
    }

    fn create(&self, resource: &Resource) -> String {
        let id = format!("{} {}", quote(ID), self.id);
        let columns: Vec<String> = once(id).chain(resource.fields.iter().map(|field| self.column(field))).collect();
        format!("CREATE TABLE {} ({})", quote(&resource.name), columns.join(", "))
    }

    fn column(&self, field: &Field) -> String {
        let not_null = if field.optional { "" } else { " NOT NULL" };
        format!("{} {}{not_null}", quote(&field.name), self.r#type(field.kind))
    }

    fn difference(&self, field: &Field, column: &Column) -> Option<String> {
        let wanted = self.r#type(field.kind);
        if !column.r#type.eq_ignore_ascii_case(wanted) {
            let found = &column.r#type;
            return Some(format!(
                "is stored as `{found}`, but the field needs `{wanted}`: give the field its old type, \
                 or convert the column by hand"
            ));
        }
        match (field.optional, column.not_null) {
            (true, true) => Some(
                "must not be empty, but the field is optional: make the field required, \
                 or take NOT NULL off the column by hand"
                    .to_owned(),
            ),
            (false, false) => Some(
                "may be empty, but the field is required: make the field optional, \
                 or fill the column and make it NOT NULL by hand"
                    .to_owned(),
            ),
            (true, false) | (false, true) => None,
        }
    }

    fn r#type(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Text { .. } => self.text,
            Kind::Int { .. } => self.int,
            Kind::Bool => self.bool,
            Kind::Time | Kind::Now => self.time,
        }
    }
}

/// Quotes a name, so that it can be any word.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
