use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, Transaction, params};
use sinmun_article::{PubDate, fold_title};

use super::{Draft, Node};
use crate::Error;

/// Whether an article has text ?1 in language ?2.
pub(super) const HAS_ARTICLE: &str =
    "SELECT 1 FROM article WHERE text = ?1 AND language = ?2 AND joined IS NULL";

/// What is connected with what, read from the catalogue as far as it is asked for.
///
/// A text that no article has connects nothing, though its pairs may still be written down.
pub(super) struct Components<'t> {
    transaction: &'t Transaction<'t>,
    /// A forest of disjoint sets (Galler and Fischer 1964).
    parents: HashMap<Node, Node>,
}

impl<'t> Components<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Self {
        Self { transaction, parents: HashMap::new() }
    }

    /// Reads the whole component of a node, where that was not done yet.
    pub(super) fn load(&mut self, node: Node) -> Result<(), Error> {
        if self.parents.contains_key(&node) {
            return Ok(());
        }
        self.parents.insert(node, node);
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            for other in neighbours(self.transaction, next)? {
                match self.parents.entry(other) {
                    Entry::Occupied(_) => self.join(next, other),
                    Entry::Vacant(vacant) => {
                        vacant.insert(node);
                        open.push(other);
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the component of a node has been read.
    pub(super) fn has(&self, node: Node) -> bool {
        self.parents.contains_key(&node)
    }

    pub(super) fn are_one(&mut self, one: Node, other: Node) -> bool {
        self.root(one) == self.root(other)
    }

    pub(super) fn join(&mut self, one: Node, other: Node) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents.insert(one, other);
    }

    fn root(&mut self, node: Node) -> Node {
        let mut root = node;
        while let Some(parent) = self.parents.get(&root).filter(|parent| **parent != root) {
            root = *parent;
        }
        let mut next = node;
        while next != root {
            next = self.parents.insert(next, root).unwrap_or(root);
        }
        root
    }

    /// The nodes of each component that has been read.
    fn members(&mut self) -> BTreeMap<Node, Vec<Node>> {
        let nodes: Vec<Node> = self.parents.keys().copied().collect();
        let mut members: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for node in nodes {
            members.entry(self.root(node)).or_default().push(node);
        }
        members
    }
}

fn neighbours(catalogue: &Connection, node: Node) -> Result<Vec<Node>, Error> {
    let mut statement = catalogue.prepare_cached("SELECT other FROM alike WHERE one = ?1")?;
    let rows = statement.query_map([node.text], |row| Ok(Node { text: row.get(0)?, ..node }))?;
    let mut found = Vec::new();
    for other in rows {
        let other = other?;
        if has_article(catalogue, other)? {
            found.push(other);
        }
    }
    Ok(found)
}

/// Whether an article has the text in the language.
pub(super) fn has_article(catalogue: &Connection, node: Node) -> Result<bool, Error> {
    Ok(catalogue.prepare_cached(HAS_ARTICLE)?.exists(params![node.text, node.language.code()])?)
}

/// An article of a component.
struct Member {
    id: i64,
    /// By when it was surely published; what has no date comes last.
    date: (i64, i64),
    first_seen: String,
    folded_title: String,
    face: Option<i64>,
}

/// Brings the clusters of a batch of texts up to date.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    drafts: &[Draft],
    components: &mut Components<'_>,
) -> Result<(), Error> {
    let mut change: i64 =
        transaction.query_row("SELECT coalesce(max(change), 0) FROM article", [], |row| row.get(0))?;
    let touched: BTreeSet<Node> = drafts.iter().map(|draft| components.root(draft.node)).collect();
    let short: BTreeSet<Node> =
        drafts.iter().filter(|draft| draft.signature.is_none()).map(|draft| draft.node).collect();
    for (root, nodes) in components.members() {
        if !touched.contains(&root) {
            continue;
        }
        let mut members = Vec::new();
        for node in &nodes {
            members.extend(articles(transaction, *node)?);
        }
        if !short.contains(&root) {
            assign(transaction, members, &mut change)?;
            continue;
        }
        // "CONTENT NOT FOUND" says nothing: articles of a short text are alike where their titles are, too.
        let mut by_title: BTreeMap<String, Vec<Member>> = BTreeMap::new();
        for member in members {
            by_title.entry(member.folded_title.clone()).or_default().push(member);
        }
        for members in by_title.into_values() {
            assign(transaction, members, &mut change)?;
        }
    }
    Ok(())
}

fn articles(transaction: &Transaction<'_>, node: Node) -> Result<Vec<Member>, Error> {
    let mut statement = transaction.prepare_cached(
        "SELECT id, date, first_seen, title, face FROM article LEFT JOIN cluster ON cluster.article = article.id \
         WHERE text = ?1 AND language = ?2 AND joined IS NULL",
    )?;
    let rows = statement.query_map(params![node.text, node.language.code()], |row| {
        let (date, title): (Option<String>, String) = (row.get(1)?, row.get(3)?);
        let date = date.and_then(|date| date.parse::<PubDate>().ok());
        Ok(Member {
            id: row.get(0)?,
            date: date.map_or((i64::MAX, i64::MAX), |date| date.surely_by()),
            first_seen: row.get(2)?,
            folded_title: fold_title(&title),
            face: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts articles into one cluster; those for which that is new get the next change numbers.
fn assign(transaction: &Transaction<'_>, members: Vec<Member>, change: &mut i64) -> Result<(), Error> {
    let earliest = members.iter().min_by(|one, other| {
        (one.date, &one.first_seen, one.id).cmp(&(other.date, &other.first_seen, other.id))
    });
    let face = earliest.map(|member| member.id).filter(|_| members.len() > 1);
    for member in members.iter().filter(|member| member.face != face) {
        match face {
            Some(face) => transaction
                .prepare_cached("INSERT OR REPLACE INTO cluster VALUES (?1, ?2)")?
                .execute([member.id, face])?,
            None => {
                transaction.prepare_cached("DELETE FROM cluster WHERE article = ?1")?.execute([member.id])?
            }
        };
        *change += 1;
        transaction
            .prepare_cached("UPDATE article SET change = ?2 WHERE id = ?1")?
            .execute([member.id, *change])?;
    }
    Ok(())
}
