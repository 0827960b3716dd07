mod server;
mod site;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sinmun::{CrawlEvent, CrawlOptions, CrawlSummary, Day, Library, Query};

use self::server::Server;
use self::site::{CORRECTED, SOURCES, Site, TAKEN_DOWN};
use crate::cmd::search::{Page, Things};
use crate::cmd::{archive, crawl};
use crate::config::Config;
use crate::text::{bytes, padded, printable, thousands};
use crate::{DONE, FAILURE};

/// From when on the lists by day are read: the first year of the samples.
const SINCE: &str = "2019-01-01";

/// What stands before the line of a definition that says what it shows.
const SHOWS: &str = "# What it shows: ";

pub fn run(data: Option<PathBuf>, quiet: bool) -> anyhow::Result<u8> {
    let folder = match data {
        Some(data) => data,
        // A folder that nobody has made before, so that nobody else's files are written to.
        None => tempfile::Builder::new()
            .prefix("sinmun-demo-")
            .tempdir()
            .context("cannot make a temporary folder; give --data DIR")?
            .keep(),
    };
    write_sources(&folder.join("sources"))?;
    let config = Config::of(Some(&folder), quiet)?;
    let library = config.library(None)?;
    let out = &mut std::io::stdout().lock();
    introduce(out)?;
    if library.status().is_ok_and(|status| status.sources.iter().any(|source| source.articles > 0)) {
        writeln!(out, "\nThis folder holds articles already; below, only what changes is counted.")?;
    }
    collect(out, &config, &library)?;
    searches(out, &config, &library)?;
    let is_sound = prove(out, &library)?;
    next(out, &folder)?;
    Ok(if is_sound { DONE } else { FAILURE })
}

fn introduce(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "Sinmun collects the articles of state media, keeps them as evidence, and makes them searchable.\n\
         This demo shows it on {} invented outlets, each with articles to be found and read in its own way:\n",
        SOURCES.len()
    )?;
    for (id, text) in SOURCES {
        let shows = text.lines().find_map(|line| line.strip_prefix(SHOWS)).unwrap_or_default();
        writeln!(out, "  {}  {shows}", padded(id, 30))?;
    }
    writeln!(out, "\nTheir sites are served on this machine alone, while the demo runs; it needs no network.")
}

