// Builds the widget into one HTML document that loads nothing: script and style are inlined, icons are inline SVG.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A closing tag inside inlined text would end the element early; the backslash changes no meaning in JS or CSS. */
const inline = (text: string, tag: 'script' | 'style') => text.replaceAll(`</${tag}`, `<\\/${tag}`).trim()

/** The widget as one self-contained HTML document. The same source gives the same bytes. */
export async function buildWidget(): Promise<string> {
  const [bundle, styles] = await Promise.all([
    build({
      entryPoints: [source('./main.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      minify: true,
      charset: 'utf8',
      legalComments: 'none',
    }),
    readFile(source('./styles.css'), 'utf8').then((css) =>
      transform(css, { loader: 'css', minify: true, target: ['chrome111', 'safari16.4', 'firefox113'] }),
    ),
  ])
  const script = bundle.outputFiles[0]?.text ?? ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>MyHotels</title>
<style>${inline(styles.code, 'style')}</style>
</head>
<body>
<div id="app" class="app"></div>
<script>${inline(script, 'script')}</script>
</body>
</html>
`
}

if (import.meta.main) {
  const [output] = process.argv.slice(2)
  if (output === undefined) {
    console.error('Name the file to write: node widget/build.ts <output.html>')
    process.exitCode = 2
  } else {
    await writeFile(output, await buildWidget())
  }
}
