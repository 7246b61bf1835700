/** A number as people here dial it: without the country's +86. */
export const dialled = (phone: string): string => phone.replace(/^\+86/, "");
