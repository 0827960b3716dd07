use std::io;
use std::path::Path;

use rusqlite::{Connection, Row};
use serde::Serialize;
use url::Url;

use crate::Error;

/// One line of a CDXJ index: where the record of a page stands, for replay tools such as pywb.
///
/// The field names are those that pywb reads
/// (<https://specs.webrecorder.net/cdxj/0.1.0/>).
#[derive(Serialize)]
struct Entry {
    url: String,
    mime: String,
    status: String,
    digest: String,
    length: String,
    offset: String,
    filename: String,
}

/// Writes `<name>.cdxj` beside a WARC file that holds pages; nothing beside one that holds only imported files.
pub(crate) fn write(archive: &Path, catalogue: &Connection, name: &str) -> Result<(), Error> {
    let mut statement = catalogue.prepare_cached(
        "SELECT target, coalesce(date, time), kind, mime, status, digest, length, offset FROM capture \
         JOIN warc ON warc.id = capture.warc WHERE warc.name = ?1 AND kind IN (1, 2)",
    )?;
    let rows = statement.query_map([name], |row| line(row, name))?;
    let mut lines = rows.collect::<Result<Vec<String>, _>>()?;
    if lines.is_empty() {
        return Ok(());
    }
    lines.sort();
    let path = archive.join(format!("{name}.cdxj"));
    let put = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(archive)?;
        io::Write::write_all(&mut file, lines.concat().as_bytes())?;
        file.persist(&path)?;
        Ok(())
    };
    put().map_err(|error| Error::io("write", &path, &error))
}

fn line(row: &Row<'_>, name: &str) -> rusqlite::Result<String> {
    let (url, date): (String, String) = (row.get(0)?, row.get(1)?);
    let (kind, mime): (i64, Option<String>) = (row.get(2)?, row.get(3)?);
    let stamp: String = date.chars().filter(char::is_ascii_digit).take(14).collect();
    let key = surt(&url);
    let entry = Entry {
        url,
        mime: if kind == 2 { "warc/revisit".into() } else { mime.unwrap_or_else(|| "unk".into()) },
        status: row.get::<_, Option<u16>>(4)?.map_or("-".into(), |status| status.to_string()),
        digest: format!("sha256:{}", row.get::<_, String>(5)?),
        length: row.get::<_, i64>(6)?.to_string(),
        offset: row.get::<_, i64>(7)?.to_string(),
        filename: name.to_owned(),
    };
    let json = serde_json::to_string(&entry).expect("an entry has only texts");
    Ok(format!("{key} {stamp} {json}\n"))
}

/// A URL in the order that sorts a site's pages together: `com,example)/path?query`, in small letters.
fn surt(text: &str) -> String {
    let Ok(url) = Url::parse(text) else { return text.replace(' ', "%20") };
    let host = url.host_str().unwrap_or_default();
    let labels: Vec<&str> = host.strip_prefix("www.").unwrap_or(host).rsplit('.').collect();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let mut key = format!("{}{port}){}", labels.join(","), url.path());
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        key += &format!("?{}", pairs.join("&"));
    }
    key.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_site_sort_together() {
        for (url, key) in [
            ("http://www.Example.org/A/b.html?z=1&a=2#x", "org,example)/a/b.html?a=2&z=1"),
            ("https://tv.example.cn:8443/", "cn,example,tv:8443)/"),
            ("not a url", "not%20a%20url"),
        ] {
            assert_eq!(surt(url), key);
        }
    }
}
