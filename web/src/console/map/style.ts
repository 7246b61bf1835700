// The map's own style, light or dark, from the tokens of tokens.css: paper, ink, and colours only where they mean something.

import type { Feature, FeatureCollection } from "geojson";
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "./engine";
import type { RegionCollection } from "./places";
import { t } from "@/shared/words";

export interface Base { sources: Record<string, SourceSpecification>; layers: LayerSpecification[]; labels: LayerSpecification[] }

export interface Look {
  base: Base | null;
  regions: RegionCollection;
  /** Addresses of tiles; none where the layer is not shown. */
  matters: string | null;
  leaders: string | null;
  things: { kind: string; url: string }[];
  heat: boolean;
}

export const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
export const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
const BOLD = FONT.map((f) => (f === "sans-serif" ? f : `${f} Bold`));

type Expression = ["match", ...unknown[]];
const byState = (of: Record<"alarm" | "late" | "soon" | "open" | "ended", string>): Expression =>
  ["match", ["get", "state"], "alarm", of.alarm, "late", of.late, "soon", of.soon, "open", of.open, of.ended];

const EXACT = ["==", ["get", "exact"], true] as const;
const SIZE = ["step", ["get", "n"], 7, 2, 12, 10, 15, 50, 19, 200, 24] as const;

function matters(url: string, heat: boolean): { source: SourceSpecification; layers: LayerSpecification[] } {
  const [bamboo, gamboge, cinnabar, surface, soft, over] = ["bamboo", "gamboge", "cinnabar", "surface", "ink-2", "primary-ink"].map(token) as [string, string, string, string, string, string];
  const tone = byState({ alarm: cinnabar, late: cinnabar, soon: gamboge, open: bamboo, ended: soft });
  const layers: unknown[] = heat
    ? [{
        id: "heat", type: "heatmap", source: "matters", "source-layer": "matters",
        paint: {
          "heatmap-weight": ["interpolate", ["linear"], ["get", "n"], 1, 0.15, 60, 1],
          "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 8, 26, 15, 48],
          "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 8, 0.7, 15, 1.6],
          "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(0,0,0,0)", 0.2, token("bamboo-tint"), 0.5, bamboo, 0.8, gamboge, 1, cinnabar],
          "heatmap-opacity": 0.75,
        },
      }]
    : [
        { id: "matters-ring", type: "circle", source: "matters", "source-layer": "matters", filter: ["any", ["==", ["get", "state"], "alarm"], ["all", ["==", ["get", "state"], "late"], ["==", ["get", "n"], 1]]],
          paint: { "circle-radius": ["+", SIZE, 5], "circle-color": "rgba(0,0,0,0)", "circle-stroke-width": 1.5, "circle-stroke-color": cinnabar, "circle-stroke-opacity": 0.7 } },
        // Solid where the place is known, open where only the region is.
        { id: "matters", type: "circle", source: "matters", "source-layer": "matters",
          paint: { "circle-radius": SIZE, "circle-color": ["case", EXACT, tone, surface], "circle-stroke-width": 2, "circle-stroke-color": ["case", EXACT, surface, tone] } },
        { id: "matters-n", type: "symbol", source: "matters", "source-layer": "matters", filter: [">", ["get", "n"], 1],
          layout: { "text-field": ["to-string", ["get", "n"]], "text-font": BOLD, "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
          paint: { "text-color": ["case", EXACT, over, tone] } },
        { id: "matters-bad", type: "symbol", source: "matters", "source-layer": "matters", filter: ["all", [">", ["get", "n"], 1], ["in", ["get", "state"], ["literal", ["alarm", "late"]]]],
          layout: {
            "text-field": ["case", [">", ["coalesce", ["get", "alarm"], 0], 0], ["concat", t("map.on.alarm"), ["to-string", ["get", "alarm"]]], ["concat", t("map.on.late"), ["to-string", ["get", "late"]]]],
            "text-font": BOLD, "text-size": 11, "text-anchor": "top", "text-offset": ["interpolate", ["linear"], ["get", "n"], 2, ["literal", [0, 1.7]], 200, ["literal", [0, 2.8]]],
          },
          paint: { "text-color": cinnabar, "text-halo-color": surface, "text-halo-width": 1.5 } },
      ];
  return { source: { type: "vector", tiles: [url], maxzoom: 20, minzoom: 5 }, layers: layers as LayerSpecification[] };
}

