import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CityPlan } from '../../../widget/map/city-plan.ts'
import { cityPlans, findCityPlan } from '../../../widget/map/find-city-plan.ts'
import { curvePath, readLine } from '../../../widget/map/line-path.ts'
import { projectionAround } from '../../../widget/map/projection.ts'
import { streetPath } from '../../../widget/map/street-path.ts'

const centres: Record<string, [number, number]> = {
  Paris: [2.3522, 48.8566],
  London: [-0.1278, 51.5074],
  Milan: [9.19, 45.4642],
  Rome: [12.4964, 41.9028],
  Florence: [11.2558, 43.7696],
  Berlin: [13.405, 52.52],
  Chicago: [-87.6298, 41.8781],
}

const linesOf = (plan: CityPlan) => [
  ...(plan.rivers ?? []).map(({ line }) => line),
  ...(plan.water ?? []),
  ...(plan.islands ?? []),
  ...(plan.parks ?? []),
  ...(plan.motorways ?? []),
  ...plan.roads,
]

describe('the projection', () => {
  test('is Web Mercator: the centre is the origin, east is right, north is up', () => {
    const { project } = projectionAround(9.19, 45.4642)

    expect(project(9.19, 45.4642)).toEqual({ x: 0, y: 0 })
    expect(project(9.2, 45.4642).x).toBeGreaterThan(0)
    expect(project(9.19, 45.47).y).toBeLessThan(0)
  })

  test('has the pixels of zoom level 14', () => {
    // A tile of zoom 14 is 360 / 2^14 degrees wide and 256 pixels.
    const { project } = projectionAround(0, 0)

    expect(project(360 / 2 ** 14, 0).x).toBeCloseTo(256, 6)
  })

  test('knows how long a metre is', () => {
    const { project, unitsPerMetre } = projectionAround(9.19, 45.4642)
    const oneKilometreNorth = 1000 / 111_320

    expect(-project(9.19, 45.4642 + oneKilometreNorth).y).toBeCloseTo(1000 * unitsPerMetre, -1)
  })

  test('stays finite up to the poles', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -90, max: 90, noNaN: true }),
        (lon, lat) => {
          const { x, y } = projectionAround(0, 0).project(lon, lat)
          expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true)
        },
      ),
    )
  })
})

describe.each(cityPlans.map((plan) => [plan.name, plan] as const))('the plan of %s', (name, plan) => {
  const [longitude, latitude] = centres[name] ?? [0, 0]
  const projection = projectionAround(longitude, latitude)

  test('has lines of readable points that are near the city', () => {
    for (const line of linesOf(plan)) {
      const points = readLine(line, projection)
      expect(points.length).toBeGreaterThanOrEqual(2)
      for (const { x, y } of points) {
        expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true)
        expect(Math.hypot(x, y) / projection.unitsPerMetre).toBeLessThan(30_000)
      }
    }
  })

  test('has its districts inside the city, each once', () => {
    expect(new Set(plan.districts.map(([district]) => district)).size).toBe(plan.districts.length)
    for (const [, east, north] of plan.districts) {
      const { x, y } = projection.project(east, north)
      expect(Math.hypot(x, y) / projection.unitsPerMetre).toBeLessThan(13_000)
    }
  })

  test('draws the same streets each time', () => {
    const path = streetPath(plan, projection.unitsPerMetre)

    expect(path.length).toBeGreaterThan(10_000)
    expect(path).not.toContain('NaN')
    expect(streetPath(plan, projection.unitsPerMetre)).toBe(path)
  })
})

test('a city without a plan of its own gets streets', () => {
  expect(findCityPlan('Atlantis')).toMatchObject({ name: 'Atlantis', roads: [] })
  expect(findCityPlan('milan').name).toBe('Milan')
})

test('a curve goes through every point', () => {
  const path = curvePath([
    { x: 0, y: 0 },
    { x: 10, y: 5 },
    { x: 20, y: 0 },
  ])

  expect(path).toMatch(/^M0 0C.* 10 5C.* 20 0$/)
  expect(curvePath([])).toBe('')
})
