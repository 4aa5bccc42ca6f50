import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { seal } from "./tools/seal.ts";

// template.html becomes ../template.html, which the grader embeds: one file, the same bytes from the same sources.
export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true, useRecommendedBuildConfig: true }), seal()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "..",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: { input: "template.html" },
  },
});
