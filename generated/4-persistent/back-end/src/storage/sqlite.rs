use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, SqlitePool};

use super::error::StorageError;
use super::migration::{Column, Dialect};
use super::page::Page;
use super::record::Record;
use super::schema::Resource;
use super::sql;
use crate::endpoints::Table;

const DIALECT: Dialect = Dialect {
    // Without AUTOINCREMENT the id of a deleted record could be given again.
    id: "INTEGER PRIMARY KEY AUTOINCREMENT",
    text: "TEXT",
    int: "INTEGER",
    bool: "BOOLEAN",
    time: "DATETIME",
};

/// How long to wait for another writer; shorter than a request may take, so that the client hears the reason.
const BUSY_TIME_LIMIT: Duration = Duration::from_secs(2);
const MAX_CONNECTIONS: u32 = 4;

/// Resources in an `SQLite` file.
#[derive(Clone, Debug)]
pub struct Sqlite {
    pool: SqlitePool,
}

impl Sqlite {
    pub async fn open(file: &Path, table: &Table) -> Result<Self, StorageError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            // Readers do not wait for the writer.
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(BUSY_TIME_LIMIT);
        let pool = SqlitePoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(BUSY_TIME_LIMIT)
            .connect_with(options)
            .await
            .map_err(|error| StorageError::Unreachable(format!("{}: {error}", file.display())))?;
        migrate(&pool, table).await?;
        Ok(Self { pool })
    }

    pub async fn ready(&self) -> Result<(), StorageError> {
        // Not `SELECT 1`, which does not look at the file.
        sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&self.pool).await?;
        Ok(())
    }

    pub async fn list(&self, resource: &Resource, page: Page) -> Result<Value, StorageError> {
        let query = sqlx::query(sql::select(resource)).bind(page.after).bind(page.fetch());
        let rows = query.fetch_all(&self.pool).await?;
        let items = rows.iter().map(|row| sql::read(resource, row)).collect::<Result<_, _>>()?;
        Ok(page.of(items))
    }

    pub async fn create(&self, resource: &Resource, record: Record) -> Result<Value, StorageError> {
        let query = sql::bind(sqlx::query(sql::insert(resource)), resource, &record);
        let id = query.fetch_one(&self.pool).await?.try_get(0)?;
        Ok(record.stored(resource, id))
    }
}

async fn migrate(pool: &SqlitePool, table: &Table) -> Result<(), StorageError> {
    let mut problems = Vec::new();
    // Takes the write lock now, so that another process cannot change what is read here.
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    for resource in &table.resources {
        let columns = columns(&mut transaction, resource).await?;
        match DIALECT.migrate(resource, &columns) {
            Ok(statements) => {
                for statement in statements {
                    tracing::info!(statement, "changing the tables");
                    sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
                }
            }
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        return Err(StorageError::Mismatch(problems));
    }
    Ok(transaction.commit().await?)
}

async fn columns(connection: &mut SqliteConnection, resource: &Resource) -> Result<Vec<Column>, StorageError> {
    let query = sqlx::query("SELECT name, type, \"notnull\" FROM pragma_table_info($1)").bind(&resource.name);
    let rows = query.fetch_all(connection).await?;
    let columns =
        rows.iter().map(|row| Ok(Column { name: row.try_get(0)?, r#type: row.try_get(1)?, not_null: row.try_get(2)? }));
    Ok(columns.collect::<Result<_, sqlx::Error>>()?)
}
