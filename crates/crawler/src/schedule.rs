use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::time::{Duration, Instant, SystemTime};

use crate::politeness::{Backoff, Pace};
use crate::report::{Report, Verdict};

/// Decides which job may start, and when.
///
/// It does nothing itself and has no clock: whoever drives it says what time it
/// is, and tells it what became of each job. So a run of a day is tested in a
/// millisecond, and twice the same.
///
/// # Invariants
///
/// On one host no two requests start closer together than its delay, nor before
/// what its `Retry-After` asks, nor outside its hours, and no more are in flight
/// than its concurrency. With a concurrency of one the delay runs from when
/// the server has answered, which it cannot do before it was asked: no
/// connection that takes long to open brings two requests together.
///
/// A request is in flight until what came of it is [`stored`](Self::stored): no
/// more than those are made again after a crash.
#[derive(Debug)]
pub struct Schedule {
    options: ScheduleOptions,
    began: Instant,
    began_utc: SystemTime,
    hosts: BTreeMap<String, Host>,
    under_way: HashMap<u64, (String, Waiting)>,
    pushed: u64,
    requests: u64,
}

/// How patient a schedule is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleOptions {
    /// The pace of a host for which none is set.
    pub pace: Pace,
    /// Waits after failures.
    pub backoff: Backoff,
    /// How often a job is tried in all.
    pub attempts: u32,
    /// After so many failures in a row a host is left alone for the rest of the run.
    pub patience: u32,
    /// The longest time that a `Retry-After`, or a delay, can ask for.
    pub longest_pause: Duration,
    /// The most requests of this run; `None` for any number.
    pub budget: Option<u64>,
    /// What the jitter is made from: the same seed gives the same waits.
    pub seed: u64,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Start this job now.
    Ready(u64),
    /// Nothing may start before this time.
    WaitUntil(Instant),
    /// Nothing may start before a job that is in flight has ended and is stored.
    WaitForOutcome,
    /// The budget is used up; jobs remain.
    BudgetSpent,
    /// No job is left to start: none was pushed, or only for hosts that were given up.
    Empty,
}

/// What is to become of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is done.
    Done,
    /// It comes up again by itself, not before this time.
    Again(Instant),
    /// It was tried often enough.
    GivenUp,
    /// Its host was: this job is dropped, the others there are among [`Schedule::remaining`].
    HostGivenUp,
}

#[derive(Debug)]
struct Host {
    pace: Pace,
    ready: BinaryHeap<Reverse<Waiting>>,
    /// Jobs that were tried, by when they may be tried again.
    later: BinaryHeap<Reverse<(Instant, Waiting)>>,
    under_way: usize,
    /// Requests that came to their end, and what came of them is not stored.
    unstored: usize,
    /// When the server certainly had the last request.
    asked: Option<Instant>,
    not_before: Instant,
    failures: u32,
    is_given_up: bool,
}

/// A job in a queue, in the order in which it leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    priority: i32,
    sequence: u64,
    id: u64,
    attempts: u32,
}

impl Schedule {
    /// An empty one, at the beginning of a run: the same moment by both clocks.
    pub fn new(mut options: ScheduleOptions, now: Instant, utc: SystemTime) -> Self {
        options.pace.delay = options.pace.delay.min(options.longest_pause);
        Self {
            options,
            began: now,
            began_utc: utc,
            hosts: BTreeMap::new(),
            under_way: HashMap::new(),
            pushed: 0,
            requests: 0,
        }
    }

    /// Sets the pace of a host, from now on. No delay is longer than the longest pause.
    pub fn set_pace(&mut self, host: &str, pace: Pace) {
        let delay = pace.delay.min(self.options.longest_pause);
        let host = self.host(host);
        host.pace = Pace { delay, ..pace };
        // A robots.txt asks for its delay after it was fetched, and means the next request too.
        if let Some(asked) = host.asked {
            host.not_before = host.not_before.max(asked + delay);
        }
    }

    /// The pace of a host.
    pub fn pace(&self, host: &str) -> Pace {
        self.hosts.get(host).map_or(self.options.pace, |host| host.pace)
    }

