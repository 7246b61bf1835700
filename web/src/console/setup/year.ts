// A year's table of holidays: read from and written as the TOML that the server keeps.

export interface Holiday { zh: string; en: string; from: string; to: string; makeUp: string[] }
export interface Year { year: number; source: string; announced: string; holidays: Holiday[] }
export type DayKind = "work" | "rest" | "holiday" | "make_up";

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
const quoted = (text: string): string => JSON.stringify(text);

export function written(y: Year): string {
  const lines = [`year = ${y.year}`, `source = ${quoted(y.source)}`, `announced = ${y.announced}`];
  for (const h of y.holidays) {
    lines.push("", "[[holiday]]", `name = { zh = ${quoted(h.zh)}, en = ${quoted(h.en || h.zh)} }`, `off = [${h.from}, ${h.to}]`);
    if (h.makeUp.length > 0) lines.push(`make_up = [${h.makeUp.join(", ")}]`);
  }
  return `${lines.join("\n")}\n`;
}

export function read(toml: string): Year {
  const [head = "", ...parts] = toml.split(/^\[\[holiday\]\]$/m);
  const one = (text: string, name: string): string => new RegExp(`^${name}\\s*=\\s*"?([^"\\n]*)"?`, "m").exec(text)?.[1]?.trim() ?? "";
  const days = (text: string, name: string): string[] => (new RegExp(`^${name}\\s*=\\s*\\[([^\\]]*)\\]`, "m").exec(text)?.[1] ?? "").match(/\d{4}-\d\d-\d\d/g) ?? [];
  return {
    year: Number(one(head, "year")),
    source: one(head, "source"),
    announced: one(head, "announced"),
    holidays: parts.map((p) => {
      const off = days(p, "off");
      return { zh: /zh\s*=\s*"([^"]*)"/.exec(p)?.[1] ?? "", en: /en\s*=\s*"([^"]*)"/.exec(p)?.[1] ?? "", from: off[0] ?? "", to: off[off.length - 1] ?? "", makeUp: days(p, "make_up") };
    }),
  };
}

/** Each day of the year, with what it is: holidays and make-up days go before weekends. */
export function daysOf(y: Year): { day: string; kind: DayKind; name: Holiday | null }[] {
  const all = [];
  for (let at = Date.UTC(y.year, 0, 1); at < Date.UTC(y.year + 1, 0, 1); at += DAY) {
    const day = iso(at);
    const off = y.holidays.find((h) => h.from && h.from <= day && day <= (h.to || h.from)) ?? null;
    const up = y.holidays.find((h) => h.makeUp.includes(day)) ?? null;
    const weekend = new Date(at).getUTCDay() % 6 === 0;
    all.push({ day, kind: off ? "holiday" : up ? "make_up" : weekend ? "rest" : "work", name: off ?? up } as const);
  }
  return [...all];
}

export const working = (y: Year): number => daysOf(y).filter((d) => d.kind === "work" || d.kind === "make_up").length;
