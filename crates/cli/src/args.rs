use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

/// Keep and search the articles of state media.
#[derive(Debug, Parser)]
#[command(
    name = "sinmun",
    version,
    after_help = "Exit codes: 0 done, 1 nothing found, 2 your mistake, 3 our failure."
)]
pub struct Args {
    /// The data directory [default: $SINMUN_DATA, else the platform's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// No progress and no remarks; errors still show
    #[arg(long, short, global = true)]
    pub quiet: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

impl Args {
    /// Reads the command line, with `-word` in a search as a word to exclude.
    ///
    /// A word that begins with a hyphen would be a bundle of short flags to
    /// clap; it gets the minus sign that the query language reads alike.
    pub fn read(arguments: impl Iterator<Item = OsString>) -> Self {
        Self::parse_from(with_minus_signs(arguments))
    }
}

fn with_minus_signs(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let (switches, shorts) = switches();
    let (mut is_search, mut takes_value) = (false, false);
    arguments
        .map(|argument| {
            let Some(text) = argument.to_str() else { return argument };
            let excludes = text.strip_prefix('-').filter(|word| {
                !word.is_empty() && !word.starts_with('-') && !shorts.iter().any(|short| short == word)
            });
            let changed =
                excludes.filter(|_| is_search && !takes_value).map(|word| OsString::from(format!("−{word}")));
            is_search |= text == "search";
            let long = text.strip_prefix("--").filter(|long| !long.contains('='));
            takes_value = long.is_some_and(|long| !switches.iter().any(|switch| switch == long));
            changed.unwrap_or(argument)
        })
        .collect()
}

/// The flags of a search that no value follows: their long and their short names.
fn switches() -> (Vec<String>, Vec<String>) {
    let mut command = Args::command();
    command.build();
    let search = command.find_subcommand("search").into_iter().flat_map(clap::Command::get_arguments);
    let flags = command.get_arguments().chain(search).filter(|flag| !flag.get_action().takes_values());
    let (mut longs, mut shorts) = (Vec::new(), Vec::new());
    for flag in flags {
        longs.extend(flag.get_long().map(str::to_owned));
        shorts.extend(flag.get_short().map(String::from));
    }
    (longs, shorts)
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// A whole run on sample sites that come with the program: serve, crawl, index, search
    Demo,
    /// Import articles from JSON Lines files, archived pages from WARC and WACZ files, saved pages, or what a folder has of these
    Import(Import),
    /// Collect what is new from live sites
    Crawl(Box<Crawl>),
    /// Prove what is in the archive, or copy a part of it
    #[command(subcommand)]
    Archive(Archive),
    /// The sources, and how their crawls went; or what a source's rules read from a page
    Sources(Sources),
    /// Make the index again from the catalogue
    Reindex(Reindex),
    /// Make the catalogue again from the archive
    Rebuild,
    /// Read one page, print the article that it becomes, and store nothing
    Normalize(Normalize),
    /// Read all that came in again by today's rules, and say what changed
    Renormalize(Renormalize),
    /// Search; without a query: everything, newest first
    #[command(after_help = SYNTAX)]
    Search(Box<Search>),
    /// Show an article by its id, imported id or URL
    Show(Show),
    /// Is this text, or most of it, known here; where was it carried, and when first?
    #[command(after_help = "Exit codes: 0 known, also in part; 1 not known; 2 your mistake; 3 our failure.")]
    Known(Known),
    /// What the data directory holds, and whether it is sound
    Status(Report),
}

const SYNTAX: &str = "Query: words must all match; OR gives a choice; -word excludes; \"a phrase\" holds together; \
                      title:word looks at titles; ( ) group.";

#[derive(Debug, clap::Args)]
pub struct Import {
    /// Files or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The source of records that name no outlet
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// The language of records that name none
    #[arg(long, value_name = "xx")]
    pub language: Option<String>,
    /// Where a saved page is from that does not say so; for one file
    #[arg(long, value_name = "URL")]
    pub url: Option<url::Url>,
    /// Memory for indexing, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub memory: usize,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, clap::Args)]
pub struct Crawl {
    /// Ids, names or aliases of sources [default: all that are live and need no permission]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Lists by day from this date on: 2011, 2011-07 or 2011-07-08 [default: a week ago]
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Lists by day up to this date [default: today]
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// How many requests to make at most; the next crawl goes on from there
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Seconds between two requests to one host, in place of what the source says
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub delay: Option<std::time::Duration>,
    /// Look at articles again so many days after they were found; 0: in every crawl [default: 1,3,7,30,90]
    #[arg(long, value_name = "DAYS", value_delimiter = ',')]
    pub revisit: Option<Vec<u32>>,
    /// Seconds that a server may take to accept a connection, and be silent [default: 15 and 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<std::time::Duration>,
    /// Seconds to wait after a failure, about doubled by each further one [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub retry_wait: Option<std::time::Duration>,
    /// Print the requests that it would begin with, and make none
    #[arg(long)]
    pub dry_run: bool,
    /// Exit with 2 where a list that had named articles names none, as when a site has changed
    #[arg(long)]
    pub strict: bool,
    /// Ask this mirror or test server in place of the sites; what is stored bears the sites' own URLs
    #[arg(long, value_name = "URL")]
    pub from_base: Option<url::Url>,
    /// The addresses of --from-base and of the sources may be private
    #[arg(long)]
    pub allow_private: bool,
    /// An HTTP, HTTPS or SOCKS5 proxy, such as socks5h://127.0.0.1:1080
    #[arg(long, value_name = "URL")]
    pub proxy: Option<url::Url>,
    /// Whom a site's operator can turn to, for the user agent: a URL or an address
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<String>,
    /// A source whose operator has given you permission (repeatable)
    #[arg(long, value_name = "SOURCE")]
    pub permitted: Vec<String>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text:?} is no number of seconds"))?;
    std::time::Duration::try_from_secs_f64(seconds).map_err(|_| format!("{text:?} is no time to wait"))
}

#[derive(Debug, Subcommand)]
pub enum Archive {
    /// Check every digest, every line of the chain and every pointer of the catalogue
    Verify(Report),
    /// Copy the captures behind all articles that match into one file
    Export(Box<Export>),
}

#[derive(Debug, clap::Args)]
pub struct Export {
    #[command(flatten)]
    pub selection: Selection,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = ExportFormat::Warc)]
    pub format: ExportFormat,
}

