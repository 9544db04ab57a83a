/** What the name of a tool says of what it does. People choose the servers, and agents no names. */

const reading =
  /^(read|get|list|search|find|view|fetch|stat|show|describe|query|grep|glob|tree|ls)$/;
const writing =
  /^(write|edit|update|create|delete|remove|move|rename|copy|put|set|add|append|insert|replace|patch|save|upload|apply|run|exec|execute)$/;

/** True when a tool calls itself one that reads, and not one that writes as well. */
export function onlyReads(tool: string): boolean {
  const name = tool.slice(tool.lastIndexOf("__") + 1);
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z]+/);
  return words.some((word) => reading.test(word)) && !words.some((word) => writing.test(word));
}
