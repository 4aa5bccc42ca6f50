// Where there are more events than marks could tell, a strip in each lane shows how many there are.
import type { Axis } from "../model/axis.ts";
import type { Frame } from "./scene.ts";
import { gutter } from "./scene.ts";
import { important, laneOf, shape } from "./marks.ts";

// byLane has, for each lane, the positions of the events that are shown there, ascending.
export function byLane(axis: Axis, visible: Uint8Array): Float64Array[] {
  const known = cache.get(visible);
  if (known && known.axis === axis) return known.lists;
  const { run } = axis;
  const lists: number[][] = run.rec.nodes.map(() => []);
  for (let i = 0; i < run.size; i++) if (visible[i] && run.lane[i] >= 0) lists[run.lane[i]].push(axis.position[i]);
  const made = lists.map((l) => Float64Array.from(l));
  cache.set(visible, { axis, lists: made });
  return made;
}
const cache = new WeakMap<Uint8Array, { axis: Axis; lists: Float64Array[] }>();

const column = 3; // px

export function drawDensity(f: Frame): number[] {
  const { ctx, palette } = f;
  const lists = byLane(f.axis, f.visible);
  const columns = Math.ceil((f.width - gutter) / column);
  ctx.fillStyle = palette.message;
  for (const node of f.rows) {
    const y = f.y(node),
      list = lists[node];
    let before = lowerBound(list, f.view.from);
    const path = new Path2D();
    for (let c = 0; c < columns; c++) {
      const after = lowerBound(list, f.view.from + ((c + 1) * column) / f.perEvent);
      const count = after - before;
      before = after;
      if (count === 0) continue;
      const h = Math.min(f.laneHeight - 8, 4 + 5 * Math.log2(1 + count));
      path.rect(gutter + c * column, y - h / 2, column - 0.75, h);
    }
    ctx.globalAlpha = 0.55;
    ctx.fill(path);
  }
  ctx.globalAlpha = 1;
  const drawn: number[] = [];
  let last = -9;
  for (let i = f.lo; i < f.hi; i++) {
    const e = f.run.events[i];
    if (!important.has(e.kind) || !f.visible[i]) continue;
    const x = f.x(f.axis.position[i]),
      y = f.y(laneOf(f, i));
    if (y < 0 || x - last < 2) continue;
    last = x;
    shape(f, e.kind, x, y);
    drawn.push(i);
  }
  return drawn;
}

// lowerBound is how many of an ascending list are less than a value.
export function lowerBound(list: Float64Array, value: number): number {
  let lo = 0,
    hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}
