/** Secrets that a name says to be ones: assignments, members, options, elements. */
import { afterName, form, type SecretForm } from "./mask_form.ts";
import {
  block,
  goesOn,
  mixed,
  named,
  nameHint,
  nameOf,
  noReference,
  quoted,
  random,
  value,
  wordAlone,
} from "./mask_words.ts";

const scheme = "(?:(?:bearer|basic|digest|token)\\s+)?";
const spaces = "[ \\t]*(?:\\n[ \\t]*(?=[\"']))?";
const optionName = "(?<![\\w-])--?(?!(?:no|ask|show|with|require|print|prompt)-)[\\w-]*?" +
  `(?:${wordAlone}|oauth2-bearer|\\w*(?:store|key)pass)`;
/** What a name stands under whose value comes next. */
const title = "(?:name|key|label|field)\\\\*[\"']?\\s*[:=]\\s*\\\\*[\"']?";

/** XML elements that name a setting by an attribute and hold its value. */
const element = "entry|property|prop|param|setting|item|config|env|var";

export const pairs: readonly SecretForm[] = [
  form(
    afterName("[\\\\\"'`\\]]{0,6}[ \\t]*:?="),
    `(${named}[\\\\"'\`\\]]{0,6}[ \\t]*(?:=>|:=|={1,3})${spaces}${scheme})${noReference}${value}`,
  ),
  form(
    afterName("\\\\*[\"'`]\\s*:"),
    `(${named}\\\\*["'\`]\\s*:(?:\\s|\\\\n)*${scheme})${noReference}${value}`,
  ),
  form(
    afterName("[ \\t]*:(?:\\s|\\\\n)+[@$a-z]{0,2}[|>\"'`\\\\]"),
    `(${named}[ \\t]*:(?:[ \\t]+|(?:\\n|\\\\n)[ \\t]+))${noReference}(?!\\\\*["'][),;\\]}])(?:${block}|${quoted})`,
  ),
  form(
    afterName("[?!]?:[ \\t]*[\\w<>[\\]| ]{1,40}="),
    `(${named}[?!]?:[ \\t]*[\\w<>[\\]| ]{1,40}=[ \\t]*)${noReference}(?:${quoted})`,
  ),
  form(
    afterName(":[\"'`\\\\]"),
    `((?:^|[{,(\\s])[\\w.-]{0,60}${named}:)${noReference}(?:${quoted})`,
  ),
  form(
    afterName("(?:\\*\\*)?[ \\t]*:(?:\\*\\*)?[ \\t]*[^\\s\"'&`]"),
    `((?<![/\\w.-])[\\w.-]{0,60}${named}(?:\\*\\*)?[ \\t]*:(?:\\*\\*)?[ \\t]*${scheme})${noReference}${mixed}[^\\s"'&\`]{4,}`,
  ),
  form(
    afterName("[ \\t]*:[ \\t]+[^\\s\"'&{[`]"),
    `((?:^|["'\\n{,]|\\\\n)[ \\t]*(?:-[ \\t]+)?[\\w.-]{0,60}${named}[ \\t]*:[ \\t]+${scheme})${noReference}[^\\s"'&{[\\\\\`]{4,}(?=["'\\\\]|[ \\t]+#|[ \\t]*(?:\\n|$))`,
  ),
  form(
    new RegExp(`(?<![\\w-])--?[\\w-]*(?:${nameHint}|bearer)`, "i"),
    `(${optionName}=)${noReference}(?:${quoted}|[^\\s"']{3,})`,
    `(${optionName}(?:\\s+|["']?\\s*(?:\\n|\\\\n)\\s*-\\s+|\\\\*["']\\s*,\\s*(?=\\\\*["'])))${noReference}(?:${quoted}|[^\\s"'<>|&;-][^\\s"']*)`,
  ),
  form(
    afterName("\\\\*[\"']\\s*,"),
    `(["'][\\w.-]{0,60}${named}\\\\*["']\\s*,\\s*)${noReference}(?=\\\\*["'][^\\s"']*\\d)(?:${quoted})(?!\\s*:)`,
  ),
  form(
    [new RegExp(`${title}[\\w.:/-]{0,60}?${nameHint}`, "i"), /value/i],
    `(\\b${title}${nameOf}\\\\*["']?(?:[\\s,]|\\\\n){1,20}\\\\*["']?value\\\\*["']?\\s*[:=]\\s*)${noReference}${value}`,
  ),
  form(
    new RegExp(`<[\\w.:/-]{0,60}?${nameHint}`, "i"),
    `(<${nameOf}(?:\\s[^<>\\n]{0,200})?>)${noReference}(?!\\s*<(?!!\\[CDATA\\[))(?:<!\\[CDATA\\[)?[^<]+(?=<|${goesOn})`,
  ),
  form(
    new RegExp(`<(?:${element})\\s[^<>/\\n]{0,100}${nameHint}`, "i"),
    `(<(?:${element})\\s(?:key|name)=\\\\*["']${nameOf}\\\\*["'][^<>/\\n]{0,200}>)${noReference}(?!\\s*<)[^<]+(?=<|${goesOn})`,
  ),
  form(
    /_auth[\s=]/i,
    `(\\bconfig\\s+set\\s+\\S{0,100}?_auth[\\s=]+)${noReference}["']?[\\w+/=-]{8,}`,
  ),
  form(
    [/\bconfig(?:ure)?\s/i, new RegExp(nameHint, "i")],
    `(\\b(?:config|configure)\\s+(?:set\\s+|add\\s+|--?[\\w-]+(?:[\\s=]+[\\w.]+)?\\s+){0,4}${nameOf}[\\s=]+)${noReference}${value}`,
  ),
  form(
    [/\b(?:setenv|setx|set\s+-)/i, new RegExp(nameHint, "i")],
    `(\\b(?:setenv|setx|set\\s+-\\w*x\\w*)\\s+${nameOf}\\s+)${noReference}${value}`,
  ),
  form(/--from-literal/i, `(--from-literal[= ]\\\\*["']?[\\w.-]{1,60}=)${noReference}${value}`),
  form(
    afterName("%(?:25)?(?:3d|22)"),
    `(${named}%(?:25)?(?:3D|22(?:%(?:25)?3A|:)(?:%(?:25)?20)?(?:%(?:25)?22)?))(?!%24)(?:[^\\s"'&%]|%(?!(?:25)?(?:22|26|7D)))+`,
  ),
  form(
    [/setenv\(|define\(|env\.set\(|\.set(?:Item|Property)\(/i, new RegExp(nameHint, "i")],
    `((?:setenv|\\bdefine|\\benv\\.set|\\.set(?:Item|Property))\\(\\s*\\\\*["']${nameOf}\\\\*["']\\s*,\\s*)${noReference}(?:${quoted})`,
  ),
  form(
    afterName("\\(\\\\*[\"']"),
    `((?:\\.|[gs]et|with)${named}\\()${noReference}(?=\\\\*["'][^\\s"']*\\d)(?:${quoted})`,
  ),
  form(
    afterName("[\\w.()[\\]\\\\\"' ]{0,60}(?:\\|\\||\\?\\?)"),
    `(${named}[\\w.()[\\]\\\\"' ]{0,60}?(?:\\|\\||\\?\\?)[ ]{0,8})${noReference}(?=\\\\*["'][^\\s"']*\\d)(?:${quoted})`,
  ),
  form(
    /key[ \t]*[:=]/i,
    `(\\b(?:api|access|secret|private|account|auth|shared|master|encryption|signing|client|storage) key[ \\t]*[:=][ \\t]*)${noReference}${mixed}[^\\s"'&\`]{8,}`,
  ),
  form(/(?:by|password)\s+'/i, `(\\b(?:identified\\s+by|password)\\s+)'[^'\\n]+'`),
  form(
    /["'\s_]auth\\*["']?\s*[:=]/i,
    `(["'\\s_]auth\\\\*["']?\\s*[:=]\\s*)(?=\\\\*["']?[\\w+/-]*[\\dA-Z])${noReference}\\\\*["']?${random}[\\w+/-]{8,}=*`,
  ),
];
