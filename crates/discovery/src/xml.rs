use sinmun_markup::texts;
use sinmun_sources::LinkRule;

use crate::links::{Collector, Link};
use crate::read::Warning;

/// Finds the links of an XML page whose elements stand in columns: all numbers, then all titles, then all dates.
pub(crate) fn read(text: &str, collector: &mut Collector<'_>) {
    let discovery = collector.list().discovery;
    for rule in &discovery.links {
        for link in links(text, rule, collector) {
            collector.article(rule, &link);
        }
    }
    for rule in &discovery.lists {
        for link in links(text, rule, collector) {
            collector.list_link(rule, &link);
        }
    }
    if let Some(rule) = &discovery.next {
        for link in links(text, rule, collector) {
            collector.next(rule, &link);
        }
    }
}

fn links(text: &str, rule: &LinkRule, collector: &mut Collector<'_>) -> Vec<Link> {
    let mut column = |name: &Option<String>| {
        let Some(name) = name else { return Vec::new() };
        let (found, wrong) = texts(text, name);
        if let Some(wrong) = wrong {
            collector.warn(Warning::Malformed(wrong));
        }
        found
    };
    if rule.element.is_none() {
        return Vec::new();
    }
    let numbers = column(&rule.element);
    let dates = column(&rule.date);
    // Columns of different length say nothing of which date belongs to which number.
    let together = numbers.len() == dates.len();
    let mut dates = dates.into_iter().filter(|_| together);
    numbers
        .into_iter()
        .map(|text| Link { text, date: dates.next().filter(|date| !date.is_empty()) })
        .collect()
}
