// The rich text of PingOne's forms (Slate JSON) as markup. Everything in it becomes text, escaped; `{{key}}` is a row
// of the flow's dynamic text.
import { Html, html } from './html.ts'

type Block = {
  type?: unknown
  text?: unknown
  children?: unknown
  url?: unknown
  fontWeight?: unknown
  defaultTranslation?: unknown
}

/** @param written a JSON text of blocks, or plain text */
export function slateMarkup(written: unknown, texts: Readonly<Record<string, string>> = {}): Html {
  return new Html(
    blocksOf(written)
      .map((block) => markup(block, texts).text)
      .join(''),
  )
}

/** The words alone, for labels and titles. */
export function slateWords(written: unknown, texts: Readonly<Record<string, string>> = {}): string {
  const words = (block: Block): string =>
    typeof block.defaultTranslation === 'string'
      ? block.defaultTranslation
      : typeof block.text === 'string'
        ? fill(block.text, texts)
        : childrenOf(block).map(words).join('')
  return blocksOf(written).map(words).join(' ').replaceAll(/\s+/g, ' ').trim()
}

function blocksOf(written: unknown): Block[] {
  if (typeof written !== 'string') return []
  try {
    const blocks: unknown = JSON.parse(written)
    if (Array.isArray(blocks)) return blocks.filter((block) => block !== null && typeof block === 'object')
  } catch {
    // Older forms have plain text.
  }
  return [{ text: written }]
}

function childrenOf(block: Block): Block[] {
  return Array.isArray(block.children)
    ? block.children.filter((child) => child !== null && typeof child === 'object')
    : []
}

function fill(text: string, texts: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, key: string) =>
    Object.hasOwn(texts, key) ? (texts[key] ?? '') : '',
  )
}

function markup(block: Block, texts: Readonly<Record<string, string>>): Html {
  if (typeof block.defaultTranslation === 'string') return html`${block.defaultTranslation}`
  if (typeof block.text === 'string') {
    const words = fill(block.text, texts)
    return block.fontWeight === 'bold' ? html`<strong>${words}</strong>` : html`${words}`
  }
  const inner = childrenOf(block).map((child) => markup(child, texts))
  if (inner.every(({ text }) => text === '')) return new Html('')
  switch (block.type) {
    case 'heading-1':
      return html`<h1>${inner}</h1>`
    case 'heading-2':
    case 'heading-3':
      return html`<h2>${inner}</h2>`
    case 'paragraph':
      return html`<p>${inner}</p>`
    case 'bulleted-list':
      return html`<ul>${inner}</ul>`
    case 'numbered-list':
      return html`<ol>${inner}</ol>`
    case 'list-item':
      return html`<li><span>${inner[0]}</span><span>${inner.slice(1)}</span></li>`
    case 'align-center':
      return html`<div class="center">${inner}</div>`
    default:
      return html`${inner}`
  }
}
