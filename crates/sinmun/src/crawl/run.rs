use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use sinmun_archive::{Circumstances, Page, Payload, Run as CrawlRun, Store, Target, TargetKind};
use sinmun_crawler::{
    Failure, FailureKind, Fate, FetchOptions, Fetcher, Hours, Job, Known, Next, Outcome, Pace, Redirects,
    Robots, Schedule, ScheduleOptions,
};
use sinmun_discovery::{Method, PageKind, PageRequest, session};
use sinmun_sources::{Definition, Sources, Tls, Zone};
use url::Url;

use super::gates::{Gates, Passage};
use super::{CrawlEvent, CrawlOptions, CrawlSummary, HostSummary, deposit, plan};
use crate::error::{Error, ErrorKind};
use crate::reading::{Reading, reader, target};

/// Pages of one source that are taken from the frontier at once.
const BATCH: usize = 64;

/// Captures that are stored in one go.
const MOST_PENDING: usize = 64;

/// How often the hosts are shown.
const SHOWN_EVERY: Duration = Duration::from_millis(250);

/// How much of a robots.txt is unpacked, in bytes.
const LARGEST_ROBOTS: usize = 1 << 20;

/// What is taken from the frontier first, and what when nothing of that is left.
const PAGES: &[TargetKind] = &[TargetKind::Article, TargetKind::List];
const PICTURES: &[TargetKind] = &[TargetKind::Image];

/// Articles go before lists, so that what was found is fetched before more is looked for.
const ARTICLE: i32 = 0;
const LIST: i32 = 1;
/// What others wait for goes first.
const GATE: i32 = -1;

pub(super) fn crawl(
    data: &Path,
    sources: &Sources,
    options: &CrawlOptions,
    on: &(dyn Fn(CrawlEvent) + Sync),
) -> Result<CrawlSummary, Error> {
    let chosen = plan::choose(sources, options)?;
    let now = SystemTime::now();
    if options.dry_run {
        let requests = chosen.iter().flat_map(|definition| plan::begin(definition, options, now));
        let print = |request: PageRequest| match request.body {
            Some(body) => format!("POST {} {body}", request.url),
            None => format!("GET {}", request.url),
        };
        return Ok(CrawlSummary { plan: requests.map(print).collect(), ..CrawlSummary::default() });
    }
    let fetcher = Fetcher::start(fetch_options(&chosen, options)).map_err(|error| unfit(&error))?;
    let mut store = Store::open(data, reader(sources.clone(), None))?;
    let run = store.begin_run(&plan::name(&chosen, options))?;
    // Of a run that goes on too: it may have been killed before it named them, or be of an earlier day.
    for definition in &chosen {
        let seeds: Vec<Target> = plan::begin(definition, options, now)
            .iter()
            .map(|request| target(&definition.id, request))
            .collect();
        store.name_pages(&seeds)?;
    }
    let mut schedule =
        ScheduleOptions { budget: options.limit, seed: seed(now), ..ScheduleOptions::default() };
    schedule.backoff.first = options.retry_wait.unwrap_or(schedule.backoff.first);
    let mut crawl = Crawl {
        options,
        on,
        sources: chosen.into_iter().map(|definition| Source { definition, is_drained: false }).collect(),
        store,
        fetcher,
        schedule: Schedule::new(schedule, Instant::now(), now),
        gates: Gates::default(),
        with_hours: HashMap::new(),
        tickets: HashMap::new(),
        last_ticket: 0,
        kinds: PAGES,
        taken: HashSet::new(),
        pending: Vec::new(),
        has_list: false,
        dropped: Vec::new(),
        shown: Instant::now(),
        summary: CrawlSummary { resumed: run.is_resumed, ..CrawlSummary::default() },
        run,
    };
    crawl.look_again()?;
    crawl.work()?;
    crawl.finish()
}

