/** `tools/list` at a server: all pages, within limits. */
import { isUnanswered } from "./request_table.ts";
import type { ServerConnection } from "./server_connection.ts";
import { ServerUnavailable } from "./server_question.ts";

const [mostPages, mostTools] = [100, 10_000];

/**
 * Asks for all pages.
 *
 * @param seconds how long each page may take
 * @throws {ServerUnavailable} for a server that does not answer, and for a list without end
 */
export async function listedTools(
  connection: ServerConnection,
  seconds: number,
): Promise<unknown[]> {
  const tools: unknown[] = [];
  let cursor: unknown;
  for (let page = 0; page < mostPages; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await connection.ask({ method: "tools/list", params, seconds });
    if (isUnanswered(answer)) throw new ServerUnavailable(answer.why);
    const { response } = answer;
    if ("error" in response) throw new ServerUnavailable(response.error.message);
    if (!Array.isArray(response.result.tools)) {
      throw new ServerUnavailable("its list of tools is none");
    }
    tools.push(...response.result.tools);
    if (tools.length > mostTools) break;
    cursor = response.result.nextCursor;
    if (cursor === undefined || cursor === null) return tools;
  }
  throw new ServerUnavailable(`it lists more than ${mostTools} tools or ${mostPages} pages`);
}
