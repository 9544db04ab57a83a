/** Why the words of programs that transfer files are refused, beyond what their options say. */
import type { GivenWords } from "./verb_grammar.ts";

/** Whether a value of curl names a file that is read or sent; `@-` is what comes through the pipe. */
function namesFile(name: string, value: string): boolean {
  if (/^(?:-F|--form)$/.test(name)) return /=[@<]/.test(value);
  if (name === "--data-urlencode") return /^[^=]*@(?!-$)/.test(value);
  if (/^(?:-b|--cookie)$/.test(name)) return !value.includes("=");
  return /^(?:-[dHw]|--(?:data|data-ascii|data-binary|json|header|write-out|url))$/.test(name) &&
    /^@(?!-$)/.test(value);
}

/** As a clause; undefined when nothing is known against them. */
export function curlProblem(given: GivenWords): string | undefined {
  const unknown = given.options.find(({ kind }) => kind === "unknown");
  if (unknown !== undefined) return `"${unknown.name}" is refused: it is not known to be harmless`;
  const file = given.options.find(({ name, value }) => namesFile(name, value ?? "="));
  if (file !== undefined) {
    return `"${file.name} ${file.value}" is refused: it sends or reads a file`;
  }
  const output = given.options.find(({ name, value }) =>
    /^(?:-w|--write-out)$/.test(name) && value?.includes("%output{")
  );
  if (output !== undefined) return '"%output{" is refused: it writes a file';
  const joined = addresses(given).find((it) => /^[^/]*[{[]/.test(it));
  if (joined !== undefined) {
    return `"${joined}" is refused: curl puts its beginning together; write the address in full`;
  }
  return schemeProblem(given);
}

function addresses({ operands, options }: GivenWords): string[] {
  return [
    ...operands,
    ...options.flatMap(({ name, value }) => name === "--url" ? value ?? [] : []),
  ];
}

/** As a clause; undefined when every address is one of http or https. */
export function schemeProblem(given: GivenWords): string | undefined {
  const other = addresses(given).find((it) =>
    (/^\s*[\w+.-]+:\/\//.test(it) && !/^https?:/i.test(it)) || /^\s*file:/i.test(it)
  );
  return other && `"${other}" is refused: only http and https are known to open no file`;
}
