// The canvases: the diagram, with its pointer, and the strip of the whole run below it.
import { useEffect, useRef } from "preact/hooks";
import { effect } from "@preact/signals";
import { select } from "d3-selection";
import { zoom, zoomIdentity, type D3ZoomEvent } from "d3-zoom";
import { type Picture, draw } from "../draw/diagram.ts";
import { onSchemeChange, palette } from "../draw/palette.ts";
import { gutter, plotWidth } from "../draw/scene.ts";
import { drawStrip } from "../draw/strip.ts";
import { sentence } from "../model/words.ts";
import { seconds } from "../model/text.ts";
import { painter } from "./painter.ts";
import type { App } from "./app.ts";
import type { Pane } from "./pane.ts";

export function Diagram({ app, pane, number }: { app: App; pane: Pane; number: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const c = canvas.current!,
      s = strip.current!;
    let picture: Picture | undefined;
    const paint = painter(() => {
      const scene = pane.scene.peek(),
        colours = palette();
      const [ctx, width, height] = fitted(c);
      if (width > gutter) picture = draw(scene, ctx, width, height, colours);
      const [small, w] = fitted(s);
      if (w > gutter) drawStrip(scene, small, w, colours);
    });
    const ends = [
      effect(() => {
        pane.scene.value;
        paint();
      }),
      zooming(c, pane),
      pointing(
        c,
        pane,
        () => picture,
        () => (app.active.value = number),
      ),
      brushing(s, pane, () => (app.active.value = number)),
      resizing([c, s], paint),
    ];
    onSchemeChange(paint);
    return () => ends.forEach((end) => end());
  }, [pane]);
  const name = `Space-time diagram of ${pane.title}`;
  return (
    <section class="diagram" aria-label={name}>
      <canvas
        ref={canvas}
        class="space-time"
        tabIndex={0}
        role="application"
        aria-label={name}
        aria-describedby="cursor-in-words"
        aria-keyshortcuts="ArrowLeft ArrowRight ArrowUp ArrowDown + - n p"
        onFocus={() => (app.active.value = number)}
      />
      <canvas ref={strip} class="strip" role="img" aria-label="The whole run, with the window that the diagram shows" />
    </section>
  );
}

// CursorInWords says to screen readers what the cursor is on.
export function CursorInWords({ pane }: { pane: Pane }) {
  const i = pane.cursor.value;
  return (
    <p id="cursor-in-words" class="unseen" aria-live="polite">
      {i < 0 ? "No event." : `${seconds(pane.run.at[i])}, ${sentence(pane.run, i)}`}
    </p>
  );
}

function fitted(c: HTMLCanvasElement): [CanvasRenderingContext2D, number, number] {
  const width = c.clientWidth,
    height = c.clientHeight,
    scale = devicePixelRatio || 1;
  if (c.width !== Math.round(width * scale) || c.height !== Math.round(height * scale)) {
    c.width = Math.round(width * scale);
    c.height = Math.round(height * scale);
  }
  const ctx = c.getContext("2d", { alpha: false })!;
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  return [ctx, width, height];
}

// zooming has wheel, drag and touch change the window. The window is what counts: d3's transform follows it.
function zooming(c: HTMLCanvasElement, pane: Pane): () => void {
  type Zoomed = HTMLCanvasElement & { __zoom?: unknown };
  const sel = select(c);
  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.9, Infinity])
    .filter(
      (e: MouseEvent | WheelEvent) =>
        !e.button && !(e.type === "wheel" && sideways(e as WheelEvent)) && e.type !== "dblclick",
    )
    .on("zoom", (e: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      if (!e.sourceEvent) return;
      const width = plotWidth(c.clientWidth),
        length = pane.axis.peek().length;
      const { k, x } = e.transform;
      const from = (((gutter - x) / k - gutter) / width) * length;
      pane.show({ from, to: from + length / k });
    });
  sel.call(behaviour);
  const sync = effect(() => {
    const { from, to } = pane.view.value,
      length = pane.axis.value.length,
      width = plotWidth(c.clientWidth);
    const k = length / (to - from);
    (c as Zoomed).__zoom = zoomIdentity.translate(gutter - k * (gutter + (from / length) * width), 0).scale(k);
  });
  const wheel = (e: WheelEvent) => {
    if (!sideways(e)) return;
    e.preventDefault();
    pane.pan((e.deltaX || e.deltaY) / c.clientWidth);
  };
  c.addEventListener("wheel", wheel, { passive: false });
  return () => {
    sync();
    sel.on(".zoom", null);
    c.removeEventListener("wheel", wheel);
  };
}

