// The tools above the diagram: search, filters, axis, what is greyed.
import { useMemo } from "preact/hooks";
import type { App } from "./app.ts";
import type { Focus, Pane } from "./pane.ts";
import { defaults, kindsIn } from "../model/filter.ts";
import { line } from "../model/text.ts";

export function Toolbar({ app, pane }: { app: App; pane: Pane }) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Diagram">
      <div class="group">
        <button type="button" title="Event before (p)" aria-label="Event before" onClick={() => pane.step(-1)}>
          ‹
        </button>
        <button type="button" title="Next event (n)" aria-label="Next event" onClick={() => pane.step(1)}>
          ›
        </button>
        <NoteKinds app={app} pane={pane} />
      </div>
      <div class="group">
        <button type="button" title="Zoom out (-)" aria-label="Zoom out" onClick={() => pane.zoom(1 / 1.6)}>
          −
        </button>
        <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => pane.zoom(1.6)}>
          +
        </button>
        <button
          type="button"
          title="The whole run (0)"
          onClick={() => pane.show({ from: 0, to: pane.axis.peek().length })}
        >
          All
        </button>
        {pane.finding >= 0 && (
          <button type="button" title="The finding (f)" onClick={() => pane.openAtFinding()}>
            Finding
          </button>
        )}
      </div>
      <div class="group">
        <button
          type="button"
          aria-pressed={pane.mode.value === "time"}
          title="By order each event has a place of its own; by time the axis is linear (t)"
          onClick={() => app.setMode(pane.mode.value === "time" ? "order" : "time")}
        >
          Linear time
        </button>
        <button
          type="button"
          aria-pressed={pane.filter.value.routine}
          title="Show heartbeats and other routine (h)"
          onClick={() => app.setFilter({ routine: !pane.filter.value.routine })}
        >
          Routine
        </button>
        <Filters app={app} pane={pane} />
        <label class="choice" title="What is not in the causal past of it is grey (c)">
          Grey
          <select value={pane.focus.value} onChange={(e) => (pane.focus.value = e.currentTarget.value as Focus)}>
            {pane.findingPast && <option value="finding">all but the finding's past</option>}
            <option value="cursor">all but the cursor's past</option>
            <option value="off">nothing</option>
          </select>
        </label>
      </div>
    </div>
  );
}

// SearchBox searches in the run that is shown; Enter goes from one that was found to the next.
export function SearchBox({ pane }: { pane: Pane }) {
  const found = pane.found.value,
    at = found.indexOf(pane.cursor.value);
  return (
    <div class="search-box" role="search">
      <label class="search">
        <span class="unseen">Search</span>
        <input
          id="search"
          type="search"
          placeholder="Search   /"
          value={pane.query.value}
          autocomplete="off"
          spellcheck={false}
          onInput={(e) => pane.find(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter") pane.stepFound(e.shiftKey ? -1 : 1);
            else if (e.key === "Escape") {
              pane.find("");
              e.currentTarget.blur();
            }
          }}
        />
      </label>
      {pane.query.value && (
        <output class="count">
          {found.length === 0
            ? pane.searching.value
              ? "…"
              : "none"
            : `${at >= 0 ? `${at + 1} of ` : ""}${found.length.toLocaleString("en")}`}
        </output>
      )}
    </div>
  );
}

function NoteKinds({ app, pane }: { app: App; pane: Pane }) {
  const kinds = useMemo(() => kindsIn(pane.run).notes, [pane]);
  if (kinds.length === 0) return null;
  return (
    <>
      <button
        type="button"
        title="The note before ([)"
        aria-label="Note before"
        onClick={() => pane.stepKind(-1, app.noteKind.value)}
      >
        «
      </button>
      <select
        aria-label="Kind of note to go to"
        value={app.noteKind.value}
        onChange={(e) => (app.noteKind.value = e.currentTarget.value)}
      >
        <option value="">any note</option>
        {kinds.map(([k, n]) => (
          <option key={k} value={k}>
            {line(k, 24)} ({n.toLocaleString("en")})
          </option>
        ))}
      </select>
      <button
        type="button"
        title="The next note (])"
        aria-label="Next note"
        onClick={() => pane.stepKind(1, app.noteKind.value)}
      >
        »
      </button>
    </>
  );
}

function Filters({ app, pane }: { app: App; pane: Pane }) {
  const kinds = useMemo(() => kindsIn(pane.run), [pane]);
  const f = pane.filter.value;
  const on =
    f.nodes.size +
    f.notes.size +
    [...f.kinds].filter((k) => k !== "line").length +
    (f.termFrom || f.termTo ? 1 : 0) +
    (f.past ? 1 : 0);
  const toggled = <T,>(set: ReadonlySet<T>, key: T): ReadonlySet<T> => {
    const s = new Set(set);
    if (!s.delete(key)) s.add(key);
    return s;
  };
  const terms = pane.lanes.terms;
  return (
    <details
      class="filters"
      onKeyDown={(e) => {
        if (e.key === "Escape") e.currentTarget.open = false;
      }}
    >
      <summary aria-label="Filters">Filter{on > 0 ? ` (${on})` : ""}</summary>
      <div class="popover">
        <fieldset>
          <legend>Nodes</legend>
          {pane.run.rec.nodes.map((n, k) => (
            <label class="tick" key={k}>
              <input
                type="checkbox"
                checked={!f.nodes.has(k)}
                onChange={() => app.setFilter({ nodes: toggled(f.nodes, k) })}
              />
              {line(n.name, 8)}
            </label>
          ))}
        </fieldset>
        {kinds.notes.length > 0 && (
          <fieldset>
            <legend>Notes</legend>
            {kinds.notes.map(([k, n]) => (
              <label class="tick" key={k}>
                <input
                  type="checkbox"
                  checked={!f.notes.has(k)}
                  onChange={() => app.setFilter({ notes: toggled(f.notes, k) })}
                />
                {line(k, 24)} <i>{n.toLocaleString("en")}</i>
              </label>
            ))}
          </fieldset>
        )}
        <fieldset>
          <legend>Events</legend>
          {kinds.events.map(([k, n]) => (
            <label class="tick" key={k}>
              <input
                type="checkbox"
                checked={!f.kinds.has(k)}
                onChange={() => app.setFilter({ kinds: toggled(f.kinds, k) })}
              />
              {line(k, 24)} <i>{n.toLocaleString("en")}</i>
            </label>
          ))}
        </fieldset>
        {terms.length > 0 && (
          <fieldset>
            <legend>Terms</legend>
            <label>
              from{" "}
              <input
                type="number"
                min={0}
                value={f.termFrom || ""}
                onChange={(e) => app.setFilter({ termFrom: Number(e.currentTarget.value) || 0 })}
              />
            </label>
            <label>
              to{" "}
              <input
                type="number"
                min={0}
                value={f.termTo || ""}
                onChange={(e) => app.setFilter({ termTo: Number(e.currentTarget.value) || 0 })}
              />
            </label>
            <i>
              T{terms[0]} to T{terms[terms.length - 1]}
            </i>
          </fieldset>
        )}
        <fieldset>
          <legend>Only</legend>
          <label class="tick">
            <input
              type="checkbox"
              checked={f.past}
              disabled={!pane.findingPast}
              onChange={() => app.setFilter({ past: !f.past })}
            />
            what the finding comes from
          </label>
        </fieldset>
        <button type="button" class="quiet" onClick={() => app.setFilter(defaults)}>
          All as it was
        </button>
      </div>
    </details>
  );
}
