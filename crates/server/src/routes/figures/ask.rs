//! What a figure is asked for, from a query string.

use super::json::AskFigure;
use crate::{
    app::DAY_STARTS,
    edge::{malformed, most},
};
use base::{Error, Level, Result, Text, Time};
use insight::{Ask, Days, Pinned};
use packs::{By, Name};

pub fn indicator(text: &str) -> Result<Name> {
    let wrong = || {
        Error::invalid(
            "indicator",
            "指标应写成“包.指标”，如 worry_free.answered",
            "an indicator is <pack>.<indicator>, such as worry_free.answered",
        )
    };
    text.split_once('.').map(|(pack, id)| Name::new(pack, id)).ok_or_else(wrong)
}

/// Most rows of a page of matters.
pub const MOST: usize = 200;

pub fn ask(name: &str, q: &AskFigure, now: Time) -> Result<Ask> {
    // A page is turned of the matters alone; what is no page is refused everywhere.
    most(q.most, MOST, MOST)?;
    Ok(Ask {
        indicator: indicator(name)?,
        days: days([&q.from, &q.to, &q.window], now)?,
        region: q
            .region
            .as_deref()
            .map(|r| r.parse().map_err(|_| malformed("region", Text::new("区划代码不对", "the region code is wrong"))))
            .transpose()?,
        only: q.only.as_deref().map(only).transpose()?,
        starts: DAY_STARTS,
    })
}

/// From one date up to and with another, or a window that ends today.
pub fn days(said: [&Option<String>; 3], now: Time) -> Result<Days> {
    let date = |field: &str, text: &str| {
        text.parse().map_err(|_| malformed(field, Text::new("日期应如 2026-09-30", "a date looks like 2026-09-30")))
    };
    match said {
        [Some(from), Some(to), None] => Days::new(date("from", from)?, date("to", to)?),
        [None, None, window] => Ok(pinned(window.as_deref().unwrap_or("month"))?.days(now, DAY_STARTS)),
        _ => Err(Error::invalid("window", "写 from 和 to，或者只写 window", "give from and to, or window alone")),
    }
}

fn pinned(word: &str) -> Result<Pinned> {
    Ok(match word {
        "today" => Pinned::Today,
        "week" => Pinned::Week,
        "month" => Pinned::Month,
        "quarter" => Pinned::Quarter,
        "year" => Pinned::Year,
        other => match other.strip_suffix('d').and_then(|n| n.parse::<u16>().ok()).filter(|n| *n > 0) {
            Some(n) => Pinned::Last(n),
            None => {
                let text = Text::new("应是 today、week、month、quarter、year 或 30d", "should be today, week, month, quarter, year or 30d");
                return Err(malformed("window", text));
            }
        },
    })
}

pub fn by(word: &str) -> Result<By> {
    Ok(match word {
        "category" => By::Category,
        "unit" => By::Unit,
        "handler" => By::Handler,
        "county" => By::Level(Level::County),
        "township" => By::Level(Level::Town),
        "village" => By::Level(Level::Village),
        "group" => By::Level(Level::Group),
        _ => {
            let text = Text::new(
                "应是 category、unit、handler、county、township、village 或 group",
                "should be category, unit, handler, county, township, village or group",
            );
            return Err(malformed("by", text));
        }
    })
}

pub fn word(by: &By) -> &'static str {
    match by {
        By::Category => "category",
        By::Unit => "unit",
        By::Handler => "handler",
        By::Level(Level::Town) => "township",
        By::Level(Level::Village) => "village",
        By::Level(Level::Group) => "group",
        By::Level(_) => "county",
    }
}

/// `category:roads`
fn only(text: &str) -> Result<(By, String)> {
    let wrong = || malformed("only", Text::new("应如 category:roads", "looks like category:roads"));
    let (by_word, key) = text.split_once(':').ok_or_else(wrong)?;
    match by(by_word).map_err(|_| wrong())? {
        By::Level(_) => Err(wrong()),
        by => Ok((by, key.to_owned())),
    }
}
