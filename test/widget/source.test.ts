import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { buildWidget } from '../../widget/build.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['widget', 'local/chat/page', 'local/chat/sandbox']
const forbidden = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'document.write',
  'createContextualFragment',
  'DOMParser',
  'setHTML',
  'eval(',
  'new Function',
  'localStorage',
  'fetch(',
  'new Worker',
  'Blob(',
  'alert(',
]

async function sources(folder: string): Promise<string[]> {
  const names = await readdir(`${root}/${folder}`, { recursive: true })
  return names
    .filter((name) => name.endsWith('.ts') && name !== 'build.ts')
    .map((name) => `${folder}/${name}`)
}

describe('the source', () => {
  test('of widget, chat page and sandbox never parses text as markup', async () => {
    const files = (await Promise.all(folders.map(sources))).flat()
    const markup = forbidden.slice(0, 7)
    const found: string[] = []
    for (const file of files) {
      const text = await readFile(`${root}/${file}`, 'utf8')
      found.push(...markup.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`))
    }

    expect(files.length).toBeGreaterThan(20)
    expect(found).toEqual([])
  })

  test('of the widget uses nothing that the strictest host lacks', async () => {
    const found: string[] = []
    for (const file of await sources('widget')) {
      const text = await readFile(`${root}/${file}`, 'utf8')
      found.push(...forbidden.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`))
    }

    expect(found).toEqual([])
  })
})

describe('the built widget', () => {
  test('is one small document that names nothing to load', async () => {
    const html = await buildWidget()

    expect(Buffer.byteLength(html)).toBeLessThan(150_000)
    expect(html.startsWith('<!doctype html>')).toBe(true)
    expect(html).not.toMatch(/\s(?:src|href)=["']?(?!["']?#)/)
    expect(html.slice(0, html.indexOf('</style>'))).not.toMatch(/@import|url\(/)
    expect(html.match(/https?:\/\/[^"'`\s)]+/g) ?? []).toEqual(['http://www.w3.org/2000/svg'])
  })

  test('is the same each time', async () => {
    expect(await buildWidget()).toBe(await buildWidget())
  })
})
