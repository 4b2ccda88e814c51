// build.mjs - the page: src -> dist, as it is served. Names below dist/desk carry a digest of what is in them; beside
// each file stands its gzip. The same sources give the same bytes.
import { build } from 'esbuild'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })
const result = await build({
  absWorkingDir: here,
  entryPoints: ['src/main.tsx', 'src/desk.css'],
  outdir: 'dist/desk', entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', publicPath: '/desk',
  bundle: true, splitting: true, format: 'esm', target: ['es2022'], jsx: 'automatic', jsxImportSource: 'preact',
  minify: true, legalComments: 'none', metafile: true, logLevel: 'warning', charset: 'utf8',
})

// What the page always needs is asked for at once, not when the script before it has been read.
const outputs = Object.entries(result.metafile.outputs)
const named = source => '/' + relative(dist, join(here, outputs.find(([, one]) => one.entryPoint === source)[0]))
const script = named('src/main.tsx')
const static_ = outputs.find(([, one]) => one.entryPoint === 'src/main.tsx')[1].imports
  .filter(one => one.kind === 'import-statement').map(one => '/' + relative(dist, join(here, one.path)))
const html = await readFile(join(here, 'src/index.html'), 'utf8')
await writeFile(join(dist, 'index.html'), html
  .replace('<!-- preload -->', static_.map(one => `<link rel="modulepreload" href="${one}">`).join(''))
  .replace('SCRIPT', script).replace('STYLE', named('src/desk.css')))
await cp(join(here, 'src/icon.svg'), join(dist, 'icon.svg'))

for (const name of await readdir(dist, { recursive: true })) {
  const path = join(dist, name)
  if (!/\.(html|js|css|svg)$/.test(name)) continue
  await writeFile(path + '.gz', gzipSync(await readFile(path), { level: 9 }))
}
