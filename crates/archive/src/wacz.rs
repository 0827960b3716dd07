use std::io::{self, Write};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sinmun_article::ArticleId;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use crate::export::{Chosen, Stretch};
use crate::names::RESOLVED;
use crate::store::now;
use crate::warc::hexadecimal;
use crate::{Catalogue, Error, Exported, cdxj};

/// The name that the WARC file has in the package.
const WARC: &str = "data.warc.gz";

/// From this size on, in bytes, a file in a ZIP needs longer fields.
const LARGE: u64 = 0xf000_0000;

/// Copies the captures that articles rest on into one package that replay tools open: WACZ 1.1.1.
///
/// Beside the WARC file of [`export()`](crate::export()) it holds its index, the list of the articles as pages, and the
/// SHA-256 of each (<https://specs.webrecorder.net/wacz/1.1.1/>). `title` is what the package is called.
///
/// # Errors
///
/// A file cannot be read or written, or the catalogue is missing.
pub fn export_wacz(
    data: &Path,
    articles: &[ArticleId],
    title: &str,
    out: &mut dyn Write,
) -> Result<Exported, Error> {
    let catalogue = Catalogue::open(data)?;
    let archive = data.join("archive");
    catalogue.with(|catalogue| {
        let chosen = Chosen::of(catalogue, articles)?;
        let mut package = Package::begin(out);
        let moved = package.add_warc(&archive, &chosen)?;
        let index = index(&archive, catalogue, &chosen, &moved)?;
        package.add("indexes/index.cdx", index.concat().as_bytes()).map_err(|error| failed(&error))?;
        let pages = pages(catalogue, articles)?;
        package.add("pages/pages.jsonl", &list_of(&pages)).map_err(|error| failed(&error))?;
        let bytes = package.finish(title, pages.first()).map_err(|error| failed(&error))?;
        Ok(Exported { articles: chosen.articles, captures: chosen.captures.len() as u64, bytes })
    })
}

fn failed(error: &io::Error) -> Error {
    Error::io("write", Path::new("the package"), error)
}

/// A package that is being written, front to back.
struct Package<'a> {
    zip: ZipWriter<StreamWriter<Counted<'a>>>,
    /// Name, path, digest and size of each file, as the package tells them.
    resources: Vec<Value>,
}

impl<'a> Package<'a> {
    fn begin(out: &'a mut dyn Write) -> Self {
        Self { zip: ZipWriter::new_stream(Counted::of(out)), resources: Vec::new() }
    }

    /// Adds the WARC file; returns where each stretch of the archive stands in it.
    fn add_warc<'c>(&mut self, archive: &Path, chosen: &'c Chosen) -> Result<Vec<(&'c Stretch, u64)>, Error> {
        let path = format!("archive/{WARC}");
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let options = options.large_file(chosen.size() > LARGE);
        self.zip.start_file(&path, options).map_err(|error| failed(&error.into()))?;
        let mut file = Counted::of(&mut self.zip);
        let mut lengths = Vec::with_capacity(chosen.captures.len());
        let mut first = 0;
        chosen.copy(archive, WARC, &mut file, &mut |stretch, length| match stretch {
            Some(_) => lengths.push(length),
            None => first = length,
        })?;
        let resource = file.resource(WARC, &path);
        self.resources.push(resource);
        let mut offset = first;
        let places = chosen.captures.keys().zip(lengths).map(|(stretch, length)| {
            let place = (stretch, offset);
            offset += length;
            place
        });
        Ok(places.collect())
    }

    fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.zip.start_file(path, SimpleFileOptions::default())?;
        let mut file = Counted::of(&mut self.zip);
        file.write_all(bytes)?;
        let resource = file.resource(path.rsplit('/').next().unwrap_or(path), path);
        self.resources.push(resource);
        Ok(())
    }

    /// Adds what the package says of itself; returns its size.
    fn finish(mut self, title: &str, main: Option<&Value>) -> io::Result<u64> {
        let package = json!({
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "created": now(),
            "software": concat!("Sinmun ", env!("CARGO_PKG_VERSION")),
            "mainPageUrl": main.map(|page| &page["url"]),
            "mainPageDate": main.map(|page| &page["ts"]),
            "resources": std::mem::take(&mut self.resources),
        });
        let path = "datapackage.json";
        let package = format!("{package:#}\n");
        self.add(path, package.as_bytes())?;
        let digest = json!({"path": path, "hash": hash(Sha256::digest(&package).as_slice())});
        self.add("datapackage-digest.json", format!("{digest:#}\n").as_bytes())?;
        let mut out = self.zip.finish()?.into_inner();
        out.flush()?;
        Ok(out.bytes)
    }
}

/// The lines of the index of pages, for the records where they stand in the package.
fn index(
    archive: &Path,
    catalogue: &Connection,
    chosen: &Chosen,
    places: &[(&Stretch, u64)],
) -> Result<Vec<String>, Error> {
    let moved = |file: &str, offset: u64| {
        // The stretches are in order: the last that begins no later is the only one that may hold it.
        let behind = places.partition_point(|(stretch, _)| stretch.begins_by(file, offset));
        let (stretch, place) = places.get(behind.checked_sub(1)?)?;
        stretch.distance(file, offset).map(|distance| place + distance)
    };
    let mut lines = Vec::new();
    for capture in chosen.captures.values() {
        lines.extend(cdxj::line_of(archive, catalogue, *capture, WARC, &moved)?);
    }
    lines.sort();
    Ok(lines)
}

/// The articles that stand on pages of their own, each as the page that it was last seen on.
fn pages(catalogue: &Connection, articles: &[ArticleId]) -> Result<Vec<Value>, Error> {
    let mut find = catalogue.prepare_cached(&format!(
        "SELECT article.title, capture.target, coalesce(capture.date, capture.time) FROM article \
         JOIN reading ON reading.article = article.id JOIN capture ON capture.id = reading.capture \
         WHERE article.id = {RESOLVED} AND capture.kind = 1 ORDER BY capture.id DESC LIMIT 1"
    ))?;
    let mut pages = Vec::new();
    for article in articles {
        let page = find.query_row(params![article.number() as i64], |row| {
            let (title, url, date): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(json!({"id": article.to_string(), "url": url, "ts": date, "title": title}))
        });
        pages.extend(page.optional()?);
    }
    Ok(pages)
}

fn list_of(pages: &[Value]) -> Vec<u8> {
    let head = json!({"format": "json-pages-1.0", "id": "pages", "title": "Articles"});
    let lines = std::iter::once(&head).chain(pages).map(|line| format!("{line}\n"));
    lines.collect::<String>().into_bytes()
}

fn hash(digest: &[u8]) -> String {
    format!("sha256:{}", hexadecimal(digest))
}

/// What is written, with its size and digest.
struct Counted<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
    bytes: u64,
}

impl<'a> Counted<'a> {
    fn of(out: &'a mut dyn Write) -> Self {
        Self { out, digest: Sha256::new(), bytes: 0 }
    }

    fn resource(self, name: &str, path: &str) -> Value {
        json!({"name": name, "path": path, "hash": hash(self.digest.finalize().as_slice()), "bytes": self.bytes})
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
