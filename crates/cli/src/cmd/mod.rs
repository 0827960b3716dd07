//! One file a verb: calling the library and printing.

mod archive;
mod crawl;
mod demo;
mod import;
mod known;
mod normalize;
mod rebuild;
mod reindex;
mod renormalize;
mod run;
mod search;
mod show;
mod sources;
mod status;

use std::path::Path;

use crate::args::{Args, Sources, SourcesVerb, Verb};
use crate::config::Config;

/// Does what the arguments say; returns the exit code.
pub fn run(args: Args) -> anyhow::Result<u8> {
    let data = args.data.as_deref();
    let config = || Config::of(data, args.quiet);
    match args.verb {
        Verb::Demo => demo::run(data.map(Path::to_owned), args.quiet),
        Verb::Import(import) => import::run(&config()?, &import),
        Verb::Crawl(crawl) => crawl::run(&config()?, &crawl),
        Verb::Archive(archive) => archive::run(&config()?, &archive),
        Verb::Sources(Sources { verb: Some(SourcesVerb::Check(check)), .. }) => {
            normalize::run(&config()?, &normalize::of_check(check))
        }
        Verb::Sources(sources) => sources::run(&config()?, &sources.report),
        Verb::Reindex(reindex) => reindex::run(&config()?, &reindex),
        Verb::Rebuild => rebuild::run(&config()?),
        Verb::Normalize(normalize) => normalize::run(&config()?, &normalize),
        Verb::Renormalize(renormalize) => renormalize::run(&config()?, &renormalize),
        Verb::Search(search) => search::run(&config()?, &search),
        Verb::Show(show) => show::run(&config()?, &show),
        Verb::Known(known) => known::run(&config()?, &known),
        Verb::Status(status) => status::run(&config()?, &status),
    }
}
