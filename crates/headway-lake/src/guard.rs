//! The one edge at which a panic of the Parquet decoder becomes an error.
//!
//! The decoder answers most damaged files with an error, and some with a panic (a length that runs past its page, a page
//! without the encoding that it names). A stranger's file must not end the program, so that here, and nowhere else, a panic
//! is caught: around calls of the decoder alone, which leave nothing behind that is used again. What the caller does with
//! the rows runs outside, and its own panics go on as ever.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;

use crate::{LakeError, Result};

thread_local! {
    /// Whether this thread is inside the decoder, whose panics are told as errors and not on standard error.
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// The hook that prints panics stays silent for a thread inside the decoder, and does what it did before for all others.
fn keep_silent() {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !DECODING.get() {
                before(panic);
            }
        }));
    });
}

/// Calls the decoder; a panic of it says that the file is damaged.
pub(crate) fn decode_guarded<T, E: std::fmt::Display>(path: &Path, call: impl FnOnce() -> Result<T, E>) -> Result<T> {
    keep_silent();
    let outer = DECODING.replace(true);
    let went = catch_unwind(AssertUnwindSafe(call));
    DECODING.set(outer);
    match went {
        Ok(answer) => answer.map_err(|reason| LakeError::foreign_file(path, reason)),
        Err(panic) => {
            Err(LakeError::foreign_file(path, format!("its bytes contradict each other ({})", panic_message(&*panic))))
        }
    }
}

/// What a panic says, on one line and not longer than a line.
fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no reason said").split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_decoder_is_an_error_and_others_go_on() {
        let path = Path::new("given.parquet");
        let error = decode_guarded(path, || -> Result<(), String> { panic!("offset {} out of\n bounds", 7) });
        let text = error.expect_err("it panicked").to_string();
        assert_eq!(
            text,
            "given.parquet can't be read as a Parquet file: its bytes contradict each other (offset 7 out of bounds)"
        );
        assert_eq!(decode_guarded(path, || Ok::<_, String>(1)).expect("nothing happened"), 1);
        assert!(!DECODING.get(), "the thread's later panics are printed again");
    }
}
