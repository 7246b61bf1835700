// Whom to call where one lives: the neighbours' leader first. Kept, so that the number is there when nothing else is.

import { computed } from "vue";
import { api, body } from "@/api/client";
import { dialled } from "@/shared/dialled";
import { me } from "@/shared/session";
import { say } from "@/shared/words";
import { copied, type Copied } from "../kept/copies";
import { seat } from "../seat";

export interface Callee { id: string; role: string; name: string; phone: string; title: string }


export function callees(): Copied<Callee[]> {
  const region = computed(() => me.value?.region ?? seat.value?.region ?? "");
  return copied(() => `call.${region.value}`, async () => {
    if (!region.value) return [];
    const near = await body(api.GET("/api/seats/to-call", { params: { query: { region: region.value } } }));
    return near
      .filter((s) => !me.value?.seats.some((own) => own.seat === s.id))
      .flatMap((s) => (s.phone ? [{ id: s.id, role: say(s.role_name), name: s.name, phone: dialled(s.phone), title: say(s.title) }] : []));
  });
}