#[derive(Debug, clap::Args)]
pub struct Reindex {
    /// Memory for indexing, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub memory: usize,
}

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Sources {
    #[command(subcommand)]
    pub verb: Option<SourcesVerb>,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Subcommand)]
pub enum SourcesVerb {
    /// Read a page by the rules of a source, and say what each rule found
    Check(Check),
}

#[derive(Debug, clap::Args)]
pub struct Check {
    /// The id, name or alias of the source
    #[arg(value_name = "ID")]
    pub source: String,
    /// A page, HTML or XML; - for standard input
    #[arg(value_name = "PAGE")]
    pub page: PathBuf,
    /// Where it is from [default: what the page says of that]
    #[arg(long, value_name = "URL")]
    pub url: Option<url::Url>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, clap::Args)]
pub struct Normalize {
    /// A page, HTML or XML; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where it is from [default: what the page says of that]
    #[arg(long, value_name = "URL")]
    pub url: Option<url::Url>,
    /// Read it by the rules of this source [default: that of the URL]
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// What the server said of its type, such as text/html; charset=euc-kr
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
    /// Say why each part was chosen, and what was not
    #[arg(long)]
    pub explain: bool,
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub format: Format,
}

#[derive(Debug, clap::Args)]
pub struct Renormalize {
    /// Only what came from these sources or tells of them: ids, names or aliases [default: everything]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What articles are meant: a query and its filters.
#[derive(Debug, clap::Args)]
pub struct Selection {
    /// Words to look for
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Only this source: an id, name or alias (repeatable)
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// Only this language (repeatable)
    #[arg(long, value_name = "xx")]
    pub language: Vec<String>,
    /// Nothing before this date: 2011, 2011-Q3, 2011-07 or 2011-07-08
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Nothing after this date
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// How a date known to the month or year must lie to --from and --to
    #[arg(long, value_enum, default_value_t = Dates::Inside)]
    pub dates: Dates,
    /// Only what mentions this person: an id or a name in any spelling (repeatable)
    #[arg(long, value_name = "NAME")]
    pub person: Vec<String>,
    /// Only what mentions this organisation (repeatable)
    #[arg(long, value_name = "NAME")]
    pub organization: Vec<String>,
    /// Only what mentions this place (repeatable)
    #[arg(long, value_name = "NAME")]
    pub place: Vec<String>,
    /// Only what mentions this country: ISO 3166 code or name (repeatable)
    #[arg(long, value_name = "CC")]
    pub country: Vec<String>,
    /// Whether all words must match, or any [default: all; any for --queries]
    #[arg(long = "match", value_enum)]
    pub matching: Option<Matching>,
}

#[derive(Debug, clap::Args)]
pub struct Search {
    #[command(flatten)]
    pub selection: Selection,
    /// Count the hits by source, language, person, organization, place, country, year or month (repeatable)
    #[arg(long, value_name = "NAME[:SIZE]")]
    pub facet: Vec<String>,
    /// The order of the hits [default: relevance with a query, newest without]
    #[arg(long, value_enum)]
    pub sort: Option<Sort>,
    /// How many hits to print [default: 10; 100 a query of a TREC run]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// The page behind the one that ended with this cursor
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
    /// Totals and facets count each story once
    #[arg(long)]
    pub by_story: bool,
    /// Of articles that are alike show only the first in order; totals and facets count them once
    #[arg(long, conflicts_with = "by_story")]
    pub collapse: bool,
    /// Many queries, one `id<TAB>query` a line
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub queries: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = SearchFormat::Text)]
    pub format: SearchFormat,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// An id, an imported id or a URL
    #[arg(value_name = "ID|URL")]
    pub name: String,
    /// An earlier text, counted from 1
    #[arg(long, value_name = "N")]
    pub revision: Option<u32>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, clap::Args)]
pub struct Known {
    /// A text in UTF-8; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Look at articles in this language only
    #[arg(long, value_name = "xx")]
    pub language: Option<String>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, clap::Args)]
pub struct Report {
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One WARC file, its records as they are in the archive
    Warc,
    /// The WARC file with its index and a list of the articles, which replay tools open
    Wacz,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SearchFormat {
    Text,
    Json,
    Jsonl,
    Csv,
    /// A TREC run, with --queries
    Trec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Matching {
    All,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dates {
    /// Wholly inside
    Inside,
    /// With at least a day in common
    Overlap,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_hyphen_excludes_a_word_and_flags_stay_flags() {
        let typed = "sinmun search a -b --limit 3 --by-story -c -q --source=x";
        let read = with_minus_signs(typed.split(' ').map(OsString::from));
        let read: Vec<&str> = read.iter().filter_map(|argument| argument.to_str()).collect();
        assert_eq!(read.join(" "), "sinmun search a −b --limit 3 --by-story −c -q --source=x");
        let args = Args::read(typed.split(' ').map(OsString::from));
        assert!(
            matches!(args.verb, Verb::Search(search) if search.selection.query == ["a", "−b", "−c"] && search.limit == Some(3))
        );
    }
}
