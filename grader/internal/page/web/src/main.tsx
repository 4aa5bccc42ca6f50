// The page begins here.
import { render } from "preact";
import { readPage } from "./model/data.ts";
import { line } from "./model/text.ts";
import { App } from "./panels/app.ts";
import { onKeys } from "./panels/keys.ts";
import { measure } from "./panels/measure.ts";
import { onPrint } from "./panels/print.tsx";
import { Shell } from "./panels/shell.tsx";
import "./style.css";

async function main() {
  const root = document.getElementById("app")!;
  let app: App;
  try {
    app = new App(readPage());
  } catch (e) {
    root.textContent = e instanceof Error ? e.message : String(e);
    return;
  }
  document.title = line(app.page.title, 120) || "raftlab";
  render(<Shell app={app} />, root);
  onKeys(app);
  onPrint(app);
  await app.start();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  measure(app);
}

void main();