const sideways = (e: WheelEvent) => e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY);

function pointing(
  c: HTMLCanvasElement,
  pane: Pane,
  picture: () => Picture | undefined,
  activate: () => void,
): () => void {
  let down: [number, number] | null = null;
  const at = (e: MouseEvent) => picture()?.under(e.offsetX, e.offsetY) ?? -1;
  const on = {
    pointermove: (e: PointerEvent) => {
      const i = e.buttons ? -1 : at(e);
      pane.hover.value = i;
      c.style.cursor = i >= 0 ? "pointer" : e.buttons ? "grabbing" : "grab";
      c.title = i >= 0 ? `${seconds(pane.run.at[i])}  ${sentence(pane.run, i)}` : "";
    },
    pointerleave: () => (pane.hover.value = -1),
    pointerdown: (e: PointerEvent) => {
      down = [e.offsetX, e.offsetY];
      activate();
      c.focus({ preventScroll: true });
    },
    click: (e: MouseEvent) => {
      if (down && Math.hypot(e.offsetX - down[0], e.offsetY - down[1]) > 4) return;
      const i = at(e);
      if (i >= 0) pane.go(i);
    },
    dblclick: (e: MouseEvent) => {
      const { from, to } = pane.view.peek();
      pane.zoom(2, from + ((e.offsetX - gutter) / plotWidth(c.clientWidth)) * (to - from));
    },
  };
  return listen(c, on as unknown as Record<string, EventListener>);
}

// brushing moves the window in the strip: its ends, or all of it; a click beside it brings it there.
function brushing(s: HTMLCanvasElement, pane: Pane, activate: () => void): () => void {
  let drag: { part: "from" | "to" | "all"; at: number; from: number; to: number } | null = null;
  const position = (e: PointerEvent) => ((e.offsetX - gutter) / plotWidth(s.clientWidth)) * pane.axis.peek().length;
  const part = (e: PointerEvent) => {
    const { from, to } = pane.view.peek(),
      u = position(e),
      px = pane.axis.peek().length / plotWidth(s.clientWidth);
    const wide = to - from > 16 * px;
    if (wide && Math.abs(u - from) < 5 * px) return "from";
    if (wide && Math.abs(u - to) < 5 * px) return "to";
    return "all";
  };
  const on = {
    pointerdown: (e: PointerEvent) => {
      activate();
      s.setPointerCapture(e.pointerId);
      let { from, to } = pane.view.peek();
      const u = position(e),
        p = part(e);
      if (p === "all" && (u < from || u > to)) {
        pane.show({ from: u - (to - from) / 2, to: u + (to - from) / 2 });
        ({ from, to } = pane.view.peek());
      }
      drag = { part: p, at: u, from, to };
    },
    pointermove: (e: PointerEvent) => {
      s.style.cursor = part(e) === "all" ? "grab" : "ew-resize";
      if (!drag) return;
      const by = position(e) - drag.at;
      pane.show({ from: drag.from + (drag.part === "to" ? 0 : by), to: drag.to + (drag.part === "from" ? 0 : by) });
    },
    pointerup: () => (drag = null),
  };
  return listen(s, on as unknown as Record<string, EventListener>);
}

function resizing(list: HTMLElement[], paint: () => void): () => void {
  const observer = new ResizeObserver(paint);
  list.forEach((e) => observer.observe(e));
  return () => observer.disconnect();
}

function listen(on: HTMLElement, handlers: Record<string, EventListener>): () => void {
  for (const [name, f] of Object.entries(handlers)) on.addEventListener(name, f);
  return () => {
    for (const [name, f] of Object.entries(handlers)) on.removeEventListener(name, f);
  };
}
