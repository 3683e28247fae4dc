// A drawn picture of a hotel: the same for the same hotel, with its city's landmark behind it. There are no photos
// because no host allows images from everywhere, and the strictest allows none.
import { svg } from '../dom/element.ts'
import { seededRandom } from '../map/seeded-random.ts'

type Sky = {
  top: string
  bottom: string
  far: string
  near: string
  glow: string
  lit: number
  ground: string
}

const skies: readonly Sky[] = [
  {
    top: '#8fc3e6',
    bottom: '#eaf5fb',
    far: '#a9c8dd',
    near: '#8fb2c9',
    glow: '#fff8e1',
    lit: 0.1,
    ground: '#cdd8c9',
  },
  {
    top: '#f3a977',
    bottom: '#fde9c9',
    far: '#dba184',
    near: '#c08669',
    glow: '#fff1cf',
    lit: 0.35,
    ground: '#d9c3a3',
  },
  {
    top: '#4a4b80',
    bottom: '#f0a58f',
    far: '#6a5b8b',
    near: '#51497a',
    glow: '#ffd9b0',
    lit: 0.6,
    ground: '#6b5b78',
  },
  {
    top: '#101d3a',
    bottom: '#41588c',
    far: '#22386b',
    near: '#192b56',
    glow: '#f4ecd2',
    lit: 0.7,
    ground: '#1d2b4a',
  },
  {
    top: '#a7d3d6',
    bottom: '#fbefe0',
    far: '#a8c3c2',
    near: '#8badac',
    glow: '#fff6e0',
    lit: 0.18,
    ground: '#d5d3bf',
  },
]

type Style = { walls: readonly string[]; roof: string; shape: 'flat' | 'mansard' | 'tiles' | 'tower' }

const styles: { [city: string]: Style } = {
  Paris: { walls: ['#eadfca', '#f1e8d8', '#e2d3b8'], roof: '#6d7a88', shape: 'mansard' },
  London: { walls: ['#a65c4b', '#8f4f43', '#e9e1d4'], roof: '#54565c', shape: 'mansard' },
  Milan: { walls: ['#e5bd7c', '#e9cfa4', '#d9a679'], roof: '#a4583f', shape: 'tiles' },
  Rome: { walls: ['#d88f62', '#e3a878', '#e8c595'], roof: '#9c5239', shape: 'tiles' },
  Florence: { walls: ['#e9c987', '#e6d6b0', '#d9a569'], roof: '#a8553a', shape: 'tiles' },
  Berlin: { walls: ['#e7e4dc', '#c9ced2', '#d8c9b2'], roof: '#5d646b', shape: 'flat' },
  Chicago: { walls: ['#8ea3b3', '#b2a08c', '#6f8796'], roof: '#4a5a66', shape: 'tower' },
}
const anyStyle: Style = { walls: ['#e9e2d5', '#c9a98a', '#a9b8a0'], roof: '#6b5f57', shape: 'flat' }

/** Silhouettes that stand on y = 150, around x = 260. */
const landmarks: { [city: string]: string } = {
  Paris:
    'M232 150q20-26 26-72l3-40h2l1-12 1 12h2l3 40q6 46 26 72h-14q-4-16-18-17-14 1-18 17zM250 112h30v5h-30zM256 82h18v4h-18z',
  London: 'M254 150V70h-3v-9h4l9-36 9 36h4v9h-3v80zM232 150v-34l6-10 6 10v34zM284 150v-28h26v28z',
  Milan:
    'M216 150v-34l5-16 5 16v-9l6-25 6 25v-8l6-32 6 26 6-44 2-12 2 12 6 44 6-26 6 32v8l6-25 6 25v9l5-16 5 16v34z',
  Rome: 'M218 150v-26h20v-12h6c2-24 10-34 18-37v-9h4v9c8 3 16 13 18 37h6v12h20v26z',
  Florence: 'M228 150v-30h8c2-30 14-46 26-52v-12h4v12c12 6 24 22 26 52h8v30zM206 150V66l2-3h12l2 3v84z',
  Berlin: 'M261 150l2-74a9 9 0 1 1 6 0l2 74zM265 58V18h2v40zM216 150v-22h6v-8h30v8h6v22z',
  Chicago:
    'M206 150V92h16v58zM224 150V60h5V42h2V26h2v16h5V26h2v16h2v18h5v90zM250 150V84l10-10h8v76zM270 150V66h18v84zM291 150v-48h20v48z',
}

let lastId = 0

