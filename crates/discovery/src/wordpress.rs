use serde::Deserialize;
use sinmun_sources::LinkRule;

use crate::links::{Collector, Link};
use crate::read::Warning;

/// What is read of a post.
#[derive(Deserialize)]
struct Post {
    #[serde(default)]
    link: String,
    date: Option<String>,
}

/// Finds the pages of a list of posts, as WordPress's `wp/v2/posts` gives it.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let posts: Vec<Post> = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(posts) => posts,
        // Beyond the last page comes an object that says so.
        Err(error) => return collector.warn(Warning::Malformed(error.to_string())),
    };
    let rule = LinkRule::default();
    for post in &posts {
        collector.article(&rule, &Link { text: post.link.clone(), date: post.date.clone() });
    }
    if !posts.is_empty() {
        collector.numbered_pages();
    }
}
