use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sinmun_crawler::Robots;
use url::Url;

/// What has to be known before a page may be asked for: its host's robots.txt, and its site's session.
///
/// Pages wait here, by their tickets, until the gate opens.
#[derive(Debug, Default)]
pub(super) struct Gates {
    robots: HashMap<String, Gate<Robots>>,
    sessions: HashMap<String, Gate<()>>,
}

#[derive(Debug)]
enum Gate<T> {
    Shut(Vec<u64>),
    Open(T),
}

/// What a gate says to a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// Go on.
    Free,
    /// The page waits; somebody has asked.
    Wait,
    /// The page waits; ask.
    Ask,
    /// It is not to be asked for, and why.
    Refused(&'static str),
}

impl Gates {
    /// Whether robots.txt lets a page pass.
    pub(super) fn robots(&mut self, host: &str, url: &Url, ticket: u64) -> Passage {
        match knock(&mut self.robots, host, ticket) {
            Ok(robots) if robots.allows_url(url) => Passage::Free,
            Ok(robots) if robots.is_final() => Passage::Refused("robots.txt disallows it"),
            Ok(_) => Passage::Refused("robots.txt cannot be had"),
            Err(passage) => passage,
        }
    }

    /// Opens a host; returns the pages that waited.
    pub(super) fn open_robots(&mut self, host: &str, robots: Robots) -> Vec<u64> {
        open(&mut self.robots, host, robots)
    }

    /// Whether a session is there for a page.
    pub(super) fn session(&mut self, session: &str, ticket: u64) -> Passage {
        knock(&mut self.sessions, session, ticket).map_or_else(|passage| passage, |&()| Passage::Free)
    }

    /// Begins a session; returns the pages that waited.
    pub(super) fn open_session(&mut self, session: &str) -> Vec<u64> {
        open(&mut self.sessions, session, ())
    }
}

/// What is known behind an open gate; behind a shut one the page waits from now on.
fn knock<'g, T>(gates: &'g mut HashMap<String, Gate<T>>, name: &str, ticket: u64) -> Result<&'g T, Passage> {
    match gates.entry(name.to_owned()) {
        Entry::Vacant(gate) => {
            gate.insert(Gate::Shut(vec![ticket]));
            Err(Passage::Ask)
        }
        Entry::Occupied(gate) => match gate.into_mut() {
            Gate::Open(known) => Ok(known),
            Gate::Shut(waiting) => {
                waiting.push(ticket);
                Err(Passage::Wait)
            }
        },
    }
}

fn open<T>(gates: &mut HashMap<String, Gate<T>>, name: &str, known: T) -> Vec<u64> {
    match gates.insert(name.to_owned(), Gate::Open(known)) {
        Some(Gate::Shut(waiting)) => waiting,
        _ => Vec::new(),
    }
}