    /// Queues a job at its host. The lowest priority goes first, and among equals the first to come.
    ///
    /// A number is pushed again only after it was [`finished`](Self::finished).
    pub fn push(&mut self, host: &str, id: u64, priority: i32) {
        self.pushed += 1;
        let waiting = Waiting { priority, sequence: self.pushed, id, attempts: 0 };
        self.host(host).ready.push(Reverse(waiting));
    }

    /// The job that may start now, of the host that has waited longest, or what to wait for.
    pub fn next(&mut self, now: Instant) -> Next {
        let midnight = self.since_midnight(now);
        let mut first: Option<(Instant, &mut Host, &String)> = None;
        let mut is_full = false;
        for (name, host) in &mut self.hosts {
            let Some(job_from) = host.job_from() else { continue };
            if host.under_way + host.unstored >= host.pace.concurrency.max(1) {
                is_full = true;
                continue;
            }
            let from = host.not_before.max(job_from);
            let at = from.max(now);
            let opens = host.pace.hours.opens_in(midnight + (at - now));
            let from = if opens.is_zero() { from } else { at + opens };
            if first.as_ref().is_none_or(|(known, _, _)| from < *known) {
                first = Some((from, host, name));
            }
        }
        let Some((from, host, name)) = first else {
            return if is_full { Next::WaitForOutcome } else { Next::Empty };
        };
        if self.options.budget.is_some_and(|budget| self.requests >= budget) {
            return Next::BudgetSpent;
        }
        if from > now {
            return Next::WaitUntil(from);
        }
        let Some(Reverse(mut waiting)) = host.take(now) else { return Next::Empty };
        waiting.attempts += 1;
        host.under_way += 1;
        host.asked = Some(now);
        host.not_before = now + host.pace.delay;
        self.requests += 1;
        let id = waiting.id;
        self.under_way.insert(id, (name.clone(), waiting));
        Next::Ready(id)
    }

    /// Notes what became of a job that was [`Next::Ready`]. Its place is free once that is [`stored`](Self::stored).
    ///
    /// `None` for a job that is not under way.
    pub fn finished(&mut self, id: u64, now: Instant, report: Report) -> Option<Fate> {
        let (name, waiting) = self.under_way.remove(&id)?;
        self.requests += report.requests.saturating_sub(1);
        let Self { options, hosts, .. } = self;
        let host = hosts.get_mut(&name)?;
        host.under_way -= 1;
        host.unstored += 1;
        let served = report.answered.unwrap_or(now).min(now);
        host.asked = host.asked.max(Some(served));
        host.not_before = host.not_before.max(served + host.pace.delay);
        let pause = match report.verdict {
            Verdict::Answered => {
                host.failures = 0;
                return Some(Fate::Done);
            }
            Verdict::Refused => return Some(Fate::Done),
            Verdict::Lost if waiting.attempts < options.attempts => {
                let again = host.not_before;
                host.later.push(Reverse((again, waiting)));
                return Some(Fate::Again(again));
            }
            Verdict::Busy(pause) => pause,
            Verdict::Failed | Verdict::Lost => None,
        };
        host.failures += 1;
        let jitter = scatter(options.seed ^ scatter(id) ^ u64::from(waiting.attempts));
        if let Some(pause) = pause {
            host.not_before = host.not_before.max(now + pause.min(options.longest_pause));
        } else if host.failures > 1 || matches!(report.verdict, Verdict::Busy(None)) {
            // One page may fail by itself; a second in a row is the server's trouble.
            host.not_before = host.not_before.max(now + options.backoff.wait(host.failures, jitter));
        }
        if host.failures >= options.patience {
            host.is_given_up = true;
            return Some(Fate::HostGivenUp);
        }
        if waiting.attempts >= options.attempts {
            return Some(Fate::GivenUp);
        }
        let own = now + options.backoff.wait(waiting.attempts, jitter);
        let again = if pause.is_some() { host.not_before } else { own.max(host.not_before) };
        host.later.push(Reverse((again, waiting)));
        Some(Fate::Again(again))
    }

