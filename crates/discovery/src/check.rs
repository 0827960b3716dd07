use scraper::Selector;
use sinmun_sources::{Definition, Error, LinkRule, Mistake};

/// Whether the CSS selectors of a definition can be read.
///
/// The definition itself was checked when it was parsed; selectors are read
/// here, so that a program which only searches need not have a CSS parser.
///
/// # Errors
///
/// Names the file, the line and the key.
pub fn check(definition: &Definition) -> Result<(), Error> {
    mistakes(definition).map_err(|mistake| definition.error(&mistake))
}

fn mistakes(definition: &Definition) -> Result<(), Mistake> {
    for (place, discovery) in definition.discovery.iter().enumerate() {
        for (name, rules) in [("links", &discovery.links), ("lists", &discovery.lists)] {
            for (number, rule) in rules.iter().enumerate() {
                link_rule(&format!("discovery[{place}].{name}[{number}]"), rule)?;
            }
        }
        discovery.next.iter().try_for_each(|rule| link_rule(&format!("discovery[{place}].next"), rule))?;
    }
    for (place, selectors) in definition.selectors.iter().enumerate() {
        for (key, text) in selectors.css() {
            selector(&format!("selectors[{place}].{key}"), text)?;
        }
    }
    Ok(())
}

fn link_rule(at: &str, rule: &LinkRule) -> Result<(), Mistake> {
    let date = rule.date.as_ref().filter(|_| rule.element.is_none());
    for (name, text) in [("row", rule.row.as_ref()), ("selector", rule.selector.as_ref()), ("date", date)] {
        if let Some(text) = text {
            selector(&format!("{at}.{name}"), text)?;
        }
    }
    Ok(())
}

fn selector(key: &str, text: &str) -> Result<(), Mistake> {
    match Selector::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Mistake::new(key, format!("{text:?} is no CSS selector: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_selector_names_file_line_and_key() {
        let text = "id = \"x\"\nname = \"X\"\n[[discovery]]\nkind = \"list\"\nurl = \"http://a.b/\"\n\
                    [[discovery.links]]\nselector = \"a[\"\n[[selectors]]\ntitle = \"h1\"\n";
        let error = check(&Definition::parse("x.toml", text).unwrap()).unwrap_err().to_string();
        for part in ["x.toml", "line 7", "discovery[0].links[0].selector", "a["] {
            assert!(error.contains(part), "{error}");
        }
        let text = text.replace("a[", "a").replace("h1", "h1:nope(");
        let error = check(&Definition::parse("x.toml", &text).unwrap()).unwrap_err().to_string();
        assert!(error.contains("line 9") && error.contains("selectors[0].title"), "{error}");
    }

    #[test]
    fn the_built_in_definitions_have_sound_selectors() {
        for definition in sinmun_sources::Sources::built_in().iter() {
            check(definition).unwrap();
        }
    }
}
