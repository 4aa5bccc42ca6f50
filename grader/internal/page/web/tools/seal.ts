// Seals the built page: the script goes to the end of the body, the licences of what is in it into a block of their
// own, and a Content-Security-Policy with the hashes of the one script and the one style into its head.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const marker = "<!--raftlab:data-->";

// seal has to come after vite-plugin-singlefile in the list of plugins: it works on the whole page.
export function seal(): Plugin {
  const packages = new Set<string>();
  return {
    name: "raftlab:seal",
    enforce: "post",
    renderChunk(_code, chunk) {
      for (const id of chunk.moduleIds) {
        const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
        if (found) packages.add(found[1]);
      }
      return null;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const asset of Object.values(bundle)) {
          if (asset.type === "asset" && asset.fileName.endsWith(".html")) {
            asset.source = sealed(String(asset.source), licences([...packages].sort()));
          }
        }
      },
    },
  };
}

// sealed is the page as it is shipped. It throws if what came out of the build is not what it expects.
function sealed(html: string, notices: string): string {
  const script = only(html, /<script type="module"[^>]*>([\s\S]*?)<\/script>\s*/g, "script");
  html = html.replace(script[0], () => "");
  const style = only(html, /<style[^>]*>([\s\S]*?)<\/style>/g, "style");
  const code = script[1].replaceAll("<!--", "\\x3C!--");
  const policy = [
    "default-src 'none'",
    `script-src '${hash(code)}'`,
    `style-src '${hash(style[1])}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  html = html
    .replace(style[0], () => `<style>${style[1]}</style>`)
    .replace(
      /<meta charset="[^"]*"\s*\/?>/i,
      (m) => `${m}\n<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    )
    .replace(
      "</body>",
      () =>
        `<script type="text/plain" id="licences">\n${notices}</script>\n` +
        `<script type="module">${code}</script>\n</body>`,
    );
  if (html.split(marker).length !== 2) throw new Error(`the page has to have ${marker} once`);
  if (!html.includes("Content-Security-Policy"))
    throw new Error("the page has no <meta charset> to put the policy after");
  return html;
}

function only(html: string, pattern: RegExp, what: string): RegExpMatchArray {
  const found = [...html.matchAll(pattern)];
  if (found.length !== 1) throw new Error(`expected one ${what} in the page, found ${found.length}`);
  return found[0];
}

const hash = (text: string) => `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;

// licences is the text of the licence of each package, with its name and version.
function licences(directories: string[]): string {
  return directories
    .map((dir) => {
      const { name, version, license } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
      const file = readdirSync(dir).find((f) => /^licen[cs]e/i.test(f));
      if (!file) throw new Error(`${name} has no licence file`);
      const text = readFileSync(join(dir, file), "utf8").replace(/\r\n/g, "\n").trim().replaceAll("</", "<\\/");
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join("\n----------------------------------------\n\n");
}
