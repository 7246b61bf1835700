// 长辈版 is remembered: whoever chose it starts there. Its letters have three sizes, from 20 to 30 px.

import { ref, watch } from "vue";

const ON = "shuxiang.elder";
const SIZE = "shuxiang.elder.size";

export const elderFirst = ref(localStorage.getItem(ON) === "yes");
export const elderSize = ref(["1", "2", "3"].includes(localStorage.getItem(SIZE) ?? "") ? (localStorage.getItem(SIZE) as string) : "1");

watch([elderFirst, elderSize], () => {
  localStorage.setItem(ON, elderFirst.value ? "yes" : "no");
  localStorage.setItem(SIZE, elderSize.value);
});

export const larger = (): void => void (elderSize.value = elderSize.value === "3" ? "1" : String(Number(elderSize.value) + 1));
