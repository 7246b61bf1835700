import type { zh } from "./phone.zh";

export const en: Record<keyof typeof zh, string> = {
  "phone.title": "Direct line",
  "phone.receipt": "Follow a report",
  "phone.receipt.lead": "With its number and receipt code, see how far your report has come.",
  "phone.receipt.number": "Number",
  "phone.receipt.code": "Receipt code",
  "phone.receipt.look": "Look",
  "phone.receipt.at": "Received",
  "phone.receipt.due": "Answer by",
  "phone.receipt.now": "Now",
  "phone.receipt.ended": "Closed",
  "phone.receipt.answer": "Answer",
  "phone.elder": "Large print",
  "phone.standard": "Standard",
};
