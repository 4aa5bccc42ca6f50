// Colours of the diagram, by light and dark. They are told apart with any colour vision (after Okabe and Ito), and none
// is the only sign of anything: terms have numbers, roles have widths and patterns, kinds have shapes and letters.
import { line } from "../model/text.ts";

export interface Palette {
  ground: string;
  raised: string;
  ink: string;
  faint: string; // text that matters less
  rule: string; // thin lines
  message: string;
  reply: string;
  late: string;
  bad: string; // what is lost, broken, failed
  accent: string; // cursor, window
  found: string; // what a search found
  onColour: string; // letters on badges
  terms: string[];
  notes: Record<string, string>;
  note: string; // of other kinds
}

const light: Palette = {
  ground: "#ffffff",
  raised: "#f6f7f9",
  ink: "#1c2128",
  faint: "#67707c",
  rule: "#dfe3e8",
  message: "#3d4856",
  reply: "#8b95a1",
  late: "#8e4585",
  bad: "#c2410c",
  accent: "#0b63ce",
  found: "#f0c000",
  onColour: "#ffffff",
  terms: ["#0072b2", "#d98e00", "#009e73", "#b4568d", "#3c9fd6", "#8f7f00"],
  notes: {
    vote: "#a0437a",
    refuses: "#7a4a68",
    election: "#b36b00",
    leads: "#00795a",
    commits: "#0b6aa8",
    applies: "#0b6aa8",
    command: "#00795a",
    restarts: "#8a5a00",
  },
  note: "#4f5b69",
};

const dark: Palette = {
  ground: "#14171c",
  raised: "#1b1f26",
  ink: "#e6e9ee",
  faint: "#98a2ae",
  rule: "#2c323b",
  message: "#b5bfca",
  reply: "#6c7784",
  late: "#d58ccb",
  bad: "#ff7a3d",
  accent: "#62a8ff",
  found: "#ffd84d",
  onColour: "#10131a",
  terms: ["#4aa8e0", "#f0b13c", "#2cc79b", "#e08fbb", "#8ad0f5", "#d8c94a"],
  notes: {
    vote: "#e08fbb",
    refuses: "#c79ab5",
    election: "#f0b13c",
    leads: "#2cc79b",
    commits: "#6bb8f0",
    applies: "#6bb8f0",
    command: "#2cc79b",
    restarts: "#e0b45c",
  },
  note: "#9aa7b5",
};

const preference = matchMedia("(prefers-color-scheme: dark)");

// palette is the one that the reader's system asks for.
export const palette = (): Palette => (preference.matches ? dark : light);

export const printed = light;

export const onSchemeChange = (f: () => void) => preference.addEventListener("change", f);

// termColour is the colour of a term; six of them take turns.
export const termColour = (p: Palette, term: number) => (term > 0 ? p.terms[(term - 1) % p.terms.length] : p.faint);

// The letters on badges of kinds of notes; of others it is their first.
const letters = new Map(
  Object.entries({
    election: "E",
    vote: "V",
    refuses: "N",
    leads: "L",
    follows: "F",
    entries: "»",
    heartbeat: "H",
    stores: "S",
    commits: "C",
    applies: "A",
    snapshot: "§",
    command: "+",
    state: "=",
    restarts: "R",
  }),
);

export const letterOf = (kind: string) => letters.get(kind) ?? line(kind, 1).slice(0, 1).toUpperCase();

// badgeColour is the colour of a badge. Kinds may be called anything, constructor for one.
export const badgeColour = (p: Palette, kind: string) => (Object.hasOwn(p.notes, kind) ? p.notes[kind] : p.note);
