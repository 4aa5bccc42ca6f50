// Events: a mark for each, whose shape says what kind it is.
import type { Event, Note } from "../model/recording.ts";
import { badgeColour, letterOf } from "./palette.ts";
import type { Frame } from "./scene.ts";
import { gutter } from "./scene.ts";
import { sans } from "./lanes.ts";

const dots = new Set(["sent", "arrived", "doubled", "handled", "answered", "line"]);

// important are the kinds that are drawn however many there are.
export const important = new Set(["crash", "boot", "pause", "resume", "failed"]);

// dull says of a note that others of the same event say more.
export const dull = (n: Note) => dullest.has(n.kind);
const dullest = new Set(["saves", "follows", "state", "stores"]);

// noteOf is what of an event's notes is drawn: the first that is neither routine nor dull, if there is one.
export function noteOf(e: Event): Note | undefined {
  if (!e.notes || e.notes.length < 2) return e.notes?.[0];
  return e.notes.find((n) => !n.routine && !dull(n)) ?? e.notes.find((n) => !n.routine) ?? e.notes[0];
}

// laneOf is where an event is drawn: where its note says, or where it happened.
export const laneOf = (f: Frame, i: number) => {
  const n = noteOf(f.run.events[i]);
  return n && n.node >= 0 && n.node < f.run.rec.nodes.length && f.run.lane[i] < 0 ? n.node : f.run.lane[i];
};

// drawMarks draws the marks of the events in view. It returns the indices of those that were, for the pointer to find.
export function drawMarks(f: Frame): number[] {
  const drawn: number[] = [];
  const { ctx, run, palette } = f;
  const told = new Set(f.story.map((s) => s.index));
  const roomy = f.width > 10 * badges(f);
  for (const grey of f.past ? [true, false] : [false]) {
    ctx.globalAlpha = grey ? 0.2 : 1;
    const path = new Path2D(),
      hollow = new Path2D();
    for (let i = f.lo; i < f.hi; i++) {
      if (!f.visible[i] || (f.past !== null && (f.past[i] === 0) !== grey)) continue;
      const e = run.events[i];
      const y = f.y(laneOf(f, i));
      if (y < 0 || (e.node < 0 && !e.notes?.length)) continue; // those of the strip of steps, and ends of lost messages
      const x = f.x(f.axis.position[i]);
      if (x < gutter - 6) continue;
      drawn.push(i);
      const note = noteOf(e);
      if (hasBadge(note) && (roomy || told.has(i))) stamp(f, note.kind, x, y);
      else if (dots.has(e.kind) || (f.spacing < 4 && !important.has(e.kind))) {
        const p = e.kind === "answered" || e.kind === "doubled" ? hollow : path;
        p.moveTo(x + 2.2, y);
        p.arc(x, y, 2.2, 0, 2 * Math.PI);
      } else shape(f, e.kind, x, y);
    }
    ctx.fillStyle = palette.message;
    ctx.fill(path);
    ctx.strokeStyle = palette.message;
    ctx.lineWidth = 1.2;
    ctx.fillStyle = palette.ground;
    ctx.fill(hollow);
    ctx.stroke(hollow);
  }
  ctx.globalAlpha = 1;
  return drawn;
}

const hasBadge = (note: Note | undefined): note is Note => note !== undefined && !note.routine && note.kind !== "saves";

// badges is how many badges there would be.
function badges(f: Frame): number {
  let count = 0;
  for (let i = f.lo; i < f.hi; i++) if (f.visible[i] && hasBadge(noteOf(f.run.events[i]))) count++;
  return count;
}

const stamps = new Map<string, HTMLCanvasElement>();

// stamp draws a badge from a picture of it: letters take their time.
function stamp(f: Frame, kind: string, x: number, y: number) {
  const letter = letterOf(kind),
    colour = badgeColour(f.palette, kind);
  const key = `${letter} ${colour} ${f.palette.ground}`;
  let picture = stamps.get(key);
  if (!picture) {
    picture = document.createElement("canvas");
    picture.width = picture.height = 64;
    const ctx = picture.getContext("2d")!;
    ctx.scale(4, 4);
    badge({ ctx, palette: f.palette }, kind, 8, 8);
    stamps.set(key, picture);
  }
  f.ctx.drawImage(picture, x - 8, y - 8, 16, 16);
}

