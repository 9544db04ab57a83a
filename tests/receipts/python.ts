/** A Python that can run the second verifier, `scripts/verify_receipts.py`. */
import { fileURLToPath } from "node:url";

/** The verifier's path. */
export const verifier = fileURLToPath(
  new URL("../../scripts/verify_receipts.py", import.meta.url),
);
const environment = fileURLToPath(new URL(".venv/bin/python", import.meta.url));

/** The first Python that has the package the verifier needs; undefined when none has. */
export function findPython(): string | undefined {
  return ["python3", environment].find((command) => {
    try {
      const args = ["-c", "import cryptography"];
      return new Deno.Command(command, { args, stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  });
}
