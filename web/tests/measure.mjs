// What is measured on a page as it stands: accessibility by axe-core, contrast and sizes by the browser's own computed styles.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical findings of axe-core, WCAG 2.2 AA and best practice, as `rule: element`. */
export async function axe(page) {
  // Evaluated by the debugger: the page's own policy forbids a script element.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
  });
}

/**
 * Texts under 4.5:1 and outlines of controls under 3:1 (WCAG 2.2, 1.4.3 without its exception for large text, and 1.4.11), as
 * `ratio words`. A thing that is disabled, hidden or on a picture is left out.
 */
export function contrast(page) {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (css) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => {
      const [x, y] = [luminance(a), luminance(b)];
      return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    };
    /** What lies behind an element; none where a picture does. */
    const ground = (element) => {
      const layers = [];
      const box = element.getBoundingClientRect();
      for (let e = element; e; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (style.backgroundImage.includes("url(")) return null;
        // What stands outside its parent does not stand on it.
        const around = e.getBoundingClientRect();
        if (box.left + box.width / 2 > around.right || box.left + box.width / 2 < around.left) continue;
        // Painted from the inside out: what is drawn before the content lies over the element's own ground.
        const before = getComputedStyle(e, "::before");
        const drawn = before.content !== "none" && before.position === "absolute" ? rgba(before.backgroundColor) : [0, 0, 0, 0];
        const colour = rgba(style.backgroundColor);
        layers.push(drawn, colour);
        if (colour[3] === 1 || drawn[3] === 1) break;
      }
      return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
    };
    const seen = (e) => {
      const box = e.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest("[disabled], [aria-disabled=true], [aria-hidden=true], canvas, .maplibregl-map");
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const e = node.parentElement;
      if (!node.data.trim() || !e || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(e.tagName) || !seen(e)) continue;
      const under = ground(e);
      if (!under) continue;
      const style = getComputedStyle(e);
      const r = ratio(over(rgba(e instanceof SVGElement ? style.fill : style.color), under), under);
      if (r < 4.5) found.add(`${r.toFixed(2)} text "${node.data.trim().slice(0, 30)}" .${e.className?.baseVal ?? e.className}`);
    }
    for (const e of document.querySelectorAll("button, input, select, textarea, [role=button], [role=combobox], .n-input, .n-base-selection")) {
      if (!seen(e)) continue;
      const style = getComputedStyle(e);
      const behind = e.parentElement && ground(e.parentElement);
      if (!behind) continue;
      const edge = rgba(style.borderTopColor);
      if (parseFloat(style.borderTopWidth) === 0 || style.borderTopStyle === "none" || edge[3] === 0) continue;
      const fill = rgba(style.backgroundColor);
      const r = Math.max(ratio(over(edge, behind), behind), ratio(over(fill, behind), behind));
      if (r < 3) found.add(`${r.toFixed(2)} outline <${e.tagName.toLowerCase()} class="${e.className}"> "${(e.textContent || e.getAttribute("aria-label") || e.getAttribute("placeholder") || "").trim().slice(0, 20)}"`);
    }
    return [...found];
  });
}

/** Controls smaller than `least` pixels either way, as `width×height name`; a link inside a sentence is left out (WCAG 2.2, 2.5.8). */
export function small(page, least) {
  return page.evaluate((least) => {
    const found = [];
    for (const e of document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=button], [role=tab], [role=radio], [role=checkbox]")) {
      if (e.closest("[aria-hidden=true], .maplibregl-map") || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      // A box that is drawn by its label is pressed by its label.
      const target = e.matches("input[type=radio], input[type=checkbox], input[type=file]") ? (e.closest("label") ?? e) : e;
      const box = target.getBoundingClientRect();
      if (box.width < 1 || box.height < 1) continue;
      const inSentence = e.matches("a") && getComputedStyle(e).display === "inline" && e.parentElement?.matches("p, li, dd, span");
      if (inSentence) continue;
      if (box.width < least - 0.5 || box.height < least - 0.5) found.push(`${box.width.toFixed(0)}×${box.height.toFixed(0)} <${e.tagName.toLowerCase()}> "${(e.textContent || e.getAttribute("aria-label") || "").trim().slice(0, 20)}"`);
    }
    return found;
  }, least);
}
