/** `file:` URIs and the paths they name (RFC 8089). Pure. */

const codes: { readonly [mark: string]: string } = { "?": "%3F", "#": "%23", "*": "%2A" };

/** A path as it stands in a URI, without a star. The path is well-formed text. */
export function encodePath(path: string): string {
  return encodeURI(path).replace(/[?#*]/g, (mark) => codes[mark] ?? mark);
}

/** The URI of an absolute path. */
export function fileUri(path: string): string {
  return `file://${encodePath(path)}`;
}

export function isFileUri(uri: string): boolean {
  return /^file:/i.test(uri);
}

/** The text with its percent codes read once; undefined when they are no UTF-8. */
export function decodedText(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The part of a `file:` URI that is its path: without an authority, or with that of this machine. */
export function writtenPath(uri: string): string | undefined {
  const [, full, short] = /^file:(?:\/\/(?:localhost)?(\/.*)|(\/(?!\/).*))$/is.exec(uri) ?? [];
  return full ?? short;
}
