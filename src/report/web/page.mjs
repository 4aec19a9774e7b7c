// Bundles the scripts and styles of this folder into one page: node page.mjs WORK PAGE, node_modules being in WORK.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [work, page] = process.argv.slice(2).map((path) => resolve(path));
const { buildSync } = createRequire(join(work, "page.mjs"))("esbuild");
const { outputFiles } = buildSync({
  entryPoints: [join(dirname(fileURLToPath(import.meta.url)), "main.js")],
  nodePaths: [join(work, "node_modules")],
  bundle: true,
  minify: true,
  write: false,
  outdir: work,
  target: "es2020",
  charset: "utf8",
  legalComments: "inline",
});
const text = (suffix) => outputFiles.find(({ path }) => path.endsWith(suffix)).text;
const hash = (content) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
const [script, style] = [text(".js"), text(".css")];
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
writeFileSync(
  page,
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headroom</title>
<style>${style}</style>
</head>
<body>
<main id="page"><noscript>This page draws its charts by a script of its own, which the browser does not run.</noscript></main>
<script type="application/json" id="facts">@FACTS@</script>
<script>${script}</script>
</body>
</html>
`,
);
