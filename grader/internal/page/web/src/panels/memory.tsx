// What a node held in memory at the cursor, as a tree, and its goroutines.
import { signal } from "@preact/signals";
import type { Pane } from "./pane.ts";
import { type Branch, treeOf } from "../model/state.ts";
import { line, seconds, shown } from "../model/text.ts";

const toggled = signal<ReadonlyMap<string, boolean>>(new Map()); // by node and path
const onlyChanges = signal(false);
const mostChildren = 100;

const signs = { "": "", new: "+", changed: "≠", gone: "−" };
const meanings = { "": "", new: "new", changed: "changed", gone: "gone" };

export function MemoryPanel({ pane }: { pane: Pane }) {
  const { run, states } = pane;
  const node = pane.node.value,
    i = pane.cursor.value;
  const memory = i >= 0 ? states.at(node, i) : null;
  const first = states.first(node);
  return (
    <div class="memory">
      <div class="tabs small" role="tablist" aria-label="Node">
        {run.rec.nodes.map((n, k) => (
          <button type="button" role="tab" key={k} aria-selected={k === node} onClick={() => (pane.node.value = k)}>
            {line(n.name, 8)}
          </button>
        ))}
      </div>
      {!memory && (
        <p class="empty">
          {first < 0 ? (
            `This recording has no state of ${line(run.node(node), 20)}.`
          ) : (
            <>
              The state of {line(run.node(node), 20)} is known from {seconds(run.at[first])} on only.{" "}
              <button type="button" class="quiet" onClick={() => pane.go(first)}>
                Go there
              </button>
            </>
          )}
        </p>
      )}
      {memory && (
        <>
          <p class="facts">
            {memory.event === i
              ? "As this event's turn ended,"
              : memory.event > i
                ? "As the turn of this event ended,"
                : "As it was since"}{" "}
            {seconds(run.at[Math.max(0, memory.event)])} · state {memory.number + 1} of {memory.count}
            <label class="tick">
              <input
                type="checkbox"
                checked={onlyChanges.value}
                onChange={(e) => (onlyChanges.value = e.currentTarget.checked)}
              />
              only what changed
            </label>
          </p>
          <ul role="tree" class="tree" aria-label={`State of ${line(run.node(node), 20)}`} onKeyDown={treeKeys}>
            <Children b={treeOf(memory)} depth={1} node={node} />
          </ul>
          <h4>
            Goroutines{" "}
            {memory.goroutinesChanged && memory.number > 0 && (
              <span class="sign" title="changed">
                ≠
              </span>
            )}
          </h4>
          {memory.goroutines.length === 0 && <p class="empty">None is known.</p>}
          {memory.goroutines.slice(0, mostChildren).map((g, k) => (
            <details key={k} class="goroutine">
              <summary>
                <code>{line(g.place, 200)}</code> <span class="waits">{line(g.waits, 100)}</span>
              </summary>
              <pre>{shown(g.stack, 8000) || "no stack was recorded"}</pre>
            </details>
          ))}
        </>
      )}
    </div>
  );
}

function Children({ b, depth, node }: { b: Branch; depth: number; node: number }) {
  const list = onlyChanges.value ? b.children.filter((c) => c.mark !== "" || c.within) : b.children;
  return (
    <>
      {list.slice(0, mostChildren).map((c) => (
        <Row key={c.path} b={c} depth={depth} node={node} />
      ))}
      {list.length > mostChildren && (
        <li class="empty" role="none">
          and {(list.length - mostChildren).toLocaleString("en")} more
        </li>
      )}
      {list.length === 0 && depth === 1 && (
        <li class="empty" role="none">
          Nothing.
        </li>
      )}
    </>
  );
}

function Row({ b, depth, node }: { b: Branch; depth: number; node: number }) {
  const key = `${node} ${b.path}`;
  const leaf = b.children.length === 0;
  const open = toggled.value.get(key) ?? (b.within || (depth < 3 && b.children.length <= 12));
  const toggle = () => (toggled.value = new Map(toggled.peek()).set(key, !open));
  return (
    <li
      role="treeitem"
      aria-expanded={leaf ? undefined : open}
      aria-level={depth}
      class={b.mark || (b.within ? "within" : "")}
    >
      <button
        type="button"
        class="leaf"
        onClick={leaf ? undefined : toggle}
        style={{ paddingLeft: `${(depth - 1) * 14 + 4}px` }}
      >
        <span class="twist" aria-hidden="true">
          {leaf ? "" : open ? "▾" : "▸"}
        </span>
        <span class="sign" title={meanings[b.mark]}>
          {signs[b.mark] || (b.within && !open ? "·" : "")}
        </span>
        <span class="name">{line(b.name, 120)}</span>
        {b.mark === "gone" ? (
          <del class="value">{line(b.before, 300)}</del>
        ) : (
          b.value !== undefined && <span class="value">{line(b.value, 300)}</span>
        )}
        {b.mark === "changed" && (
          <span class="was">
            was <del>{line(b.before, 120)}</del>
          </span>
        )}
        {!leaf && !open && b.value === undefined && <span class="was">{b.children.length}</span>}
      </button>
      {!leaf && open && (
        <ul role="group">
          <Children b={b} depth={depth + 1} node={node} />
        </ul>
      )}
    </li>
  );
}

// treeKeys moves between the rows that are open, and opens and closes.
function treeKeys(e: KeyboardEvent) {
  const rows = [...(e.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>(".leaf")];
  const at = rows.indexOf(document.activeElement as HTMLButtonElement);
  const expanded = rows[at]?.parentElement?.getAttribute("aria-expanded");
  const to = e.key === "ArrowDown" ? rows[at + 1] : e.key === "ArrowUp" ? rows[at - 1] : undefined;
  if (to) to.focus();
  else if ((e.key === "ArrowRight" && expanded === "false") || (e.key === "ArrowLeft" && expanded === "true"))
    rows[at].click();
  else return;
  e.preventDefault();
  e.stopPropagation();
}
