use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::config::Config;

/// A bar on standard error with rate and time left; nothing where that is no terminal.
pub struct Progress {
    bar: Mutex<Option<(&'static str, ProgressBar)>>,
    hidden: bool,
}

impl Progress {
    pub fn new(config: &Config) -> Self {
        Self { bar: Mutex::new(None), hidden: config.quiet }
    }

    /// So much of the whole is done; another `what` begins another bar.
    pub fn show(&self, what: &'static str, unit: Unit, done: u64, total: u64) {
        if self.hidden {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        if bar.as_ref().is_none_or(|(shown, _)| *shown != what) {
            if let Some((_, old)) = bar.take() {
                old.finish_and_clear();
            }
            *bar = Some((what, make(what, unit, total)));
        }
        if let Some((_, bar)) = bar.as_ref() {
            bar.set_position(done);
        }
    }

    /// Shows lines that change, in place of a bar.
    pub fn lines(&self, lines: &[String]) {
        if self.hidden {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else { return };
        if bar.as_ref().is_none_or(|(shown, _)| *shown != LINES) {
            let view = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            view.set_style(
                ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            if let Some((_, old)) = bar.replace((LINES, view)) {
                old.finish_and_clear();
            }
        }
        if let Some((_, bar)) = bar.as_ref() {
            bar.set_message(lines.join("\n"));
        }
    }

    /// Prints a line above the bar.
    pub fn line(&self, text: &str) {
        let Ok(bar) = self.bar.lock() else { return };
        match bar.as_ref() {
            Some((_, bar)) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    pub fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some((_, bar)) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

/// What is said while captures are read again, because rules have changed.
pub const READING_AGAIN: &str = "reading again";

/// The name of lines that change.
const LINES: &str = "lines";

/// What a bar counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Bytes,
    Pieces,
}

fn make(what: &'static str, unit: Unit, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
    let template = match unit {
        Unit::Bytes => "{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
        Unit::Pieces => "{msg} {bar:30} {pos}/{len} {per_sec} {eta} left",
    };
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}
