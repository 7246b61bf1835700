//! Chinese working time: the moment a term ends.
//!
//! **How days, months and hours are counted** (民法典 201–203):
//!
//! | unit | counted | ends |
//! |---|---|---|
//! | `urgent-hours` 紧急工作时, `s` 秒 | round the clock, from the moment itself (201) | at the moment |
//! | `work-hours` 工作时 | inside office hours of working days, from the moment itself (201) | at the moment |
//! | `work-days` 工作日 | working days after the day of the start (201) | close of business of the last (203) |
//! | `days` 自然日 | all days after the day of the start (201); a last day off moves to the next working day (203) | 24:00 |
//! | `months` 个月 | the same day of the month, or the month's last (202), moved as above (203) | close of business |
//!
//! **Precision.** Moments are kept to the millisecond; nothing is rounded to the minute. A term in work-hours ends at
//! the *earliest* moment at which its time has passed: one that is used up at 12:00 ends at 12:00, not at 14:00. A
//! start outside office hours counts from the next office minute. 24:00 is written as 00:00 of the next day.
//!
//! **Pauses** add the unit's time that passed in them to the deadline computed without them: office time for
//! `work-hours` and `work-days`, plain time for the rest. Added office time runs on from the deadline (18:00 and one
//! hour is 09:00 of the next working day); added plain time is not moved off a holiday again. Time before the start
//! and time that two pauses share counts once or not at all: before the start no clock runs.
//!
//! **Years without a table** count Monday to Friday; a [`Due`] that had to look at a day of such a year is
//! provisional (暂定), to be counted again when the table is entered.

mod answer;
mod calendar;
mod days;
mod hours;
mod left;
mod table;
mod term;

pub use answer::answer_line;
pub use calendar::{Calendar, Due, SHIPPED};
pub use hours::OfficeHours;
pub use left::Left;
pub use table::{Holiday, YearTable};
pub use term::{Term, Unit};
