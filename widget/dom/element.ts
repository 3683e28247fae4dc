// The only way that this widget makes nodes: names, attributes and text. No text is ever parsed as markup.

type Child = Node | string | number | false | null | undefined

type Attributes = {
  [name: string]: string | number | boolean | undefined | ((event: never) => void) | Record<string, string>
}

const svgNamespace = 'http://www.w3.org/2000/svg'

function apply(element: Element, attributes: Attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value as EventListener)
    else if (typeof value === 'object') {
      for (const [property, setting] of Object.entries(value)) {
        ;(element as HTMLElement | SVGElement).style.setProperty(property, setting)
      }
    } else element.setAttribute(name, value === true ? '' : String(value))
  }
}

const append = (element: Element, children: readonly Child[]) => {
  for (const child of children) {
    if (child === false || child === null || child === undefined) continue
    element.append(typeof child === 'number' ? String(child) : child)
  }
}

/** Makes an HTML element. A function among the attributes listens to the event of that name; `style` is an object. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  apply(element, attributes)
  append(element, children)
  return element
}

/** Makes an SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(svgNamespace, tag)
  apply(element, attributes)
  append(element, children)
  return element
}