fn fetch_options(chosen: &[&Definition], options: &CrawlOptions) -> FetchOptions {
    let mut fetch = FetchOptions {
        from_base: options.from_base.clone(),
        proxy: options.proxy.clone(),
        ..FetchOptions::default()
    };
    if let Some(timeout) = options.timeout {
        (fetch.connect_timeout, fetch.stall_timeout) = (timeout, timeout);
    }
    if let Some(contact) = &options.contact {
        fetch.contact.clone_from(contact);
    }
    if options.allow_private {
        let hosts = chosen.iter().flat_map(|definition| definition.hosts.iter().cloned());
        fetch.allow_private = hosts.collect();
        fetch
            .allow_private
            .extend(options.from_base.iter().filter_map(|base| base.host_str().map(str::to_owned)));
    }
    fetch
}

fn unfit(error: &sinmun_crawler::Error) -> Error {
    let kind = match error.kind() {
        sinmun_crawler::ErrorKind::BadOption => ErrorKind::BadRequest,
        _ => ErrorKind::Io,
    };
    Error::of(kind, error.to_string())
}

/// Waits after failures differ from run to run, so that many crawlers do not come back at once.
fn seed(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

/// A crawl at work.
struct Crawl<'a> {
    options: &'a CrawlOptions,
    on: &'a (dyn Fn(CrawlEvent) + Sync),
    sources: Vec<Source<'a>>,
    store: Store,
    run: CrawlRun,
    fetcher: Fetcher,
    schedule: Schedule,
    gates: Gates,
    /// Hosts that are asked at some hours only: the source that says so, and until when they were told to be closed.
    with_hours: HashMap<String, (usize, Option<Instant>)>,
    tickets: HashMap<u64, Ticket>,
    last_ticket: u64,
    /// What is taken from the frontier now.
    kinds: &'static [TargetKind],
    /// Pages that were taken from the frontier in this process, so that none is taken twice.
    taken: HashSet<i64>,
    pending: Vec<(Payload, Circumstances)>,
    /// Whether a list is among them, which may name further pages.
    has_list: bool,
    dropped: Vec<(i64, String)>,
    shown: Instant,
    summary: CrawlSummary,
}

struct Source<'a> {
    definition: &'a Definition,
    /// Whether the frontier held no more of its pages when it was last asked.
    is_drained: bool,
}

impl Source<'_> {
    /// Whether its server may be spoken to by old TLS.
    fn has_old_tls(&self) -> bool {
        self.definition.tls == Tls::Old
    }
}

/// A request that waits or is under way.
struct Ticket {
    purpose: Purpose,
    job: Job,
}

#[derive(Clone)]
enum Purpose {
    Page { page: i64, source: usize, request: Box<PageRequest> },
    Robots { host: String },
    Session { name: String },
}

