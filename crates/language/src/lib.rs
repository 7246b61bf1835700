//! Words of residents: triage, near-duplicates, hot issues, mentions of places and times.
//!
//! A library without a database: texts go in, suggestions come out, and a person decides. The triage model is linear,
//! small enough to ship (`model/`), trained from a file by [`Model::train`], and says with each suggestion which words
//! of the message weighed most.

mod adapt;
mod duplicates;
mod evaluate;
mod examples;
mod file;
mod gather;
mod hot;
mod mentions;
mod model;
mod phrases;
mod search;
mod svm;
mod text;
mod train;
mod vectors;
mod words;

pub use adapt::Correction;
pub use duplicates::{Fingerprint, closeness};
pub use evaluate::{LabelReport, Report, Selective, cross_validate, evaluate};
pub use examples::{Example, read_examples, title_and_body};
pub use gather::Common;
pub use hot::{Groups, HotIssue, HotOptions, Message, describe, fresh, group, heat, hot};
pub use mentions::{Gazetteer, Personal, PersonalKind, PlaceMention, PlaceName, TimeMention, personal, short_names, times};
pub use model::{Model, Ranked, Reason, Suggestion};
pub use search::{SearchTerm, search_query, search_terms};
pub use train::TrainOptions;
pub use words::segment;
