// The side navigation. Pages that a seat may not see are left out of it.

import { computed } from "vue";
import { flows } from "@/shared/declared";
import { may, seats } from "@/shared/session";
import { say } from "@/shared/words";

export interface FlowLink { flow: string; name: string }

/** The flows that one of my seats lists, as the packs name them. */
export const flowLinks = computed<FlowLink[]>(() =>
  [...flows.value]
    .filter(([flow]) => seats.value.some((s) => may("list", flow, s.region)))
    .map(([flow, declared]) => ({ flow, name: say(declared.name) })),
);
