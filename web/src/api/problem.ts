// Problem details (RFC 9457) as the pages show them.

import { lang, t } from "@/shared/words";
import type { components } from "./schema";

type Problem = components["schemas"]["Problem"];

export class Refusal extends Error {
  constructor(
    readonly status: number,
    private readonly problem: Problem | null,
  ) {
    super(problem?.code ?? "unreachable");
  }

  static async of(response: Response): Promise<Refusal> {
    const json: unknown = await response.json().catch(() => null);
    const told = typeof json === "object" && json !== null && "code" in json && "title_zh" in json;
    return new Refusal(response.status, told ? (json as Problem) : null);
  }

  /** No answer came: no network, or the server stands still. */
  static unreachable(): Refusal {
    return new Refusal(0, null);
  }

  get code(): string {
    return this.problem?.code ?? "unreachable";
  }

  /** Title and details in both languages, to be kept with what was refused. */
  get both(): { zh: string; en: string } {
    const of = (language: "zh" | "en"): string => {
      const title = this.problem ? this.problem[`title_${language}`] : this.title;
      const fields = (this.problem?.fields ?? []).map((f) => f[language]);
      return [title, ...fields].join(" / ");
    };
    return { zh: of("zh"), en: of("en") };
  }

  get title(): string {
    if (!this.problem) return t(this.status === 0 ? "error.unreachable" : "error.failed");
    return lang.value === "zh" ? this.problem.title_zh : this.problem.title_en;
  }

  /** What is wrong in this case, where it is, and how to mend it. */
  get detail(): string {
    const fields = (this.problem?.fields ?? []).map((f) => f[lang.value]);
    const text = fields.length > 0 ? fields.join(t("mark.semicolon")) : (this.problem?.detail ?? "");
    return text === this.title ? "" : text;
  }

  /** By the last name of each field's path. */
  get fields(): Map<string, string> {
    return new Map((this.problem?.fields ?? []).map((f) => [f.field, f[lang.value]]));
  }

  get whole(): string {
    return this.detail ? `${this.title}${t("mark.colon")}${this.detail}` : this.title;
  }
}

/** Anything thrown, in words for people. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal(-1, null);
}
