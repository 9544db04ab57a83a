/**
 * A proxy on 127.0.0.1 that writes down what it is asked for and forwards nothing. The client
 * under test has it as its only way out, so a request that a hook should have stopped is seen.
 */
export class OutboundProxy implements Disposable {
  /** Targets asked for, such as `example.com:443`. */
  readonly targets: string[] = [];
  readonly url: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  constructor() {
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#serve();
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #serve(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.#refuse(connection);
    } catch {
      // Closed while it waited for the next connection.
    }
  }

  async #refuse(connection: Deno.Conn): Promise<void> {
    using open = connection;
    try {
      const head = new Uint8Array(4096);
      const length = await open.read(head) ?? 0;
      const [, target] = new TextDecoder().decode(head.subarray(0, length)).split(" ");
      if (target !== undefined) this.targets.push(target);
      const refusal = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
      await open.write(new TextEncoder().encode(refusal));
    } catch {
      // The other side went away; what it asked for is written down.
    }
  }
}
