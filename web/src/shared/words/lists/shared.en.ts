import type { zh } from "./shared.zh";

export const en: Record<keyof typeof zh, string> = {
  "mark.colon": ": ",
  "mark.semicolon": "; ",
  "mark.dot": " · ",
  "lang.other": "中文",
  "lang.switch": "Switch to Chinese / 中文",

  "time.done_at": "; done {at}, sent when the network was back",
  "time.days": "{d} d",
  "time.days_hours": "{d} d {h} h",
  "time.hours": "{h} h",
  "time.hours_minutes": "{h} h {m} min",
  "time.minutes": "{m} min",
  "time.yesterday": "Yesterday",

  "due.late": "{length} late",
  "due.today": "Today {clock}",
  "due.work_day": "{n} work day",
  "due.work_days": "{n} work days",
  "due.provisional": "provisional",
  "due.provisional.why": "Next year's holidays are not announced yet; weekends alone were counted",
  "due.paused": "Clock paused",

  "error.unreachable": "The server cannot be reached",
  "error.failed": "It did not work",

  "matter.waited": "How long the resident has waited",
  "matter.waited.late": "{length}, {over} too long",
  "matter.waited.open": "{length}, {left} left",
  "matter.waited.closed": "{length} in all",

  "act.undone": "Undone; nothing was sent",
  "act.sent": "{name}: sent",
  "act.failed": "{name} was not sent: {why}",

  "end.done": "done",
  "end.unanswered": "the resident did not answer in time",
};
