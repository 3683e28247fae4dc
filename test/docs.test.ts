// What the documents name is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
/** What npm knows by itself. */
const builtIn = new Set(['ci', 'install', 'run', 'start', 'test', 'view'])

describe.each(documents)('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8')

  test('names files and folders that are there', () => {
    const paths = [...text.matchAll(/`((?:bin|lib|lambdas|widget|local|test|bench|docs)\/[\w./-]*)`/g)]
    const missing = paths.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))
    expect(missing).toEqual([])
  })

  test('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
    const missing = links
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(join(root, dirname(document), link)))
    expect(missing).toEqual([])
  })

  test('tells commands that there are', () => {
    const commands = [...text.matchAll(/\bnpm (?:run )?([\w-]+)/g)].map(([whole, name = '']) => ({
      whole,
      name,
    }))
    const unknown = commands.filter(({ whole, name }) =>
      whole.includes('npm run') ? scripts[name] === undefined : !builtIn.has(name),
    )
    expect(unknown.map(({ whole }) => whole)).toEqual([])
  })
})
