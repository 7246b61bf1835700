// Naive UI in the colours of tokens.css: one theme object, read from the tokens so that they are written once.

import { darkTheme, type GlobalTheme, type GlobalThemeOverrides } from "naive-ui";
import { computed } from "vue";
import { dark } from "@/shared/look";

export const theme = computed<GlobalTheme | null>(() => (dark.value ? darkTheme : null));

export const overrides = computed<GlobalThemeOverrides>(() => {
  // Set here too, since the tokens are read below before the watcher's turn.
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const bamboo = token("bamboo");
  const ink = token("ink");
  return {
    common: {
      fontFamily: token("font"),
      fontSize: "14px",
      borderRadius: token("radius"),
      primaryColor: bamboo,
      primaryColorHover: bamboo,
      primaryColorPressed: bamboo,
      primaryColorSuppl: bamboo,
      errorColor: token("cinnabar"),
      warningColor: token("gamboge"),
      infoColor: token("azurite"),
      textColorBase: ink,
      textColor1: ink,
      textColor2: ink,
      textColor3: token("ink-2"),
      placeholderColor: token("ink-2"),
      bodyColor: token("paper"),
      cardColor: token("surface"),
      modalColor: token("surface"),
      popoverColor: token("surface"),
      inputColor: token("surface"),
      borderColor: token("edge"),
      dividerColor: token("line"),
      hoverColor: token("bamboo-tint"),
    },
    // The dark theme draws fields without an edge; ours are seen.
    Input: { border: `1px solid ${token("edge")}` },
    Select: { peers: { InternalSelection: { border: `1px solid ${token("edge")}` } } },
    Radio: { buttonColorActive: token("bamboo-tint"), buttonTextColorActive: bamboo, buttonBorderColor: token("edge"), buttonBorderColorActive: bamboo },
    Checkbox: { border: `1px solid ${token("edge")}` },
    Cascader: { columnWidth: "150px", peers: { InternalSelection: { border: `1px solid ${token("edge")}` } } },
  };
});
