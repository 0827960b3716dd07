use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentReader};

use crate::facets::{Counted, SegmentCounter};
use crate::request::Order;

/// Gathers the best hits, the total and the facets in one pass.
pub(crate) struct Gather {
    pub(crate) order: Order,
    /// How many hits to keep.
    pub(crate) keep: usize,
    /// Where the page before ended, by date.
    pub(crate) after: Option<Rank>,
    pub(crate) facets: Arc<Vec<Counted>>,
    /// What totals and facets count once.
    pub(crate) group: Option<Group>,
}

/// Articles that count as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Those of one story; each may be a hit.
    Story,
    /// Those that are alike; only the first in order is a hit.
    Cluster,
}

/// What hits are put in order by: the greater, the earlier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rank {
    /// The score, or 0 where the order is by date.
    pub(crate) score: Score,
    /// The moment, negated for oldest first; the least for what has no date.
    pub(crate) moment: i64,
    /// The id; the tie-breaker.
    pub(crate) id: u64,
}

impl Rank {
    /// A rank by date.
    pub(crate) fn dated(order: Order, moment: Option<i64>, id: u64) -> Self {
        let moment = match (order, moment) {
            (_, None) => i64::MIN,
            (Order::Oldest, Some(moment)) => -moment,
            (_, Some(moment)) => moment,
        };
        // Oldest first is the exact reverse of newest first, but for what has no date.
        let id = if order == Order::Oldest { u64::MAX - id } else { id };
        Self { score: 0.0, moment, id }
    }
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(self.moment.cmp(&other.moment)).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A document that may be among the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    pub(crate) rank: Rank,
    /// How many others stand behind it.
    pub(crate) alike: u64,
}

impl Ranked {
    /// Another of its cluster: the first in order stays in front.
    fn absorb(&mut self, other: Self) {
        self.rank = self.rank.max(other.rank);
        self.alike += other.alike + 1;
    }
}

/// What one segment gave, or all of them.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The best, the best first once merged.
    pub(crate) hits: Vec<Ranked>,
    pub(crate) total: u64,
    pub(crate) counts: Vec<HashMap<u32, u64>>,
    stories: HashSet<u64>,
    clusters: HashMap<u64, Ranked>,
    /// Pairs of a facet's value and a story or cluster.
    group_counts: Vec<HashSet<(u32, u64)>>,
}

impl Gathered {
    /// Puts the hits in order and drops those beyond so many.
    fn keep_best(&mut self, keep: usize) {
        if self.hits.len() > keep && keep > 0 {
            self.hits.select_nth_unstable_by(keep - 1, |one, other| other.cmp(one));
        }
        self.hits.truncate(keep);
        self.hits.sort_unstable_by(|one, other| other.cmp(one));
    }
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, ordinal: u32, segment: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let columns = segment.fast_fields();
        let counters = self.facets.iter().map(|counted| SegmentCounter::new(counted, segment));
        Ok(SegmentGather {
            order: self.order,
            keep: self.keep,
            after: self.after,
            ids: columns.u64("id")?,
            moments: columns.column_opt::<i64>("moment")?,
            group: self.group,
            groups: match self.group {
                Some(Group::Story) => columns.column_opt::<u64>("story")?,
                Some(Group::Cluster) => columns.column_opt::<u64>("cluster")?,
                None => None,
            },
            counters: counters.collect::<tantivy::Result<_>>()?,
            facets: Arc::clone(&self.facets),
            ordinal,
            heap: BinaryHeap::with_capacity(self.keep.min(10_000) + 1),
            threshold: None,
            total: 0,
            seen: HashSet::new(),
            clusters: HashMap::new(),
            seen_values: vec![HashSet::new(); self.facets.len()],
            keys: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Relevance
    }

    fn merge_fruits(&self, segments: Vec<Gathered>) -> tantivy::Result<Gathered> {
        let mut all = Gathered {
            counts: vec![HashMap::new(); self.facets.len()],
            group_counts: vec![HashSet::new(); self.facets.len()],
            ..Gathered::default()
        };
        for segment in segments {
            all.hits.extend(segment.hits);
            all.total += segment.total;
            all.stories.extend(segment.stories);
            for (cluster, ranked) in segment.clusters {
                all.clusters.entry(cluster).and_modify(|first| first.absorb(ranked)).or_insert(ranked);
            }
            for (counts, own) in all.counts.iter_mut().zip(segment.counts) {
                for (key, count) in own {
                    *counts.entry(key).or_default() += count;
                }
            }
            for (counts, own) in all.group_counts.iter_mut().zip(segment.group_counts) {
                counts.extend(own);
            }
        }
        all.total += (all.stories.len() + all.clusters.len()) as u64;
        // Which article stands for a cluster is known only now; whether it stood on a page before, too.
        let firsts = std::mem::take(&mut all.clusters).into_values();
        all.hits.extend(firsts.filter(|first| self.after.is_none_or(|after| first.rank < after)));
        for (counts, groups) in all.counts.iter_mut().zip(std::mem::take(&mut all.group_counts)) {
            for (key, _) in groups {
                *counts.entry(key).or_default() += 1;
            }
        }
        all.keep_best(self.keep);
        Ok(all)
    }
}

pub(crate) struct SegmentGather {
    order: Order,
    keep: usize,
    after: Option<Rank>,
    ids: Column<u64>,
    moments: Option<Column<i64>>,
    group: Option<Group>,
    groups: Option<Column<u64>>,
    counters: Vec<SegmentCounter>,
    facets: Arc<Vec<Counted>>,
    ordinal: u32,
    heap: BinaryHeap<std::cmp::Reverse<Ranked>>,
    /// The score or moment that a document must reach once the heap is full.
    threshold: Option<Rank>,
    total: u64,
    seen: HashSet<u64>,
    clusters: HashMap<u64, Ranked>,
    seen_values: Vec<HashSet<(u32, u64)>>,
    keys: Vec<u32>,
}

impl SegmentGather {
    #[inline]
    fn consider(&mut self, document: DocId, score: Score) {
        if self.keep == 0 {
            return;
        }
        let rank = match self.order {
            Order::Relevance => {
                if self.threshold.is_some_and(|least| score < least.score) {
                    return;
                }
                self.rank(document, score)
            }
            _ => {
                let rank = self.rank(document, score);
                if self.after.is_some_and(|after| rank >= after) {
                    return;
                }
                rank
            }
        };
        if self.threshold.is_some_and(|least| rank <= least) {
            return;
        }
        self.heap.push(std::cmp::Reverse(Ranked { rank, alike: 0 }));
        if self.heap.len() > self.keep {
            self.heap.pop();
        }
        if self.heap.len() == self.keep {
            self.threshold = self.heap.peek().map(|least| least.0.rank);
        }
    }

