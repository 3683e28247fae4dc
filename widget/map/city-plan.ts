// The plan of a city, drawn by hand for this widget: not a survey, but everything is where it is in the city.

/** Longitude and latitude pairs in degrees: "9.19 45.46, 9.20 45.47". */
export type Line = string

export type CityPlan = {
  name: string
  rivers?: readonly { line: Line /** Metres. */; width: number }[]
  /** Closed shapes. */
  water?: readonly Line[]
  /** Land inside water. */
  islands?: readonly Line[]
  parks?: readonly Line[]
  motorways?: readonly Line[]
  roads: readonly Line[]
  streets: {
    /** Metres between parallel streets, along and across. */
    spacing: readonly [number, number]
    /** Degrees; a city without one changes direction from quarter to quarter. */
    direction?: number
  }
  districts: readonly (readonly [name: string, longitude: number, latitude: number])[]
  waterNames?: readonly (readonly [name: string, longitude: number, latitude: number])[]
}
