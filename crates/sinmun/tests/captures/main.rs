//! What came in from sites, and what is made of it.

mod renormalize;
mod shelf;
mod warc_files;
