use std::collections::HashMap;

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
        match self.robots.get_mut(host) {
            Some(Gate::Open(robots)) if robots.allows_url(url) => Passage::Free,
            Some(Gate::Open(robots)) if robots.is_final() => Passage::Refused("robots.txt disallows it"),
            Some(Gate::Open(_)) => Passage::Refused("robots.txt cannot be had"),
            Some(Gate::Shut(waiting)) => {
                waiting.push(ticket);
                Passage::Wait
            }
            None => {
                self.robots.insert(host.to_owned(), Gate::Shut(vec![ticket]));
                Passage::Ask
            }
        }
    }

    /// Opens a host; returns the pages that waited.
    pub(super) fn open_robots(&mut self, host: &str, robots: Robots) -> Vec<u64> {
        match self.robots.insert(host.to_owned(), Gate::Open(robots)) {
            Some(Gate::Shut(waiting)) => waiting,
            _ => Vec::new(),
        }
    }

    /// Whether a session is there for a page.
    pub(super) fn session(&mut self, session: &str, ticket: u64) -> Passage {
        match self.sessions.get_mut(session) {
            Some(Gate::Open(())) => Passage::Free,
            Some(Gate::Shut(waiting)) => {
                waiting.push(ticket);
                Passage::Wait
            }
            None => {
                self.sessions.insert(session.to_owned(), Gate::Shut(vec![ticket]));
                Passage::Ask
            }
        }
    }

    /// Begins a session; returns the pages that waited.
    pub(super) fn open_session(&mut self, session: &str) -> Vec<u64> {
        match self.sessions.insert(session.to_owned(), Gate::Open(())) {
            Some(Gate::Shut(waiting)) => waiting,
            _ => Vec::new(),
        }
    }
}
