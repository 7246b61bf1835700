// The ground a seat answers for, one level below it: a group's neighbours, a village's groups, the groups of a 片.

import { api, body, type Schemas } from "@/api/client";
import { askOrKept } from "../kept/copies";
import { under } from "../report/place";
import { seat } from "../seat";

export async function ground(): Promise<Schemas["RegionShown"][]> {
  const own = seat.value;
  if (!own) return [];
  const below = await under(own.region);
  if (below.length === 0) {
    const name = own.region_name;
    return [{ code: own.region, name, level: "neighbour", path: "", ended: null }];
  }
  if (own.role !== "area_leader") return below;
  // A 片 stands at its village and holds some of its groups; which ones its seat says.
  const [areas, seats] = await Promise.all([
    askOrKept(`areas.${own.region}`, () => body(api.GET("/api/areas", { params: { query: { village: own.region } } }))),
    askOrKept(`seats.${own.region}`, () => body(api.GET("/api/seats", { params: { query: { region: own.region } } }))),
  ]);
  const area = seats.value.find((s) => s.id === own.seat)?.area;
  const groups = areas.value.find((a) => a.id === area)?.groups ?? [];
  return groups.length > 0 ? below.filter((r) => groups.includes(r.code)) : below;
}
