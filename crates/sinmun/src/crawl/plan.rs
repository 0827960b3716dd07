use std::time::SystemTime;

use sinmun_article::Day;
use sinmun_crawler::Fetcher;
use sinmun_discovery::{PageRequest, Scope, check, seeds};
use sinmun_sources::{Definition, Permission, Sources, Tls};

use super::CrawlOptions;
use crate::error::{Error, ErrorKind};

/// How many days back lists by day are read by default.
const DAYS_BACK: i64 = 7;

/// The sources to crawl.
///
/// # Errors
///
/// A name that no definition has, or a source that cannot be crawled.
pub(super) fn choose<'s>(sources: &'s Sources, options: &CrawlOptions) -> Result<Vec<&'s Definition>, Error> {
    let bad = |message: String| Error::of(ErrorKind::BadRequest, message);
    let permitted = permitted(sources, options);
    let is_permitted = |definition: &Definition| {
        definition.permission != Permission::Required || permitted.contains(&definition.id.as_str())
    };
    let mut chosen: Vec<&Definition> = Vec::new();
    for name in &options.sources {
        let found = sources.resolve(name).and_then(|id| sources.get(&id));
        let Some(definition) = found else {
            return Err(bad(format!("no source is called {name:?}: `sinmun sources` lists them")));
        };
        if definition.discovery.is_empty() {
            let message = format!("the definition of {} does not say how to find its pages", definition.id);
            return Err(bad(message));
        }
        if !is_permitted(definition) {
            return Err(bad(format!(
                "the operator of {id} allows no crawling without permission: if you have it, say so with --permitted {id}, \
                 or for all crawls in settings.toml of the data directory: permitted = [\"{id}\"]",
                id = definition.id
            )));
        }
        if chosen.iter().all(|known| known.id != definition.id) {
            chosen.push(definition);
        }
    }
    if options.sources.is_empty() {
        let is_live = |definition: &&Definition| {
            !definition.discovery.is_empty() && definition.gone.is_none() && is_permitted(definition)
        };
        chosen = sources.iter().filter(is_live).collect();
    }
    for definition in &chosen {
        check(definition).map_err(|error| bad(error.to_string()))?;
        check_tls(definition, options).map_err(bad)?;
    }
    Ok(chosen)
}

/// Whether the server of a source can be spoken to by the TLS that its definition asks for.
fn check_tls(definition: &Definition, options: &CrawlOptions) -> Result<(), String> {
    let id = &definition.id;
    if definition.tls != Tls::Old {
        return Ok(());
    }
    if !Fetcher::SPEAKS_OLD_TLS {
        return Err(format!(
            "the definition of {id} says tls = \"old\", and this program was built without old TLS: \
             build it with `--features old-tls`, or name the sources to crawl without {id}"
        ));
    }
    if options.proxy.is_some() {
        return Err(format!(
            "the definition of {id} says tls = \"old\", and old TLS is not spoken through a proxy: \
             leave out --proxy, or name the sources to crawl without {id}"
        ));
    }
    Ok(())
}

fn permitted<'s>(sources: &'s Sources, options: &CrawlOptions) -> Vec<&'s str> {
    let ids = options.permitted.iter().filter_map(|name| sources.resolve(name));
    ids.filter_map(|id| sources.get(&id)).map(|definition| definition.id.as_str()).collect()
}

/// The requests that the crawl of a source begins with.
pub(super) fn begin(definition: &Definition, options: &CrawlOptions, now: SystemTime) -> Vec<PageRequest> {
    let last = options.until.unwrap_or_else(|| today(definition, now));
    let first = options.since.unwrap_or_else(|| before(last, DAYS_BACK));
    let permitted = true; // those that are not were not chosen
    seeds(definition, &Scope { first, last, edition: None, permitted })
}

fn before(day: Day, days: i64) -> Day {
    day.checked_sub(jiff::Span::new().days(days)).unwrap_or(day)
}

/// The day that it is where the site is.
fn today(definition: &Definition, now: SystemTime) -> Day {
    let now = jiff::Timestamp::try_from(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let offset = definition.time_zone.as_ref().map_or(0, |zone| zone.offset(now.as_second()));
    let there = now.checked_add(jiff::SignedDuration::from_secs(i64::from(offset))).unwrap_or(now);
    jiff::tz::Offset::UTC.to_datetime(there).date()
}

/// What makes two crawls the same, so that one goes on with the other.
pub(super) fn name(chosen: &[&Definition], options: &CrawlOptions) -> String {
    let mut ids: Vec<&str> = chosen.iter().map(|definition| definition.id.as_str()).collect();
    ids.sort_unstable();
    let day = |day: Option<Day>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    format!("{} {} {}", ids.join(","), day(options.since), day(options.until))
}
