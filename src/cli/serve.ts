/** `_serve`: the authorizer service in the foreground. `up` starts it in the background. */
import { type Command, UsageError, UserError, wholeNumber } from "./command.ts";
import { version } from "./version.ts";

export const command: Command = {
  name: "_serve",
  summary: "Run the authorizer service in the foreground",
  description:
    "Serves one project until SIGTERM or SIGINT, or until its state is taken away. For\n" +
    "service managers; people use up and down.",
  options: {
    project: { help: "The project's root", value: "DIR" },
    root: { help: "The pinned root's public key", value: "HEX" },
    port: { help: "TCP port on 127.0.0.1", value: "N" },
  },
  run: async ({ options: { project, root, port } }) => {
    if (typeof project !== "string" || !project.startsWith("/")) {
      throw new UsageError("--project takes an absolute path");
    }
    if (typeof root !== "string" || !/^[0-9a-f]{64}$/.test(root)) {
      throw new UsageError("--root takes 64 hex digits");
    }
    const number = wholeNumber(port, "port", 1) ?? 9090;
    const { serveUntilStopped } = await import("../authorizer/service.ts");
    try {
      const place = { project: Deno.realPathSync(project), root };
      await serveUntilStopped({ place, port: number, version });
      return 0;
    } catch (error) {
      throw new UserError(error instanceof Error ? error.message : "The service failed");
    }
  },
};
