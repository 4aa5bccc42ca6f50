// The log in columns, one for each node, as dslogs writes it, in step with the cursor; and the list of all events as
// text.
import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { App } from "./app.ts";
import type { Pane } from "./pane.ts";
import { Virtual } from "./virtual.tsx";
import { type LogRow, rowHeight, rowsOf, topsOf, wordsOf } from "../model/rows.ts";
import { line, wrap } from "../model/text.ts";
import { sentence } from "../model/words.ts";

const timeColumn = 128; // px: the time and the topic
const narrowest = 150; // px
const letter = 6.63; // px of a letter of the log

export function LogPanel({ pane }: { pane: Pane }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(Math.floor((box.current?.clientWidth ?? 800) / 40) * 40));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const routine = pane.filter.value.routine,
    hidden = pane.filter.value.nodes;
  const rows = useMemo(() => rowsOf(pane.run, routine, hidden), [pane, routine, hidden]);
  const columns = pane.run.rec.nodes.map((_, n) => n).filter((n) => !hidden.has(n));
  const inner = width - timeColumn - 16;
  // Columns that would be too narrow to read overlap the next, where nothing stands in the same row; the last moves
  // left.
  const step = inner / Math.max(1, columns.length),
    each = Math.max(step, narrowest);
  const chars = Math.max(8, Math.floor((each - 12) / letter)),
    whole = Math.max(20, Math.floor(inner / letter));
  const list = useMemo(() => topsOf(pane.run, rows, chars, whole), [rows, chars, whole]);
  const tops = useMemo(() => (k: number) => list[Math.min(k, list.length - 1)], [list]);
  const at = useMemo(() => computed(() => rowBefore(rows, pane.cursor.value)), [rows]).value;
  const offset = new Map(columns.map((n, k) => [n, timeColumn + Math.min(k * step, inner - each)]));
  return (
    <div ref={box} class="log">
      <Virtual
        label="Log in columns"
        role="log"
        count={rows.length}
        tops={tops}
        at={at}
        head={
          <div class="log-head" aria-hidden="true">
            {columns.map((n) => (
              <b key={n} style={{ left: `${offset.get(n)}px` }}>
                {line(pane.run.node(n), 8)}
              </b>
            ))}
          </div>
        }
        row={(k) => (
          <Row
            key={k}
            pane={pane}
            row={rows[k]}
            top={list[k]}
            left={offset.get(rows[k].node)}
            each={each}
            chars={rows[k].node < 0 ? whole : chars}
            current={rows[k].index === pane.cursor.value}
          />
        )}
      />
    </div>
  );
}

function Row({
  pane,
  row,
  top,
  left,
  each,
  chars,
  current,
}: {
  pane: Pane;
  row: LogRow;
  top: number;
  left: number | undefined;
  each: number;
  chars: number;
  current: boolean;
}) {
  const e = pane.run.events[row.index];
  const past = pane.past.value;
  const grey = past !== null && row.node >= 0 && !past[row.index];
  const found = pane.foundSet.value.has(row.index);
  const topic = row.note >= 0 ? line(e.notes![row.note].kind, 8) : line(e.topic || e.kind, 8);
  const what = row.note >= 0 ? "noted" : e.kind === "failed" ? "failed" : row.node < 0 ? "step" : e.kind;
  return (
    <div
      class={classes("log-row", what, current && "current", grey && "grey", found && "found")}
      style={{ top: `${top}px` }}
      onClick={() => pane.go(row.index)}
    >
      <time>{(e.at / 1e9).toFixed(4)}</time>
      <b class="topic">{topic}</b>
      <span
        class="said"
        style={
          left === undefined ? { left: `${timeColumn}px`, right: "8px" } : { left: `${left}px`, width: `${each - 6}px` }
        }
      >
        {wrap(wordsOf(pane.run, row), chars).join("\n")}
      </span>
    </div>
  );
}

const classes = (...names: (string | false)[]) => names.filter(Boolean).join(" ");

// rowBefore is the last row at or before an event.
function rowBefore(rows: LogRow[], index: number): number {
  let lo = 0,
    hi = rows.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (rows[mid].index <= index) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

export function EventsPanel({ app, pane }: { app: App; pane: Pane }) {
  const { run } = pane;
  const list = useMemo(
    () =>
      computed(() => {
        const shown = pane.visible.value,
          indices: number[] = [];
        for (let i = 0; i < run.size; i++) if (shown[i]) indices.push(i);
        return Int32Array.from(indices);
      }),
    [pane],
  ).value;
  const cursor = pane.cursor.value;
  let lo = 0,
    hi = list.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (list[mid] <= cursor) lo = mid + 1;
    else hi = mid;
  }
  const at = lo - 1;
  const tops = useMemo(() => (k: number) => k * (rowHeight + 3), []);
  const keys = (e: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -list.length, End: list.length }[e.key];
    if (by === undefined) return;
    pane.go(list[Math.max(0, Math.min(list.length - 1, at + by))]);
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <Virtual
      label={`Events, ${list.length} of ${run.size}`}
      role="listbox"
      count={list.length}
      tops={tops}
      at={at}
      onKey={keys}
      active={at >= 0 ? `${app.active.value}-event-${list[at]}` : undefined}
      row={(k) => {
        const i = list[k],
          e = run.events[i];
        const found = pane.foundSet.value.has(i);
        const grey = pane.past.value !== null && !pane.past.value[i] && e.node >= 0;
        return (
          <div
            key={i}
            id={`${app.active.value}-event-${i}`}
            role="option"
            aria-selected={i === cursor}
            aria-setsize={list.length}
            aria-posinset={k + 1}
            class={classes("event-row", i === cursor && "current", found && "found", grey && "grey")}
            style={{ top: `${k * (rowHeight + 3)}px` }}
            onClick={() => pane.go(i)}
          >
            <time>{(e.at / 1e9).toFixed(4)}</time>
            <b>{line(run.node(run.lane[i]), 6)}</b>
            <i>{e.kind}</i>
            <span>{line(sentence(run, i), 400)}</span>
          </div>
        );
      }}
    />
  );
}
