/** What judging a fetch needs, in one piece: the reading of its URL and the UrlSafe constraint. */
export { readUrl } from "./strict_url.ts";
export { matches } from "./url_safe.ts";
