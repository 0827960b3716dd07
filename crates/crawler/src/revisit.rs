use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(86_400);

/// When a page is looked at again: often while it is young, then ever less, then never.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use sinmun_crawler::RevisitPlan;
///
/// let day = Duration::from_secs(86_400);
/// let seen = SystemTime::UNIX_EPOCH;
/// let plan = RevisitPlan::default();
/// assert_eq!(plan.due(seen, seen), Some(seen + day));
/// assert_eq!(plan.due(seen, seen + 8 * day), Some(seen + 30 * day));
/// assert_eq!(plan.due(seen, seen + 90 * day), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisitPlan {
    days: Vec<u32>,
}

impl RevisitPlan {
    /// Visits so many days after the page was first seen; in any order, and 0 counts for nothing.
    pub fn new(days: impl IntoIterator<Item = u32>) -> Self {
        let mut days: Vec<u32> = days.into_iter().filter(|day| *day > 0).collect();
        days.sort_unstable();
        days.dedup();
        Self { days }
    }

    /// The first visit that is due after the last fetch; `None` where all are done.
    ///
    /// A visit that was missed is not made up for once a later one has been.
    pub fn due(&self, first_seen: SystemTime, last_fetch: SystemTime) -> Option<SystemTime> {
        self.days.iter().filter_map(|day| first_seen.checked_add(DAY * *day)).find(|due| *due > last_fetch)
    }
}

/// After 1, 3, 7, 30 and 90 days.
impl Default for RevisitPlan {
    fn default() -> Self {
        Self::new([1, 3, 7, 30, 90])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(days: &[u32], fetched_after_hours: u32, expected_day: Option<u32>) {
        let seen = SystemTime::UNIX_EPOCH + DAY * 20_000;
        let due = RevisitPlan::new(days.iter().copied()).due(seen, seen + DAY / 24 * fetched_after_hours);
        assert_eq!(due, expected_day.map(|day| seen + DAY * day), "after {fetched_after_hours} hours");
    }

    #[test]
    fn visits_thin_out() {
        let days = [1, 3, 7, 30, 90];
        check(&days, 0, Some(1));
        check(&days, 23, Some(1));
        check(&days, 24, Some(3));
        check(&days, 5 * 24, Some(7)); // the third day was missed
        check(&days, 7 * 24 + 1, Some(30));
        check(&days, 89 * 24, Some(90));
        check(&days, 90 * 24, None);
        check(&days, 900 * 24, None);
        check(&[7, 1, 1, 0], 0, Some(1));
        check(&[], 0, None);
    }

    #[test]
    fn following_the_plan_makes_every_visit_once() {
        let seen = SystemTime::UNIX_EPOCH;
        let plan = RevisitPlan::default();
        let mut visits = Vec::new();
        let mut last = seen;
        while let Some(due) = plan.due(seen, last) {
            last = due + Duration::from_secs(5);
            visits.push((last.duration_since(seen).unwrap().as_secs() / 86_400) as u32);
        }
        assert_eq!(visits, plan.days);
    }
}
