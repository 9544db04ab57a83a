/** `down`: stop the service. */
import { ServiceError, takeDown } from "../authorizer/service_control.ts";
import { type Command, UserError } from "./command.ts";
import { findProject } from "./find_project.ts";

export const command: Command = {
  name: "down",
  summary: "Stop the authorizer service",
  description:
    "Stops this project's service, if one runs. Tool calls are decided as before: they\n" +
    "never needed it. A process is ended only after it has answered on the project's socket with\n" +
    "its own pid. Exit code 0 when no service runs afterwards.",
  options: {},
  run: async ({ terminal }) => {
    const project = findProject();
    try {
      const { pid, cleared } = await takeDown(project);
      if (pid !== undefined) terminal.print(`Service     : stopped (pid ${pid})`);
      else if (cleared) terminal.print("Service     : not running; what was left of it is gone");
      else terminal.print("Service     : not running");
      return 0;
    } catch (error) {
      if (error instanceof ServiceError) throw new UserError(error.message);
      throw error;
    }
  },
};
