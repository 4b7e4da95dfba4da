//! Many small tasks, and as many threads as are worth it.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// For so few items a second thread costs more than it saves.
const FEW: usize = 128;
/// So many items are taken at once.
const SHARE: usize = 32;
/// More threads would only wait for the same disk.
const MOST: usize = 4;

/// What became of a share, and which of the workers has it.
pub(crate) struct Done<R> {
    pub(crate) worker: usize,
    pub(crate) result: R,
}

/// Does the work of all items, in shares that whichever worker is free takes. Items are made while others are worked at.
///
/// The results are in the items' order. The error is that of the first share that has one, whoever was faster.
pub(crate) fn work<T: Send, W: Send, R: Send, E: Send>(
    items: impl Iterator<Item = T> + Send,
    mut worker: impl FnMut() -> Result<W, E>,
    task: impl Fn(&mut W, Vec<T>) -> Result<R, E> + Sync,
) -> Result<(Vec<W>, Vec<Done<R>>), E> {
    let mut items = items.fuse();
    let first: Vec<T> = items.by_ref().take(FEW).collect();
    let threads = if first.len() < FEW {
        1
    } else {
        thread::available_parallelism().map_or(1, |cores| NonZero::get(cores).min(MOST))
    };
    let mut workers = (0..threads).map(|_| worker()).collect::<Result<Vec<_>, _>>()?;
    let shares = Shares {
        rest: Mutex::new((0, first.into_iter().chain(items))),
        is_stopped: AtomicBool::new(false),
    };
    let run = |worker: usize, state: &mut W| {
        let mut done = Vec::new();
        while let Some((number, share)) = shares.next() {
            let result = task(state, share);
            if result.is_err() {
                shares.is_stopped.store(true, Ordering::Relaxed);
            }
            done.push((number, result.map(|result| Done { worker, result })));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let run = &run;
        let mut states = workers.iter_mut().enumerate();
        let own = states.next();
        let running: Vec<_> = states
            .map(|(number, state)| scope.spawn(move || run(number, state)))
            .collect();
        let mut done = own.map_or_else(Vec::new, |(number, state)| run(number, state));
        for thread in running {
            done.extend(thread.join().expect("no thread of ours panics"));
        }
        done
    });
    done.sort_by_key(|(number, _)| *number);
    let done = done.into_iter().map(|(_, result)| result);
    Ok((workers, done.collect::<Result<_, _>>()?))
}

struct Shares<I> {
    /// How many were taken, and what is left.
    rest: Mutex<(usize, I)>,
    /// Those that are taken are still finished, so that the first error is found.
    is_stopped: AtomicBool,
}

impl<I: Iterator> Shares<I> {
    fn next(&self) -> Option<(usize, Vec<I::Item>)> {
        if self.is_stopped.load(Ordering::Relaxed) {
            return None;
        }
        let mut rest = self.rest.lock().expect("no thread of ours panics");
        let (taken, items) = &mut *rest;
        let share: Vec<_> = items.take(SHARE).collect();
        *taken += 1;
        (!share.is_empty()).then_some((*taken, share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_the_first_error_is_told() {
        for number in [0, 1, FEW - 1, FEW, 1000] {
            let (counts, done) = work(
                0..number,
                || Ok::<_, ()>(0),
                |count, share| {
                    *count += share.len();
                    Ok(share)
                },
            )
            .unwrap();
            assert!(done.iter().all(|done| done.worker < counts.len()));
            let done: Vec<usize> = done.into_iter().flat_map(|done| done.result).collect();
            assert_eq!(done, (0..number).collect::<Vec<_>>());
            assert_eq!(counts.iter().sum::<usize>(), number);
        }
        let bad = |item: &usize| item % 400 == 399;
        for _ in 0..100 {
            let failed = work(
                0..2000,
                || Ok(()),
                |(), share| share.into_iter().find(bad).map_or(Ok(()), Err),
            );
            assert_eq!(failed.err(), Some(399));
        }
    }
}
