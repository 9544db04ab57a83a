/** The command of a launch cannot be found, or nothing here can run it. */
export class Unresolved extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unresolved";
  }
}