function regions(): LayerSpecification[] {
  const [soft, line, edge, surface, bamboo] = ["ink-2", "line", "edge", "surface", "bamboo"].map(token) as [string, string, string, string, string];
  const point = ["==", ["geometry-type"], "Point"];
  return [
    { id: "children-fill", type: "fill", source: "children", filter: ["!", point], paint: { "fill-color": surface, "fill-opacity": 0.01 } },
    { id: "children-line", type: "line", source: "children", filter: ["!", point], paint: { "line-color": line, "line-width": 1 } },
    { id: "parent-line", type: "line", source: "parent", filter: ["!", point], paint: { "line-color": edge, "line-width": 1.5 } },
    // A generated centre is an open square, a known one a full one.
    { id: "centres", type: "circle", source: "centres", paint: { "circle-radius": 2.5, "circle-color": ["case", ["get", "demonstration"], surface, bamboo], "circle-stroke-color": soft, "circle-stroke-width": 1 } },
  ] as unknown as LayerSpecification[];
}

/** Over all marks: a county is read by its names. */
function names(): LayerSpecification[] {
  return [
    { id: "names", type: "symbol", source: "centres",
      layout: { "text-field": ["get", "short"], "text-font": FONT, "text-size": ["match", ["get", "level"], "town", 13, 12], "text-anchor": "bottom", "text-offset": [0, -0.7], "text-padding": 4, "symbol-sort-key": ["-", 0, ["get", "open"]] },
      paint: { "text-color": token("ink"), "text-halo-color": token("surface"), "text-halo-width": 1.6 } },
  ] as unknown as LayerSpecification[];
}

function points(id: string, source: string, layer: string, shape: string, colour: string): LayerSpecification[] {
  const surface = token("surface");
  return [
    { id: `${id}-area`, type: "fill", source, "source-layer": layer, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.15 } },
    { id: `${id}-line`, type: "line", source, "source-layer": layer, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 2 } },
    { id, type: "symbol", source, "source-layer": layer, filter: ["==", ["geometry-type"], "Point"],
      layout: { "text-field": shape, "text-font": BOLD, "text-size": 15, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": colour, "text-halo-color": surface, "text-halo-width": 2 } },
    { id: `${id}-n`, type: "symbol", source, "source-layer": layer, filter: ["all", ["==", ["geometry-type"], "Point"], [">", ["get", "n"], 1]],
      layout: { "text-field": ["to-string", ["get", "n"]], "text-font": FONT, "text-size": 11, "text-anchor": "left", "text-offset": [0.8, 0] },
      paint: { "text-color": colour, "text-halo-color": surface, "text-halo-width": 1.5 } },
  ] as unknown as LayerSpecification[];
}

export function styleOf(look: Look): StyleSpecification {
  const { parent, features } = look.regions;
  const sources: Record<string, SourceSpecification> = {
    ...look.base?.sources,
    parent: { type: "geojson", data: parent as Feature },
    children: { type: "geojson", data: { type: "FeatureCollection", features: features.filter((f) => f.geometry) } as FeatureCollection },
    centres: { type: "geojson", data: { type: "FeatureCollection", features: centresOf(look.regions) } },
  };
  const ground: LayerSpecification[] = [{ id: "ground", type: "background", paint: { "background-color": token("paper") } }];
  // Over a base map the county is an outline alone.
  if (!look.base) ground.push({ id: "parent-fill", type: "fill", source: "parent", filter: ["!=", ["geometry-type"], "Point"], paint: { "fill-color": token("surface") } });
  const upper: LayerSpecification[] = [];
  for (const { kind, url } of look.things) {
    const source = `things-${kind}`;
    sources[source] = { type: "vector", tiles: [url], maxzoom: 20, minzoom: 5 };
    upper.push(...points(source, source, "things", "■", token("azurite")));
  }
  if (look.leaders) {
    sources.leaders = { type: "vector", tiles: [look.leaders], maxzoom: 20, minzoom: 5 };
    upper.push(...points("leaders", "leaders", "leaders", "▲", token("wisteria")));
  }
  if (look.matters) {
    const { source, layers } = matters(look.matters, look.heat);
    sources.matters = source;
    upper.push(...layers);
  }
  return { version: 8, sources, layers: [...ground, ...(look.base?.layers ?? []), ...regions(), ...(look.base?.labels ?? []), ...upper, ...names()] };
}

/** Names are drawn at centres, also of regions that have an outline. */
function centresOf({ features, parent }: RegionCollection): Feature[] {
  const name = parent.properties.name;
  return features.flatMap(({ properties: p }) =>
    p.centre ? [{ type: "Feature" as const, geometry: { type: "Point" as const, coordinates: p.centre }, properties: { ...p, short: p.name.startsWith(name) ? p.name.slice(name.length) || p.name : p.name } }] : [],
  );
}
