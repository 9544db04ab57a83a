/** The rows of decisions.json. */
import vectors from "./decisions.json" with { type: "json" };

export interface DecisionRow {
  readonly id: string;
  readonly policy: Record<string, unknown>;
  readonly overlays?: Record<string, unknown>;
  readonly tool: string;
  readonly input: Record<string, unknown>;
  readonly channel?: string;
  readonly cwd?: string;
  readonly agent_type?: string;
  readonly state?: Record<string, unknown>;
  readonly event_raw?: string;
  readonly fs?: { readonly links?: Record<string, string> };
  readonly expect: string;
  readonly recommend?: string;
  readonly would?: string;
  readonly why: string;
}

export const decisionRows = vectors.rows as unknown as readonly DecisionRow[];

/** The row as it reads in this project. */
export function filled(row: DecisionRow, project: string): DecisionRow {
  const text = JSON.stringify(row)
    .replaceAll("${SANDBOX}", `${project}/sandbox`)
    .replaceAll("${PROJECT}", project);
  return JSON.parse(text);
}
