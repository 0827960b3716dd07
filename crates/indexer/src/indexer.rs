use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sinmun_archive::{Catalogue, Change};
use sinmun_article::Article;
use sinmun_index_schema::{Failure, Generation, Generations, IndexSchema, tokenizers};
use sinmun_language::Analyzers;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use crate::document::{Documents, Mentioned};
use crate::error::{Error, ErrorKind};

/// Brings the index up to the catalogue.
pub struct Indexer {
    generations: Generations,
    schema: IndexSchema,
    analyzers: Analyzers,
    options: Options,
}

/// How much of the machine indexing may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Bytes that the buffers of all threads may hold together.
    pub memory: usize,
    /// Threads; as many as there are cores by default.
    pub threads: usize,
    /// Whether small segments are merged into larger ones, as they should but in tests of many segments.
    pub merge: bool,
}

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { memory: 512 << 20, threads, merge: true }
    }
}

/// What indexing did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles written.
    pub indexed: u64,
    /// Articles taken out, joined to others.
    pub removed: u64,
    /// The generation that is now in use.
    pub generation: String,
}

/// What a commit says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    epoch: String,
    change: u64,
}

/// Tantivy's least buffer for a thread, in bytes.
const LEAST_MEMORY: usize = 15 << 20;

/// Below this number of changes one thread is quicker than starting several.
const FEW: u64 = 2_000;

impl Indexer {
    /// An indexer of the generations in a folder.
    pub fn new(generations: Generations, analyzers: Analyzers, options: Options) -> Self {
        Self { generations, schema: IndexSchema::built_in(), analyzers, options }
    }

