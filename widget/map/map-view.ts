// The map: streets as SVG, hotels as real buttons on top. It drags, pinches, zooms and answers the keyboard.
import { html, svg } from '../dom/element.ts'
import { icon } from '../dom/icon.ts'
import { roveFocus } from '../dom/roving-focus.ts'
import { findCityPlan } from './find-city-plan.ts'
import { curvePath, readLine, shapePath } from './line-path.ts'
import { type Point, projectionAround } from './projection.ts'
import { streetPath } from './street-path.ts'

export type Pin = {
  id: string
  longitude: number
  latitude: number
  /** What the pin shows, for example a price. */
  label: string
  /** What the pin is called. */
  name: string
  highlighted: boolean
}

export type MapView = {
  element: HTMLElement
  setPins(pins: readonly Pin[]): void
  /** Marks a pin and brings it into view. */
  select(id: string | undefined): void
  hover(id: string | undefined): void
  /** Goes near to a pin; undefined shows all of them. */
  approach(id: string | undefined): void
  /** With the wheel alone; otherwise the wheel scrolls the page and zooms with Ctrl. */
  setWheelZoom(on: boolean): void
  destroy(): void
}

export type MapListener = { select(id: string): void; hover(id: string | undefined): void }

type Placed = Pin & { at: Point; button: HTMLButtonElement }
type View = { x: number; y: number; scale: number }

const closest = 7
const farthest = 0.12
const reach = 1150
/** Room for half a label, and on the right for the buttons beside it. */
const padding = { top: 48, right: 84, bottom: 18, left: 44 }

const limit = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))
/** How much larger than usual the reader wants text; the labels of the map are in rem. */
const textScale = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Draws the ground of a city: one group that is moved and scaled as a whole. */
function ground(cityName: string, longitude: number, latitude: number) {
  const plan = findCityPlan(cityName)
  const projection = projectionAround(longitude, latitude)
  const shapes = (lines: readonly string[] = []) =>
    lines.map((line) => shapePath(readLine(line, projection))).join('')
  // Parks have corners, but soft ones.
  const soft = (lines: readonly string[] = []) =>
    lines.map((line) => curvePath(readLine(line, projection), true, 1 / 14)).join('')
  const curves = (lines: readonly string[] = []) =>
    lines.map((line) => curvePath(readLine(line, projection))).join('')
  const roads = curves(plan.roads)
  const motorways = curves(plan.motorways)
  const group = svg(
    'g',
    {},
    svg('path', { class: 'map-streets', d: streetPath(plan, projection.unitsPerMetre) }),
    svg('path', { class: 'map-park', d: soft(plan.parks) }),
    svg('path', { class: 'map-water', d: shapes(plan.water) }),
    ...(plan.rivers ?? []).map((river) =>
      svg('path', {
        class: 'map-river',
        d: curvePath(readLine(river.line, projection)),
        'stroke-width': river.width * projection.unitsPerMetre,
      }),
    ),
    svg('path', { class: 'map-island', d: shapes(plan.islands) }),
    svg('path', { class: 'map-road-edge', d: roads }),
    svg('path', { class: 'map-motorway-edge', d: motorways }),
    svg('path', { class: 'map-road', d: roads }),
    svg('path', { class: 'map-motorway', d: motorways }),
  )
  const label =
    (kind: string) =>
    ([name, east, north]: readonly [string, number, number]) => ({
      at: projection.project(east, north),
      node: svg('text', { class: kind }, name),
      width: name.length * 6.6 + 10,
    })
  const labels = [
    ...plan.districts.map(label('map-district')),
    ...(plan.waterNames ?? []).map(label('map-water-name')),
  ]
  return { group, labels, projection }
}

