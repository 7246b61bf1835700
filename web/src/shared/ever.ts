import { ref, watch, type Ref } from "vue";

/** True from the first time on: what is opened by a press is made when it is first pressed, and stays for its closing. */
export function everSince(is: () => boolean): Ref<boolean> {
  const ever = ref(false);
  watch(is, (now) => now && (ever.value = true), { immediate: true });
  return ever;
}
