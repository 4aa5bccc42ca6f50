// The page as a whole.
import type { App } from "./app.ts";
import type { Pane } from "./pane.ts";
import { CursorInWords, Diagram } from "./diagram.tsx";
import { EventPanel } from "./event.tsx";
import { FindingPanel } from "./finding.tsx";
import { Help } from "./help.tsx";
import { EventsPanel, LogPanel } from "./log.tsx";
import { MemoryPanel } from "./memory.tsx";
import { OverviewPanel } from "./overview.tsx";
import { Paper } from "./print.tsx";
import { SearchBox, Toolbar } from "./toolbar.tsx";
import { line, shown } from "../model/text.ts";

export function Shell({ app }: { app: App }) {
  const route = app.route.value,
    pane = app.pane.value;
  return (
    <>
      <div class="screen">
        <Bar app={app} />
        {app.problem.value && (
          <p class="problem" role="alert">
            {shown(app.problem.value)}
          </p>
        )}
        {app.wait.value ? (
          <p class="waiting" role="status">
            {app.wait.value}
          </p>
        ) : route.show === "overview" ? (
          <OverviewPanel app={app} overview={app.page.overview} />
        ) : (
          pane && <Runs app={app} pane={pane} />
        )}
        <p class="toast" role="status" hidden={!app.said.value}>
          {app.said.value}
        </p>
        <Help app={app} />
      </div>
      <Paper app={app} />
    </>
  );
}

function Bar({ app }: { app: App }) {
  const route = app.route.value,
    { overview, against, runs, title } = app.page;
  const id = route.show === "run" ? route.id : "";
  return (
    <header class="bar">
      <span class="logo" aria-hidden="true">
        raftlab
      </span>
      {overview && (
        <button
          type="button"
          class="quiet"
          aria-current={route.show === "overview" ? "page" : undefined}
          onClick={() => app.go({ show: "overview" })}
        >
          Overview
        </button>
      )}
      {against && (
        <button
          type="button"
          class="quiet"
          aria-current={route.show === "against" ? "page" : undefined}
          onClick={() => app.go({ show: "against", ...against })}
        >
          Side by side
        </button>
      )}
      {runs.length > 1 ? (
        <select
          aria-label="Run"
          value={id}
          onChange={(e) => {
            if (e.currentTarget.value) void app.go({ show: "run", id: e.currentTarget.value });
          }}
        >
          <option value="">{route.show === "run" ? "" : "Choose a run…"}</option>
          {runs.map((r) => (
            <option key={r.id} value={r.id}>
              {line(r.title, 120)}
            </option>
          ))}
        </select>
      ) : (
        <h1>{line(runs[0]?.title ?? title, 200)}</h1>
      )}
      <span class="space" />
      {app.pane.value && route.show !== "overview" && <SearchBox pane={app.pane.value} />}
      <button type="button" class="quiet" onClick={() => print()}>
        Print
      </button>
      <button type="button" class="quiet" title="Keys and marks (?)" onClick={() => (app.help.value = true)}>
        Help <kbd>?</kbd>
      </button>
    </header>
  );
}

function Runs({ app, pane }: { app: App; pane: Pane }) {
  const panes = app.panes.value;
  return (
    <main class={`run ${panes.length > 1 ? "two" : "one"}`}>
      <aside class="side left" aria-label="Finding">
        {panes.length > 1 && <Against app={app} />}
        <FindingPanel app={app} pane={pane} />
      </aside>
      <div class="middle">
        <Toolbar app={app} pane={pane} />
        <div class="diagrams">
          {panes.map((p, k) => (
            <div key={p.id} class={`diagram-box${panes.length > 1 && k === app.active.value ? " active" : ""}`}>
              {panes.length > 1 && (
                <h2>
                  {k === 0 ? "Left" : "Right"}: {line(p.title, 160)}
                </h2>
              )}
              <Diagram app={app} pane={p} number={k} />
            </div>
          ))}
        </div>
        <CursorInWords pane={pane} />
        <div class="below">
          <div class="tabs" role="tablist" aria-label="Below the diagram">
            <Tab app={app} name="log" words="Log in columns" />
            <Tab app={app} name="events" words="All events" />
          </div>
          {app.tab.value === "log" ? (
            <LogPanel key={pane.id} pane={pane} />
          ) : (
            <EventsPanel key={pane.id} app={app} pane={pane} />
          )}
        </div>
      </div>
      <aside class="side right" aria-label="At the cursor">
        <div class="part">
          <EventPanel pane={pane} />
        </div>
        <section class="part state">
          <h3>State at the cursor</h3>
          <MemoryPanel pane={pane} />
        </section>
      </aside>
    </main>
  );
}

function Tab({ app, name, words }: { app: App; name: "log" | "events"; words: string }) {
  return (
    <button type="button" role="tab" aria-selected={app.tab.value === name} onClick={() => (app.tab.value = name)}>
      {words}
    </button>
  );
}

function Against({ app }: { app: App }) {
  const a = app.alignment.value;
  if (!a) return null;
  const [left, right] = app.panes.value;
  return (
    <section class="against">
      <h2>{a.differs ? "Where they part" : "No difference"}</h2>
      <p>{shown(a.sentence, 1200)}</p>
      <p>
        {a.leftFirst && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              app.active.value = 0;
              left.go(a.leftFirst!.index);
            }}
          >
            Left
          </button>
        )}
        {a.rightFirst && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              app.active.value = 1;
              right.go(a.rightFirst!.index);
            }}
          >
            Right
          </button>
        )}
      </p>
      <p class="facts">
        {count(a.pairs)} milestones are in both, of {count(a.left)} left and {count(a.right)} right. What is below is of
        the {app.active.value === 0 ? "left" : "right"} run.
      </p>
    </section>
  );
}

const count = (list: unknown[]) => list.length.toLocaleString("en");
