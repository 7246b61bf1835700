// ECharts with the parts that these pages draw, and no more; colours are those of tokens.css.

import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, BarChart, GridComponent, TooltipComponent, SVGRenderer]);

export type { ECharts };
export const begin = (box: HTMLElement): ECharts => init(box, null, { renderer: "svg" });

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
