/** Tests that use the SDK's transports, which leave timers behind that end by themselves. */

export function sdkTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}
