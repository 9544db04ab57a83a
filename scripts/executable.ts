/** What the head of an executable file says. */
export interface Executable {
  readonly system: "linux" | "darwin";
  readonly architecture: "x86_64" | "aarch64" | "unknown";
  /** Where the runtime ends and what was appended to it begins; only ELF files tell. */
  readonly runtimeBytes?: number;
}

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe;

function elf(view: DataView): Executable {
  const machine = view.getUint16(18, true);
  const sections = Number(view.getBigUint64(0x28, true));
  return {
    system: "linux",
    architecture: machine === 0x3e ? "x86_64" : machine === 0xb7 ? "aarch64" : "unknown",
    runtimeBytes: sections + view.getUint16(0x3a, true) * view.getUint16(0x3c, true),
  };
}

function machO(view: DataView): Executable {
  const kind = view.getUint32(4, true);
  return {
    system: "darwin",
    architecture: kind === 0x01000007 ? "x86_64" : kind === 0x0100000c ? "aarch64" : "unknown",
  };
}

/**
 * Reads the first bytes of an executable: 64-bit ELF or Mach-O.
 * @throws {Error} when they are neither
 */
export function readExecutable(head: Uint8Array): Executable {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = head.length < 64 ? 0 : view.getUint32(0);
  if (magic === ELF) return elf(view);
  if (magic === MACH_O_64) return machO(view);
  throw new Error("Not an executable for Linux or macOS");
}

/** Reads the head of the executable at `path`. */
export function readExecutableFile(path: string): Executable {
  const file = Deno.openSync(path);
  try {
    const head = new Uint8Array(64);
    return readExecutable(head.subarray(0, file.readSync(head) ?? 0));
  } finally {
    file.close();
  }
}
