// Search over what events say: texts, notes, methods, topics, names of nodes.
import type { Run } from "./run.ts";

const longest = 4000; // characters of a text that are looked at

export class Search {
  private readonly hay: string[] = [];

  constructor(private readonly run: Run) {}

  private of(i: number): string {
    const known = this.hay[i];
    if (known !== undefined) return known;
    const e = this.run.events[i];
    let s = `${this.run.node(e.node)} ${e.kind}`;
    if (e.method) s += ` ${e.method}${e.call ? ` #${e.call}` : ""}`;
    if (e.peer >= 0) s += ` ${this.run.node(e.peer)}`;
    if (e.topic) s += ` ${e.topic}`;
    if (e.text) s += ` ${e.text.slice(0, longest)}`;
    for (const n of e.notes ?? []) s += ` ${n.kind} ${n.text.slice(0, longest)}`;
    return (this.hay[i] = s.toLowerCase());
  }

  // find looks through all events in slices, so that the page stays alive: it yields after each so many events, with
  // the indices found so far. All words have to be there, in any order; what is in quotes is one word.
  *find(query: string, slice = 4000): Generator<number[], number[]> {
    const words = terms(query);
    const found: number[] = [];
    if (words.length === 0) return found;
    for (let i = 0; i < this.run.size; i++) {
      const hay = this.of(i);
      if (words.every((w) => hay.includes(w))) found.push(i);
      if (i % slice === slice - 1) yield found;
    }
    return found;
  }
}

// terms are the words of a query.
export function terms(query: string): string[] {
  return [...query.toLowerCase().matchAll(/"([^"]*)"?|(\S+)/g)].map((m) => m[1] ?? m[2]).filter((w) => w !== "");
}