fn write_sources(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (id, text) in SOURCES {
        let path = folder.join(format!("{id}.toml"));
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Two crawls of the outlets' sites, with two changes to the sites between them.
fn collect(out: &mut impl Write, config: &Config, library: &Library) -> anyhow::Result<()> {
    let server = Server::start(Site::first()).context("cannot serve the samples on 127.0.0.1")?;
    let mut options = CrawlOptions {
        sources: SOURCES.iter().map(|(id, _)| (*id).to_owned()).collect(),
        since: Some(SINCE.parse::<Day>().context("the first day of the samples")?),
        from_base: Some(server.base()),
        allow_private: true,
        ..CrawlOptions::default()
    };
    let command = format!(
        "sinmun crawl {} \\\n       --since {SINCE} --from-base {} --allow-private",
        options.sources.join(" "),
        server.base()
    );
    heading(out, "1. Crawl", &command)?;
    let first = run_crawl(out, config, library, &options)?;
    let (total, sent) = (first.total(), server.sent());
    writeln!(
        out,
        "\nOne robots.txt speaks for all these sites; {} it keeps to itself was left alone.",
        counted(total.disallowed, "page")
    )?;
    let status = library.status()?;
    writeln!(
        out,
        "All is kept in {}: archive {} (the evidence), catalogue {}, index {}.",
        library.path().display(),
        bytes(status.archive_bytes),
        bytes(status.catalogue_bytes),
        bytes(status.index_bytes)
    )?;

    server.serve(Site::later());
    options.revisit = vec![0];
    heading(
        out,
        "2. Crawl again: one article was corrected meanwhile, and one taken down",
        &format!("{command} --revisit 0"),
    )?;
    let again = run_crawl(out, config, library, &options)?;
    writeln!(
        out,
        "\n{} had not changed and sent nothing: the bodies of this crawl came to {}, those of the first to {}.",
        capital(&counted(again.total().unchanged, "page")),
        bytes(server.sent() - sent),
        bytes(sent)
    )?;
    told_corrected(out, library)?;
    for page in library.pages(TAKEN_DOWN)? {
        if let (Some(seen), Some(missed)) = (&page.seen, &page.missed) {
            let (seen, missed) = (second(seen), second(missed));
            writeln!(
                out,
                "{TAKEN_DOWN}\n  last present {seen}, absent since {missed} (UTC); its text stays."
            )?;
        }
    }
    Ok(())
}

fn run_crawl(
    out: &mut impl Write,
    config: &Config,
    library: &Library,
    options: &CrawlOptions,
) -> anyhow::Result<CrawlSummary> {
    let summary = library.crawl(options, &|event| {
        if let CrawlEvent::Trouble { url, reason } = event {
            config.remark(&format!("{url}: {reason}"));
        }
    })?;
    crawl::print_text(out, &summary)?;
    Ok(summary)
}

/// The sentences in which the last two texts of the corrected article differ.
fn told_corrected(out: &mut impl Write, library: &Library) -> anyhow::Result<()> {
    for shown in library.show(CORRECTED)? {
        let [.., before, after] = shown.revisions.as_slice() else { continue };
        writeln!(out, "{CORRECTED} has {} revisions:", shown.revisions.len())?;
        let differing = sentences(&before.body).zip(sentences(&after.body));
        for (old, current) in differing.filter(|(old, current)| old != current) {
            writeln!(out, "  {}  {}", before.number, printable(old.trim()))?;
            writeln!(out, "  {}  {}", after.number, printable(current.trim()))?;
        }
    }
    Ok(())
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split_inclusive(". "))
}

/// A time to the second.
fn second(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

fn searches(out: &mut impl Write, config: &Config, library: &Library) -> anyhow::Result<()> {
    let mut show = |title: &str, command: &str, query: &Query| -> anyhow::Result<()> {
        heading(out, title, command)?;
        let results = library.search(query)?;
        write!(out, "{}", Page { config, results: &results, things: Things::Articles })?;
        Ok(())
    };
    show(
        "3. Search for words, and count by outlet and year",
        "sinmun search satellite launch --facet source --facet year --limit 3",
        &Query::parse("satellite launch")?.facet("source", 20).whole_facet("year").limit(3),
    )?;
    show(
        "4. Search in Korean: the words are found with their particles and endings",
        "sinmun search 위성발사 --facet place:5 --limit 2",
        &Query::parse("위성발사")?.facet("place", 5).limit(2),
    )?;
    show(
        "5. Everything that mentions Russia, in whichever language, newest first",
        "sinmun search --country RU --facet language --limit 4",
        &Query::all().country("RU").facet("language", 10).limit(4),
    )
}

/// Verifies the archive; returns whether it is sound.
fn prove(out: &mut impl Write, library: &Library) -> anyhow::Result<bool> {
    heading(out, "6. Prove that what was kept is what came", "sinmun archive verify")?;
    let found = library.verify(&mut |_, _| {})?;
    archive::print_text(out, &found)?;
    Ok(found.problems.is_empty())
}

fn next(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    heading(out, "What to type next", "")?;
    // Called by its name, it is on the path.
    let is_called_by_path =
        std::env::args_os().next().is_some_and(|name| Path::new(&name).components().count() > 1);
    if let Some(program) = std::env::current_exe().ok().filter(|_| is_called_by_path) {
        writeln!(out, "alias sinmun={}", quoted(&program.display().to_string()))?;
    }
    writeln!(out, "export SINMUN_DATA={}", quoted(&folder.display().to_string()))?;
    for (command, remark) in [
        ("sinmun search 'flood OR harvest' --facet month", ""),
        ("sinmun search вакцина --format json", ""),
        (&format!("sinmun show {CORRECTED} --revision 1"), "the text before it was corrected"),
        (&format!("sinmun show {TAKEN_DOWN}"), "when it was there, since when it is not"),
        ("sinmun sources", "the outlets, these and the built-in ones, and how their crawls went"),
        ("sinmun status", "what is in the folder"),
        ("sinmun archive verify", ""),
        ("sinmun crawl sample-radio --dry-run", "what a crawl would ask for first"),
    ] {
        match remark {
            "" => writeln!(out, "{command}")?,
            remark => writeln!(out, "{}  # {remark}", padded(command, 38))?,
        }
    }
    writeln!(
        out,
        "\nAn outlet of your own is a file like those in {}; sources/README.md explains them.\n\
         Articles that you have as files go in with `sinmun import FILE.jsonl`, one object a line: outlet, lang, date,\n\
         title, url, body.",
        folder.join("sources").display()
    )?;
    Ok(())
}

/// A word of a shell's command line.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

fn counted(number: u64, what: &str) -> String {
    match number {
        0 => format!("no {what}"),
        1 => format!("one {what}"),
        number => format!("{} {what}s", thousands(number)),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn heading(out: &mut impl Write, title: &str, command: &str) -> std::io::Result<()> {
    writeln!(out, "\n── {title} {}", "─".repeat(76usize.saturating_sub(title.chars().count())))?;
    if !command.is_empty() {
        writeln!(out, "   $ {command}")?;
    }
    writeln!(out)
}