export function createMapView(
  city: { name: string; longitude: number; latitude: number },
  listener: MapListener,
): MapView {
  const { group, labels, projection } = ground(city.name, city.longitude, city.latitude)
  const drawing = svg(
    'svg',
    { class: 'map-ground', 'aria-hidden': 'true' },
    group,
    svg('g', {}, ...labels.map(({ node }) => node)),
  )
  const pinLayer = html('div', {
    class: 'map-pins',
    role: 'group',
    'aria-label': 'Hotels on the map',
    'aria-description': 'Arrow keys go from one to the next',
  })
  const control = (name: Parameters<typeof icon>[0], label: string, act: () => void) =>
    html('button', { type: 'button', class: 'map-control', 'aria-label': label, click: act }, icon(name, 18))
  const controls = html(
    'div',
    {
      class: 'map-controls',
      role: 'group',
      'aria-label': 'Map',
      'aria-description': 'Arrow keys go from one to the next',
    },
    control('plus', 'Zoom in', () => zoom(1.6)),
    control('minus', 'Zoom out', () => zoom(1 / 1.6)),
    control('fit', 'Show all hotels', () => showAll()),
  )
  const surface = html(
    'div',
    {
      class: 'map-surface',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'map',
      'aria-label': `Map of ${city.name}. Arrow keys move it, plus and minus zoom. The list shows the same hotels.`,
    },
    drawing,
  )
  const element = html(
    'div',
    { class: 'map' },
    surface,
    pinLayer,
    controls,
    html('p', { class: 'map-note' }, 'Schematic map'),
  )

  let pins: Placed[] = []
  const setPinEntry = roveFocus(pinLayer, () => pins.map(({ button }) => button))
  roveFocus(controls, () => Array.from(controls.querySelectorAll('button')))

  let size = { width: 0, height: 0 }
  let view: View = { x: 0, y: 0, scale: 1 }
  let selected: string | undefined
  let hovered: string | undefined
  let wheelZoom = false
  let frame = 0
  let flight = 0
  /** Whether the person has moved the map; until then it shows all hotels at every size. */
  let touched = false

  const onScreen = (at: Point): Point => ({
    x: (at.x - view.x) * view.scale + size.width / 2,
    y: (at.y - view.y) * view.scale + size.height / 2,
  })

  const limited = (next: View): View => {
    const distance = reach * 1.2
    return {
      x: limit(next.x, -distance, distance),
      y: limit(next.y, -distance, distance),
      scale: limit(next.scale, farthest, closest),
    }
  }

  function fitted(): View {
    if (pins.length === 0) return { x: 0, y: 0, scale: 0.7 }
    const xs = pins.map(({ at }) => at.x)
    const ys = pins.map(({ at }) => at.y)
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
    const scale = Math.min(
      Math.max(40, size.width - padding.left - padding.right) / Math.max(60, right - left),
      Math.max(40, size.height - padding.top - padding.bottom) / Math.max(60, bottom - top),
      2.2,
    )
    return limited({
      x: (left + right) / 2 + (padding.right - padding.left) / 2 / scale,
      y: (top + bottom) / 2 - (padding.top - padding.bottom) / 2 / scale,
      scale,
    })
  }

  function draw() {
    frame = 0
    const { scale } = view
    group.setAttribute(
      'transform',
      `translate(${size.width / 2 - view.x * scale} ${size.height / 2 - view.y * scale}) scale(${scale})`,
    )
    element.style.setProperty('--road', `${limit(1.6 + scale * 2, 1.8, 9)}px`)
    element.style.setProperty('--street', `${limit(scale * 1.5, 0.8, 5)}px`)
    element.style.setProperty('--street-opacity', String(limit((scale - 0.12) * 2.2, 0, 1)))

    const taken: { left: number; right: number; top: number; bottom: number }[] = []
    const free = (box: (typeof taken)[number]) =>
      taken.every(
        (other) =>
          box.right < other.left ||
          box.left > other.right ||
          box.bottom < other.top ||
          box.top > other.bottom,
      )
    const scaled = textScale()
    const order = [...pins].sort((a, b) => rank(b) - rank(a))
    for (const pin of order) {
      const { x, y } = onScreen(pin.at)
      const half = (pin.label.length * 4 + 13) * scaled
      const box = { left: x - half, right: x + half, top: y - 6 - 30 * scaled, bottom: y - 6 }
      const full = rank(pin) > 0 || free(box)
      pin.button.classList.toggle('pin-small', !full)
      // The tip of a label is on the place, and so is the middle of a dot.
      const lift = full ? 'calc(-100% - 7px)' : '-50%'
      pin.button.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, ${lift})`
      pin.button.style.zIndex = String(full ? 2 + rank(pin) : 1)
      taken.push(full ? box : { left: x - 8, right: x + 8, top: y - 8, bottom: y + 8 })
    }
    // Where the buttons and the note are.
    taken.push({ left: size.width - 54, right: size.width, top: 0, bottom: 122 })
    taken.push({ left: size.width - 96, right: size.width, top: size.height - 22, bottom: size.height })
    for (const { at, node, width } of labels) {
      const { x, y } = onScreen(at)
      const half = (width * scaled) / 2
      const box = { left: x - half, right: x + half, top: y - 9 * scaled, bottom: y + 9 * scaled }
      const inside = box.left > 2 && box.right < size.width - 2 && box.top > 2 && box.bottom < size.height - 2
      const shown = inside && scale > 0.18 && free(box)
      node.setAttribute('visibility', shown ? 'visible' : 'hidden')
      if (!shown) continue
      node.setAttribute('x', x.toFixed(1))
      node.setAttribute('y', y.toFixed(1))
      taken.push(box)
    }
  }

  const rank = (pin: Placed) => (pin.id === selected ? 2 : pin.id === hovered ? 1 : 0)
  const redraw = () => {
    frame ||= requestAnimationFrame(draw)
  }
  const show = (next: View) => {
    view = limited(next)
    redraw()
  }

  function moveTo(target: View) {
    cancelAnimationFrame(flight)
    touched = true
    const from = view
    const to = limited(target)
    if (reducedMotion()) return show(to)
    const began = performance.now()
    const step = (now: number) => {
      const part = limit((now - began) / 320, 0, 1)
      const eased = 1 - (1 - part) ** 3
      show({
        x: from.x + (to.x - from.x) * eased,
        y: from.y + (to.y - from.y) * eased,
        scale: from.scale * (to.scale / from.scale) ** eased,
      })
      if (part < 1) flight = requestAnimationFrame(step)
    }
    flight = requestAnimationFrame(step)
  }

  function showAll() {
    moveTo(fitted())
    touched = false
  }

  const zoom = (factor: number) => moveTo({ ...view, scale: view.scale * factor })

  /** Zooms so that the ground under the pointer stays under it. */
  function zoomAround(factor: number, at: Point) {
    touched = true
    const scale = limit(view.scale * factor, farthest, closest)
    const dx = at.x - size.width / 2
    const dy = at.y - size.height / 2
    show({
      x: view.x + dx / view.scale - dx / scale,
      y: view.y + dy / view.scale - dy / scale,
      scale,
    })
  }

  const pointers = new Map<number, Point>()
  const local = (event: PointerEvent | WheelEvent): Point => {
    const box = surface.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  surface.addEventListener('pointerdown', (event) => {
    cancelAnimationFrame(flight)
    surface.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, local(event))
  })
  surface.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId)
    if (before === undefined) return
    const now = local(event)
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
    pointers.set(event.pointerId, now)
    touched = true
    if (other === undefined) {
      show({
        ...view,
        x: view.x - (now.x - before.x) / view.scale,
        y: view.y - (now.y - before.y) / view.scale,
      })
      return
    }
    const spread = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y)
    zoomAround(spread(now) / Math.max(1, spread(before)), {
      x: (now.x + other.x) / 2,
      y: (now.y + other.y) / 2,
    })
  })
  const release = (event: PointerEvent) => pointers.delete(event.pointerId)
  surface.addEventListener('pointerup', release)
  surface.addEventListener('pointercancel', release)
  element.addEventListener(
    'wheel',
    (event) => {
      if (!wheelZoom && !event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      zoomAround(Math.exp(-limit(event.deltaY, -120, 120) * 0.004), local(event))
    },
    { passive: false },
  )
  surface.addEventListener('keydown', (event) => {
    const step = 80 / view.scale
    const moves: Record<string, () => void> = {
      ArrowLeft: () => moveTo({ ...view, x: view.x - step }),
      ArrowRight: () => moveTo({ ...view, x: view.x + step }),
      ArrowUp: () => moveTo({ ...view, y: view.y - step }),
      ArrowDown: () => moveTo({ ...view, y: view.y + step }),
      '+': () => zoom(1.6),
      '=': () => zoom(1.6),
      '-': () => zoom(1 / 1.6),
      '0': () => showAll(),
    }
    const move = moves[event.key]
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move()
  })

  const resize = new ResizeObserver(([entry]) => {
    if (entry === undefined) return
    const { width, height } = entry.contentRect
    if (width === 0 || height === 0) return
    size = { width, height }
    if (!touched) view = fitted()
    draw()
  })
  resize.observe(element)

  const mark = () => {
    for (const pin of pins) {
      pin.button.setAttribute('aria-pressed', String(pin.id === selected))
      pin.button.classList.toggle('pin-hovered', pin.id === hovered)
    }
    redraw()
  }

  function bringIntoView(id: string | undefined) {
    const pin = pins.find((candidate) => candidate.id === id)
    if (pin === undefined || size.width === 0) return
    const { x, y } = onScreen(pin.at)
    const visible =
      x > padding.left &&
      x < size.width - padding.right &&
      y > padding.top &&
      y < size.height - padding.bottom
    if (!visible) moveTo({ ...view, ...pin.at })
  }

  return {
    element,
    setPins(next) {
      const focused = pins.find(({ button }) => button === document.activeElement)?.id
      pins = next.map((pin) => ({
        ...pin,
        at: projection.project(pin.longitude, pin.latitude),
        button: html(
          'button',
          {
            type: 'button',
            class: pin.highlighted ? 'pin pin-member' : 'pin',
            'aria-label': pin.name,
            'aria-pressed': String(pin.id === selected),
            'data-hotel': pin.id,
            click: () => listener.select(pin.id),
            pointerenter: () => listener.hover(pin.id),
            pointerleave: () => listener.hover(undefined),
            focus: () => {
              listener.hover(pin.id)
              bringIntoView(pin.id)
            },
            blur: () => listener.hover(undefined),
          },
          pin.label,
        ),
      }))
      pinLayer.replaceChildren(...pins.map(({ button }) => button))
      setPinEntry(pins.find(({ id }) => id === selected)?.button)
      pins.find(({ id }) => id === focused)?.button.focus({ preventScroll: true })
      if (size.width > 0) {
        if (!touched) view = fitted()
        draw()
      }
    },
    select(id) {
      selected = id
      mark()
      bringIntoView(id)
    },
    hover(id) {
      hovered = id
      mark()
    },
    approach(id) {
      const pin = pins.find((candidate) => candidate.id === id)
      if (pin === undefined) return showAll()
      // A little below the middle, so that the label above the point is in the middle.
      const scale = Math.max(view.scale, 1.1)
      moveTo({ x: pin.at.x, y: pin.at.y - 16 / scale, scale })
    },
    setWheelZoom(on) {
      wheelZoom = on
      surface.classList.toggle('map-free', on)
    },
    destroy() {
      resize.disconnect()
      cancelAnimationFrame(frame)
      cancelAnimationFrame(flight)
    },
  }
}
