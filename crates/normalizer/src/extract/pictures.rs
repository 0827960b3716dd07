//! The pictures of a body.

use sinmun_article::Image;

use super::head::Head;
use super::outline::Outline;
use crate::clean;
use crate::page::{MOST_IMAGES, text_of};

/// A picture narrower or lower than this is an icon.
const SMALLEST: u32 = 100;

/// The pictures in the body with their captions; where it has none, the one that the page's metadata name.
pub(super) fn pictures(
    outline: &Outline<'_>,
    head: &Head,
    title: Option<usize>,
    container: Option<usize>,
) -> Vec<Image> {
    let mut found = Vec::new();
    if let Some(container) = container {
        // The first may stand below the title and above the text.
        let start = title.map_or(container, |title| title.min(container));
        for place in start..outline.parts[container].end {
            if outline.name(place) == "img" && found.len() < MOST_IMAGES {
                found.extend(picture(outline, place));
            }
        }
    }
    if found.is_empty() {
        let url = head.meta(&["og:image", "og:image:url", "twitter:image"]);
        // An empty one would be the page itself.
        found.extend(
            url.filter(|url| !url.trim().is_empty()).map(|url| Image { url: url.to_owned(), caption: None }),
        );
    }
    found
}

fn picture(outline: &Outline<'_>, place: usize) -> Option<Image> {
    let part = &outline.parts[place];
    let value = part.element.value();
    let is_icon = ["width", "height"].iter().any(|side| {
        value
            .attr(side)
            .and_then(|size| size.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|size| size < SMALLEST)
    });
    let figure = outline.around(place).take(4).find(|outer| outline.name(*outer) == "figure");
    if is_icon || part.is_left_out && figure.is_none() {
        return None;
    }
    let real = ["data-src", "data-original", "data-lazy-src", "src"];
    let url = real.iter().filter_map(|name| value.attr(name)).map(str::trim);
    let url = url.into_iter().find(|url| !url.is_empty() && !url.starts_with("data:"))?;
    let caption = figure.and_then(|figure| {
        let inner = (figure..outline.parts[figure].end).find(|inner| outline.name(*inner) == "figcaption")?;
        Some(clean::title(&text_of(outline.parts[inner].element, &[]))).filter(|text| !text.is_empty())
    });
    Some(Image { url: url.to_owned(), caption })
}
