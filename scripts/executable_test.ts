import { deepEqual, equal, throws } from "node:assert/strict";
import { readExecutable, readExecutableFile } from "./executable.ts";

function elf(machine: number): Uint8Array {
  const head = new Uint8Array(64);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0x7f454c46);
  view.setUint16(18, machine, true);
  view.setBigUint64(0x28, 1000n, true);
  view.setUint16(0x3a, 64, true);
  view.setUint16(0x3c, 30, true);
  return head;
}

Deno.test("An ELF file tells its architecture and where its sections end", () => {
  deepEqual(readExecutable(elf(0x3e)), {
    system: "linux",
    architecture: "x86_64",
    runtimeBytes: 2920,
  });
  equal(readExecutable(elf(0xb7)).architecture, "aarch64");
  equal(readExecutable(elf(8)).architecture, "unknown");
});

Deno.test("A Mach-O file tells its architecture", () => {
  const head = new Uint8Array(64);
  head.set([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1]);
  deepEqual(readExecutable(head), { system: "darwin", architecture: "aarch64" });
});

Deno.test("Anything else is refused", () => {
  throws(() => readExecutable(new TextEncoder().encode("#!/bin/sh\n")), /Not an executable/);
});

Deno.test("The running Deno is an executable of this machine", () => {
  const { architecture, system } = readExecutableFile(Deno.execPath());
  equal(architecture, Deno.build.arch);
  equal(system, Deno.build.os);
});
