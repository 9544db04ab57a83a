/** What the published Python library wrote, as it stands in `vectors/recorded.json`. */
export interface Recorded {
  readonly source: string;
  readonly approval_hex: string;
  readonly revocation_request_hex: string;
  readonly revocation_list_hex: string;
}

const file = new URL("vectors/recorded.json", import.meta.url);

export const recorded = JSON.parse(Deno.readTextFileSync(file)) as Recorded;
