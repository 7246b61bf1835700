export const zh = {
  "mark.colon": "：",
  "mark.semicolon": "；",
  "mark.dot": " · ",
  "lang.other": "EN",
  "lang.switch": "换成英文 / English",

  "time.done_at": "，{at}做的，有网后送到",
  "time.days": "{d} 天",
  "time.days_hours": "{d} 天 {h} 小时",
  "time.hours": "{h} 小时",
  "time.hours_minutes": "{h} 小时 {m} 分",
  "time.minutes": "{m} 分钟",
  "time.yesterday": "昨天",

  "due.late": "超时 {length}",
  "due.today": "今天 {clock}",
  "due.work_day": "{n} 个工作日",
  "due.work_days": "{n} 个工作日",
  "due.provisional": "暂定",
  "due.provisional.why": "明年放假安排还没公布，期限先按周末推算",
  "due.paused": "暂停计时",

  "error.unreachable": "连不上服务器",
  "error.failed": "没有成功",

  "matter.waited": "群众等了多久",
  "matter.waited.late": "已等 {length}，超了 {over}",
  "matter.waited.open": "已等 {length}，还有 {left}",
  "matter.waited.closed": "一共 {length}",

  "act.undone": "撤回了，没有发出",
  "act.sent": "{name}：已发出",
  "act.failed": "{name}没有发出：{why}",

  "end.done": "办好了",
  "end.unanswered": "群众没有回应，按期办结",
} as const;
