// Minor streets: quarters around scattered centres, each with its own direction, as old cities have grown; or one
// grid throughout. They are texture, not survey.
import type { CityPlan } from './city-plan.ts'
import type { Point } from './projection.ts'
import { seededRandom } from './seeded-random.ts'

const reachMetres = 7500
const quarterMetres = 850

type Quarter = Point & { direction: number }

/** The part of a line inside the quarter: nearer to its centre than to any neighbour's. */
function clip(
  quarter: Quarter,
  neighbours: readonly Quarter[],
  from: Point,
  direction: Point,
  reach: number,
) {
  let start = -reach
  let end = reach
  for (const neighbour of neighbours) {
    const normal = { x: neighbour.x - quarter.x, y: neighbour.y - quarter.y }
    const limit =
      (neighbour.x ** 2 + neighbour.y ** 2 - quarter.x ** 2 - quarter.y ** 2) / 2 -
      (from.x * normal.x + from.y * normal.y)
    const slope = direction.x * normal.x + direction.y * normal.y
    if (Math.abs(slope) < 1e-9) {
      if (limit < 0) return undefined
    } else if (slope > 0) end = Math.min(end, limit / slope)
    else start = Math.max(start, limit / slope)
  }
  return end - start > 1 ? ([start, end] as const) : undefined
}

/** SVG path data of the streets around the city's centre. */
export function streetPath(plan: CityPlan, unitsPerMetre: number): string {
  const random = seededRandom(plan.name)
  const cell = quarterMetres * unitsPerMetre
  const count = Math.ceil(reachMetres / quarterMetres)
  const grid = plan.streets.direction
  const rows: Quarter[][] = []
  for (let row = -count; row <= count; row += 1) {
    const quarters: Quarter[] = []
    for (let column = -count; column <= count; column += 1) {
      const x = (column + (random() - 0.5) * 0.8) * cell
      const y = (row + (random() - 0.5) * 0.8) * cell
      // Streets of a grown city lead to its centre or run around it.
      const direction =
        grid === undefined ? Math.atan2(y, x) + (random() - 0.5) * 0.7 : (grid * Math.PI) / 180
      quarters.push({ x, y, direction })
    }
    rows.push(quarters)
  }

  const path: string[] = []
  const round = (value: number) => Math.round(value * 10) / 10
  rows.forEach((quarters, row) => {
    quarters.forEach((quarter, column) => {
      const neighbours: Quarter[] = []
      for (let down = -2; down <= 2; down += 1) {
        for (let right = -2; right <= 2; right += 1) {
          const neighbour = rows[row + down]?.[column + right]
          if (neighbour !== undefined && neighbour !== quarter) neighbours.push(neighbour)
        }
      }
      plan.streets.spacing.forEach((metres, across) => {
        const spacing = metres * unitsPerMetre
        const angle = quarter.direction + (across === 0 ? 0 : Math.PI / 2)
        const direction = { x: Math.cos(angle), y: Math.sin(angle) }
        const normal = { x: -direction.y, y: direction.x }
        // A grid goes on from quarter to quarter; grown streets start anew.
        const origin =
          grid === undefined
            ? 0
            : Math.round((quarter.x * normal.x + quarter.y * normal.y) / spacing) * spacing
        const base = grid === undefined ? quarter.x * normal.x + quarter.y * normal.y : origin
        const along = quarter.x * direction.x + quarter.y * direction.y
        const lines = Math.ceil((cell * 1.4) / spacing)
        for (let line = -lines; line <= lines; line += 1) {
          if (random() < 0.14) continue
          const wobble = grid === undefined ? (random() - 0.5) * 0.45 : 0
          const offset = base + (line + wobble) * spacing
          const from = {
            x: normal.x * offset + direction.x * along,
            y: normal.y * offset + direction.y * along,
          }
          const part = clip(quarter, neighbours, from, direction, cell * 2)
          if (part === undefined) continue
          const [start, end] = part
          path.push(
            `M${round(from.x + direction.x * start)} ${round(from.y + direction.y * start)}` +
              `L${round(from.x + direction.x * end)} ${round(from.y + direction.y * end)}`,
          )
        }
      })
    })
  })
  return path.join('')
}
