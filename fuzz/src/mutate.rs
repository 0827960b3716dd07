/// The largest page that is made, in bytes.
const LARGEST: usize = 1 << 17;

/// What pages are made of, and what breaks them.
const TOKENS: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "&",
    "&amp;",
    "&#0;",
    "&#x202e;",
    "&nbsp;",
    "\"",
    "'",
    "=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<a href=x>",
    "<a name=2>",
    "</a>",
    "<h1>",
    "</h1>",
    "<h3>",
    "<b>",
    "<i>",
    "<br>",
    "<li>",
    "<article>",
    "<nav>",
    "<form>",
    "<select>",
    "<svg>",
    "<math>",
    "<template>",
    "<plaintext>",
    "<script>",
    "</script>",
    "<style>",
    "<title>",
    "</title>",
    "<textarea>",
    "<noscript>",
    "<meta charset=euc-kr>",
    "<meta property=og:title content='",
    "<time datetime=2024-11-06>",
    "<img src=/a.jpg>",
    "<figure>",
    "<figcaption>",
    "class=",
    " id=1 ",
    "<span class=date>",
    "2024-11-06",
    "31/02/2024",
    "주체113(2024)년",
    "昨天",
    "-0-",
    "(끝)",
    "－－－",
    "[视频]",
    "更新时间：",
    "Date: 06/11/2024 | Source: KCNA (EN)",
    "More From",
    "By ",
    "©",
    "\u{feff}",
    "\u{0}",
    "\r",
    "\n\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{200b}",
    "\u{ad}",
    "e\u{301}",
    "Ａ１",
    "🏴",
    "\u{1b}[31m",
    "<content><![CDATA[",
    "<mainTitle>",
    "<?xml version='1.0'?>",
    "#2",
    "%41",
    ";jsessionid=",
];

/// Bytes that are no UTF-8, and marks of other encodings.
const BYTES: &[&[u8]] =
    &[b"\xff\xfe", b"\xfe\xff", b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xb0\xa1", b"\x1f\x8b", b"\x1b$B"];

/// Makes pages of others; from the same seed always the same.
#[derive(Debug, Clone)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed ^ 0x9e37_79b9_7f4a_7c15 }
    }

    /// A number below another, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        // splitmix64
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    /// One of the samples with a few changes.
    pub fn page(&mut self, samples: &[Vec<u8>]) -> Vec<u8> {
        let Some(sample) = samples.get(self.below(samples.len())) else { return Vec::new() };
        let mut page = sample.clone();
        for _ in 0..=self.below(12) {
            self.change(&mut page, samples);
        }
        page.truncate(LARGEST);
        page
    }

    fn change(&mut self, page: &mut Vec<u8>, samples: &[Vec<u8>]) {
        let place = self.below(page.len() + 1);
        match self.below(9) {
            0 => {
                let token = TOKENS[self.below(TOKENS.len())];
                page.splice(place..place, token.bytes());
            }
            1 => {
                let bytes = BYTES[self.below(BYTES.len())];
                page.splice(place..place, bytes.iter().copied());
            }
            2 => {
                let range = self.range(page.len());
                page.drain(range);
            }
            3 => {
                let piece = page[self.range(page.len())].to_vec();
                page.splice(place..place, piece);
            }
            4 => {
                let token = TOKENS[self.below(TOKENS.len())];
                let times = 1 << self.below(12);
                page.splice(place..place, token.repeat(times).into_bytes());
            }
            5 => {
                if let Some(other) = samples.get(self.below(samples.len())) {
                    let piece = other[self.range(other.len())].to_vec();
                    page.splice(place..place, piece);
                }
            }
            6 => page.truncate(place),
            7 => {
                if let Some(byte) = page.get_mut(place) {
                    *byte ^= 1 << self.below(8);
                }
            }
            _ => {
                // Another tag in the place of one.
                if let Some(start) =
                    page[place..].iter().position(|byte| *byte == b'<').map(|start| place + start)
                {
                    let end = page[start..]
                        .iter()
                        .position(|byte| *byte == b'>')
                        .map_or(page.len(), |end| start + end + 1);
                    let token = TOKENS[self.below(TOKENS.len())];
                    page.splice(start..end, token.bytes());
                }
            }
        }
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 64 };
        let end = (start + self.below(most + 1)).min(length);
        start..end
    }
}
