/// Where `PostgreSQL` listens if it is told nothing.
pub const POSTGRES_PORT: u16 = 5432;
/// The user, and the database, that an API is given.
pub const DATABASE_USER: &str = "app";