    /// Takes in what changed since the last commit; makes the first generation where there is none.
    ///
    /// `mentioned` says what an article mentions and may be called from several
    /// threads; `progress` is told the changes done and in all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SchemaMismatch`] where another version made the index; the
    /// index then is as it was, as with every other error.
    pub fn update(
        &self,
        catalogue: &Catalogue,
        mentioned: &(dyn Fn(&Article) -> Mentioned + Sync),
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Summary, Error> {
        let lock = self.generations.lock(".lock")?;
        let current = self.generations.current()?;
        if let Some(generation) = &current {
            generation.check(self.schema.version())?;
            let (index, failure) = self.open(generation)?;
            let mark = read_mark(&index)?;
            if mark.epoch == catalogue.epoch()? {
                let mut summary = self.catch_up(&index, &failure, catalogue, &mark, mentioned, progress)?;
                summary.generation = generation.name.clone();
                return Ok(summary);
            }
        }
        drop(lock);
        self.rebuild(catalogue, mentioned, progress)
    }

    /// Makes a new generation from the whole catalogue and puts it in use when it is complete.
    ///
    /// # Errors
    ///
    /// The generation in use stays as it was.
    pub fn rebuild(
        &self,
        catalogue: &Catalogue,
        mentioned: &(dyn Fn(&Article) -> Mentioned + Sync),
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Summary, Error> {
        let _alone = self.generations.lock(".reindex.lock")?;
        let generation = self.generations.begin(self.schema.version())?;
        let (index, failure) = self.open(&generation)?;
        let start = Mark { epoch: catalogue.epoch()?, change: 0 };
        let mut summary = self.catch_up(&index, &failure, catalogue, &start, mentioned, progress)?;
        // What was imported meanwhile went to the old generation; now nobody writes there.
        let _lock = self.generations.lock(".lock")?;
        let mark = read_mark(&index)?;
        let late = self.catch_up(&index, &failure, catalogue, &mark, mentioned, &|_, _| {})?;
        summary.indexed += late.indexed;
        summary.removed += late.removed;
        self.generations.switch(&generation)?;
        summary.generation = generation.name;
        Ok(summary)
    }

    /// How many changes of the catalogue the index in use has not taken in; all of them where there is none.
    ///
    /// # Errors
    ///
    /// The index is of another schema, or it or the catalogue cannot be read.
    pub fn pending(&self, catalogue: &Catalogue) -> Result<u64, Error> {
        let Some(generation) = self.generations.current()? else { return Ok(catalogue.count_changes(0)?) };
        generation.check(self.schema.version())?;
        let mark = read_mark(&self.open(&generation)?.0)?;
        let is_same = mark.epoch == catalogue.epoch()?;
        Ok(catalogue.count_changes(if is_same { mark.change } else { 0 })?)
    }

    fn open(&self, generation: &Generation) -> Result<(Index, Failure), Error> {
        let directory = tantivy::directory::MmapDirectory::open(&generation.path)
            .map_err(|error| Error::of(ErrorKind::Io, format!("cannot open the index: {error}")))?;
        let mut index =
            Index::open_or_create(directory, self.schema.tantivy().clone()).map_err(|error| match error {
                tantivy::TantivyError::SchemaError(_) => {
                    Error::of(ErrorKind::SchemaMismatch, "the index has other fields: run `sinmun reindex`")
                }
                error => Error::tantivy(&error),
            })?;
        let (manager, failure) = tokenizers(&self.schema, &self.analyzers);
        index.set_tokenizers(manager);
        Ok((index, failure))
    }

    fn catch_up(
        &self,
        index: &Index,
        failure: &Failure,
        catalogue: &Catalogue,
        mark: &Mark,
        mentioned: &(dyn Fn(&Article) -> Mentioned + Sync),
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Summary, Error> {
        let total = catalogue.count_changes(mark.change)?;
        let is_first = index.load_metas().map_err(|error| Error::tantivy(&error))?.payload.is_none();
        if total == 0 && !is_first {
            return Ok(Summary::default());
        }
        let threads = if total < FEW { 1 } else { self.options.threads.clamp(1, 8) };
        let memory = if total < FEW { LEAST_MEMORY } else { self.options.memory / 2 };
        let mut writer: IndexWriter = index
            .writer_with_num_threads(threads, memory.max(LEAST_MEMORY * threads))
            .map_err(|error| Error::tantivy(&error))?;
        if !self.options.merge {
            writer.set_merge_policy(Box::new(NoMergePolicy));
        }
        let documents = Documents::of(&self.schema);
        let work = Work { documents: &documents, writer: &writer, mentioned };
        let (summary, change) = work.take_all(catalogue, mark.change, threads, total, progress)?;
        if let Some(error) = failure.get() {
            return Err(Error::of(ErrorKind::Dictionary, error.to_string()));
        }
        let mark = Mark { epoch: mark.epoch.clone(), change };
        let payload = serde_json::to_string(&mark).expect("a mark has only a text and a number");
        let mut commit = writer.prepare_commit().map_err(|error| Error::tantivy(&error))?;
        commit.set_payload(&payload);
        commit.commit().map_err(|error| Error::tantivy(&error))?;
        writer.wait_merging_threads().map_err(|error| Error::tantivy(&error))?;
        Ok(summary)
    }
}

/// What the threads that make documents share.
struct Work<'a> {
    documents: &'a Documents,
    writer: &'a IndexWriter,
    mentioned: &'a (dyn Fn(&Article) -> Mentioned + Sync),
}

impl Work<'_> {
    /// Takes in all changes after a number; returns what was done and the last number.
    fn take_all(
        &self,
        catalogue: &Catalogue,
        after: u64,
        threads: usize,
        total: u64,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(Summary, u64), Error> {
        let (sender, receiver) = sync_channel::<Change>(256);
        let receiver = Mutex::new(receiver);
        let (indexed, removed) = (AtomicU64::new(0), AtomicU64::new(0));
        let mut last = after;
        let run = || -> Result<(), Error> {
            let mut outcome = Ok(());
            loop {
                let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok(change) = next else { return outcome };
                let is_removed = change.article.is_none();
                if outcome.is_ok() {
                    outcome = self.take(change);
                }
                if outcome.is_err() {
                    continue; // what is sent must be received, or the sender waits for ever
                }
                let counter = if is_removed { &removed } else { &indexed };
                counter.fetch_add(1, Ordering::Relaxed);
                progress(indexed.load(Ordering::Relaxed) + removed.load(Ordering::Relaxed), total);
            }
        };
        std::thread::scope(|scope| -> Result<(), Error> {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            let read = catalogue.for_each_change::<Error>(after, |change| {
                last = last.max(change.number);
                sender.send(change).map_err(|_| Error::of(ErrorKind::Io, "the indexing threads ended early"))
            });
            drop(sender);
            for worker in workers {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            read
        })?;
        let summary = Summary {
            indexed: indexed.into_inner(),
            removed: removed.into_inner(),
            generation: String::new(),
        };
        Ok((summary, last))
    }

    fn take(&self, change: Change) -> Result<(), Error> {
        if change.is_known {
            self.writer.delete_term(Term::from_field_u64(self.documents.id, change.id.number()));
        }
        if let Some(article) = change.article {
            let mentioned = (self.mentioned)(&article);
            let document: TantivyDocument = self.documents.make(&article, change.face, &mentioned);
            self.writer.add_document(document).map_err(|error| Error::tantivy(&error))?;
        }
        Ok(())
    }
}

fn read_mark(index: &Index) -> Result<Mark, Error> {
    let metas = index.load_metas().map_err(|error| Error::tantivy(&error))?;
    Ok(metas.payload.and_then(|payload| serde_json::from_str(&payload).ok()).unwrap_or_default())
}