// badge is the mark of an event that means something: the first letter of its kind.
export function badge(
  f: { ctx: CanvasRenderingContext2D; palette: Frame["palette"] },
  kind: string,
  x: number,
  y: number,
) {
  const { ctx, palette } = f;
  ctx.fillStyle = badgeColour(palette, kind);
  ctx.beginPath();
  ctx.roundRect(x - 7, y - 7, 14, 14, 4);
  ctx.fill();
  ctx.strokeStyle = palette.ground;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.fillStyle = palette.onColour;
  ctx.font = `700 9.5px ${sans}`;
  ctx.textAlign = "center";
  ctx.fillText(letterOf(kind), x, y + 3.4);
  ctx.textAlign = "left";
}

// shape draws the mark of a kind of event.
export function shape(
  f: { ctx: CanvasRenderingContext2D; palette: Frame["palette"] },
  kind: string,
  x: number,
  y: number,
) {
  const { ctx, palette } = f;
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ctx.fillStyle = palette.message;
  ctx.beginPath();
  switch (kind) {
    case "saved": // a disk
      ctx.rect(x - 3.5, y - 3.5, 7, 7);
      ctx.fill();
      ctx.fillStyle = palette.ground;
      ctx.fillRect(x - 1.5, y - 3.5, 3, 2.5);
      return;
    case "timer": // a clock
      ctx.arc(x, y, 4.2, 0, 2 * Math.PI);
      ctx.fillStyle = palette.ground;
      ctx.fill();
      ctx.moveTo(x, y - 2.6);
      ctx.lineTo(x, y);
      ctx.lineTo(x + 2, y);
      ctx.lineWidth = 1.2;
      ctx.stroke();
      return;
    case "asked": // from above
      triangle(ctx, x, y - 9, 4, 1);
      ctx.fill();
      return;
    case "told": // and back
      triangle(ctx, x, y - 9, 4, -1);
      ctx.stroke();
      return;
    case "crash":
      ctx.strokeStyle = palette.bad;
      ctx.lineWidth = 3;
      ctx.moveTo(x - 6, y - 6);
      ctx.lineTo(x + 6, y + 6);
      ctx.moveTo(x + 6, y - 6);
      ctx.lineTo(x - 6, y + 6);
      ctx.stroke();
      return;
    case "boot": // power
      ctx.arc(x, y, 4.5, -0.9, Math.PI + 0.9);
      ctx.moveTo(x, y - 6);
      ctx.lineTo(x, y);
      ctx.lineWidth = 1.8;
      ctx.stroke();
      return;
    case "pause":
      ctx.rect(x - 4, y - 5, 3, 10);
      ctx.rect(x + 1, y - 5, 3, 10);
      ctx.fill();
      return;
    case "resume":
      ctx.moveTo(x - 4, y - 5);
      ctx.lineTo(x + 5, y);
      ctx.lineTo(x - 4, y + 5);
      ctx.fill();
      return;
    case "cut": // a gap in a line
    case "heal":
      ctx.strokeStyle = kind === "cut" ? palette.bad : palette.message;
      ctx.moveTo(x - 2, y + 4);
      ctx.lineTo(x - 2, y + 11);
      ctx.moveTo(x + 2, y + 4);
      ctx.lineTo(x + 2, y + 11);
      if (kind === "heal") {
        ctx.moveTo(x - 2, y + 7.5);
        ctx.lineTo(x + 2, y + 7.5);
      }
      ctx.stroke();
      return;
    case "clock":
    case "linger":
      ctx.moveTo(x - 4, y - 5);
      ctx.lineTo(x + 4, y - 5);
      ctx.lineTo(x - 4, y + 5);
      ctx.lineTo(x + 4, y + 5);
      ctx.closePath();
      ctx.stroke();
      return;
    case "gave up":
      ctx.strokeStyle = palette.reply;
      ctx.arc(x, y, 3, 0, 2 * Math.PI);
      ctx.moveTo(x - 3, y + 3);
      ctx.lineTo(x + 3, y - 3);
      ctx.lineWidth = 1.2;
      ctx.stroke();
      return;
    default:
      ctx.moveTo(x, y - 4.5);
      ctx.lineTo(x + 4.5, y);
      ctx.lineTo(x, y + 4.5);
      ctx.lineTo(x - 4.5, y);
      ctx.fill();
  }
}

function triangle(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, down: 1 | -1) {
  ctx.moveTo(x - r, y - r * down);
  ctx.lineTo(x + r, y - r * down);
  ctx.lineTo(x, y + r * down);
  ctx.closePath();
}
