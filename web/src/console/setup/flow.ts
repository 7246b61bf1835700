// A flow as a picture: its steps in one row in the order of the pack, ways forward as arcs above, ways back as arcs below, in lanes that
// do not cross one another's labels. Pure arithmetic, so that the test can look at it.

import type { Flow, Move } from "@/shared/declared";
import { say } from "@/shared/words";

export const NODE = { width: 140, height: 108, gap: 28 };
const LANE = 34;

export interface Box { id: string; x: number; end: boolean; loops: string[]; subs: { name: string; flow: string; back: string }[] }
export interface Arc { from: number; to: number; names: string[]; resolves: boolean; back: boolean; lane: number }
export interface Drawn { boxes: Box[]; arcs: Arc[]; up: number; down: number; width: number; height: number; top: number }

export function drawn(flow: Flow): Drawn {
  const steps = Object.keys(flow.steps);
  const ends = [...new Set(Object.values(flow.steps).flatMap((s) => [...Object.values(s.moves).map((m) => m.to), s.late.to]).flatMap((to) => (to && "closed" in to ? [to.closed.ended_as] : [])))];
  const order = [...steps, ...ends.map((e) => `end:${e}`)];
  const boxes: Box[] = order.map((id, i) => ({ id: id.replace(/^end:/, ""), x: i * (NODE.width + NODE.gap), end: id.startsWith("end:"), loops: [], subs: [] }));
  const merged = new Map<string, Arc>();
  const add = (from: number, to: number, name: string, resolves: boolean): void => {
    const key = `${from}>${to}`;
    const arc = merged.get(key) ?? { from, to, names: [], resolves: false, back: to < from, lane: 0 };
    arc.names.push(name);
    arc.resolves ||= resolves;
    merged.set(key, arc);
  };
  for (const [i, step] of Object.values(flow.steps).entries()) {
    for (const move of Object.values(step.moves)) place(i, move);
    const late = step.late.to;
    if (late) {
      const at = "step" in late ? order.indexOf(late.step) : "closed" in late ? order.indexOf(`end:${late.closed.ended_as}`) : -1;
      if (at >= 0) add(i, at, "late", false);
    }
  }
  const arcs = [...merged.values()];
  const up = lanes(arcs.filter((a) => !a.back));
  const down = lanes(arcs.filter((a) => a.back));
  const top = up * LANE + 12;
  const width = boxes.length * (NODE.width + NODE.gap) - NODE.gap;
  return { boxes, arcs, up, down, width, top, height: top + NODE.height + down * LANE + 16 };

  function place(i: number, move: Move): void {
    const to = move.to;
    const name = say(move.name);
    if ("with" in to) boxes[i]?.subs.push({ name, flow: to.with.flow, back: to.with.back });
    else if ("closed" in to) add(i, order.indexOf(`end:${to.closed.ended_as}`), name, true);
    else if (to.step === steps[i]) boxes[i]?.loops.push(name);
    else add(i, order.indexOf(to.step), name, move.resolves);
  }
}

/** The lowest lane that is free over the whole way: short ways stay near, long ones pass outside. */
function lanes(arcs: Arc[]): number {
  const taken: [number, number][][] = [];
  const span = (a: Arc): [number, number] => [Math.min(a.from, a.to), Math.max(a.from, a.to)];
  for (const arc of [...arcs].sort((a, b) => span(a)[1] - span(a)[0] - (span(b)[1] - span(b)[0]) || span(a)[0] - span(b)[0])) {
    const [from, to] = span(arc);
    let lane = 0;
    while (taken[lane]?.some(([a, b]) => a < to && from < b)) lane += 1;
    (taken[lane] ??= []).push([from, to]);
    arc.lane = lane + 1;
  }
  return taken.length;
}

/** The path of an arc, and where its label stands. Several arcs at one box leave it side by side. */
export function pathOf(arc: Arc, d: Drawn): { path: string; x: number; y: number } {
  const out = d.arcs.filter((a) => a.back === arc.back);
  const side = (box: number): number => {
    const here = out.filter((a) => a.from === box || a.to === box).sort((a, b) => other(a, box) - other(b, box));
    return ((here.indexOf(arc) + 1) / (here.length + 1)) * NODE.width;
  };
  const other = (a: Arc, box: number): number => (a.from === box ? a.to : a.from);
  const x1 = (d.boxes[arc.from]?.x ?? 0) + side(arc.from);
  const x2 = (d.boxes[arc.to]?.x ?? 0) + side(arc.to);
  const edge = arc.back ? d.top + NODE.height : d.top;
  const y = arc.back ? edge + arc.lane * LANE - 10 : edge - arc.lane * LANE + 10;
  const r = Math.min(8, Math.abs(x2 - x1) / 2);
  const s = x2 > x1 ? r : -r;
  const v = arc.back ? -r : r;
  return { path: `M${x1} ${edge}V${y + v}Q${x1} ${y} ${x1 + s} ${y}H${x2 - s}Q${x2} ${y} ${x2} ${y + v}V${edge + (arc.back ? 5 : -5)}`, x: (x1 + x2) / 2, y };
}
