/** The newest receipt of a log. */
import { readRegularText } from "../state/read_file.ts";
import { ReceiptsFile } from "./read.ts";
import { openReceipt, type Receipt } from "./receipt.ts";

/**
 * The newest line that the receipt key signed; a torn line after it does not count. Undefined when
 * there is none, or when the log or the key cannot be read.
 *
 * @param publicKeyPath the file that holds the receipt key's public half
 */
export function newestReceipt(path: string, publicKeyPath: string): Receipt | undefined {
  try {
    const key = readRegularText(publicKeyPath, 256);
    const lines = ReceiptsFile.use(path, (file) => [...file.lines(file.startOfLast(2))]);
    const receipts = lines.map(({ bytes }) => openReceipt(new TextDecoder().decode(bytes), key));
    return receipts.findLast((receipt) => receipt !== undefined);
  } catch {
    return undefined;
  }
}
