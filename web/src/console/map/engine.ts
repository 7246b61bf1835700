// MapLibre as this console uses it: its worker from our own files (the policy allows no other), Chinese drawn with the device's fonts,
// PMTiles read piece by piece. Imported only where a map is drawn.

import { addProtocol, Map as Drawn, setWorkerUrl, type MapOptions } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Protocol } from "pmtiles";
import { displaced, PROTOCOL } from "./displaced";

setWorkerUrl(workerUrl);
addProtocol("pmtiles", new Protocol().tile);
addProtocol(PROTOCOL, displaced);

export type { Drawn };
export type { GeoJSONSource, LayerSpecification, MapGeoJSONFeature, SourceSpecification, StyleSpecification } from "maplibre-gl";

/** Whether this machine draws with WebGL at all; without it the lists beside the map remain. */
export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export function draw(container: HTMLElement, options: Omit<MapOptions, "container">): Drawn {
  return new Drawn({
    container,
    attributionControl: false,
    // North is up: nobody turns a county over by accident.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    localIdeographFontFamily: getComputedStyle(document.documentElement).getPropertyValue("--font"),
    maxZoom: 19,
    // A key of a map service may be bound to this site: it is told the site's name, and never which page of it.
    transformRequest: (url) => (/^https?:/.test(url) && !url.startsWith(location.origin) ? { url, referrerPolicy: "strict-origin" } : undefined),
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
    ...options,
  });
}
