// Words beside marks, where there is room for them: what the story tells first, then what has a meaning, then the rest.
import { line } from "../model/text.ts";
import type { Frame } from "./scene.ts";
import { gutter } from "./scene.ts";
import { sans } from "./lanes.ts";
import { dull, laneOf, noteOf } from "./marks.ts";

const most = 220;

export function drawLabels(f: Frame) {
  const { ctx, run } = f;
  if (f.laneHeight < 30) return;
  const taken = new Map<number, [number, number][]>();
  let count = 0;
  const place = (i: number, room: number, colour: string, bold: boolean) => {
    const lane = laneOf(f, i);
    const y = f.y(lane);
    if (y < 0 || count >= most) return;
    const x = f.x(f.axis.position[i]);
    if (x < gutter || x > f.width) return;
    const list = taken.get(lane) ?? [];
    if (list.some(([a, b]) => x - 6 < b && x + 14 > a)) return; // measuring words takes longer than this
    const words = brief(f, i, room);
    if (!words) return;
    ctx.font = bold ? `600 11px ${sans}` : `10.5px ${sans}`;
    const width = ctx.measureText(words).width;
    const x0 = Math.min(x - 6, f.width - width - 4);
    if (list.some(([a, b]) => x0 < b && x0 + width + 8 > a)) return;
    list.push([x0, x0 + width + 8]);
    taken.set(lane, list);
    count++;
    ctx.globalAlpha = f.past && !f.past[i] ? 0.35 : 1;
    ctx.lineWidth = 3;
    ctx.strokeStyle = f.palette.ground;
    ctx.strokeText(words, x0, y - 12);
    ctx.fillStyle = colour;
    ctx.fillText(words, x0, y - 12);
    ctx.globalAlpha = 1;
  };
  const room = Math.max(16, Math.min(44, Math.floor(f.width / 22)));
  const hardFirst = f.story.toSorted((a, b) => Number(b.part === "contradicts") - Number(a.part === "contradicts"));
  for (const s of hardFirst) {
    if (s.index < f.lo || s.index >= f.hi) continue;
    place(s.index, room, s.part === "contradicts" ? f.palette.bad : f.palette.ink, true);
  }
  if (f.cursor >= f.lo && f.cursor < f.hi && f.visible[f.cursor]) place(f.cursor, room, f.palette.accent, true);
  if (f.spacing < 3) return;
  for (const [greyed, later] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    for (let i = f.lo; i < f.hi && count < most; i++) {
      const note = noteOf(run.events[i]);
      if (!f.visible[i] || !note || note.routine || dull(note) !== later) continue;
      if ((f.past !== null && !f.past[i]) === greyed) place(i, roomAfter(f, i), f.palette.ink, false);
    }
  }
  if (f.spacing < 12) return;
  for (let i = f.lo; i < f.hi && count < most; i++) {
    const e = run.events[i];
    if (f.visible[i] && e.node >= 0 && !e.notes?.length) place(i, 30, f.palette.faint, false);
  }
}

// roomAfter is how many letters fit until the next mark of the lane that has words, but at least 34.
function roomAfter(f: Frame, i: number): number {
  const lane = laneOf(f, i);
  let j = i + 1;
  for (; j < f.hi && j < i + 80; j++) {
    const note = f.visible[j] && laneOf(f, j) === lane && noteOf(f.run.events[j]);
    if (note && !note.routine) break;
  }
  const px = (j < f.hi ? f.x(f.axis.position[j]) : f.width) - f.x(f.axis.position[i]);
  return Math.max(34, Math.min(100, Math.floor(px / 5.6)));
}

// brief is an event in a few words, without the name of the node in whose lane they stand.
export function brief(f: Frame, i: number, room: number): string {
  const e = f.run.events[i];
  const note = noteOf(e);
  const name = f.run.node(laneOf(f, i));
  if (note) return line(strip(note.text, name), room);
  switch (e.kind) {
    case "sent":
      return line(`${(e.method ?? "").replace(/^.*\./, "")} → ${f.run.node(e.peer)}`, room);
    case "asked":
      return line(`${e.method ?? "asked"}${e.text ?? ""}`, room);
    case "line":
      return line(strip(e.text ?? "", name), room);
    case "cut":
    case "heal":
      return line(`${e.kind} → ${f.run.node(e.peer)}`, room);
    case "arrived":
    case "handled":
    case "answered":
    case "told":
      return "";
    default:
      return e.kind;
  }
}

const strip = (words: string, name: string) =>
  name && words.startsWith(name + " ") ? words.slice(name.length + 1) : words;
