/**
 * The TCP port in front of the app. Each connection is passed on to a private socket and has a few
 * seconds from one answer to the next, so that slow senders and idle ones cannot use up the service.
 */

/** Connections at once. */
const maxConnections = 64;
const pauseMilliseconds = 100;

export interface Front {
  readonly port: number;
  /** Takes no further connections and ends those there are. The port stays taken. */
  readonly stop: () => void;
  /** Frees the port. */
  readonly release: () => void;
}

async function copy(from: Deno.Conn, to: Deno.Conn, onBytes: () => void): Promise<void> {
  const buffer = new Uint8Array(16384);
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) break;
    for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    onBytes();
  }
  await to.closeWrite();
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

async function pass(client: Deno.Conn, socket: string, milliseconds: number): Promise<void> {
  let inner: Deno.Conn | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveTime = () => {
    clearTimeout(timer);
    timer = setTimeout(() => close(client), milliseconds);
  };
  try {
    giveTime();
    inner = await Deno.connect({ transport: "unix", path: socket });
    const toApp = copy(client, inner, () => {}).catch(() => inner && close(inner));
    await copy(inner, client, giveTime);
    close(client);
    await toApp;
  } catch {
    // Either side went away.
  } finally {
    clearTimeout(timer);
    close(client);
    if (inner !== undefined) close(inner);
  }
}

/** Passes connections of `listener` on to the Unix socket at `socket`. */
export function startFront(
  listener: Deno.TcpListener,
  socket: string,
  milliseconds: number,
): Front {
  const clients = new Set<Deno.Conn>();
  let stopped = false;
  const accept = async () => {
    while (!stopped) {
      const client = await listener.accept().catch(() => undefined);
      if (client === undefined) {
        if (stopped) return;
        // Out of file descriptors for a while.
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      } else if (stopped || clients.size >= maxConnections) close(client);
      else {
        clients.add(client);
        pass(client, socket, milliseconds).finally(() => clients.delete(client));
      }
    }
  };
  accept();
  return {
    port: listener.addr.port,
    stop: () => {
      stopped = true;
      clients.forEach(close);
    },
    release: () => listener.close(),
  };
}