    /// Notes that what came of every finished job is where a crash does not reach it.
    pub fn stored(&mut self) {
        for host in self.hosts.values_mut() {
            host.unstored = 0;
        }
    }

    /// How many requests were made.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// How many jobs are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// How many jobs of a host are queued.
    pub fn queued(&self, host: &str) -> usize {
        self.hosts.get(host).map_or(0, |host| host.ready.len() + host.later.len())
    }

    /// The hosts with jobs that may not be asked at this hour, by name, and how long until they may.
    pub fn closed(&self, now: Instant) -> impl Iterator<Item = (&str, Duration)> {
        let midnight = self.since_midnight(now);
        let waiting = self.hosts.iter().filter(|(_, host)| host.job_from().is_some());
        let opens = waiting.map(move |(name, host)| (name.as_str(), host.pace.hours.opens_in(midnight)));
        opens.filter(|(_, wait)| !wait.is_zero())
    }

    /// The hosts that were given up, by name.
    pub fn given_up(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter(|(_, host)| host.is_given_up).map(|(name, _)| name.as_str())
    }

    /// The jobs that are queued, those of given-up hosts among them, in no order.
    pub fn remaining(&self) -> impl Iterator<Item = u64> {
        self.hosts.values().flat_map(|host| {
            let later = host.later.iter().map(|Reverse((_, waiting))| waiting.id);
            host.ready.iter().map(|Reverse(waiting)| waiting.id).chain(later)
        })
    }

    fn host(&mut self, name: &str) -> &mut Host {
        if !self.hosts.contains_key(name) {
            let host = Host {
                pace: self.options.pace,
                ready: BinaryHeap::new(),
                later: BinaryHeap::new(),
                under_way: 0,
                unstored: 0,
                asked: None,
                not_before: self.began,
                failures: 0,
                is_given_up: false,
            };
            self.hosts.insert(name.to_owned(), host);
        }
        self.hosts.get_mut(name).expect("it was just put there")
    }

    fn since_midnight(&self, now: Instant) -> Duration {
        let utc = self.began_utc + now.saturating_duration_since(self.began);
        let since = utc.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Duration::new(since.as_secs() % (24 * 60 * 60), since.subsec_nanos())
    }
}

impl Host {
    /// From when on a job is there to start; `None` where there is none.
    fn job_from(&self) -> Option<Instant> {
        if self.is_given_up {
            return None;
        }
        if !self.ready.is_empty() {
            return Some(self.not_before);
        }
        self.later.peek().map(|Reverse((at, _))| *at)
    }

    /// A job that may be tried again goes before those that were not tried yet.
    fn take(&mut self, now: Instant) -> Option<Reverse<Waiting>> {
        if self.later.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            return self.later.pop().map(|Reverse((_, waiting))| Reverse(waiting));
        }
        self.ready.pop()
    }
}

/// Four attempts, five failures in a row, an hour's pause at most, no budget.
impl Default for ScheduleOptions {
    fn default() -> Self {
        Self {
            pace: Pace::default(),
            backoff: Backoff::default(),
            attempts: 4,
            patience: 5,
            longest_pause: Duration::from_secs(60 * 60),
            budget: None,
            seed: 0,
        }
    }
}

