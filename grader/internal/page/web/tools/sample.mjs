// Fills the built template with a recording, to look at and to measure:   npm run sample -- OUT.html [-events 100000]
// [-hostile] [-states N] [-recording FILE.json] [-against FILE.json] [-overview] Without -recording, a synthetic one of
// so many events.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { runnerImport } from "vite";

const { module } = await runnerImport(new URL("../src/model/synthetic.ts", import.meta.url).pathname);
const [out, ...args] = process.argv.slice(2);
if (!out || out.startsWith("-")) {
  console.error(
    "usage: npm run sample -- OUT.html [-events N] [-hostile] [-states N] [-recording FILE]",
    "[-against FILE] [-overview]",
  );
  process.exit(2);
}
const value = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const wish = {
  events: Number(value("-events") ?? 2000),
  hostile: args.includes("-hostile"),
  states: Number(value("-states") ?? 0),
};
const recordings = [value("-recording") ? readFileSync(value("-recording"), "utf8") : text(module.synthetic(wish))];
if (value("-against"))
  recordings.push(
    value("-against") === "synthetic"
      ? text(module.synthetic({ ...wish, seed: 2 }))
      : readFileSync(value("-against"), "utf8"),
  );

// Recordings have their seed as a number.
function text(recording) {
  return JSON.stringify({ ...recording, seed: Number(recording.seed) });
}

const runs = recordings.map((r, k) => {
  const { implementation, scenario, seed, finding } = JSON.parse(r);
  return {
    id: `run-${k}`,
    title: `${implementation} ${scenario} seed ${seed}`,
    finding,
    implementation,
    scenario,
    seed,
  };
});
const overview = {
  columns: ["impls/ticker-timer", runs[0].implementation],
  rows: ["InitialElection", "ReElection", runs[0].scenario].map((scenario, k) => ({
    part: k < 2 ? "elections" : "log",
    scenario,
    tier: k ? "strict" : "classic",
    cells: [
      { text: "20/20", class: "pass", title: "all passed" },
      k === 2 ? { text: "14/20", class: "fail", title: "6 failed" } : { text: "", class: "none", title: "" },
    ],
  })),
  groups: runs.map((r) => ({
    title: r.finding?.sentence ?? "passed",
    count: 6,
    implementation: r.implementation,
    scenario: r.scenario,
    seed: r.seed,
    kind: r.finding?.kind ?? "",
    sentence: r.finding?.sentence ?? "",
    run: r.id,
    command: `go run ./grader replay ${r.implementation} ${r.scenario} ${r.seed}`,
  })),
  notes: ["Each run is a seed."],
};
const page = {
  version: 1,
  title: runs[0].title,
  overview: args.includes("-overview") ? overview : null,
  runs: runs.map(({ id, title }) => ({ id, title })),
  against: recordings.length > 1 && !args.includes("-overview") ? { left: "run-0", right: "run-1" } : null,
};
const json = JSON.stringify(page).replaceAll("<", "\\u003c");
const blocks = [
  `<script type="application/json" id="page">${json}</script>`,
  ...recordings.map((r, k) => `<script type="text/plain" id="run-${k}">${gzipSync(r).toString("base64")}</script>`),
];
const template = readFileSync(new URL("../../template.html", import.meta.url), "utf8");
const html = template.replace("<!--raftlab:data-->", () => blocks.join("\n"));
writeFileSync(out, html);
console.log(`${out}: ${(html.length / 1e6).toFixed(2)} MB, template ${(template.length / 1e3).toFixed(0)} kB`);