/** A decorative drawing that fills its box. */
export function hotelPicture(hotelId: string, cityName: string, stars: number): SVGSVGElement {
  const random = seededRandom(`${cityName} ${hotelId}`)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const sky = pick(skies)
  const style = (Object.hasOwn(styles, cityName) ? styles[cityName] : undefined) ?? anyStyle
  const wall = pick(style.walls)
  lastId += 1
  const id = (name: string) => `picture-${name}-${lastId}`
  const stop = (offset: number, colour: string, opacity = 1) =>
    svg('stop', { offset, 'stop-color': colour, 'stop-opacity': opacity })
  const rect = (x: number, y: number, width: number, height: number, fill: string, more = {}) =>
    svg('rect', { x, y, width, height, fill, ...more })

  const tower = style.shape === 'tower'
  const columns = tower ? 4 + Math.floor(random() * 2) : 5 + Math.floor(random() * 3)
  const floors = tower ? 7 + Math.floor(random() * 2) : 3 + Math.floor(random() * 2)
  const columnWidth = tower ? 17 : 22
  const floorHeight = tower ? 14 : 20
  const width = columns * columnWidth + 14
  const height = floors * floorHeight + 30
  const left = 104 - width / 2 + random() * 34
  const top = 158 - height
  const night = sky.lit > 0.5

  const windows = []
  for (let floor = 0; floor < floors; floor += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = left + 7 + column * columnWidth + columnWidth * 0.26
      const y = top + 8 + floor * floorHeight
      const lit = random() < sky.lit
      const pane = lit ? '#ffdf95' : night ? '#2b3a5c' : '#6d8396'
      const opacity = lit ? 1 : night ? 0.75 : 0.55
      windows.push(
        rect(x, y, columnWidth * 0.48, floorHeight * 0.62, pane, {
          rx: style.shape === 'tiles' ? 3.5 : 1,
          opacity,
        }),
      )
      if (!tower)
        windows.push(rect(x - 1.5, y + floorHeight * 0.64, columnWidth * 0.48 + 3, 1.4, '#00000026'))
    }
  }

  const roof =
    style.shape === 'mansard'
      ? svg('path', {
          fill: style.roof,
          d: `M${left - 3} ${top}l8-17h${width - 10}l8 17z`,
        })
      : style.shape === 'tiles'
        ? svg('path', {
            fill: style.roof,
            d: `M${left - 7} ${top + 1}l${width / 2 + 7}-17 ${width / 2 + 7} 17z`,
          })
        : rect(left - 2, top - 4, width + 4, 5, style.roof)

  const tree = (x: number, size: number) =>
    svg(
      'g',
      {},
      rect(x - 1.2, 158 - size * 0.7, 2.4, size * 0.7, night ? '#1c2433' : '#7a6552'),
      svg('ellipse', {
        cx: x,
        cy: 158 - size,
        rx: size * 0.42,
        ry: size * 0.62,
        fill: night ? '#22404a' : '#7f9f76',
      }),
    )
  const awning = pick(['#0f6b5c', '#7d2f3a', '#2c4a6b', '#3b3a38'])
  const door = left + width / 2

  return svg(
    'svg',
    {
      viewBox: '0 0 320 180',
      preserveAspectRatio: 'xMidYMax slice',
      class: 'picture',
      'aria-hidden': 'true',
    },
    svg(
      'defs',
      {},
      svg(
        'linearGradient',
        { id: id('sky'), x1: 0, y1: 0, x2: 0, y2: 1 },
        stop(0, sky.top),
        stop(1, sky.bottom),
      ),
      svg(
        'linearGradient',
        { id: id('wall'), x1: 0, y1: 0, x2: 1, y2: 0.4 },
        stop(0, '#ffffff', 0.22),
        stop(1, '#000000', night ? 0.45 : 0.16),
      ),
      svg('radialGradient', { id: id('glow') }, stop(0, sky.glow, 0.95), stop(1, sky.glow, 0)),
    ),
    rect(0, 0, 320, 180, `url(#${id('sky')})`),
    svg('circle', {
      cx: 40 + random() * 220,
      cy: 34 + random() * 26,
      r: night ? 34 : 52,
      fill: `url(#${id('glow')})`,
    }),
    svg('path', {
      fill: sky.far,
      opacity: 0.75,
      d: `M0 152V118h26v-12h22v16h30v-22h24v14h34v-9h26v18h38v-14h30v10h28v-20h30v16h32v37z`,
    }),
    svg('path', {
      fill: sky.near,
      d:
        (Object.hasOwn(landmarks, cityName) ? landmarks[cityName] : undefined) ??
        'M214 150v-40h24v-16h26v26h30v30z',
    }),
    rect(0, 148, 320, 32, sky.ground),
    tree(left - 22, 30 + random() * 8),
    roof,
    rect(left, top, width, height, wall),
    rect(left, top, width, height, `url(#${id('wall')})`),
    ...windows,
    rect(left, 158 - 22, width, 2, '#00000024'),
    rect(door - 7, 158 - 17, 14, 17, night ? '#ffdf95' : '#4b3f37', { rx: 1.5 }),
    svg('path', { fill: awning, d: `M${door - 15} ${158 - 15}l4-7h22l4 7z` }),
    ...Array.from({ length: stars }, (_, index) =>
      svg('circle', { cx: door - (stars - 1) * 2.6 + index * 5.2, cy: 158 - 26, r: 1.3, fill: '#f6dd9a' }),
    ),
    tree(left + width + 16, 26 + random() * 10),
    tree(left + width + 34, 20 + random() * 8),
    rect(0, 158, 320, 22, night ? '#0f1830' : '#00000014'),
    rect(0, 158, 320, 1.5, '#00000022'),
  )
}
