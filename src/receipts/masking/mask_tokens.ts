/** Tokens that say themselves what they are, by their first letters. */
import { lazily, type SecretForm } from "./mask_form.ts";
import { goesOn } from "./mask_words.ts";

// A line feed in JSON text is a backslash and a letter.
const start = "(?:(?<![A-Za-z\\d])|(?<=\\\\[nrt]))";

export const tokens: readonly SecretForm[] = [
  // First, since its parts may begin like another token.
  `eyJ(?<!(?<!\\\\)[\\w-]{4})[\\w-]{10,}(?:\\.(?:[\\w-]{10,}|(?=\\.[\\w-]{10}))(?:\\.[\\w-]*){1,3}|[\\w.-]*${goesOn})`,
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z\\d]{16}(?![A-Za-z\\d])",
  "(?:gh[pousr]_|npm_|hf_|gsk_|r8_|dckr_[op]at_|shp(?:at|ca|pa|ss)_|sbp_|nfp_|dapi|lin_api_|ntn_|" +
  "pscale_(?:tkn|pw)_|do[oprt]_v1_|rubygems_|gls?[ac]_|whsec_)[A-Za-z\\d]{16,}[\\w=-]*",
  "(?:github_pat_|gl(?:pat|dt|rt|ptt|cbt|ft|soat|agent|imt|oas)-|xox[abeprs]-|xapp-|pypi-|" +
  "tenuo_ct_|[rs]k_(?:live|test)_|sk-(?:proj|ant|or|svcacct|admin|lf)-|AIza|ya29\\.|GOCSPX-|" +
  "hv[sbr]\\.|dp\\.[a-z]+\\.|PMAK-|NRAK-|ATATT|ATBB|tskey-|xai-|pplx-|nvapi-|FlyV1 fm\\d_|fm\\d_|sha256~)[\\w-]{16,}[\\w=.-]*",
  "sk-(?:(?=[A-Za-z]*\\d)[A-Za-z\\d]{20,}|[A-Za-z]{40,})",
  "(?:AGE-SECRET-KEY|age-secret-key)-1[A-Za-z\\d]{16,}",
  "[\\w-]{6,20}\\.atlasv1\\.[\\w-]{40,}|cio(?=[A-Za-z]*\\d)[A-Za-z\\d]{32}(?![A-Za-z\\d])|oy2[a-z\\d]{43}(?![a-z\\d])|1//0[\\w-]{30,}",
  "SG\\.[\\w-]{16,}\\.[\\w-]{16,}|\\d{8,10}:AA[\\w-]{30,}|(?:key-|SK)[\\da-f]{32}(?![\\da-f])",
].map((form) => lazily([], `${start}(?:${form})`, "g"));
