import type { Line } from './city-plan.ts'
import type { Point, Projection } from './projection.ts'

const round = (value: number) => Math.round(value * 10) / 10

export const readLine = (line: Line, projection: Projection): Point[] =>
  line.split(',').map((pair) => {
    const [longitude = 0, latitude = 0] = pair.trim().split(' ').map(Number)
    return projection.project(longitude, latitude)
  })

/** A closed shape with straight sides, as SVG path data. */
export const shapePath = (points: readonly Point[]): string =>
  `M${points.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}Z`

/**
 * A smooth line through all points (Catmull-Rom, as cubic Béziers), as SVG path data. `bend` is 0 for straight lines
 * and 1/6 for round ones.
 */
export function curvePath(points: readonly Point[], closed = false, bend = 1 / 6): string {
  const [first] = points
  if (first === undefined) return ''
  const at = (index: number): Point => {
    const wrapped = closed
      ? (index + points.length) % points.length
      : Math.min(points.length - 1, Math.max(0, index))
    return points[wrapped] ?? first
  }
  let path = `M${round(first.x)} ${round(first.y)}`
  const segments = closed ? points.length : points.length - 1
  for (let index = 0; index < segments; index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)]
    path += `C${round(from.x + (to.x - before.x) * bend)} ${round(from.y + (to.y - before.y) * bend)} `
    path += `${round(to.x - (after.x - from.x) * bend)} ${round(to.y - (after.y - from.y) * bend)} `
    path += `${round(to.x)} ${round(to.y)}`
  }
  return closed ? `${path}Z` : path
}
