//! The pictures of a page, by the rules of its source.

use scraper::{ElementRef, Selector};
use sinmun_article::Image;
use sinmun_sources::Selectors;
use url::Url;

use super::text::text_of;
use crate::clean;

/// The most pictures of one page that are looked at.
pub(crate) const MOST_IMAGES: usize = 200;

/// The pictures with their captions: the caption that stands in the same figure, or else the one in the same place of the page.
pub(super) fn images_of(root: ElementRef<'_>, selectors: &Selectors) -> Vec<Image> {
    let select = |list: &[String]| -> Vec<ElementRef<'_>> {
        let selectors = list.iter().filter_map(|text| Selector::parse(text).ok());
        selectors
            .map(|selector| root.select(&selector).take(MOST_IMAGES).collect::<Vec<_>>())
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    };
    let (pictures, captions) = (select(&selectors.image), select(&selectors.caption));
    let text = |caption: &ElementRef<'_>| {
        Some(clean::title(&text_of(*caption, &[]))).filter(|text| !text.is_empty())
    };
    let in_order = pictures.len() == captions.len();
    let caption = |place: usize, picture: &ElementRef<'_>| {
        let mut around = picture.ancestors().filter_map(ElementRef::wrap);
        let figure = around.find(|outer| outer.value().name() == "figure");
        let within = figure.and_then(|figure| {
            captions.iter().find(|caption| caption.ancestors().any(|outer| outer.id() == figure.id()))
        });
        within.or_else(|| captions.get(place).filter(|_| in_order)).and_then(text)
    };
    let picture = |(place, picture): (usize, &ElementRef<'_>)| {
        let urls = ["data-src", "data-original", "src"].iter().filter_map(|name| picture.attr(name));
        let url = urls.map(str::trim).find(|url| !url.is_empty())?; // an empty one would be the page itself
        Some(Image { url: url.to_owned(), caption: caption(place, picture) })
    };
    pictures.iter().enumerate().filter_map(picture).collect()
}

/// Pictures by their whole URLs without what is not sent, each once; what is no web address is left out.
pub(super) fn absolute(images: Vec<Image>, page: &str) -> Vec<Image> {
    let Ok(base) = Url::parse(page) else { return Vec::new() };
    let mut kept: Vec<Image> = Vec::new();
    for image in images {
        let Some(mut url) = base.join(&image.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        else {
            continue;
        };
        url.set_fragment(None);
        // Only a URL without a host cannot lose its user, and has none.
        let _ = (url.set_username(""), url.set_password(None));
        if kept.iter().all(|known| known.url != url.as_str()) {
            kept.push(Image { url: url.into(), ..image });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use sinmun_sources::{Definition, Sources};

    use super::*;
    use crate::{Page, read_page};

    #[test]
    fn pictures_have_whole_urls_and_their_own_captions() {
        let wire = "id = 'w'\nname = 'W'\n[[selectors]]\ntitle = 'h1'\nbody = 'p'\nimage = 'img'\ncaption = 'figcaption'";
        let wire = Definition::parse("w.toml", wire).unwrap();
        let body = "<h1>T</h1><p>B</p><figure><img src=/a.jpg></figure><figure><img src=b.jpg><figcaption>Two</figcaption>\
                    </figure><img src='javascript:x'><img src=/a.jpg#x><img src=''><img src='data:image/gif;base64,R0'>";
        let url = "http://w.example/x/1";
        let page = Page { address: url, url, body: body.as_bytes(), ..Page::default() };
        let images = read_page(&page, &wire, &Sources::built_in()).record.unwrap().images;
        let read: Vec<_> =
            images.iter().map(|image| (image.url.as_str(), image.caption.as_deref())).collect();
        assert_eq!(read, [("http://w.example/a.jpg", None), ("http://w.example/x/b.jpg", Some("Two"))]);
        let many: String = (0..1000).map(|number| format!("<img src=/{number}.jpg>")).collect();
        let body = format!("<h1>T</h1>{many}");
        let page = Page { body: body.as_bytes(), ..page };
        assert_eq!(read_page(&page, &wire, &Sources::built_in()).record.unwrap().images.len(), MOST_IMAGES);
    }
}