impl Crawl<'_> {
    /// Pages that have come to an age at which they are looked at again.
    fn look_again(&mut self) -> Result<(), Error> {
        for place in 0..self.sources.len() {
            if self.sources[place].is_drained {
                continue;
            }
            let id = &self.sources[place].definition.id;
            let pages = self.store.aged(&self.run, id, self.kinds, &self.options.revisit)?;
            for page in pages {
                self.take(page, place);
            }
        }
        Ok(())
    }

    fn work(&mut self) -> Result<(), Error> {
        loop {
            self.refill()?;
            // A job that is ready has to be sent: the schedule is asked only where there is room for it.
            let next = match self.fetcher.has_room() {
                true => self.schedule.next(Instant::now()),
                false => Next::WaitForOutcome,
            };
            let wait = match next {
                Next::Ready(ticket) => {
                    self.send(ticket);
                    continue;
                }
                Next::WaitUntil(at) => at.saturating_duration_since(Instant::now()),
                Next::WaitForOutcome => Duration::from_secs(60),
                Next::Empty | Next::BudgetSpent if self.fetcher.under_way() > 0 => Duration::from_secs(60),
                next @ (Next::Empty | Next::BudgetSpent) => {
                    self.flush()?;
                    if next == Next::BudgetSpent {
                        return Ok(());
                    }
                    // Only what waits for hosts that were given up is left: it makes room for the others.
                    self.tickets.clear();
                    let is_drained = self.sources.iter().all(|source| source.is_drained);
                    if is_drained && !self.turn_to_pictures()? {
                        self.summary.ended = true;
                        return Ok(());
                    }
                    continue;
                }
            };
            self.show();
            self.tell_closed();
            // What has come is stored as soon as nothing more comes at once.
            let outcome = match self.pending.is_empty() {
                true => self.fetcher.receive(wait.min(SHOWN_EVERY)),
                false => self.fetcher.receive(Duration::ZERO),
            };
            let is_quiet = outcome.is_none();
            if let Some(outcome) = outcome {
                self.settle(outcome);
            }
            if is_quiet || self.pending.is_empty() || self.pending.len() >= MOST_PENDING {
                self.flush()?;
            }
        }
    }

    /// Goes on with pictures where nothing else is left; `false` where none of them is left either.
    fn turn_to_pictures(&mut self) -> Result<bool, Error> {
        if self.kinds == PICTURES {
            return Ok(false);
        }
        self.kinds = PICTURES;
        for source in &mut self.sources {
            source.is_drained = !source.definition.keeps_images();
        }
        self.look_again()?;
        Ok(true)
    }

    fn finish(mut self) -> Result<CrawlSummary, Error> {
        self.flush()?;
        self.summary.given_up = self.schedule.given_up().map(str::to_owned).collect();
        self.count_queued();
        if self.summary.ended {
            self.store.end_run(&self.run)?;
        }
        Ok(self.summary)
    }

    /// Takes pages from the frontier where few are left.
    fn refill(&mut self) -> Result<(), Error> {
        if self.tickets.len() >= BATCH / 2 * self.sources.len().max(1) {
            return Ok(());
        }
        for place in 0..self.sources.len() {
            if self.sources[place].is_drained {
                continue;
            }
            let id = &self.sources[place].definition.id;
            let taken = &self.taken;
            let pages =
                self.store.waiting(&self.run, id, self.kinds, BATCH, &|page| taken.contains(&page))?;
            self.sources[place].is_drained = pages.len() < BATCH;
            for page in pages {
                self.take(page, place);
            }
        }
        Ok(())
    }

    /// Makes a ticket of a page.
    fn take(&mut self, page: Page, source: usize) {
        self.taken.insert(page.id);
        let Ok(request) = serde_json::from_str::<PageRequest>(&page.target.request) else {
            self.drop(page.id, "the request cannot be read");
            return;
        };
        let Ok(url) = Url::parse(&request.url) else {
            self.drop(page.id, "its URL is none");
            return;
        };
        if self.schedule.given_up().any(|host| host == host_of(&url)) {
            return; // it waits for the next crawl
        }
        let mut job = job(&request, url.clone());
        let (etag, last_modified) = page.version;
        // A condition on a form is answered with 412 where it does not hold (RFC 9110, 13.1.2).
        let may_ask = request.method == Method::Get && page.seen.is_some();
        if may_ask && (etag.is_some() || last_modified.is_some()) {
            job.known = Some(Known { url, etag, last_modified });
        }
        let begins = session(self.sources[source].definition, &request);
        job.session = begins.map(|begins| begins.address);
        job.old_tls = self.sources[source].has_old_tls();
        let purpose = Purpose::Page { page: page.id, source, request: Box::new(request) };
        let ticket = self.ticket(purpose, job);
        self.admit(ticket);
    }

    fn ticket(&mut self, purpose: Purpose, mut job: Job) -> u64 {
        self.last_ticket += 1;
        job.id = self.last_ticket;
        self.tickets.insert(self.last_ticket, Ticket { purpose, job });
        self.last_ticket
    }

    /// Brings a page to its host's queue, through robots.txt and session.
    fn admit(&mut self, ticket: u64) {
        let Some(Ticket { purpose: Purpose::Page { page, source, request }, job }) =
            self.tickets.get(&ticket)
        else {
            return;
        };
        let (page, source, url) = (*page, *source, job.url.clone());
        let is_article = request.kind == PageKind::Article;
        let begins = session(self.sources[source].definition, request);
        let host = host_of(&url);
        match self.gates.robots(&host, &url, ticket) {
            Passage::Free => {}
            Passage::Wait => return,
            Passage::Ask => {
                self.schedule.set_pace(&host, self.pace(source));
                if self.sources[source].definition.politeness.hours.is_some() {
                    self.with_hours.insert(host.clone(), (source, None));
                }
                let robots = url.join("/robots.txt").expect("a web address has a root");
                // It is asked for once, for all sources of the host.
                let old_tls = self.sources[source].has_old_tls()
                    || self
                        .sources
                        .iter()
                        .any(|source| source.has_old_tls() && source.definition.is_own(url.as_str()));
                let job = Job { old_tls, redirects: Redirects::HandBack, ..Job::get(0, robots) };
                let asked = self.ticket(Purpose::Robots { host: host.clone() }, job);
                self.schedule.push(&host, asked, GATE);
                return;
            }
            Passage::Refused(why) => {
                self.host(&url).disallowed += 1;
                self.tickets.remove(&ticket);
                self.drop(page, why);
                return;
            }
        }
        if let Some(begins) = begins {
            match self.gates.session(&begins.address, ticket) {
                Passage::Free | Passage::Refused(_) => {}
                Passage::Wait => return,
                Passage::Ask => {
                    let Ok(url) = Url::parse(&begins.url) else { return };
                    let session = Some(begins.address.clone());
                    let old_tls = self.sources[source].has_old_tls();
                    let job = Job { session, old_tls, ..self::job(&begins, url.clone()) };
                    let asked = self.ticket(Purpose::Session { name: begins.address }, job);
                    self.schedule.push(&host_of(&url), asked, GATE);
                    return;
                }
            }
        }
        self.schedule.push(&host, ticket, if is_article { ARTICLE } else { LIST });
    }

    /// How fast a host may be asked, as far as the source says.
    fn pace(&self, source: usize) -> Pace {
        let politeness = &self.sources[source].definition.politeness;
        let zone = self.sources[source].definition.time_zone.as_ref();
        let now = jiff::Timestamp::now().as_second();
        let hours = politeness.hours.and_then(|hours| {
            let shift = zone.map_or(0, |zone| zone.offset(now)) / 60;
            let utc = |minute: u16| (i32::from(minute) - shift).rem_euclid(1440) as u16;
            Hours::new(utc(hours.from), utc(hours.to)).ok()
        });
        Pace {
            delay: self.options.delay.unwrap_or(politeness.delay),
            concurrency: usize::from(politeness.concurrency),
            hours: hours.unwrap_or_default(),
        }
    }

    fn send(&mut self, ticket: u64) {
        let Some(found) = self.tickets.get(&ticket) else { return };
        let job = found.job.clone();
        let url = job.url.clone();
        self.host(&url).requests += 1;
        self.fetcher.send(job).expect("it is asked for room before each");
    }

    /// Takes what a request brought.
    fn settle(&mut self, outcome: Outcome) {
        let now = Instant::now();
        let report = outcome.report(SystemTime::now());
        let fate = self.schedule.finished(outcome.id, now, report).unwrap_or(Fate::Done);
        let Some(Ticket { purpose, job }) = self.tickets.get(&outcome.id) else { return };
        let (purpose, url) = (purpose.clone(), job.url.clone());
        let is_unsent =
            outcome.hops.is_empty() && outcome.result.as_ref().is_err_and(|failure| !failure.kind.may_pass());
        let counted = self.host(&url);
        counted.requests += (outcome.hops.len() as u64).saturating_sub(1);
        counted.requests = counted.requests.saturating_sub(u64::from(is_unsent));
        match purpose {
            Purpose::Robots { host } => self.settle_robots(outcome, fate, &host, &url),
            Purpose::Session { name } => self.settle_session(outcome, fate, &name),
            Purpose::Page { page, source, request } => {
                self.settle_page(outcome, fate, page, source, *request, &url);
            }
        }
    }

    fn aside(&mut self, outcome: &Outcome, of: &str) {
        let reading = Reading::Aside { of: of.to_owned() };
        self.pending.extend(outcome.hops.iter().map(|hop| deposit::exchange(hop, &reading)));
    }

    /// Follows what opens a gate wherever it is redirected, at the pace of each host.
    fn follow(&mut self, id: u64, onward: Job) {
        let host = host_of(&onward.url);
        if let Some(ticket) = self.tickets.get_mut(&id) {
            ticket.job = Job { id, ..onward };
            self.schedule.push(&host, id, GATE);
        }
    }

    /// Keeps what came for a gate; `None` where more is to come, by a redirect or a further attempt.
    fn gate_answer(&mut self, mut outcome: Outcome, fate: Fate, of: &str) -> Option<Outcome> {
        self.aside(&outcome, of);
        if let Some(onward) = outcome.onward.take() {
            self.follow(outcome.id, *onward);
            return None;
        }
        if matches!(fate, Fate::Again(_)) {
            return None;
        }
        self.tickets.remove(&outcome.id);
        Some(outcome)
    }

    fn settle_robots(&mut self, outcome: Outcome, fate: Fate, host: &str, url: &Url) {
        let Some(outcome) = self.gate_answer(outcome, fate, "robots") else { return };
        let robots = match (&outcome.result, outcome.last()) {
            (Ok(()), Some(exchange)) => {
                let response = &exchange.response;
                let coding = response.headers.get("content-encoding");
                let body = sinmun_markup::unpacked(coding, &response.body, LARGEST_ROBOTS);
                Robots::parse(&body.unwrap_or_default(), response.status)
            }
            // A loop of redirects is no robots.txt; a server that does not answer is not asked for more.
            (Err(failure), _) if !failure.kind.may_pass() => Robots::allow_all(),
            _ => Robots::unreachable(),
        };
        if !robots.is_final() {
            self.trouble(
                url,
                "robots.txt cannot be had: nothing else of this host is asked for in this crawl",
            );
        }
        if let Some(delay) = robots.crawl_delay() {
            let pace = self.schedule.pace(host).at_least(delay);
            self.schedule.set_pace(host, pace);
        }
        for waiting in self.gates.open_robots(host, robots) {
            self.admit(waiting);
        }
    }

    fn settle_session(&mut self, outcome: Outcome, fate: Fate, name: &str) {
        if self.gate_answer(outcome, fate, "session").is_none() {
            return;
        }
        for waiting in self.gates.open_session(name) {
            self.admit(waiting);
        }
    }

    fn settle_page(
        &mut self,
        mut outcome: Outcome,
        fate: Fate,
        page: i64,
        source: usize,
        request: PageRequest,
        url: &Url,
    ) {
        let definition = self.sources[source].definition;
        let is_picture = request.kind == PageKind::Image;
        if let Some(onward) = outcome.onward.take() {
            self.aside(&outcome, "redirect");
            // Pictures stand where they stand; an article at another site is another's.
            if is_picture || definition.is_own(onward.url.as_str()) {
                if let Some(ticket) = self.tickets.get_mut(&outcome.id) {
                    ticket.job = Job { id: outcome.id, ..*onward };
                }
                self.admit(outcome.id);
                return;
            }
            let message = format!("it redirects to another site: {}", onward.url);
            outcome.result = Err(Failure { kind: FailureKind::BadRedirect, message });
            outcome.hops.clear();
        }
        self.has_list |= !matches!(request.kind, PageKind::Article | PageKind::Image);
        let reading = Reading::Page { source: definition.id.clone(), request };
        match &outcome.result {
            Ok(()) => {
                let Some(exchange) = outcome.last() else { return };
                self.pending.push(deposit::page(exchange, &reading, page));
                let status = exchange.response.status;
                let host = self.host(url);
                match status {
                    200..=299 if is_picture => host.images += 1,
                    200..=299 => host.fetched += 1,
                    304 => host.unchanged += 1,
                    404 | 410 => host.missing += 1,
                    _ => host.failed += 1,
                }
                if status >= 400 && !matches!(status, 404 | 410) {
                    self.trouble(url, &format!("the server answers {status}{}", next_step(fate)));
                }
            }
            // Nobody failed, and the next attempt tells of the page.
            Err(failure) if failure.kind == FailureKind::Closed && matches!(fate, Fate::Again(_)) => return,
            Err(failure) => {
                // What came of it is evidence too, though nobody reads it as the page.
                self.aside(&outcome, "broken");
                self.pending.push(deposit::failure(url.as_str(), &failure.message, &reading));
                self.host(url).failed += 1;
                self.trouble(url, &format!("{failure}{}", next_step(fate)));
            }
        }
        match fate {
            Fate::Again(_) => return,
            Fate::GivenUp => self.drop(page, "it failed too often in one crawl"),
            Fate::Done if outcome.result.is_err() => self.drop(page, "it cannot be fetched"),
            Fate::Done | Fate::HostGivenUp => {}
        }
        self.tickets.remove(&outcome.id);
    }

    /// Gives a page up until the next crawl, once what is pending is stored.
    fn drop(&mut self, page: i64, why: &str) {
        self.dropped.push((page, why.to_owned()));
    }

    fn flush(&mut self) -> Result<(), Error> {
        if !self.pending.is_empty() {
            let stored = self.store.put_pages(&self.pending)?;
            self.summary.counts.add(&stored.counts);
            for url in stored.repeated {
                let host = self.host(&url_or_root(&url));
                host.fetched = host.fetched.saturating_sub(1);
                host.unchanged += 1;
            }
            self.pending.clear();
            if std::mem::take(&mut self.has_list) {
                self.sources.iter_mut().for_each(|source| source.is_drained = false);
            }
        }
        for (page, why) in std::mem::take(&mut self.dropped) {
            self.store.drop_page(page, &why)?;
        }
        self.schedule.stored();
        Ok(())
    }

    fn host(&mut self, url: &Url) -> &mut HostSummary {
        self.summary.hosts.entry(host_of(url)).or_default()
    }

    fn trouble(&self, url: &Url, reason: &str) {
        (self.on)(CrawlEvent::Trouble { url: url.to_string(), reason: reason.to_owned() });
    }

    /// Tells of hosts that are waited for until their hours begin, of each once until then.
    fn tell_closed(&mut self) {
        let now = Instant::now();
        for (host, wait) in self.schedule.closed(now) {
            let Some((source, told)) = self.with_hours.get_mut(host) else { continue };
            let definition = self.sources[*source].definition;
            let Some(hours) = definition.politeness.hours else { continue };
            if told.is_some_and(|until| until > now) {
                continue;
            }
            *told = Some(now + wait);
            (self.on)(CrawlEvent::Closed {
                host: host.to_owned(),
                from: hours.from,
                to: hours.to,
                time_zone: definition.time_zone.as_ref().map_or("UTC", Zone::as_str).to_owned(),
                wait,
            });
        }
    }

    fn count_queued(&mut self) {
        for (name, host) in &mut self.summary.hosts {
            host.queued = self.schedule.queued(name) as u64;
        }
    }

    fn show(&mut self) {
        if self.shown.elapsed() < SHOWN_EVERY {
            return;
        }
        self.shown = Instant::now();
        self.count_queued();
        let hosts: BTreeMap<String, HostSummary> = self.summary.hosts.clone();
        (self.on)(CrawlEvent::Hosts(hosts));
    }
}

fn next_step(fate: Fate) -> &'static str {
    match fate {
        Fate::Again(_) => "; it is tried again later",
        Fate::GivenUp => "; it waits for the next crawl",
        Fate::HostGivenUp => "; the host is left alone until the next crawl",
        Fate::Done => "",
    }
}

/// What a host's pace is kept by: its name, and its port where it is not the usual one.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn url_or_root(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|_| Url::parse("http://unknown.invalid/").expect("it is a URL"))
}

fn job(request: &PageRequest, url: Url) -> Job {
    let job = match request.method {
        Method::Get => Job::get(0, url),
        Method::Post => {
            let content_type = request.content_type.as_deref().unwrap_or(sinmun_sources::FORM);
            Job::post(0, url, content_type, request.body.clone().unwrap_or_default())
        }
    };
    Job { redirects: Redirects::HandBack, ..job }
}
