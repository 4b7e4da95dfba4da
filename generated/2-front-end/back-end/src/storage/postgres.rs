use std::time::Duration;

use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row};
use tokio::time::{Instant, sleep, timeout};

use super::error::StorageError;
use super::migration::{Column, Dialect};
use super::page::Page;
use super::record::Record;
use super::schema::Resource;
use super::sql;
use crate::config::PostgresConfig;
use crate::endpoints::Table;

const DIALECT: Dialect = Dialect {
    id: "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    text: "text",
    int: "bigint",
    bool: "boolean",
    time: "timestamp with time zone",
};

/// How long the first connection is tried for: a database that starts with us may need that.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);
/// How long one attempt to connect may take.
const CONNECT_TIME_LIMIT: Duration = Duration::from_secs(5);
/// How long a request waits for a connection: shorter than a request may take, so that the client hears the reason.
const ACQUIRE_TIME_LIMIT: Duration = Duration::from_secs(2);
/// A few busy connections serve more than many; replicas times this must stay below the server's limit (100).
const MAX_CONNECTIONS: u32 = 8;

/// Any number that replicas agree on, so that one at a time changes the tables.
const MIGRATION_LOCK: i64 = 0x70_696e_6b6f_6765;

/// Resources in a `PostgreSQL` database; the pool reconnects by itself.
#[derive(Clone, Debug)]
pub struct Postgres {
    pool: PgPool,
}

impl Postgres {
    pub async fn open(config: &PostgresConfig, table: &Table) -> Result<Self, StorageError> {
        let longest = table.longest_request().as_millis().to_string();
        let options = PgConnectOptions::new_without_pgpass()
            .host(&config.host)
            .port(config.port)
            .username(&config.user)
            .password(&config.password.0)
            .database(&config.database)
            // The database is on the stack's own network; for any other, build sqlx with its `tls-rustls` features.
            .ssl_mode(PgSslMode::Disable)
            .application_name("api")
            // No work for a request that nobody waits for any more.
            .options([("statement_timeout", longest)]);
        let mut connection = connect(&options).await?;
        migrate(&mut connection, table).await?;
        connection.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIME_LIMIT)
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    pub async fn ready(&self) -> Result<(), StorageError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
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

/// Connects, and is patient with a database that is not there yet.
async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StorageError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let error = match timeout(CONNECT_TIME_LIMIT, PgConnection::connect_with(options)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => StorageError::from(error),
            Err(_) => StorageError::Unreachable("the connection attempt timed out".to_owned()),
        };
        if !matches!(error, StorageError::Unreachable(_)) || Instant::now() >= deadline {
            return Err(error);
        }
        tracing::warn!(%error, "the database cannot be reached yet");
        sleep(PAUSE).await;
    }
}

async fn migrate(connection: &mut PgConnection, table: &Table) -> Result<(), StorageError> {
    let mut problems = Vec::new();
    let mut transaction = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *transaction).await?;
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

async fn columns(connection: &mut PgConnection, resource: &Resource) -> Result<Vec<Column>, StorageError> {
    const COLUMNS: &str = "SELECT column_name::text, data_type::text, is_nullable = 'NO' \
        FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1";
    let rows = sqlx::query(COLUMNS).bind(&resource.name).fetch_all(connection).await?;
    let columns =
        rows.iter().map(|row| Ok(Column { name: row.try_get(0)?, r#type: row.try_get(1)?, not_null: row.try_get(2)? }));
    Ok(columns.collect::<Result<_, sqlx::Error>>()?)
}
