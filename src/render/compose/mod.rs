//! compose.yaml.

use super::Block;
use crate::stack::Stack;

pub(super) fn compose(_stack: &Stack) -> Result<Vec<Block>, askama::Error> {
    Ok(Vec::new())
}
