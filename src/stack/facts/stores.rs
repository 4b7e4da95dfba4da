/// The user, and the database, that an API is given.
pub const DATABASE_USER: &str = "app";
