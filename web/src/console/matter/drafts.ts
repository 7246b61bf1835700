// What was typed for an action of a matter and not sent yet, while the page is open.

import type { Values } from "../forms/values";

export const drafts = new Map<string, Values>();
