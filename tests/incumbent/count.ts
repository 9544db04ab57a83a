/** Counts of a run against one release. */

export class Count {
  readonly #names = new Map<string, Map<string, number>>();
  readonly failures: string[] = [];
  passed = 0;

  add(group: string, name: string): void {
    const names = this.#names.get(group) ?? new Map<string, number>();
    this.#names.set(group, names.set(name, (names.get(name) ?? 0) + 1));
  }

  of(group: string): ReadonlyMap<string, number> {
    return this.#names.get(group) ?? new Map();
  }

  total(group: string): number {
    return [...this.of(group).values()].reduce((sum, count) => sum + count, 0);
  }

  check(holds: boolean, message: string): void {
    if (holds) this.passed++;
    else this.failures.push(message);
  }

  /** Adds another run's. */
  join(other: Count): void {
    for (const [group, names] of other.#names) {
      for (const [name, count] of names) {
        for (let left = count; left > 0; left--) this.add(group, name);
      }
    }
    this.failures.push(...other.failures);
    this.passed += other.passed;
  }
}
