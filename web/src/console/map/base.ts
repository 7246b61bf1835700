// The county's own base map as a part of the style: raster tiles of a map service, or a PMTiles file of either kind.

import { PMTiles, TileType } from "pmtiles";
import type { LayerSpecification } from "./engine";
import type { BaseMap } from "./places";
import { token, type Base } from "./style";

const raster = (id: string): LayerSpecification => ({ id, type: "raster", source: id, paint: { "raster-saturation": -0.4 } });

/** Layers of vector base maps that say the same under other names: Protomaps, OpenMapTiles. */
const WATER = ["water"];
const GREEN = ["landuse", "landcover", "park"];
const ROADS = ["roads", "transportation"];
const HOUSES = ["buildings", "building"];

function vector(names: string[]): LayerSpecification[] {
  const [water, green, road, house] = [token("azurite-tint"), token("bamboo-tint"), token("edge"), token("track")];
  const fill = (name: string, colour: string): LayerSpecification => ({ id: `base-${name}`, type: "fill", source: "base", "source-layer": name, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour } });
  return names.flatMap((name): LayerSpecification[] => {
    if (WATER.includes(name)) return [fill(name, water)];
    if (GREEN.includes(name)) return [{ ...fill(name, green), paint: { "fill-color": green, "fill-opacity": 0.5 } } as LayerSpecification];
    if (HOUSES.includes(name)) return [{ ...fill(name, house), minzoom: 14 } as LayerSpecification];
    if (ROADS.includes(name)) return [{ id: `base-${name}`, type: "line", source: "base", "source-layer": name, paint: { "line-color": road, "line-opacity": 0.6, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 14, 1.4, 18, 5] } }];
    return [];
  });
}

export async function baseOf(base: BaseMap | null | undefined): Promise<Base | null> {
  if (!base) return null;
  if (base.kind === "tiles") {
    const source = (tiles: string[]) => ({ type: "raster" as const, tiles, tileSize: 256, maxzoom: 18 });
    const names = base.labels.length > 0;
    return {
      sources: { base: source(base.urls), ...(names ? { "base-names": source(base.labels) } : {}) },
      layers: [raster("base")],
      labels: names ? [raster("base-names")] : [],
    };
  }
  const url = new URL(base.url, location.origin).href;
  const file = new PMTiles(url);
  const header = await file.getHeader();
  if (header.tileType !== TileType.Mvt) return { sources: { base: { type: "raster", url: `pmtiles://${url}`, tileSize: 256 } }, layers: [raster("base")], labels: [] };
  const meta = await file.getMetadata();
  const layers = typeof meta === "object" && meta !== null && "vector_layers" in meta && Array.isArray(meta.vector_layers) ? (meta.vector_layers as { id: string }[]).map((l) => l.id) : [];
  return { sources: { base: { type: "vector", url: `pmtiles://${url}` } }, layers: vector(layers), labels: [] };
}
