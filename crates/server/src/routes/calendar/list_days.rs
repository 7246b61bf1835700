use crate::{
    app::App,
    edge::{Answer, Query, Who, malformed},
    routes::session::json::Words,
};
use axum::{Json, extract::State};
use base::{Error, Text};
use calendar::Calendar;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Days of one answer: a year and its edges.
const MOST: i32 = 400;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AskDays {
    /// The first day, `2026-10-01`.
    #[param(format = Date)]
    pub from: String,
    /// The last day; at most 400 days in all.
    #[param(format = Date)]
    pub to: String,
}

#[derive(Serialize, ToSchema)]
pub struct DayShown {
    #[schema(format = Date)]
    pub date: String,
    /// It is worked: terms in work-days count it.
    pub working: bool,
    pub kind: DayKind,
    /// The holiday that it is of, or that it is worked for.
    pub name: Option<Words>,
    /// 暂定: the year's holidays are not announced yet.
    pub provisional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    Workday,
    Weekend,
    Holiday,
    /// A Saturday or Sunday that is worked for a holiday: 调休.
    MakeUp,
}

/// Days, worked or not
#[utoipa::path(get, path = "/api/calendar/days", tag = "platform", params(AskDays), responses((status = 200, body = [DayShown])))]
pub async fn list_days(State(app): State<App>, who: Who, Query(ask): Query<AskDays>) -> Answer<Json<Vec<DayShown>>> {
    let day = |name: &str, text: &str| {
        text.parse::<Date>().map_err(|_| malformed(name, Text::new("日期应如 2026-10-01", "a date looks like 2026-10-01")))
    };
    let (from, to) = (day("from", &ask.from)?, day("to", &ask.to)?);
    let days = from.until(to).map_or(-1, |span| span.get_days());
    if !(0..MOST).contains(&days) {
        let (zh, en) = (format!("应在 from 之后，最多 {MOST} 天"), format!("comes after from, {MOST} days at most"));
        return Err(Error::invalid("to", zh, en).into());
    }
    let rules = app.rules(who.home())?;
    let all = std::iter::successors(Some(from), |d| d.tomorrow().ok()).take_while(|d| *d <= to);
    Ok(Json(all.map(|d| shown(&rules.calendar, d)).collect()))
}

fn shown(calendar: &Calendar, date: Date) -> DayShown {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let holidays = || calendar.years().flat_map(|y| &y.holidays);
    // `off` names the first and the last day.
    let off = holidays().find(|h| h.off.first().zip(h.off.last()).is_some_and(|(a, b)| (*a..=*b).contains(&date)));
    let made_up = holidays().find(|h| h.make_up.contains(&date));
    let (kind, of) = match (off, made_up) {
        (Some(h), _) => (DayKind::Holiday, Some(h)),
        (None, Some(h)) => (DayKind::MakeUp, Some(h)),
        (None, None) if weekend => (DayKind::Weekend, None),
        (None, None) => (DayKind::Workday, None),
    };
    DayShown {
        date: date.to_string(),
        working: calendar.is_working_day(date),
        kind,
        name: of.map(|h| Words::from(&h.name)),
        provisional: !calendar.known(date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_national_day_of_2026() {
        let calendar = Calendar::shipped();
        let of = |text: &str| shown(&calendar, text.parse().expect("a day"));
        for (day, kind, working) in [
            ("2026-10-01", DayKind::Holiday, false),
            ("2026-09-30", DayKind::Workday, true),
            ("2026-11-22", DayKind::Weekend, false),
            ("2026-11-23", DayKind::Workday, true),
        ] {
            assert_eq!((of(day).kind, of(day).working), (kind, working), "{day}");
        }
        assert!(of("2026-10-01").name.is_some() && !of("2026-10-01").provisional);
        assert!(of("2031-10-01").provisional);
        // What is said of a day and what terms count by are one.
        for d in std::iter::successors(Some(jiff::civil::date(2026, 1, 1)), |d| d.tomorrow().ok()).take(365) {
            let s = shown(&calendar, d);
            assert_eq!(s.working, matches!(s.kind, DayKind::Workday | DayKind::MakeUp), "{d}");
        }
    }
}
