//! What came in from sites, and what is made of it.

mod renormalize;
mod shelf;
mod stories;
mod warc_files;