    #[inline]
    fn rank(&self, document: DocId, score: Score) -> Rank {
        match self.order {
            // Among equal scores the later date comes first, then the id: an order that no merge changes.
            Order::Relevance => {
                let moment = self.moment(document).unwrap_or(i64::MIN);
                Rank { score, moment, id: self.id(document) }
            }
            order => Rank::dated(order, self.moment(document), self.id(document)),
        }
    }

    fn moment(&self, document: DocId) -> Option<i64> {
        self.moments.as_ref().and_then(|column| column.first(document))
    }

    fn id(&self, document: DocId) -> u64 {
        self.ids.first(document).unwrap_or_default()
    }

    /// Counts a story or cluster once for each value that one of its articles has.
    fn count_group(&mut self, document: DocId, group: u64) {
        for ((counter, counted), seen) in
            self.counters.iter().zip(self.facets.iter()).zip(&mut self.seen_values)
        {
            counter.keys(document, counted.translation(self.ordinal), &mut self.keys);
            seen.extend(self.keys.iter().map(|key| (*key, group)));
        }
    }
}

impl SegmentCollector for SegmentGather {
    type Fruit = Gathered;

    #[inline]
    fn collect(&mut self, document: DocId, score: Score) {
        let group = self.groups.as_ref().and_then(|column| column.first(document));
        match (self.group, group) {
            (Some(Group::Cluster), Some(cluster)) => {
                let ranked = Ranked { rank: self.rank(document, score), alike: 0 };
                self.clusters.entry(cluster).and_modify(|first| first.absorb(ranked)).or_insert(ranked);
                self.count_group(document, cluster);
            }
            (Some(Group::Story), Some(story)) => {
                self.consider(document, score);
                self.seen.insert(story);
                self.count_group(document, story);
            }
            // Most articles are like no other: they are gathered as ever.
            _ => {
                self.consider(document, score);
                self.total += 1;
                for counter in &mut self.counters {
                    counter.count(document);
                }
            }
        }
    }

    fn harvest(self) -> Gathered {
        let mut counts = vec![HashMap::new(); self.counters.len()];
        for ((counter, counted), counts) in self.counters.into_iter().zip(self.facets.iter()).zip(&mut counts)
        {
            counter.harvest(counted.translation(self.ordinal), counts);
        }
        Gathered {
            hits: self.heap.into_iter().map(|ranked| ranked.0).collect(),
            total: self.total,
            counts,
            stories: self.seen,
            clusters: self.clusters,
            group_counts: self.seen_values,
        }
    }
}
