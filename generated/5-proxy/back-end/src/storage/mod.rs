//! Where resources are kept: the schema they follow, what is read from requests, and the engines that store it.

pub mod error;
pub mod migration;
pub mod page;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod record;
pub mod schema;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod sql;
#[cfg(feature = "sqlite")]
pub mod sqlite;

use serde_json::Value;

use crate::config::StorageConfig;
use crate::endpoints::Table;
use error::StorageError;
use page::Page;
use record::Record;
use schema::Resource;

/// The storage that the configuration asks for; clones share its connections.
#[derive(Clone, Debug)]
pub enum Storage {
    None,
    #[cfg(feature = "postgres")]
    Postgres(postgres::Postgres),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Sqlite),
}

#[cfg_attr(
    not(any(feature = "postgres", feature = "sqlite")),
    expect(unused_variables, clippy::unused_async, reason = "without an engine there is nothing to hand them to")
)]
impl Storage {
    /// Connects, and brings the tables in line with the schema.
    pub async fn open(config: &StorageConfig, table: &Table) -> Result<Self, StorageError> {
        match config {
            StorageConfig::None => Ok(Self::None),
            #[cfg(feature = "postgres")]
            StorageConfig::Postgres(config) => postgres::Postgres::open(config, table).await.map(Self::Postgres),
            #[cfg(not(feature = "postgres"))]
            StorageConfig::Postgres(_) => Err(StorageError::NotBuilt),
            #[cfg(feature = "sqlite")]
            StorageConfig::Sqlite(file) => sqlite::Sqlite::open(file, table).await.map(Self::Sqlite),
            #[cfg(not(feature = "sqlite"))]
            StorageConfig::Sqlite(_) => Err(StorageError::NotBuilt),
        }
    }

    /// Succeeds if the storage can be reached now.
    pub async fn ready(&self) -> Result<(), StorageError> {
        match self {
            Self::None => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.ready().await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(sqlite) => sqlite.ready().await,
        }
    }

    /// Returns one page of a resource, in the order in which its records were created.
    pub async fn list(&self, resource: &Resource, page: Page) -> Result<Value, StorageError> {
        match self {
            Self::None => Err(StorageError::NotBuilt),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.list(resource, page).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(sqlite) => sqlite.list(resource, page).await,
        }
    }

    /// Stores a record, and returns it with its id.
    pub async fn create(&self, resource: &Resource, record: Record) -> Result<Value, StorageError> {
        match self {
            Self::None => Err(StorageError::NotBuilt),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.create(resource, record).await,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(sqlite) => sqlite.create(resource, record).await,
        }
    }
}
