// How many figures are said in few.

const at = (sorted, share) => sorted[Math.max(0, Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1))];

/** Of milliseconds: how many, and how they lie. What never came is Infinity and said as null. */
export function spread(all) {
  const sorted = [...all].sort((a, b) => a - b);
  const said = (ms) => (Number.isFinite(ms) ? Math.round(ms * 10) / 10 : null);
  return { n: sorted.length, p50: said(at(sorted, 0.5)), p95: said(at(sorted, 0.95)), p99: said(at(sorted, 0.99)), most: said(sorted.at(-1)) };
}

/** The processor of the page four times slower, as a plain office machine's. */
export async function slowed(context, page) {
  const debug = await context.newCDPSession(page);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: 4 });
}
