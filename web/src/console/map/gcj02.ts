// GCJ-02, the displaced coordinates of commercial maps of China. The same approximation as in the server's crate geo, here for tiles that
// come to the browser directly: data are never kept in it.

const AXIS = 6_378_245;
const ECCENTRICITY = 0.006_693_421_622_965_943;
const { PI, sin, sqrt, abs } = Math;

/** Longitude and latitude in degrees, from WGS 84; outside of the rectangle around China nothing is displaced. */
export function gcj02([lon, lat]: [number, number]): [number, number] {
  if (lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lon, lat];
  const [x, y] = [lon - 105, lat - 35];
  const ripple = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple;
  north += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3;
  north += ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple;
  east += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
  east += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const phi = (lat * PI) / 180;
  const magic = 1 - ECCENTRICITY * sin(phi) ** 2;
  return [lon + (east * 180) / ((AXIS / sqrt(magic)) * Math.cos(phi) * PI), lat + (north * 180) / (((AXIS * (1 - ECCENTRICITY)) / (magic * sqrt(magic))) * PI)];
}

/** Pixels of the whole map at one zoom, tiles being 256 wide; web Mercator. */
export function pixel([lon, lat]: [number, number], z: number): [number, number] {
  const side = 256 * 2 ** z;
  const s = sin((lat * PI) / 180);
  return [((lon + 180) / 360) * side, (0.5 - Math.log((1 + s) / (1 - s)) / (4 * PI)) * side];
}

/** Longitude and latitude of a tile's north-western corner. */
export const corner = (z: number, x: number, y: number): [number, number] => [(x / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(PI * (1 - (2 * y) / 2 ** z))) * 180) / PI];