/// Spreads a number over all of its bits (the finaliser of SplitMix64).
fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::politeness::Hours;

    const SECOND: Duration = Duration::from_secs(1);

    /// A schedule with its clock, which begins at midnight UTC.
    struct Run {
        schedule: Schedule,
        began: Instant,
        now: Instant,
    }

    impl Run {
        fn new(options: ScheduleOptions) -> Self {
            let began = Instant::now();
            let utc = SystemTime::UNIX_EPOCH + 20_000 * 86_400 * SECOND;
            Self { schedule: Schedule::new(options, began, utc), began, now: began }
        }

        fn pace(delay: u32, concurrency: usize) -> Self {
            let pace = Pace { delay: delay * SECOND, concurrency, hours: Hours::default() };
            Self::new(ScheduleOptions { pace, ..ScheduleOptions::default() })
        }

        fn push(&mut self, host: &str, ids: impl IntoIterator<Item = u64>) {
            ids.into_iter().for_each(|id| self.schedule.push(host, id, 0));
        }

        /// Waits as it is told to; the job, and the milliseconds since the beginning.
        #[track_caller]
        fn ready(&mut self) -> (u64, u64) {
            for _ in 0..2 {
                match self.schedule.next(self.now) {
                    Next::Ready(id) => return (id, (self.now - self.began).as_millis() as u64),
                    Next::WaitUntil(at) => {
                        assert!(at > self.now, "a wait for what has passed");
                        self.now = at;
                    }
                    other => panic!("{other:?}"),
                }
            }
            panic!("it waited, and was not ready then");
        }

        fn end(&mut self, id: u64, verdict: Verdict) -> Option<Fate> {
            self.finish(id, Report { verdict, requests: 1, answered: None })
        }

        fn finish(&mut self, id: u64, report: Report) -> Option<Fate> {
            let fate = self.schedule.finished(id, self.now, report);
            self.schedule.stored();
            fate
        }
    }

    #[test]
    fn the_delay_runs_between_starts_and_from_the_answer() {
        let mut run = Run::pace(2, 1);
        run.push("a", [1, 2, 3]);
        assert_eq!(run.ready(), (1, 0));
        assert_eq!(run.schedule.next(run.now), Next::WaitForOutcome);
        run.now += 5 * SECOND;
        let report = Report { verdict: Verdict::Answered, requests: 1, answered: Some(run.now - SECOND) };
        assert_eq!(run.finish(1, report), Some(Fate::Done));
        assert_eq!(run.ready(), (2, 6000));
        assert_eq!(run.end(2, Verdict::Answered), Some(Fate::Done));
        assert_eq!(run.ready(), (3, 8000));
        assert_eq!(run.end(3, Verdict::Answered), Some(Fate::Done));
        assert_eq!(run.schedule.next(run.now), Next::Empty);
        assert_eq!(run.end(3, Verdict::Answered), None);
    }

    #[test]
    fn more_at_once_start_a_delay_apart() {
        let mut run = Run::pace(2, 2);
        run.push("a", [1, 2, 3]);
        assert_eq!(run.ready(), (1, 0));
        assert_eq!(run.ready(), (2, 2000));
        assert_eq!(run.schedule.next(run.now + 9 * SECOND), Next::WaitForOutcome);
        run.end(1, Verdict::Answered);
        assert_eq!(run.ready(), (3, 4000));
    }

    #[test]
    fn what_is_not_stored_is_in_flight() {
        let mut run = Run::pace(0, 2);
        run.push("a", 1..=4);
        assert_eq!([run.ready().0, run.ready().0], [1, 2]);
        let report = Report { verdict: Verdict::Answered, requests: 1, answered: None };
        run.schedule.finished(1, run.now, report);
        run.schedule.finished(2, run.now, report);
        assert_eq!(run.schedule.next(run.now), Next::WaitForOutcome);
        run.schedule.stored();
        assert_eq!([run.ready().0, run.ready().0], [3, 4]);
        assert_eq!(run.schedule.next(run.now), Next::Empty);
    }

    #[test]
    fn hosts_do_not_wait_for_one_another() {
        let mut run = Run::pace(2, 1);
        run.push("a", [1, 2]);
        run.push("b", [3]);
        assert_eq!(run.ready(), (1, 0));
        assert_eq!(run.ready(), (3, 0));
        run.end(1, Verdict::Answered);
        assert_eq!(run.ready(), (2, 2000));
    }

    #[test]
    fn without_a_delay_hosts_take_turns() {
        let mut run = Run::pace(0, 1);
        run.push("a", [1, 2]);
        run.push("b", [3, 4]);
        let mut order = Vec::new();
        for _ in 0..4 {
            run.now += Duration::from_millis(1);
            let (id, _) = run.ready();
            run.end(id, Verdict::Answered);
            order.push(id);
        }
        assert_eq!(order, [1, 3, 2, 4]);
    }

    #[test]
    fn the_lowest_priority_goes_first() {
        let mut run = Run::pace(0, 9);
        for (id, priority) in [(1, 5), (2, -1), (3, 5), (4, 0)] {
            run.schedule.push("a", id, priority);
        }
        assert_eq!([run.ready().0, run.ready().0, run.ready().0, run.ready().0], [2, 4, 1, 3]);
    }

    #[test]
    fn retry_after_holds_the_host() {
        let mut run = Run::pace(2, 1);
        run.push("a", [1, 2]);
        run.ready();
        let fate = run.end(1, Verdict::Busy(Some(30 * SECOND)));
        assert_eq!(fate, Some(Fate::Again(run.began + 30 * SECOND)));
        assert_eq!(run.ready(), (1, 30_000));
        run.end(1, Verdict::Busy(Some(Duration::MAX)));
        assert_eq!(run.ready(), (1, 30_000 + 3_600_000));
        run.end(1, Verdict::Busy(Some(Duration::ZERO)));
        assert_eq!(run.ready(), (1, 30_000 + 3_600_000 + 2000));
    }

    #[test]
    fn a_busy_host_that_names_no_time_is_left_alone_too() {
        let mut run = Run::pace(1, 1);
        run.push("a", [1, 2]);
        run.ready();
        run.end(1, Verdict::Busy(None));
        assert!(matches!(run.schedule.next(run.now), Next::WaitUntil(at) if at >= run.now + 5 * SECOND / 2));
    }

    #[test]
    fn a_failed_job_comes_again_later_and_lets_others_go_first() {
        let mut run = Run::pace(1, 1);
        run.push("a", [1, 2]);
        run.ready();
        let Some(Fate::Again(at)) = run.end(1, Verdict::Failed) else { panic!("it is tried again") };
        assert!(at >= run.now + 5 * SECOND / 2 && at <= run.now + 15 * SECOND / 2);
        assert_eq!(run.ready(), (2, 1000));
        run.end(2, Verdict::Answered);
        assert_eq!(run.ready(), (1, (at - run.began).as_millis() as u64));
    }

    #[test]
    fn hosts_with_jobs_are_closed_until_their_hours() {
        let mut run = Run::pace(2, 1);
        let hours = |from, to| Pace { hours: Hours::new(from, to).unwrap(), ..Pace::default() };
        run.schedule.set_pace("later", hours(120, 180));
        run.schedule.set_pace("now", hours(1439, 60));
        run.schedule.set_pace("nothing", hours(120, 180));
        run.push("later", [1]);
        run.push("now", [2]);
        let closed = |run: &Run| -> Vec<(String, u64)> {
            let closed = run.schedule.closed(run.now);
            closed.map(|(host, wait)| (host.to_owned(), wait.as_secs())).collect()
        };
        assert_eq!(closed(&run), [("later".to_owned(), 7200)]);
        run.now += 7199 * SECOND;
        assert_eq!(closed(&run), [("later".to_owned(), 1), ("now".to_owned(), 79_141)]);
        run.now += SECOND;
        assert_eq!(closed(&run), [("now".to_owned(), 79_140)]);
    }

    #[test]
    fn a_lost_request_is_made_again_at_the_usual_pace() {
        let mut run = Run::pace(2, 1);
        run.push("a", [1, 2]);
        run.ready();
        assert_eq!(run.end(1, Verdict::Lost), Some(Fate::Again(run.began + 2 * SECOND)));
        assert_eq!(run.ready(), (1, 2000));
        run.end(1, Verdict::Lost);
        assert_eq!(run.ready(), (1, 4000));
        run.end(1, Verdict::Lost);
        assert_eq!(run.ready(), (1, 6000));
        assert_eq!(run.end(1, Verdict::Lost), Some(Fate::GivenUp));
        assert_eq!(run.ready(), (2, 8000));
    }

    #[test]
    fn attempts_end() {
        let mut run = Run::pace(0, 1);
        run.push("a", 1..=100);
        let mut fates = Vec::new();
        for _ in 0..103 {
            let (id, _) = run.ready();
            // The other pages succeed, so that the host is not given up.
            match id {
                1 => fates.push(run.end(1, Verdict::Failed)),
                _ => drop(run.end(id, Verdict::Answered)),
            }
            run.now += SECOND;
        }
        assert_eq!(run.schedule.next(run.now), Next::Empty);
        assert_eq!(fates.len(), 4);
        assert_eq!(fates[3], Some(Fate::GivenUp));
    }

    #[test]
    fn a_host_is_given_up_and_its_jobs_remain() {
        let mut run = Run::pace(0, 1);
        run.push("down", 1..=9);
        run.push("up", [20]);
        let mut fates = Vec::new();
        let mut waits = Vec::new();
        let mut last = run.began;
        loop {
            match run.schedule.next(run.now) {
                Next::Ready(20) => drop(run.end(20, Verdict::Answered)),
                Next::Ready(id) => {
                    waits.push(run.now - last);
                    last = run.now;
                    fates.push(run.end(id, Verdict::Failed));
                }
                Next::WaitUntil(at) => run.now = at,
                other => break assert_eq!(other, Next::Empty),
            }
        }
        assert_eq!(fates.len(), 5);
        assert_eq!(fates[4], Some(Fate::HostGivenUp));
        assert!(waits[4] > waits[2], "the waits grow: {waits:?}");
        assert_eq!(run.schedule.given_up().collect::<Vec<_>>(), ["down"]);
        assert_eq!(run.schedule.remaining().count(), 8); // the ninth was under way when the host was given up
        run.push("down", [30]);
        assert_eq!(run.schedule.next(run.now), Next::Empty);
    }

    #[test]
    fn the_budget_counts_every_request() {
        let options = ScheduleOptions { budget: Some(4), ..ScheduleOptions::default() };
        let mut run = Run::new(options);
        run.push("a", 1..=5);
        run.ready();
        let report = Report { verdict: Verdict::Answered, requests: 3, answered: None };
        run.finish(1, report);
        run.ready();
        run.end(2, Verdict::Answered);
        assert_eq!(run.schedule.next(run.now), Next::BudgetSpent);
        assert_eq!(run.schedule.requests(), 4);
        assert_eq!(run.schedule.queued("a"), 3);
    }

    #[test]
    fn nothing_starts_outside_the_hours() {
        let mut run = Run::pace(2, 1);
        let hours = Hours::new(60, 61).unwrap();
        run.schedule.set_pace("a", Pace { delay: 40 * SECOND, concurrency: 1, hours });
        run.push("a", [1, 2, 3]);
        let minute = 60_000;
        for expected in [(1, 60 * minute), (2, 60 * minute + 40_000), (3, (24 + 1) * 60 * minute)] {
            assert_eq!(run.ready(), expected);
            run.end(expected.0, Verdict::Answered);
        }
    }

    #[test]
    fn a_longer_delay_holds_from_the_last_request_on() {
        let mut run = Run::pace(0, 1);
        run.push("a", [1, 2]);
        assert_eq!(run.ready(), (1, 0));
        run.end(1, Verdict::Answered);
        let slow = run.schedule.pace("a").at_least(3 * SECOND);
        run.schedule.set_pace("a", slow);
        assert_eq!(run.ready(), (2, 3000));
    }

    #[test]
    fn an_absurd_delay_is_an_hour() {
        let mut run = Run::pace(2, 1);
        run.schedule.set_pace("a", Pace::default().at_least(Duration::MAX));
        run.push("a", [1, 2]);
        run.ready();
        run.end(1, Verdict::Answered);
        assert_eq!(run.ready(), (2, 3_600_000));
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let times = |seed: u64| {
            let options = ScheduleOptions { seed, patience: 99, ..ScheduleOptions::default() };
            let mut run = Run::new(options);
            run.push("a", 1..=3);
            let mut times = Vec::new();
            for _ in 0..12 {
                let (id, at) = run.ready();
                times.push(at);
                run.end(id, Verdict::Failed);
            }
            assert_eq!(run.schedule.next(run.now), Next::Empty, "four attempts for each of three");
            times
        };
        assert_eq!(times(1), times(1));
        assert_ne!(times(1), times(2));
    }
}
