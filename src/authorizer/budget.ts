/** How much of the file system may be looked at for one call: what needs more is refused. */
import { Denial } from "./denial.ts";

export class Budget {
  #left: number;

  constructor(looks: number) {
    this.#left = looks;
  }

  /** @throws {Denial} 9013 when nothing is left */
  spend(looks = 1): void {
    this.#left -= looks;
    if (this.#left < 0) {
      throw new Denial("ArgumentUnusable", "The call names too much to look at");
    }
  }
}
