use crate::DONE;
use crate::args::Reindex;
use crate::config::Config;
use crate::progress::{Progress, Unit};
use crate::text::thousands;

pub fn run(config: &Config, args: &Reindex) -> anyhow::Result<u8> {
    let library = config.library(Some(args.memory))?;
    let progress = Progress::new(config);
    let indexed = library.reindex(&|done, total| progress.show("indexing", Unit::Pieces, done, total))?;
    progress.finish();
    config.remark(&format!("{} articles indexed", thousands(indexed)));
    Ok(DONE)
}
