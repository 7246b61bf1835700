// Naive UI's selections, cascaders and dates give the text field inside them no name; this does: `v-named="{ by: id }"` or `{ as: words }`.

import type { Directive } from "vue";

type Name = { by: string } | { as: string };

function name(element: HTMLElement, given: Name): void {
  for (const input of element.querySelectorAll("input")) {
    if ("by" in given) input.setAttribute("aria-labelledby", given.by);
    else input.setAttribute("aria-label", given.as);
  }
}

export const vNamed: Directive<HTMLElement, Name> = {
  mounted: (element, { value }) => name(element, value),
  updated: (element, { value }) => name(element, value),
};
