// Web Mercator (EPSG:3857), in units of one pixel at zoom level 14, counted from the city's centre.

const worldSize = 256 * 2 ** 14
const earthCircumference = 40_075_016.686
/** The projection ends here; beyond it the plane would be infinite. */
const northernmost = 85.05112878

export type Point = { x: number; y: number }

const absolute = (longitude: number, latitude: number): Point => {
  const limited = Math.min(northernmost, Math.max(-northernmost, latitude))
  const sine = Math.sin((limited * Math.PI) / 180)
  return {
    x: ((longitude + 180) / 360) * worldSize,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * worldSize,
  }
}

export type Projection = {
  /** Degrees to units; y grows to the south. */
  project(longitude: number, latitude: number): Point
  /** Units that one metre takes at the centre's latitude. */
  unitsPerMetre: number
}

/** The projection around a centre in degrees. */
export function projectionAround(longitude: number, latitude: number): Projection {
  const centre = absolute(longitude, latitude)
  return {
    project: (lon, lat) => {
      const point = absolute(lon, lat)
      return { x: point.x - centre.x, y: point.y - centre.y }
    },
    unitsPerMetre: worldSize / (earthCircumference * Math.cos((latitude * Math.PI) / 180)),
  }
}
