use crate::DONE;
use crate::config::Config;
use crate::progress::{Progress, Unit};
use crate::text::thousands;

pub fn run(config: &Config) -> anyhow::Result<u8> {
    let library = config.library(None)?;
    let progress = Progress::new(config);
    let counts = library.rebuild(&mut |done, total| progress.show("reading ", Unit::Bytes, done, total))?;
    progress.finish();
    let (records, articles) = (thousands(counts.records), thousands(counts.new - counts.merged));
    config.remark(&format!("{records} records read again from the archive: {articles} articles"));
    Ok(DONE)
}
