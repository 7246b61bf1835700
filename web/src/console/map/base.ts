// The county's own base map as a part of the style: raster tiles of a map service, or a PMTiles file of either kind.

import { PMTiles, TileType } from "pmtiles";
import { address } from "./displaced";
import type { LayerSpecification } from "./engine";
import { faultOf, whereOf, type Fault } from "./fault";
import type { BaseMap } from "./places";
import { FONT, token, type Base } from "./style";

const raster = (id: string): LayerSpecification => ({ id, type: "raster", source: id, paint: { "raster-saturation": -0.4 } });

/** Layers of vector base maps that say the same under other names: Protomaps, OpenMapTiles. */
const WATER = ["water"];
const GREEN = ["landuse", "landcover", "park"];
const ROADS = ["roads", "transportation"];
const HOUSES = ["buildings", "building"];

const PLACES = ["places", "place"];
const ROAD_NAMES = ["roads", "transportation_name"];
const NAME = ["coalesce", ["get", "name:zh"], ["get", "name"]];

const fill = (name: string, colour: string, paint = {}): LayerSpecification => ({ id: `base-${name}`, type: "fill", source: "base", "source-layer": name, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, ...paint } });
const line = (name: string, colour: string, width: unknown): LayerSpecification =>
  ({ id: `base-${name}-line`, type: "line", source: "base", "source-layer": name, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-opacity": 0.6, "line-width": width } }) as LayerSpecification;

function vector(names: string[]): LayerSpecification[] {
  const [water, green, road, house] = [token("azurite-tint"), token("bamboo-tint"), token("edge"), token("track")];
  const known = names.flatMap((name): LayerSpecification[] => {
    if (WATER.includes(name)) return [fill(name, water)];
    if (GREEN.includes(name)) return [fill(name, green, { "fill-opacity": 0.5 })];
    if (HOUSES.includes(name)) return [{ ...fill(name, house), minzoom: 14 } as LayerSpecification];
    if (ROADS.includes(name)) return [line(name, road, ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 1.4, 18, 5])];
    return [];
  });
  // A county's own layers, whatever it calls them: their lines, and areas as a tint.
  return known.length > 0 ? known : names.flatMap((name) => [fill(name, house, { "fill-opacity": 0.5 }), line(name, road, 1)]);
}

function labels(names: string[]): LayerSpecification[] {
  const paint = { "text-color": token("ink-2"), "text-halo-color": token("surface"), "text-halo-width": 1.2 };
  return names.flatMap((name) => {
    const layer = { id: `base-${name}-name`, type: "symbol", source: "base", "source-layer": name, paint };
    if (PLACES.includes(name)) return [{ ...layer, layout: { "text-field": NAME, "text-font": FONT, "text-size": 11 } } as unknown as LayerSpecification];
    if (ROAD_NAMES.includes(name)) return [{ ...layer, minzoom: 13, layout: { "symbol-placement": "line", "text-field": NAME, "text-font": FONT, "text-size": 11 } } as unknown as LayerSpecification];
    return [];
  });
}

/** The part of the style, or why there is none. */
export async function baseOf(base: BaseMap | null | undefined): Promise<{ base: Base | null; fault: Fault | null }> {
  if (!base) return { base: null, fault: null };
  if (base.kind === "tiles") {
    const moved = base.coordinates === "gcj02";
    const source = (name: string, tiles: string[]) => ({ type: "raster" as const, tiles: moved ? [address(name, tiles)] : tiles, tileSize: 256, maxzoom: 18 });
    const named = base.labels.length > 0;
    return {
      base: {
        sources: { base: source("base", base.urls), ...(named ? { "base-names": source("names", base.labels) } : {}) },
        layers: [raster("base")],
        labels: named ? [raster("base-names")] : [],
      },
      fault: null,
    };
  }
  const where = whereOf(base);
  if (base.fault) return { base: null, fault: { kind: "file", where, status: 0, said: base.fault } };
  try {
    return { base: await fileOf(new URL(base.url, location.origin).href), fault: null };
  } catch (error) {
    return { base: null, fault: faultOf(error, where) };
  }
}

async function fileOf(url: string): Promise<Base> {
  const file = new PMTiles(url);
  const header = await file.getHeader();
  if (header.tileType !== TileType.Mvt) return { sources: { base: { type: "raster", url: `pmtiles://${url}`, tileSize: 256 } }, layers: [raster("base")], labels: [] };
  const meta = await file.getMetadata();
  const layers = typeof meta === "object" && meta !== null && "vector_layers" in meta && Array.isArray(meta.vector_layers) ? (meta.vector_layers as { id: string }[]).map((l) => l.id) : [];
  return { sources: { base: { type: "vector", url: `pmtiles://${url}` } }, layers: vector(layers), labels: labels(layers) };
}
