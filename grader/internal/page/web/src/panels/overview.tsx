// The overview: who passes what, and the groups of failures, each with a run to look at.
import type { App } from "./app.ts";
import type { Group, Overview } from "../model/recording.ts";
import { line, shown } from "../model/text.ts";

const signs: Record<string, string> = { pass: "✓", fail: "✕", skip: "–", error: "!", none: "" };

export function OverviewPanel({ app, overview }: { app: App; overview: Overview | null }) {
  if (!overview) return <p class="empty">There is nothing in this page.</p>;
  const { columns, rows, groups, notes } = overview;
  return (
    <main class="overview">
      <h1>{line(app.page.title, 200)}</h1>
      {groups.length > 0 && (
        <section>
          <h2>Failures</h2>
          <ul class="groups">
            {groups.map((g, k) => (
              <li key={k}>
                <GroupCard app={app} g={g} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {rows.length > 0 && (
        <section>
          <h2>Who passes what</h2>
          <div class="matrix-box" tabIndex={0} role="region" aria-label="Who passes what">
            <table class="matrix">
              <thead>
                <tr>
                  <th scope="col">part</th>
                  <th scope="col">scenario</th>
                  <th scope="col">tier</th>
                  {columns.map((c, k) => (
                    <th scope="col" key={k} class="column">
                      {line(c, 60)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((r, k) => (
                  <tr key={k} class={k > 0 && rows[k - 1].part !== r.part ? "first" : ""}>
                    <td>{k === 0 || rows[k - 1].part !== r.part ? line(r.part, 40) : ""}</td>
                    <th scope="row">{line(r.scenario, 60)}</th>
                    <td>{line(r.tier, 20)}</td>
                    {r.cells.map((c, j) => (
                      <td
                        key={j}
                        class={`cell ${Object.hasOwn(signs, c.class) ? c.class : "none"}`}
                        title={line(c.title, 400)}
                      >
                        <span aria-hidden="true">{signs[c.class] ?? ""}</span>{" "}
                        <CellText app={app} text={line(c.text, 40)} run={runOf(groups, columns[j], r.scenario)} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <div>
        {notes?.map((n, k) => (
          <p class="facts" key={k}>
            {shown(n, 2000)}
          </p>
        ))}
      </div>
    </main>
  );
}

// runOf is the run that stands for the failures of an implementation in a scenario, if there is one in the page.
const runOf = (groups: Group[], implementation: string, scenario: string) =>
  groups.find((g) => g.implementation === implementation && g.scenario === scenario)?.run ?? null;

function CellText({ app, text, run }: { app: App; text: string; run: string | null }) {
  if (!run) return <>{text}</>;
  return (
    <button type="button" class="cell-link" onClick={() => app.go({ show: "run", id: run })}>
      {text}
    </button>
  );
}

function GroupCard({ app, g }: { app: App; g: Group }) {
  const { run } = g;
  return (
    <article class="group-card">
      <p class="meta">
        <b>
          {g.count.toLocaleString("en")} {g.count === 1 ? "run" : "runs"}
        </b>{" "}
        · {line(g.implementation, 120)} · {line(g.scenario, 60)} · seed {g.seed} · {line(g.kind, 30)}
      </p>
      <h3>{shown(g.sentence || g.title, 600)}</h3>
      {g.sentence && g.sentence !== g.title && <p class="facts">{shown(g.title, 300)}</p>}
      {run ? (
        <button type="button" class="open" onClick={() => app.go({ show: "run", id: run })}>
          See how it came about →
        </button>
      ) : (
        <code>{line(g.command, 600)}</code>
      )}
    </article>
  );
}
