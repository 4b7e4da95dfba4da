use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Value, json};

use crate::error::Problem;

const DEFAULT_LIMIT: u8 = 50;
const MAX_LIMIT: u8 = 100;

/// Which part of a resource is asked for: `?after=<id>&limit=<1..100>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Page {
    /// Only records with a greater id.
    pub after: i64,
    pub limit: u8,
}

impl Page {
    pub fn from_query(uri: &Uri) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::bad_request("the query cannot be read"))?;
        let (mut after, mut limit) = (None, None);
        for (name, value) in pairs {
            let is_first = match name.as_str() {
                "after" => after.replace(number(&name, &value, 0..=i64::MAX)?).is_none(),
                "limit" => limit.replace(number(&name, &value, 1..=MAX_LIMIT)?).is_none(),
                _ => return Err(Problem::bad_request(format!("`{name}` is neither `after` nor `limit`"))),
            };
            if !is_first {
                return Err(Problem::bad_request(format!("`{name}` is there twice")));
            }
        }
        Ok(Self { after: after.unwrap_or(0), limit: limit.unwrap_or(DEFAULT_LIMIT) })
    }

    /// How many records to fetch: one more than the page holds, to see whether there is a next page.
    pub fn fetch(self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Wraps the records that were fetched, each of which starts with its id.
    pub fn of(self, mut items: Vec<Value>) -> Value {
        let has_more = items.len() > usize::from(self.limit);
        items.truncate(usize::from(self.limit));
        let next = items.last().filter(|_| has_more).map(|last| last["id"].clone());
        json!({ "items": items, "next": next })
    }
}

fn number<N>(name: &str, value: &str, range: std::ops::RangeInclusive<N>) -> Result<N, Problem>
where
    N: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        Problem::bad_request(format!("`{name}` must be a whole number from {} to {}", range.start(), range.end()))
    })
}
