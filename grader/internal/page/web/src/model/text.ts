// Text of others, made fit to be shown: what cannot be seen or turns the direction of reading is spelled out, and no
// text is longer than a page can bear.

// Controls but tab and line feed, formats (bidi, zero-width), separators of lines and paragraphs, private use, lone
// surrogates, tags.
const unseen = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u205f-\\u206f" +
    "\\ufeff\\ufff9-\\ufffb\\ue000-\\uf8ff]|[\\u{e0000}-\\u{e007f}]|\\p{Cs}",
  "gu",
);
const plain = /^[\n\t\x20-\x7e]*$/;

// shown is a text as it can be shown, at most so many characters of it. Where there is room, it says how many there
// were.
export function shown(text: string | undefined, most = 2000): string {
  if (!text) return "";
  const cut = text.length > most ? text.slice(0, most) : text;
  const clean = plain.test(cut)
    ? cut
    : cut.replace(unseen, (c) => `‹U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›`);
  if (cut === text) return clean;
  return most < 500 ? `${clean}…` : `${clean}… (${text.length.toLocaleString("en")} characters in all)`;
}

// line is a text as it can be shown in one line.
export function line(text: string | undefined, most = 300): string {
  return shown(text, most)
    .replace(/\s*\n\s*/g, " ⏎ ")
    .replace(/\t/g, " ");
}

// seconds is a virtual time in words: 1.3104 s.
export function seconds(ns: number, digits = 4): string {
  return `${(ns / 1e9).toFixed(digits)} s`;
}

// span is a length of virtual time, with three figures: 120 ms.
export function span(ns: number): string {
  const of = (value: number, unit: string) =>
    `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return of(ns / 1e3, "µs");
  if (ns < 1e9) return of(ns / 1e6, "ms");
  return of(ns / 1e9, "s");
}

// wrap breaks a line into pieces of at most so many characters, between words where it can.
export function wrap(text: string, width: number, most = 12): string[] {
  const lines: string[] = [];
  breaks(text, width, most, (from, to) => lines.push(text.slice(from, to)));
  return lines;
}

// heightOf is how many pieces wrap makes.
export function heightOf(text: string, width: number, most = 12): number {
  let lines = 0;
  breaks(text, width, most, () => lines++);
  return lines;
}

function breaks(text: string, width: number, most: number, each: (from: number, to: number) => void) {
  let from = 0;
  for (let lines = 1; ; lines++) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    if (lines === most) return each(from, Math.min(end, from + width));
    if (end - from <= width) {
      each(from, end);
      if (newline < 0) return;
      from = newline + 1;
      continue;
    }
    const space = text.lastIndexOf(" ", from + width);
    const cut = space > from + width / 3 ? space : from + width;
    each(from, cut);
    from = cut === space ? cut + 1 : cut;
  }
}
