/** `mcp`: the MCP servers of the policy and what a person trusted of them. */
import type { Group } from "./command.ts";

export const command: Group = {
  name: "mcp",
  summary: "See, compare and approve the tools of MCP servers",
  description:
    "The tools of each MCP server are pinned in mcp.lock when a person first trusts it, at init or\n" +
    "refresh. A tool that changed or is new since then, and a program that changed on the disk, is\n" +
    "refused until it is approved.",
  commands: {
    list: () => import("./mcp_list.ts"),
    diff: () => import("./mcp_diff.ts"),
    approve: () => import("./mcp_approve.ts"),
  },
};
