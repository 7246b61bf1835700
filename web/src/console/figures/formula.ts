// An indicator's formula in people's words. The pack language is CEL; what indicators write of it is small: comparisons of a
// matter's facts, joined by "and", "or", "not". What is not understood here is shown as it was written.

import { endName, flows } from "@/shared/declared";
import { known, say, t } from "@/shared/words";

type Node =
  | { op: "and" | "or"; all: Node[] }
  | { op: "not"; of: Node }
  | { op: "cmp"; sign: string; left: Node; right: Node }
  | { op: "call"; name: string; given: Node[] }
  | { op: "list"; all: Node[] }
  | { op: "fact"; name: string }
  | { op: "text" | "number"; value: string };

const TOKEN = /\s*(?:"([^"]*)"|(\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(&&|\|\||[=!<>]=|[<>!()[\],]))/y;
const SIGNS = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

class Unread extends Error {}

function tokens(text: string): string[] {
  const all: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim()) {
    const found = TOKEN.exec(text);
    if (!found) throw new Unread();
    all.push(found[1] !== undefined ? `"${found[1]}` : (found[2] ?? found[3] ?? found[4] ?? ""));
  }
  return all;
}

/** From "or" down to single facts; `rest` is consumed from the front. */
function either(rest: string[]): Node {
  return joined(rest, "||", "or", (r) => joined(r, "&&", "and", compared));
}

function joined(rest: string[], sign: string, op: "and" | "or", part: (rest: string[]) => Node): Node {
  const all = [part(rest)];
  while (rest[0] === sign) {
    rest.shift();
    all.push(part(rest));
  }
  return all.length === 1 && all[0] ? all[0] : { op, all };
}

function compared(rest: string[]): Node {
  const left = single(rest);
  const sign = rest[0];
  if (!sign || !SIGNS.has(sign)) return left;
  rest.shift();
  return { op: "cmp", sign, left, right: single(rest) };
}

function until(rest: string[], end: string): Node[] {
  const all: Node[] = [];
  while (rest[0] !== end) {
    all.push(either(rest));
    if (rest[0] === ",") rest.shift();
    else if (rest[0] !== end) throw new Unread();
  }
  rest.shift();
  return all;
}

function single(rest: string[]): Node {
  const next = rest.shift();
  if (next === undefined) throw new Unread();
  if (next === "!") return { op: "not", of: single(rest) };
  if (next === "[") return { op: "list", all: until(rest, "]") };
  if (next === "(") {
    const [inner, ...more] = until(rest, ")");
    if (!inner || more.length > 0) throw new Unread();
    return inner;
  }
  if (next.startsWith('"')) return { op: "text", value: next.slice(1) };
  if (/^\d/.test(next)) return { op: "number", value: next };
  if (!/^[A-Za-z_]/.test(next)) throw new Unread();
  if (rest[0] !== "(") return { op: "fact", name: next };
  rest.shift();
  return { op: "call", name: next, given: until(rest, ")") };
}

/** What a word between quotes is called: a flow, an end, a choice of some form. */
function valueName(pack: string, fact: string, value: string): string {
  if (fact === "flow") return say(flows.value.get(`${pack}.${value}`)?.name) || value;
  const own = [...flows.value].filter(([name]) => name.startsWith(`${pack}.`));
  if (fact === "ended_as") return own.map(([name]) => endName(name, value)).find((name) => name !== value) ?? value;
  const word = known(`figures.value.${value}`);
  return word ? t(word) : value;
}

function must(name: string): string {
  const word = known(name);
  if (!word) throw new Unread();
  return t(word);
}

const factName = (name: string): string => must(`figures.fact.${name}`);
const moment = (node: Node): boolean => node.op === "fact" && node.name.endsWith("_at");

function told(pack: string, node: Node): string {
  const value = (of: Node, fact: string): string => {
    if (of.op === "list") return of.all.map((one) => value(one, fact)).join(t("figures.say.or"));
    if (of.op === "text") return valueName(pack, fact, of.value);
    if (of.op === "number") return of.value;
    if (of.op === "fact") return factName(of.name);
    throw new Unread();
  };
  switch (node.op) {
    case "and": {
      // What a later part compares is there: "has(x)" beside it says nothing new.
      const compares = node.all.flatMap((n) => (n.op === "cmp" && n.left.op === "fact" ? [n.left.name] : n.op === "call" && n.name === "during" && n.given[0]?.op === "fact" ? [n.given[0].name] : []));
      const kept = node.all.filter((n) => !(n.op === "call" && n.name === "has" && n.given[0]?.op === "fact" && compares.includes(n.given[0].name)));
      return kept.map((n) => told(pack, n)).join(t("figures.say.and"));
    }
    case "or": return node.all.map((n) => told(pack, n)).join(t("figures.say.or"));
    case "not": return t("figures.say.not", { what: told(pack, node.of) });
    case "fact": return must(`figures.yes.${node.name}`);
    case "call": {
      const of = node.given[0];
      if (of?.op !== "fact") throw new Unread();
      if (node.name === "during") return t("figures.say.during", { what: factName(of.name) });
      if (node.name === "has") return must(`figures.has.${of.name}`);
      throw new Unread();
    }
    case "cmp": {
      const { left, right, sign } = node;
      if (left.op !== "fact") throw new Unread();
      if (left.name === "flow" && sign === "==") return t("figures.say.flow", { name: value(right, "flow") });
      const both = { left: factName(left.name), right: value(right, left.name) };
      if (sign === "==" || sign === "in") return t("figures.say.is", both);
      if (sign === "!=") return t("figures.say.is_not", both);
      const names: Record<string, "below" | "most" | "above" | "least"> = { "<": "below", "<=": "most", ">": "above", ">=": "least" };
      const name = names[sign];
      if (!name) throw new Unread();
      return t(moment(left) ? `figures.when.${name}` : `figures.say.${name}`, both);
    }
    default: throw new Unread();
  }
}

/** The formula in the reader's language; as it is written where its words are not known here. */
export function inWords(pack: string, formula: string): string {
  try {
    const rest = tokens(formula);
    const tree = either(rest);
    if (rest.length > 0) throw new Unread();
    return told(pack, tree);
  } catch (error) {
    if (error instanceof Unread) return formula;
    throw error;
  }
}
