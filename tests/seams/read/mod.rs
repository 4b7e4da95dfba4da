//! Small readers of the languages that stacks are rendered in: they know what the files hold, and refuse the rest.

pub(crate) mod compose;
pub(crate) mod dockerfile;
pub(crate) mod nginx;
pub(crate) mod page;
pub(crate) mod script;
pub(crate) mod source;
