// The keyboard: what each key does, wherever the focus is, but not while text is being written.
import type { App } from "./app.ts";

export function onKeys(app: App) {
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const on = e.target as HTMLElement;
    if (on.closest("input, select, textarea, dialog")) return;
    if (e.key === "?") {
      app.help.value = true;
      e.preventDefault();
      return;
    }
    const pane = app.pane.peek();
    if (!pane) return;
    const f = app.actions(pane)[e.key];
    // In lists the arrows are the list's; only keys that are letters work there as everywhere.
    if (
      !f ||
      (e.key === "Enter" && on.tagName !== "CANVAS") ||
      (e.key.startsWith("Arrow") && on.closest(".virtual-box, .tree, .side") && on.tagName !== "CANVAS")
    )
      return;
    f(e.shiftKey);
    e.preventDefault();
  });
}
